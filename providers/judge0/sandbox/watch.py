"""What a tree of processes uses, read from /proc: for machines without writable control groups."""

from __future__ import annotations

import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_PAGE_KILOBYTES = os.sysconf("SC_PAGE_SIZE") // 1024
_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _UTIME, _STIME, _CUTIME, _CSTIME, _THREADS, _RSS = 1, 11, 12, 13, 14, 17, 21
"""Positions in /proc/PID/stat after the command's closing parenthesis."""


@dataclass(frozen=True, slots=True)
class TreeUsage:
    """What the processes of a tree use now."""

    processes: int
    """Threads included."""
    memory: int
    """Kilobytes resident; pages that processes share count for each."""
    cpu: float
    """Seconds, with those of children that have ended."""


def usage(root: int) -> TreeUsage:
    """Usage of ``root`` and all its descendants; zeros when it is gone."""
    stats = _all_stats()
    tree = _tree(root, stats)
    return TreeUsage(
        processes=sum(int(stats[pid][_THREADS]) for pid in tree),
        memory=sum(int(stats[pid][_RSS]) for pid in tree) * _PAGE_KILOBYTES,
        cpu=sum(sum(map(int, stats[pid][_UTIME : _CSTIME + 1])) for pid in tree) / _TICKS,
    )


def descendants(root: int) -> list[int]:
    """Process ids of ``root`` and all below it that exist now."""
    return _tree(root, _all_stats())


def threads_of(user: int) -> int:
    """Threads of that user on the whole machine, which is what RLIMIT_NPROC counts."""
    return sum(int(stat[_THREADS]) for pid, stat in _all_stats().items() if _owner(pid) == user)


def marked(mark: str) -> list[int]:
    """Processes whose environment holds ``mark``: finds those that left the tree."""
    wanted = mark.encode()
    return [pid for pid in _pids() if wanted in _environment(pid)]


def _tree(root: int, stats: dict[int, list[str]]) -> list[int]:
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pid, stat in stats.items():
        children[int(stat[_PARENT])].append(pid)
    found = [root] if root in stats else []
    for pid in found:
        found.extend(children[pid])
    return found


def _all_stats() -> dict[int, list[str]]:
    return {pid: stat for pid in _pids() if (stat := _stat(pid)) is not None}


def _pids() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _stat(pid: int) -> list[str] | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text[text.rindex(")") + 2 :].split()


def _owner(pid: int) -> int | None:
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return None


def _environment(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""
