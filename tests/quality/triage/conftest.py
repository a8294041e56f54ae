"""A shop to triage, and short ways to measure it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Troth
from tests.cli.conftest import troth as troth
from tests.quality.triage.shop import SOURCES, TESTS
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_team as weather_team

REPORTS = Path(__file__).parent / "reports"

__all__ = ["REPORTS", "Commit", "Troth"]

Commit = Callable[[], None]


@pytest.fixture
def shop(tmp_path: Path, own_modules: None, monkeypatch: pytest.MonkeyPatch) -> Team:  # noqa: ARG001
    """The shop with its first tests and both reports, as the current folder; no git."""
    team = Team(tmp_path / "shop")
    for name, text in {**SOURCES, **TESTS}.items():
        team.write(name, text)
    for name in ("before", "after"):
        shutil.copy(REPORTS / f"{name}.json", team.root)
    monkeypatch.chdir(team.root)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return team


@pytest.fixture
def commit(shop: Team, monkeypatch: pytest.MonkeyPatch) -> Commit:
    """Commit everything that is there now; the first time makes the repository."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    who = ("-c", "user.name=Ada", "-c", "user.email=ada@shop.example")

    def make() -> None:
        for arguments in (("init", "--quiet"), ("add", "--all"), (*who, "commit", "--quiet", "-m", "A step")):
            subprocess.run(["git", *arguments], cwd=shop.root, check=True, timeout=60)

    return make
