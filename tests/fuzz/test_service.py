"""What is fuzzed in this process: the workspace's own provider, which ends with the run."""

from __future__ import annotations

import logging

import pytest

from tests.fuzz.stage import DEFECTS
from tests.support.workspaces import Team
from troth.errors import CouldNotCheck, ProviderRefused
from troth.events import Event, Noted, silent
from troth.exchange import Request
from troth.fuzz import Service, in_process
from troth.scenario import State
from troth.workspace import Workspace

PROVIDER = "providers/notes/provider.py"
HEALTH = Request("GET", "http://localhost/health")


@pytest.fixture
def workspace(notes_team: Team) -> Workspace:
    """That of the notes."""
    return notes_team.workspace()


def asked(service: Service, request: Request) -> tuple[int, bytes]:
    """Status and body of the answer."""
    assert service.handler is not None
    answer = service.handler(request)
    return answer.status, answer.body


def test_the_provider_answers_in_this_process(workspace: Workspace) -> None:
    with in_process(workspace, workspace.api("notes"), silent) as service:
        answer = asked(service, HEALTH)

    assert answer == (200, b'{"status": "ok"}')
    assert (service.place, service.version, service.url) == ("in process", "notes 1", "")


def test_its_log_is_silent_while_it_is_fuzzed(workspace: Workspace, caplog: pytest.LogCaptureFixture) -> None:
    with in_process(workspace, workspace.api("notes"), silent):
        logging.getLogger("notes").error("one of thousands")
    logging.getLogger("notes").error("of somebody else")

    assert caplog.messages == ["of somebody else"]


def test_its_states_can_be_set(workspace: Workspace) -> None:
    with in_process(workspace, workspace.api("notes"), silent) as service:
        assert service.states is not None
        assert service.states.set(State("some notes")) == {"note_id": 3}


def test_what_it_raises_is_a_500_as_on_any_server(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEFECTS, "raises")

    with in_process(workspace, workspace.api("notes"), silent) as service:
        token = service.secrets["valid"]
        request = Request(
            "GET", "http://localhost/notes/9", HEALTH.headers.with_("Authorization", f"Bearer {token}")
        )
        status, body = asked(service, request)

    assert (status, body.partition(b" at ")[0]) == (500, b"the application raised RuntimeError")


def test_what_a_provider_raised_is_told_without_its_text(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEFECTS, "raises")

    with in_process(workspace, workspace.api("notes"), silent) as service:
        token = service.secrets["valid"]
        request = Request(
            "GET", "http://localhost/notes/9", HEALTH.headers.with_("Authorization", f"Bearer {token}")
        )
        _, body = asked(service, request)

    assert b"note 9" not in body


def test_its_notes_are_told(notes_team: Team) -> None:
    notes_team.edit(PROVIDER, 'version="notes 1",', 'version="notes 1", notes=("no sandbox here",),')
    workspace, told = notes_team.workspace(), list[Event]()

    with in_process(workspace, workspace.api("notes"), told.append):
        pass

    assert told == [Noted("notes: no sandbox here")]


def test_it_ends_with_the_run(notes_team: Team) -> None:
    notes_team.edit(PROVIDER, "close=states.reset", 'close=lambda: print("closed")')
    workspace = notes_team.workspace()

    with pytest.raises(KeyboardInterrupt), in_process(workspace, workspace.api("notes"), silent) as service:
        closed_by(service)

    assert notes_team.troth("fuzz", "notes", "-k", "health", "--workers", "1").out.count("closed") == 1


def closed_by(service: Service) -> None:
    """An interrupt in the middle of a run."""
    raise KeyboardInterrupt(service.place)


def test_it_is_told_that_what_comes_is_generated(notes_team: Team) -> None:
    notes_team.edit(PROVIDER, "def create(_: ProviderOptions)", "def create(options: ProviderOptions)")
    notes_team.edit(
        PROVIDER,
        "    service = NotesService(",
        '    assert options.generated, "not told"\n    service = NotesService(',
    )
    workspace = notes_team.workspace()

    with in_process(workspace, workspace.api("notes"), silent) as service:
        assert service.version == "notes 1"


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        ('RuntimeError("no database")', CouldNotCheck),
        ('ProviderRefused("no sandbox on this machine")', ProviderRefused),
    ],
)
def test_a_provider_that_does_not_come_up_could_not_be_checked(
    notes_team: Team, raised: str, error: type[Exception]
) -> None:
    notes_team.edit(PROVIDER, "import os\n", "import os\n\nfrom troth.errors import ProviderRefused\n")
    notes_team.edit(
        PROVIDER, "    service = NotesService(", f"    raise {raised}\n    service = NotesService("
    )
    workspace = notes_team.workspace()

    with pytest.raises(error), in_process(workspace, workspace.api("notes"), silent):
        pass
