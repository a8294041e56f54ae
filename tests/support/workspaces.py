"""Workspaces to run on, as fixtures.

A conftest.py takes what it needs:

    from tests.support.workspaces import own_modules as own_modules
    from tests.support.workspaces import weather_files as weather_files
    from tests.support.workspaces import weather_team as weather_team
    from tests.support.workspaces import weather_recorded as weather_recorded
    from tests.support.workspaces import proven_files as proven_files
    from tests.support.workspaces import proven_team as proven_team
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from troth.workspace import Workspace

WEATHER = Path(__file__).parent / "weather"
_FOLDERS = ("contracts", "consumers", "providers")


@dataclass(frozen=True)
class Ran:
    """What a run of the command line came to."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Team:
    """A copy of a team's workspace, to be changed and run."""

    root: Path

    def copied(self, root: Path) -> Team:
        """A copy of it, as it is, in a folder that is not there yet."""
        shutil.copytree(self.root, root, ignore=shutil.ignore_patterns("__pycache__"))
        return Team(root)

    def recorded(self, api: str, root: Path) -> Team:
        """A copy of it with the cassettes, pacts and OpenAPI document of an API."""
        team = self.copied(root)
        team.must("openapi")
        team.must("record", api, "--yes")
        shutil.rmtree(root / ".troth", ignore_errors=True)
        return team

    def entered(self, monkeypatch: pytest.MonkeyPatch) -> Team:
        """Itself, as the current folder. To import from it in this process, take ``own_modules`` as well."""
        monkeypatch.chdir(self.root)
        return self

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace ``old``, which must be there, in a file of the workspace."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} does not hold {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8")

    def write(self, path: str, text: str) -> Path:
        """Write a file of the workspace, and the folders that it needs."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return file

    def append(self, path: str, text: str) -> None:
        """Add to the end of a file of the workspace."""
        self.write(path, self.read(path) + text)

    def read(self, path: str) -> str:
        """Read a file of the workspace."""
        return (self.root / path).read_text(encoding="utf-8")

    def remove(self, path: str) -> None:
        """Remove a file or a folder of the workspace, which must be there."""
        there = self.root / path
        if there.is_dir():
            shutil.rmtree(there)
        else:
            there.unlink()

    def workspace(self) -> Workspace:
        """The workspace, found from its root as every command finds it."""
        return Workspace.find(self.root)

    def troth(self, *arguments: str, env: Mapping[str, str] | None = None, seconds: float = 120) -> Ran:
        """Run ``troth`` in a process of its own, with the workspace as the current folder."""
        clean = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTHONPATH")}
        done = subprocess.run(
            [sys.executable, "-m", "troth", *arguments],
            cwd=self.root,
            env={**clean, **(env or {})},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def must(self, *arguments: str) -> None:
        """Run ``troth`` in a process of its own, where it has to end with 0."""
        ran = self.troth(*arguments)
        assert ran.status == 0, f"troth {' '.join(arguments)} ended with {ran.status}\n{ran.out}{ran.err}"


@pytest.fixture
def weather_files(tmp_path: Path) -> Team:
    """A copy of the weather team's workspace, with nothing recorded; for other processes."""
    return Team(WEATHER).copied(tmp_path / "weather-team")


@pytest.fixture
def weather_team(weather_files: Team, own_modules: None, monkeypatch: pytest.MonkeyPatch) -> Team:  # noqa: ARG001
    """The same, with its folder as the current one and its modules free to import in this process."""
    return weather_files.entered(monkeypatch)


@pytest.fixture(scope="session")
def weather_recorded(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The weather team's workspace with its cassettes, pacts and OpenAPI document; not to be changed."""
    return Team(WEATHER).recorded("weather", tmp_path_factory.mktemp("recorded") / "weather-team")


@pytest.fixture
def proven_files(weather_recorded: Team, tmp_path: Path) -> Team:
    """A copy of the recorded workspace, in which ``troth check`` ends with 0; for other processes."""
    return weather_recorded.copied(tmp_path / "weather-team")


@pytest.fixture
def proven_team(proven_files: Team, own_modules: None, monkeypatch: pytest.MonkeyPatch) -> Team:  # noqa: ARG001
    """The same, with its folder as the current one and its modules free to import in this process."""
    return proven_files.entered(monkeypatch)


@pytest.fixture
def own_modules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No workspace is imported at the start, and whatever was is back at the end.

    Two workspaces share the names ``contracts``, ``consumers`` and ``providers``.
    """
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if not _is_workspace(entry)])
    kept = _taken()
    yield
    _taken()
    sys.modules.update(kept)


def _taken() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] in _FOLDERS]
    return {name: sys.modules.pop(name) for name in names}


def _is_workspace(entry: str) -> bool:
    return (Path(entry or ".") / "contracts").is_dir()
