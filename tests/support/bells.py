"""The bell team's workspace, whose API tells of rings by webhooks, as fixtures.

A conftest.py or a test takes what it needs:

    from tests.support.bells import bell_recorded as bell_recorded
    from tests.support.bells import bell_team as bell_team
    from tests.support.workspaces import own_modules as own_modules
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.workspaces import Team

BELL = Path(__file__).parent / "bell"


@pytest.fixture(scope="session")
def bell_recorded(tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The workspace with its cassettes, pacts and OpenAPI document; not to be changed."""
    return Team(BELL).recorded("bell", tmp_path_factory.mktemp("recorded") / "bell-team")


@pytest.fixture
def bell_team(
    bell_recorded: Team,
    own_modules: None,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Team:
    """A copy of it, with its folder as the current one and its modules free to import in this process."""
    return bell_recorded.copied(tmp_path / "bell-team").entered(monkeypatch)
