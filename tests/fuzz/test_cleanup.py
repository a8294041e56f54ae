"""What a run made at a URL is removed again."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from pydantic import ValidationError

from tests.fuzz.deployed import TOKEN, Deployed, committed, deployed_notes, said
from tests.support.workspaces import Team
from troth.cli.app import main
from troth.evidence import StepResult, Verdict
from troth.exchange import Headers, Request, Response
from troth.fuzz import FuzzSettings, Service
from troth.fuzz.cleanup import clean_up
from troth.fuzz.gate import Gate, Made
from troth.fuzz.manners import Wishes, manners
from troth.fuzz.settings import CleanUp
from troth.workspace import LiveSettings

ADD, DROP = "POST /notes", "DELETE /notes/{note_id}"
SETTINGS = FuzzSettings(cleanup=(CleanUp(create=ADD, delete=DROP),))
ENTRY = f"""
[[cleanup]]
create = "{ADD}"
delete = "{DROP}"
"""
SECRET = "id-that-opens-a-door"
PUT_IN = 5
"""Notes that are there before a run."""


class Clock:
    """Time that passes where somebody sleeps, and ``step`` seconds with each look at it."""

    def __init__(self, step: float = 0.0) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self._step = step

    def __call__(self) -> float:
        self.now += self._step
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def noted(*numbers: object) -> list[Made]:
    """What was made, with these ids in the answers."""
    return [Made(ADD, {}, json.dumps({"id": number}).encode()) for number in numbers]


def cleaned(
    team: Team,
    service: Deployed,
    made: list[Made],
    settings: FuzzSettings = SETTINGS,
    clock: Clock | None = None,
) -> StepResult:
    """The clean-up of what was made at the notes of a team."""
    workspace, time = team.workspace(), clock or Clock()
    api = workspace.api("notes")
    gate = Gate(manners(service.url, Wishes(read_only=True), LiveSettings(), seed=1))
    gate.made += made
    reached = Service(service.url, "1", {"valid": TOKEN}, url=service.url, simulated=False)
    document = committed(workspace, api)
    found = clean_up(api, reached, document, settings, gate, clock=time, sleep=time.sleep)
    assert found is not None
    return found


def left(result: StepResult) -> list[tuple[str, str, Verdict]]:
    """What was not removed."""
    return [(each.code, each.message, each.verdict) for each in result.findings]


def kept(service: Deployed) -> int:
    """How many notes there are."""
    request = Request("GET", f"{service.url}/notes", Headers.of({"Authorization": f"Bearer {TOKEN}"}))
    total: int = json.loads(service.handler(request).body)["total"]
    return total


def to_drop(status: int, headers: Mapping[str, str] | None = None) -> Callable[[Request], Response | None]:
    """Answers the DELETE of a note so, in place of the service."""

    def answer(request: Request) -> Response | None:
        drops = request.method == "DELETE" and request.path.startswith("/notes/")
        return said(status, {}, headers) if drops else None

    return answer


def full(service: Deployed) -> Callable[[Request], Response | None]:
    """Answers with a 429 as soon as there are two notes more than at the beginning."""

    def answer(request: Request) -> Response | None:
        return said(429, {}) if request.method == "POST" and kept(service) > PUT_IN + 1 else None

    return answer


def pressed(service: Deployed) -> Callable[[Request], None]:
    """Presses Ctrl-C with the request after the second note, once: the request itself makes a third one."""
    presses = iter([signal.SIGINT])

    def answer(request: Request) -> None:
        valid = request.method == "POST" and request.headers.get("Authorization") == f"Bearer {TOKEN}"
        if valid and kept(service) == PUT_IN + 2:
            signal.raise_signal(next(presses))

    return answer


def test_what_was_made_is_removed_the_newest_first(notes_team: Team) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        result = cleaned(notes_team, service, noted(1, 2, 3))
        there = kept(service)

    assert [each.path for each in service.having("DELETE")] == ["/notes/3", "/notes/2", "/notes/1"]
    assert (there, result.findings, result.counts.matched) == (PUT_IN - 3, (), 3)


def test_it_is_removed_with_the_credential_and_the_tag_of_the_run(notes_team: Team) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        cleaned(notes_team, service, noted(1))

    [asked] = service.having("DELETE")
    assert asked.headers.get("Authorization") == f"Bearer {TOKEN}"
    assert (asked.headers.get("User-Agent"), "X-Troth-Run" in asked.headers) == ("troth-fuzz/1", True)


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_needs_no_removal(notes_team: Team, status: int) -> None:
    with deployed_notes(notes_team.workspace(), to_drop(status)) as service:
        result = cleaned(notes_team, service, noted(1))

    assert result.findings == ()


@pytest.mark.parametrize("status", [401, 403, 409, 500])
def test_what_could_not_be_removed_is_listed(notes_team: Team, status: int) -> None:
    with deployed_notes(notes_team.workspace(), to_drop(status)) as service:
        result = cleaned(notes_team, service, noted(7, 9))

    assert left(result) == [
        (
            "fuzz-left-behind",
            f"2 made by POST /notes are still there, 9, 7: it answered {status}",
            Verdict.UNCHECKED,
        )
    ]


def test_an_id_that_may_be_a_secret_is_not_listed(notes_team: Team) -> None:
    with deployed_notes(notes_team.workspace(), to_drop(500)) as service:
        result = cleaned(notes_team, service, noted(SECRET))

    assert [asked.path for asked in service.having("DELETE")] == [f"/notes/{SECRET}"]
    assert SECRET not in repr(result)


@pytest.mark.parametrize("answer", [b"{}", b"no json", b'{"id": null}', b'{"id": true}', b'{"id": {"a": 1}}'])
def test_what_has_no_id_is_left(notes_team: Team, answer: bytes) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        result = cleaned(notes_team, service, [Made(ADD, {}, answer)])

    assert [message for _, message, _ in left(result)] == [
        "1 made by POST /notes are still there: its answer has no id"
    ]
    assert service.having("DELETE") == []


def test_an_id_may_lie_deeper(notes_team: Team) -> None:
    settings = FuzzSettings(cleanup=(CleanUp(create=ADD, delete=DROP, id="data.0.key"),))
    with deployed_notes(notes_team.workspace()) as service:
        cleaned(notes_team, service, [Made(ADD, {}, b'{"data": [{"key": 4}]}')], settings)

    assert [asked.path for asked in service.having("DELETE")] == ["/notes/4"]


def test_a_429_is_waited_for(notes_team: Team) -> None:
    clock, answers = Clock(), iter([said(429, {}, {"Retry-After": "3"})])
    with deployed_notes(notes_team.workspace(), lambda _: next(answers, None)) as service:
        result = cleaned(notes_team, service, noted(1), clock=clock)

    assert (clock.slept, result.findings) == ([3.0], ())


def test_a_429_is_waited_for_five_times_at_most(notes_team: Team) -> None:
    clock = Clock()
    with deployed_notes(notes_team.workspace(), to_drop(429, {"Retry-After": "3"})) as service:
        result = cleaned(notes_team, service, noted(1, 2), clock=clock)

    assert (clock.slept, len(service.having("DELETE"))) == ([3.0] * 5, 7)
    assert [message.rpartition(": ")[2] for _, message, _ in left(result)] == ["it answered 429"]


def test_it_ends_after_its_time(notes_team: Team) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        result = cleaned(notes_team, service, noted(1, 2, 3), clock=Clock(step=110.0))

    assert [asked.path for asked in service.having("DELETE")] == ["/notes/3", "/notes/2"]
    assert [message for _, message, _ in left(result)] == [
        "1 made by POST /notes are still there, 1: 300 s were over"
    ]


def test_a_service_that_went_away_leaves_what_was_made(notes_team: Team) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        gone = replace(service)
    result = cleaned(notes_team, gone, noted(1, 2))

    assert [message for _, message, _ in left(result)] == [
        "2 made by POST /notes are still there, 2, 1: no answer came"
    ]


@pytest.mark.parametrize(
    ("delete", "said"),
    [
        ("POST /notes/{id}", "is no DELETE with a parameter"),
        ("DELETE /notes", "is no DELETE with a parameter"),
        ("DELETE /shelves/{shelf}/notes/{id}", "shelf of .* is not in"),
    ],
)
def test_an_entry_that_cannot_be_filled_is_refused(delete: str, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        CleanUp(create=ADD, delete=delete)


def test_a_path_is_filled_with_what_that_of_the_creation_had(notes_team: Team) -> None:
    create, delete = "POST /shelves/{shelf}/notes", "DELETE /shelves/{shelf}/notes/{id}"
    settings = FuzzSettings(cleanup=(CleanUp(create=create, delete=delete),))
    with deployed_notes(notes_team.workspace()) as service:
        cleaned(notes_team, service, [Made(create, {"shelf": "a/b"}, b'{"id": 3}')], settings)

    assert [asked.path for asked in service.having("DELETE")] == ["/shelves/a%2Fb/notes/3"]


# --- whole runs -------------------------------------------------------------------------------------


@pytest.fixture
def with_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credential of the notes in the environment."""
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)


def fuzz(*arguments: str) -> int:
    """``troth fuzz notes`` with few examples."""
    return main(["fuzz", "notes", "--max-examples", "2", "--rate", "100000", *arguments])


@pytest.mark.usefixtures("with_token")
def test_a_run_leaves_nothing_behind(notes_team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)
    with deployed_notes(notes_team.workspace()) as service:
        status = fuzz("--url", service.url, "-k", ADD)
        there = kept(service)

    assert (status, there, len(service.having("DELETE", "/notes/")) > 2) == (0, PUT_IN, True)
    assert "clean-up" in capfd.readouterr().out


@pytest.mark.usefixtures("with_token")
def test_a_run_without_an_entry_leaves_what_it_made(notes_team: Team) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        fuzz("--url", service.url, "-k", ADD)
        there = kept(service)

    assert there > PUT_IN


@pytest.mark.usefixtures("with_token")
def test_a_run_that_cannot_remove_what_it_made_could_not_check(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)
    with deployed_notes(notes_team.workspace(), to_drop(503)) as service:
        status = fuzz("--url", service.url, "-k", ADD)

    assert (status, "fuzz-left-behind" in capfd.readouterr().out) == (3, True)


@pytest.mark.usefixtures("with_token")
def test_an_entry_lets_its_operation_write_elsewhere(notes_team: Team) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)
    with deployed_notes(notes_team.workspace()) as service:
        status = fuzz("--url", service.elsewhere, "--method", "POST")
        there = kept(service)

    assert (status, service.methods, there) == (0, {"GET", "POST", "DELETE"}, PUT_IN)


@pytest.mark.usefixtures("with_token")
def test_without_an_entry_nothing_writes_elsewhere(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        status = fuzz("--url", service.elsewhere, "--method", "POST")

    assert (status, service.having("POST")) == (3, [])
    assert "--writes tries them" in capfd.readouterr().err


@pytest.mark.usefixtures("with_token")
def test_a_run_that_ended_early_is_cleaned_up_after(notes_team: Team) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)
    with deployed_notes(notes_team.workspace()) as service:
        service.answers = full(service)
        status = fuzz("--url", service.url, "-k", ADD)
        there = kept(service)

    assert (status, there, len(service.having("DELETE", "/notes/"))) == (3, PUT_IN, 2)


@pytest.mark.usefixtures("with_token")
def test_a_run_that_was_interrupted_is_cleaned_up_after(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)
    with deployed_notes(notes_team.workspace()) as service:
        service.answers = pressed(service)
        status = fuzz("--url", service.url, "-k", ADD)
        there = kept(service)

    assert (status, there, len(service.having("DELETE", "/notes/")) >= 3) == (3, PUT_IN, True)
    assert "fuzz-interrupted" in capfd.readouterr().out


@pytest.mark.usefixtures("with_token")
def test_a_run_that_is_out_of_time_could_not_check_what_it_did_not_reach(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)
    with deployed_notes(notes_team.workspace()) as service:
        status = main(["fuzz", "notes", "--url", service.url, "--time-budget", "1", "--rate", "1"])
        there = kept(service)

    assert (status, there) == (3, PUT_IN)
    assert "fuzz-untried" in capfd.readouterr().out


def test_nothing_is_removed_in_process(notes_team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    notes_team.append("contracts/notes/fuzz.toml", ENTRY)

    status = fuzz("-k", ADD, "--workers", "1")

    assert (status, "clean-up" in capfd.readouterr().out) == (0, False)
