"""Which test files are new or changed, and which tests were added to them: as git knows."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from troth.errors import CouldNotCheck, UsageProblem
from troth.quality.pytest_settings import PytestSettings
from troth.quality.source import parse

_PATIENCE = 60.0
"""Seconds that git may take for one question."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Test files that differ from a commit. ``added`` are places of tests, ``tests/test_a.py::test_b``."""

    files: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    since: str = "HEAD"


def changed_tests(root: Path, pytest: PytestSettings, since: str = "HEAD") -> Changed:
    """The test files below ``root`` that are not as the commit ``since`` has them.

    Raises:
        CouldNotCheck: there is no git, or ``root`` is in no repository.
        UsageProblem: git knows no commit of that name.
        BrokenFile: a changed test file is no Python.
    """
    commit = _commit(root, since)
    before: dict[str, str] = dict(_differing(root, commit))
    for path in _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".").split("\0"):
        before.setdefault(path, "")
    files = sorted(path for path in before if path and pytest.is_test_file(root / path))
    added = [place for path in files for place in _added(root, path, commit, before[path], pytest)]
    return Changed(tuple(files), tuple(added), since)


def _commit(root: Path, since: str) -> str:
    _git(root, "rev-parse", "--git-dir")
    try:
        return _git(
            root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{since}^{{commit}}"
        ).strip()
    except CouldNotCheck as error:
        raise UsageProblem(f"git knows no commit {since!r}", hint="name one with --since") from error


def _differing(root: Path, commit: str) -> Iterator[tuple[str, str]]:
    """Each path that is there and differs, and where the commit has it; ``""`` for nowhere."""
    told = _git(root, "diff", "--name-status", "--relative", "-M", "-z", commit, "--", ".").split("\0")
    words = iter(told)
    for status in words:
        if not status:
            return
        path = next(words)
        if status[0] in "RC":
            yield next(words), path
        elif status[0] != "D":
            yield path, "" if status[0] == "A" else path


def _added(root: Path, path: str, commit: str, before: str, pytest: PytestSettings) -> Iterator[str]:
    known = set(_names(root, before, _show(root, commit, before), pytest)) if before else set()
    now = _names(root, path, (root / path).read_bytes(), pytest)
    yield from (f"{path}::{name}" for name in now if name not in known)


def _names(root: Path, path: str, content: bytes, pytest: PytestSettings) -> list[str]:
    try:
        return [test.qualified for test in parse(root / path, root, content, pytest).tests]
    except (SyntaxError, ValueError):
        return []  # pytest will say so, with the line; here it has no tests


def _show(root: Path, commit: str, path: str) -> bytes:
    return _run(root, "show", f"{commit}:./{path}")


def _git(root: Path, *arguments: str) -> str:
    return _run(root, *arguments).decode("utf-8", "surrogateescape")


def _run(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, timeout=_PATIENCE, check=False
        )
    except FileNotFoundError as error:
        raise CouldNotCheck("git is not installed, so nobody knows which tests are new") from error
    except subprocess.TimeoutExpired as error:
        raise CouldNotCheck(f"git {arguments[0]} took more than {_PATIENCE:.0f} seconds") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise CouldNotCheck(f"git {arguments[0]} failed: {said or done.returncode}")
    return done.stdout
