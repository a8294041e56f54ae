"""Control groups, version 1 or 2, when this user may make them.

Each run gets a group of its own, which holds memory and the number of processes and counts CPU time.
Where no group can be made, ``watch`` holds the same limits by looking at the process tree.
"""

from __future__ import annotations

import os
import signal
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

_REMOVAL_DEADLINE = 2.0
"""Seconds that a group may take to empty after its processes were killed."""
_OWN_PROCESSES = 1
"""Processes of the launch chain that stay in the group beside the program: bubblewrap itself."""
_NANOSECOND, _MICROSECOND = 1e-9, 1e-6
_WANTED_V1 = ("memory", "pids", "cpuacct")


@dataclass(frozen=True, slots=True)
class Files:
    """Where a version of control groups keeps what is needed."""

    memory_limit: str
    memory_peak: str
    swap_limit: str
    swap_value: str
    cpu: str


V1 = Files(
    "memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.memsw.limit_in_bytes", "", "cpuacct.usage"
)
V2 = Files("memory.max", "memory.peak", "memory.swap.max", "0", "cpu.stat")


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Folders under which groups can be made, by controller; one folder for all under version 2."""

    version: int
    folders: dict[str, Path]

    def holds(self, controller: str) -> bool:
        return controller in self.folders

    def make(self) -> Group:
        """A new, empty group. Raises OSError when it cannot be made."""
        name = f"troth-judge0-{os.getpid()}-{uuid.uuid4().hex[:12]}"
        group = Group(self.version, {kind: folder / name for kind, folder in self.folders.items()})
        group.create()
        return group

    def describe(self) -> str:
        return f"cgroup v{self.version} ({', '.join(sorted(self.folders))})"


@dataclass(frozen=True, slots=True)
class Group:
    """One run's group; the same name under each controller's folder."""

    version: int
    folders: dict[str, Path]

    def create(self) -> None:
        for folder in self._distinct():
            folder.mkdir()

    def limit(self, *, memory: int, processes: int) -> None:
        """``memory`` in kilobytes."""
        files = self._files
        if "memory" in self.folders:
            limit = str(memory * 1024)
            (self.folders["memory"] / files.memory_limit).write_text(limit)
            swap = self.folders["memory"] / files.swap_limit
            if swap.exists():
                swap.write_text(files.swap_value or limit)
        if "pids" in self.folders:
            (self.folders["pids"] / "pids.max").write_text(str(processes + _OWN_PROCESSES))

    def entrances(self) -> list[str]:
        """Files to which a process writes 0 to enter the group."""
        return [str(folder / "cgroup.procs") for folder in self._distinct()]

    def cpu(self) -> float | None:
        """Seconds used so far; None when the group does not count them."""
        if self.version == 1:
            usage = _read(self.folders.get("cpuacct"), V1.cpu)
            return None if usage is None else int(usage) * _NANOSECOND
        stat = _read(self.folders["memory"], V2.cpu)
        if stat is None:
            return None
        figures = dict(line.split() for line in stat.splitlines())
        return int(figures["usage_usec"]) * _MICROSECOND

    def memory_peak(self) -> int | None:
        """Kilobytes; None when the group (or an old kernel) does not know."""
        peak = _read(self.folders.get("memory"), self._files.memory_peak)
        return None if peak is None else int(peak) // 1024

    def remove(self) -> None:
        """Kill what is left in it and remove it.

        Raises:
            OSError: a process did not go in time.
        """
        deadline = time.monotonic() + _REMOVAL_DEADLINE
        for folder in self._distinct():
            _remove(folder, deadline)

    @property
    def _files(self) -> Files:
        return V1 if self.version == 1 else V2

    def _distinct(self) -> list[Path]:
        return sorted(set(self.folders.values()))


def detect(*, mountinfo: str | None = None, membership: str | None = None) -> Hierarchy | None:
    """The control groups that this process may use, tried out; None without memory accounting.

    ``mountinfo`` and ``membership`` are the texts of /proc/self/mountinfo and /proc/self/cgroup.
    """
    mounts = mountinfo if mountinfo is not None else _proc("mountinfo")
    groups = membership if membership is not None else _proc("cgroup")
    for hierarchy in (_version_1(mounts, groups), *_version_2(mounts, groups)):
        if hierarchy is not None and _works(hierarchy):
            return hierarchy
    return None


def _version_1(mounts: str, groups: str) -> Hierarchy | None:
    own = {
        controller: path
        for line in groups.splitlines()
        for _, names, path in [line.split(":", 2)]
        for controller in names.split(",")
    }
    folders: dict[str, Path] = {}
    for root, point, kind, options in _cgroup_mounts(mounts):
        controllers = [name for name in _WANTED_V1 if name in options.split(",") and name in own]
        if kind == "cgroup":
            for name in controllers:
                folders[name] = _inside(point, root, own[name])
    usable = {name: folder for name, folder in folders.items() if os.access(folder, os.W_OK)}
    return Hierarchy(1, usable) if "memory" in usable else None


def _version_2(mounts: str, groups: str) -> list[Hierarchy]:
    """Under the own group, or beside it where the own group may not have children with controllers."""
    own = next((line.split(":", 2)[2] for line in groups.splitlines() if line.startswith("0::")), None)
    point = next(
        ((root, point) for root, point, kind, _ in _cgroup_mounts(mounts) if kind == "cgroup2"), None
    )
    if own is None or point is None:
        return []
    folder = _inside(point[1], point[0], own)
    candidates = [folder] if folder == Path(point[1]) else [folder, folder.parent]
    return [
        Hierarchy(2, {name: candidate for name in ("memory", "pids") if name in enabled})
        for candidate in candidates
        if "memory" in (enabled := (_read(candidate, "cgroup.subtree_control") or "").split())
    ]


def _works(hierarchy: Hierarchy) -> bool:
    try:
        group = hierarchy.make()
    except OSError:
        return False
    try:
        group.limit(memory=64000, processes=10)
    except OSError:
        return False
    finally:
        group.remove()
    return True


def _cgroup_mounts(mounts: str) -> list[tuple[str, str, str, str]]:
    """(root, mount point, type, options) of each control group file system."""
    found = []
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        root, point = before.split()[3:5]
        kind, _, options = after.split(maxsplit=2)
        if kind.startswith("cgroup"):
            found.append((root, point, kind, options))
    return found


def _inside(point: str, root: str, path: str) -> Path:
    """The folder of a group, seen from a mount that may start below the hierarchy's root."""
    relative = path if root == "/" else path.removeprefix(root)
    return Path(point) / relative.lstrip("/")


def _remove(folder: Path, deadline: float) -> None:
    while folder.exists():
        for pid in (_read(folder, "cgroup.procs") or "").split():
            _kill(int(pid))
        try:
            folder.rmdir()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.002)


def _kill(pid: int) -> None:
    if pid <= 0:
        return
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _read(folder: Path | None, name: str) -> str | None:
    if folder is None:
        return None
    try:
        return (folder / name).read_text()
    except OSError:
        return None


def _proc(name: str) -> str:
    try:
        return Path("/proc/self", name).read_text()
    except OSError:
        return ""
