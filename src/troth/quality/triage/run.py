"""Run the test files that changed, and no other, under coverage.py."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from troth.errors import CouldNotCheck
from troth.quality.triage.coverage_json import read_report
from troth.quality.triage.measured import FileCoverage, Function, Measured

_CONFIGURED = (
    (".coveragerc", ""),
    ("setup.cfg", "[coverage:"),
    ("tox.ini", "[coverage:"),
    ("pyproject.toml", "[tool.coverage."),
)
_COLLECTED_NOTHING = 5
_NOT_RUN = (3, 4)
"""How pytest ends when it fails itself, or is called or configured wrongly."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run came to. ``failed`` names tests, where pytest told any; ``log`` is what it printed."""

    measured: Measured
    command: str
    status: int
    failed: tuple[str, ...]
    log: Path

    @property
    def passed(self) -> bool:
        """Whether every test of the run did."""
        return self.status == 0


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs pytest below ``root`` with this interpreter, and leaves what it makes in ``folder``."""

    root: Path
    folder: Path
    branch: bool = True
    plugins_off: tuple[str, ...] = ()
    """Plugins of pytest that the project switches off: their options are not known."""

    def command(self, files: Sequence[str]) -> list[str]:
        """What ``run`` executes, but for the path of the interpreter."""
        measured = ["-m", "coverage", "run", *(["--branch"] if self.branch else [])]
        measured += [] if _is_configured(self.root) else ["--source=."]
        return [*measured, "-m", "pytest", *self._alone(), *files]

    def run(self, files: Sequence[str]) -> Ran:
        """Run the tests of ``files`` and read what they covered.

        Raises:
            CouldNotCheck: coverage.py or pytest is not installed, no test was run, or nothing was measured.
        """
        for name in ("coverage", "pytest"):
            if importlib.util.find_spec(name) is None:
                raise CouldNotCheck(f"{name} is not installed here", hint=f"python -m pip install {name}")
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob("data*"):
            left.unlink()
        command = self.command(files)
        done = self._execute(command)
        log = self.folder / "pytest.log"
        log.write_bytes(done.stdout)
        if done.returncode == _COLLECTED_NOTHING:
            raise CouldNotCheck("pytest found no test in the files that changed", hint=f"see {log}")
        if done.returncode in _NOT_RUN:
            raise CouldNotCheck(f"pytest ran no test and ended with {done.returncode}", hint=f"see {log}")
        said = done.stdout.decode("utf-8", "replace")
        shown = shlex.join(["python", *command])
        return Ran(self._report(log), shown, done.returncode, tuple(_failed(said)), log)

    def _report(self, log: Path) -> Measured:
        if not self._data.is_file():  # each process has its own where the project says so
            self._execute(["-m", "coverage", "combine"])
        report = self.folder / "run.json"
        report.unlink(missing_ok=True)
        done = self._execute(["-m", "coverage", "json", "--fail-under=0", "-o", str(report)])
        if not report.is_file():
            said = done.stdout.decode("utf-8", "replace").strip()
            raise CouldNotCheck(f"nothing was measured: {said}", hint=f"what pytest said is in {log}")
        return read_report(report, self.root)

    def _execute(self, command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.root,
            env={**os.environ, "COVERAGE_FILE": str(self._data)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def _alone(self) -> list[str]:
        """What keeps pytest in this process, in which coverage.py looks on, whatever addopts says."""
        options = ["-q", "-rfE", "--color=no"]
        options += ["-n", "0"] if self._has("xdist", "xdist") else []
        return options + (["--no-cov"] if self._has("pytest_cov", "cov") else [])

    def _has(self, module: str, plugin: str) -> bool:
        return plugin not in self.plugins_off and importlib.util.find_spec(module) is not None

    @property
    def _data(self) -> Path:
        return self.folder / "data"


def _is_configured(root: Path) -> bool:
    """Whether the project says itself what is measured."""
    return any(
        (root / name).is_file() and section in (root / name).read_text(encoding="utf-8", errors="replace")
        for name, section in _CONFIGURED
    )


_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def _failed(said: str) -> list[str]:
    """The names alone: what pytest says beside them may hold anything."""
    return list(dict.fromkeys(_FAILED.findall(said)))


def merged(before: Measured, run: Measured) -> Measured:
    """What ``before`` reached, and what a further run did: as one run of all these tests would have.

    Of a file whose code is not the same any more only ``run`` is told.
    """
    files = dict(before.files)
    for path, new in run.files.items():
        old = files.get(path)
        same = old is not None and (old.lines, old.branches) == (new.lines, new.branches)
        files[path] = _together(old, new) if old is not None and same else new
    times = [each.when for each in (before, run) if each.when is not None]
    return Measured(files, before.branch, max(times, default=None))


def _together(old: FileCoverage, new: FileCoverage) -> FileCoverage:
    names = {each.name: each for each in new.functions}
    return replace(
        new,
        executed_lines=old.executed_lines | new.executed_lines,
        missing_lines=old.missing_lines & new.missing_lines,
        executed_branches=old.executed_branches | new.executed_branches,
        missing_branches=old.missing_branches & new.missing_branches,
        functions=tuple(_both(each, names[each.name]) for each in old.functions if each.name in names),
    )


def _both(old: Function, new: Function) -> Function:
    return Function(
        old.name, old.missing_lines & new.missing_lines, old.missing_branches & new.missing_branches
    )
