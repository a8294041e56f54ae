"""The album team's workspace, whose uploads go to a further origin, as fixtures.

A conftest.py or a test takes what it needs:

    from tests.support.albums import album_recorded as album_recorded
    from tests.support.albums import album_team as album_team
    from tests.support.workspaces import own_modules as own_modules
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.workspaces import Team

ALBUM = Path(__file__).parent / "album"


@pytest.fixture(scope="session")
def album_recorded(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The workspace with its cassettes, pacts and OpenAPI document; not to be changed."""
    team = Team(_copy(ALBUM, tmp_path_factory.mktemp("recorded") / "album-team"))
    for command in (("openapi",), ("record", "album", "--yes")):
        ran = team.troth(*command)
        assert ran.status == 0, f"troth {' '.join(command)} ended with {ran.status}\n{ran.out}{ran.err}"
    shutil.rmtree(team.root / ".troth", ignore_errors=True)
    return team


@pytest.fixture
def album_team(
    album_recorded: Team,
    own_modules: None,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Team:
    """A copy of it, with its folder as the current one and its modules free to import in this process."""
    team = Team(_copy(album_recorded.root, tmp_path / "album-team"))
    monkeypatch.chdir(team.root)
    return team


def _copy(source: Path, root: Path) -> Path:
    shutil.copytree(source, root, ignore=shutil.ignore_patterns("__pycache__"))
    return root
