"""The album team's workspace, whose uploads go to a further origin, as fixtures.

A conftest.py or a test takes what it needs:

    from tests.support.albums import album_recorded as album_recorded
    from tests.support.albums import album_team as album_team
    from tests.support.workspaces import own_modules as own_modules
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.workspaces import Team

ALBUM = Path(__file__).parent / "album"


@pytest.fixture(scope="session")
def album_recorded(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The workspace with its cassettes, pacts and OpenAPI document; not to be changed."""
    return Team(ALBUM).recorded("album", tmp_path_factory.mktemp("recorded") / "album-team")


@pytest.fixture
def album_team(
    album_recorded: Team,
    own_modules: None,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Team:
    """A copy of it, with its folder as the current one and its modules free to import in this process."""
    return album_recorded.copied(tmp_path / "album-team").entered(monkeypatch)
