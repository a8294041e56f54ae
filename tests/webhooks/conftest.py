"""The bell team's workspace, and the same with a door that somebody knocks at."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.bells import bell_recorded as bell_recorded
from tests.support.bells import bell_team as bell_team
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules

KNOCK = """

knock = bell.post("/knocks", name="knock", body=NewRing, responses={204: Empty}, source="assumed")
"""
KNOCKED = """

@bell.scenario("a knock is told", writes=True)
def knock_is_told(server: Server) -> None:
    client, porter = BellClient(server.url, server.token), Porter(server.secret("signing"))
    client.tell(server.inbox.url)
    client._call("POST", "/knocks", json={"note": "Сосед"})
    server.inbox.receive(porter.receive)
    event = porter.heard[0]
    assert event.ring.note == client.find(event.ring.id).note
"""
ANSWERED = """    def _knock(self, request: Request) -> Response:
        self._ring(request)
        return Response(status=204)

    def _get_ring("""


@pytest.fixture(scope="session")
def knock_recorded(bell_recorded: Team, tmp_path_factory: pytest.TempPathFactory) -> Team:
    """The workspace with a scenario in which only the webhook tells the id of a ring; not to be changed."""
    team = bell_recorded.copied(tmp_path_factory.mktemp("recorded") / "bell-team")
    team.append("contracts/bell/operations.py", KNOCK)
    team.append("consumers/bell/scenarios.py", KNOCKED)
    route = 'Rule("/rings", endpoint="ring", methods=["POST"]),'
    team.edit("providers/bell/provider.py", route, f'{route} Rule("/knocks", endpoint="knock"),')
    team.edit("providers/bell/provider.py", "    def _get_ring(", ANSWERED)
    team.must("openapi")
    team.must("record", "bell", "--yes")
    return team


@pytest.fixture
def knock_team(
    knock_recorded: Team,
    own_modules: None,  # noqa: ARG001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Team:
    """A copy of it, with its folder as the current one and its modules free to import in this process."""
    return knock_recorded.copied(tmp_path / "bell-team").entered(monkeypatch)
