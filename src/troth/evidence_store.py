"""What earlier runs saw: .troth/evidence.jsonl, one judged exchange a line, newest last.

Git ignores the file. It keeps the latest line of each exchange, ``LIMIT`` at most. What a cassette
shows is read from the cassette itself and never stored, so that it ends when the cassette does.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from troth.errors import BrokenFile, UsageProblem
from troth.evidence import Evidence
from troth.exchange import SourceKind

LIMIT = 20_000
"""Lines that are kept. Twenty times a workspace of ten APIs, and read in under half a second."""

_LINE = TypeAdapter(Evidence)
_OF_CASSETTES = frozenset({SourceKind.RECORDED, SourceKind.SIMULATED, SourceKind.SYNTHETIC})


def evidence_path(root: Path) -> Path:
    """Where the workspace at ``root`` keeps its evidence."""
    return root / ".troth" / "evidence.jsonl"


def read_evidence(path: Path) -> tuple[Evidence, ...]:
    """Every line of ``path``, oldest first; nothing when there is no file.

    Raises:
        BrokenFile: a line is not evidence; nothing is left out silently.
    """
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BrokenFile(path, f"it cannot be read: {error.strerror}") from error
    return tuple(_parsed(path, number, line) for number, line in enumerate(lines, start=1) if line.strip())


def merge_evidence(path: Path, others: Sequence[Path]) -> tuple[Evidence, ...]:
    """The evidence of ``path`` and of other runs together, the latest of each exchange.

    Raises:
        UsageProblem: one of ``others`` is not there, or empty.
        BrokenFile: a line is not evidence.
    """
    found = list(read_evidence(path))
    for other in others:
        if not other.is_file():
            raise UsageProblem(f"--evidence {other}: there is no such file")
        read = read_evidence(other)
        if not read:
            raise UsageProblem(
                f"--evidence {other}: it holds no evidence",
                hint="a run that saw nothing proves nothing; leave the option out, or name another file",
            )
        found += read
    return latest(found)


def append_evidence(path: Path, seen: Iterable[Evidence]) -> int:
    """Add what a run saw, and return how many lines were new or renewed. Safe beside other processes.

    Raises:
        BrokenFile: the file that is there cannot be read; it is left as it is.
    """
    new = [each for each in seen if each.kind not in _OF_CASSETTES]
    if not new:
        return 0
    path.parent.mkdir(parents=True, exist_ok=True)
    with _locked(path.with_suffix(".lock")):
        kept = latest([*read_evidence(path), *new])[-LIMIT:]
        _write(path, kept)
    return len(new)


def latest(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """The newest of each exchange, oldest first."""
    newest: dict[object, Evidence] = {}
    for each in sorted(evidence, key=lambda found: found.when):
        key = (each.api, each.operation, each.status, each.kind, each.scenario, each.place)
        newest.pop(key, None)
        newest[key] = each
    return tuple(newest.values())


def _parsed(path: Path, number: int, line: bytes) -> Evidence:
    try:
        found = _LINE.validate_json(line)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        problem = f"not a line of evidence: {where + ': ' if where else ''}{first['msg']}"
    else:
        if found.when.tzinfo is not None:
            return found
        problem = "not a line of evidence: when: it has no time zone"
    raise BrokenFile(path, problem, line=number, hint="delete the line; the next run adds what it sees")


def _write(path: Path, evidence: Iterable[Evidence]) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(_LINE.dump_json(each) + b"\n" for each in evidence)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:  # not "w": what stands there under this name may be a link to elsewhere
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
