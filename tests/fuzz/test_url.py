"""A run at a URL, from the outside: what reaches the service, and what is told of it."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.deployed import TOKEN, at, deployed, deployed_notes, said
from tests.support.workspaces import Team
from troth.api import Api
from troth.cli.app import main
from troth.evidence import Finding, Verdict
from troth.exchange import Request, Response
from troth.fuzz import Budget, Choice, Document, FuzzRun, FuzzSettings, Service, fuzz
from troth.fuzz.gate import Gate
from troth.fuzz.manners import SAFE_METHODS, Manners, Wishes, manners
from troth.fuzz.routes import Routes
from troth.fuzz.staging import interruptible
from troth.workspace import LiveSettings, Workspace

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SMALL = Budget(seed=1, max_examples=3)
QUICKLY = LiveSettings(rate=1e6)
OK = {"200": {"description": "OK", "content": {"application/json": {"schema": {"type": "object"}}}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 1}}
LINKED = {
    "201": {
        "description": "Made",
        "content": {"application/json": {"schema": {"type": "object"}}},
        "links": {
            "drop": {"operationId": "drop", "parameters": {"id": "$response.body#/id"}},
            "show": {"operationId": "show", "parameters": {"id": "$response.body#/id"}},
        },
    }
}


def described(**paths: dict[str, Any]) -> Document:
    """A document of these paths; ``_`` for the root."""
    return Document(
        {
            "openapi": "3.1.0",
            "info": {"title": "things", "version": "1"},
            "paths": {f"/{name.strip('_').replace('__', '/')}": item for name, item in paths.items()},
        },
        "openapi.json",
    )


THINGS = described(
    things={"get": {"responses": OK}, "post": {"responses": LINKED}},
    **{
        "things__{id}": {
            "parameters": [ID],
            "get": {"operationId": "show", "responses": OK},
            "delete": {"operationId": "drop", "responses": {"204": {"description": "Gone"}}},
        }
    },
)


def things(request: Request) -> Response:
    """Answers as the document says, whatever is asked."""
    return {"POST": said(201, {"id": 1}), "DELETE": Response(204)}.get(request.method, said(200, {}))


def ran_at(
    url: str,
    document: Document,
    workspace: Workspace,
    *,
    wishes: Wishes | None = None,
    gate: Gate | None = None,
) -> FuzzRun:
    """A run at a URL, as it is held there."""
    api = Api("things", server="https://things.example", version="1")
    service = Service(place=url, version="1", secrets={}, url=url, simulated=False)
    held = manners(url, wishes or Wishes(), QUICKLY, seed=1)
    routes = Routes(document.operations, url)
    choice = Choice(budget=SMALL, gate=gate or Gate(held, routes=routes))
    return fuzz(workspace, api, service, document, FuzzSettings(), choice, now=NOW)


def codes(found: tuple[Finding, ...]) -> dict[str, Verdict]:
    return {each.code: each.verdict for each in found}


class After:
    """Answers ``answer`` to every request after the first ``count`` with that method."""

    def __init__(self, count: int, answer: Response, method: str = "GET") -> None:
        self._left = count
        self._answer = answer
        self._method = method

    def __call__(self, request: Request) -> Response | None:
        self._left -= request.method == self._method
        return self._answer if self._left < 0 else None


class Once:
    """Answers one request, after some others."""

    def __init__(self, answer: Response, *, after: int) -> None:
        self._left = after
        self._answer = answer

    def __call__(self, _: Request) -> Response | None:
        self._left -= 1
        return self._answer if self._left == -1 else None


class Interrupting:
    """Presses Ctrl-C while the service answers, once."""

    def __init__(self, after: int) -> None:
        self._left = after

    def __call__(self, _: Request) -> Response | None:
        self._left -= 1
        if self._left == 0:
            signal.raise_signal(signal.SIGINT)
        return None


@pytest.fixture
def here(tmp_path: Path) -> Workspace:
    """A workspace with nothing in it."""
    (tmp_path / "pyproject.toml").write_text("[tool.troth]\n", encoding="utf-8")
    return Workspace.find(tmp_path)


def test_every_method_reaches_a_service_on_this_machine(here: Workspace) -> None:
    with deployed(things) as service:
        ran = ran_at(service.url, THINGS, here)

    assert {"GET", "POST", "DELETE", "TRACE"} <= service.methods
    assert ran.stopped == ""


def test_nothing_but_reading_reaches_a_service_elsewhere(here: Workspace) -> None:
    with deployed(things) as service:
        ran = ran_at(service.elsewhere, THINGS, here)

    assert service.methods <= SAFE_METHODS
    assert [each.operation for each in ran.tallies] == ["GET /things", "GET /things/{id}"]


def test_a_run_that_only_reads_is_refused_nothing(here: Workspace) -> None:
    with deployed(things) as service:
        gate = Gate(manners(service.url, Wishes(read_only=True), QUICKLY, seed=1))
        ran = ran_at(service.url, THINGS, here, gate=gate)

    assert (gate.refused, codes(ran.result.findings).get("fuzz-trouble")) == (0, None)


def test_what_a_check_or_a_link_would_send_is_refused_where_nobody_planned_for_it(here: Workspace) -> None:
    with deployed(things) as service:
        held = Manners(origin=f"http://127.0.0.1:{service.port}", methods=frozenset({"GET", "POST"}))
        ran = ran_at(service.url, THINGS, here, gate=Gate(held))

    assert service.methods <= {"GET", "POST"}
    assert [each.operation for each in ran.tallies] == ["GET /things", "POST /things", "GET /things/{id}"]


def test_writes_reach_a_service_elsewhere_where_they_are_typed(here: Workspace) -> None:
    with deployed(things) as service:
        ran_at(service.elsewhere, THINGS, here, wishes=Wishes(writes=True))

    assert {"GET", "POST", "DELETE"} <= service.methods


def test_a_run_says_what_it_left_out(here: Workspace) -> None:
    with deployed(things) as service:
        ran = ran_at(service.elsewhere, THINGS, here)

    assert [each.message for each in ran.result.told if each.code == "fuzz-left-out"] == [
        "2 left out, since only GET, HEAD, OPTIONS may be sent (--writes tries them): "
        "POST /things, DELETE /things/{id}"
    ]


def test_every_request_of_a_run_carries_its_tag(here: Workspace) -> None:
    with deployed(things) as service:
        gate = Gate(manners(service.url, Wishes(), QUICKLY, seed=1))
        ran_at(service.url, THINGS, here, gate=gate)

    tags = {(each.headers.get("User-Agent"), each.headers.get("X-Troth-Run")) for each in service.asked}
    assert tags == {("troth-fuzz/1", gate.manners.headers["X-Troth-Run"])}


def test_a_rate_is_kept_between_the_requests_of_a_run(here: Workspace) -> None:
    slept: list[float] = []
    with deployed(things) as service:
        held = manners(service.url, Wishes(rate=4.0), QUICKLY, seed=1)
        ran_at(service.url, THINGS, here, gate=Gate(held, clock=lambda: 0.0, sleep=slept.append))

    assert slept == [count * 0.25 for count in range(1, len(service.asked))]


# --- hosts ------------------------------------------------------------------------------------------


def test_the_servers_of_a_document_are_never_asked(here: Workspace) -> None:
    with deployed(things) as other, deployed(things) as service:
        servers = [{"url": other.url}]
        document = described(
            things={"servers": servers, "get": {"responses": OK}}, _={"get": {"responses": OK}}
        )
        document.content["servers"] = servers
        ran_at(service.url, document, here)

    assert (other.asked, bool(service.having("GET", "/"))) == ([], True)


def test_an_operation_at_a_server_of_its_own_is_left_out(here: Workspace) -> None:
    with deployed(things) as other, deployed(things) as service:
        elsewhere = {"responses": OK, "servers": [{"url": other.url}]}
        ran = ran_at(service.url, described(things={"get": {"responses": OK}, "post": elsewhere}), here)

    told = [each.operation for each in ran.result.told if each.code == "fuzz-left-out"]
    assert (other.asked, told) == ([], ["POST /things"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(here: Workspace, status: int) -> None:
    with deployed(things) as other:
        away = said(status, None, {"Location": f"{other.url}/things"})
        with deployed(lambda _: away) as service:
            ran_at(service.url, described(things={"get": {"responses": OK}}), here)

    assert (other.asked, len(service.asked) > 3) == ([], True)


def test_a_callback_is_data(here: Workspace) -> None:
    hook = {"type": "object", "required": ["url"], "properties": {"url": {}}}
    with deployed(things) as other, deployed(things) as service:
        hook["properties"] = {"url": {"type": "string", "enum": [f"{other.url}/hook"]}}
        body = {"required": True, "content": {"application/json": {"schema": hook}}}
        called = {"called": {"{$request.body#/url}": {"post": {"responses": OK}}}}
        post = {"requestBody": body, "responses": LINKED, "callbacks": called}
        ran_at(service.url, described(things={"post": post}), here)

    assert (other.asked, any(b"/hook" in each.body for each in service.asked)) == ([], True)


def test_a_document_that_refers_to_another_host_is_not_fetched_from_there(here: Workspace) -> None:
    with deployed(lambda _: said(200, {"type": "integer"})) as other, deployed(things) as service:
        remote = {**ID, "schema": {"$ref": f"{other.url}/schema.json"}}
        document = described(**{"things__{id}": {"get": {"parameters": [remote], "responses": OK}}})
        ran = ran_at(service.url, document, here)

    assert (other.asked, ran.result.verdict) == ([], Verdict.UNCHECKED)


# --- where it ends ----------------------------------------------------------------------------------


def test_a_run_ends_at_its_first_429(here: Workspace) -> None:
    with deployed(things, After(6, said(429, {}, {"Retry-After": "30"}))) as service:
        ran = ran_at(service.url, THINGS, here)

    assert [each.status for each in ran.sent].count(429) == 1
    assert len(service.having("GET")) == 7
    assert ran.stopped == "the service answers 429"


def test_the_429_that_ends_a_run_breaks_nothing(here: Workspace) -> None:
    with deployed(things, After(6, said(429, {}))) as service:
        ran = ran_at(service.url, THINGS, here)

    assert [each for each in ran.sent if each.status == 429 and each.failures] == []


def test_what_a_429_left_untried_could_not_be_checked(here: Workspace) -> None:
    with deployed(things, After(2, said(429, {}, {"Retry-After": "30"}))) as service:
        ran = ran_at(service.url, THINGS, here)

    [limited] = [each for each in ran.result.findings if each.code == "fuzz-limited"]
    last = Routes(THINGS.operations, service.url).find("GET", service.asked[-1].url)
    untried = [each.operation for each in ran.tallies if not each.cases]
    assert last is not None
    assert (limited.operation, limited.verdict) == (last.label, Verdict.UNCHECKED)
    assert limited.message == (
        f"the run ended at a 429 (Retry-After is 30); {len(untried)} operations were not tried: "
        f"{', '.join(untried)}"
    )


def test_a_run_that_ended_at_a_429_keeps_what_it_has(here: Workspace) -> None:
    crash = at("/things", said(500, {}))
    limit = After(6, said(429, {}))
    with deployed(things, lambda request: limit(request) or crash(request)) as service:
        ran = ran_at(service.url, THINGS, here)

    assert codes(ran.result.findings)["fuzz-not-a-server-error"] is Verdict.BROKEN
    assert len(ran.sent) == len([each for each in service.asked if each.path.startswith("/things")])


def test_a_429_is_waited_for_where_that_was_typed(here: Workspace) -> None:
    slept: list[float] = []
    with deployed(things) as service:
        service.answers = Once(said(429, {}, {"Retry-After": "7"}), after=6)
        held = manners(service.url, Wishes(on_429="wait"), QUICKLY, seed=1)
        ran = ran_at(service.url, THINGS, here, gate=Gate(held, sleep=slept.append))

    assert (slept, ran.stopped, codes(ran.result.findings).get("fuzz-limited")) == ([7.0], "", None)


def test_a_run_that_is_interrupted_tells_what_it_saw(here: Workspace) -> None:
    crash = at("/things", said(500, {}))
    press = Interrupting(after=8)
    with deployed(things, lambda request: press(request) or crash(request)) as service:
        gate = Gate(manners(service.url, Wishes(), QUICKLY, seed=1))
        with interruptible(gate, lambda _: None):
            ran = ran_at(service.url, THINGS, here, gate=gate)

    assert codes(ran.result.findings)["fuzz-not-a-server-error"] is Verdict.BROKEN
    assert codes(ran.result.findings)["fuzz-interrupted"] is Verdict.UNCHECKED
    assert ran.stopped == "it was interrupted"


def test_a_second_interruption_ends_at_once() -> None:
    gate = Gate()

    with interruptible(gate, lambda _: None):
        signal.raise_signal(signal.SIGINT)

        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert gate.stopped == "it was interrupted"


def test_after_a_run_an_interruption_is_again_what_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)

    with interruptible(Gate(), lambda _: None):
        during = signal.getsignal(signal.SIGINT)

    assert (signal.getsignal(signal.SIGINT), during is before) == (before, False)


# --- the command ------------------------------------------------------------------------------------


@pytest.fixture
def with_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """The credential of the notes in the environment."""
    monkeypatch.setenv("NOTES_TOKEN", TOKEN)


def told(url: str, *arguments: str, capfd: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any], str]:
    """``troth fuzz notes`` there with few examples: the status, the JSON document and the progress."""
    few = ("fuzz", "notes", "--max-examples", "2", "--rate", "100000", "--format", "json", "--url", url)
    status = main([*few, *arguments])
    captured = capfd.readouterr()
    return status, json.loads(captured.out), captured.err


@pytest.mark.usefixtures("with_token")
def test_the_command_says_which_version_is_deployed(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    notes_team.append("contracts/notes/fuzz.toml", '\n[served]\nhealth = "/health"\nheader = "X-Version"\n')
    health = at("/health", said(200, {"status": "ok"}, {"X-Version": "1.4.2"}))
    with deployed_notes(notes_team.workspace(), health) as service:
        _, document, progress = told(service.url, "-k", "health", capfd=capfd)

    assert document["deployed"] == {"version": "1.4.2", "source": "header X-Version"}
    assert "version 1.4.2 (header X-Version)" in progress


@pytest.mark.usefixtures("with_token")
def test_the_command_compares_the_document_first(notes_team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    notes_team.append("contracts/notes/fuzz.toml", '\n[served]\npath = "/openapi.json"\n')
    served = json.loads(notes_team.read("contracts/notes/openapi.json"))
    served["info"]["version"] = "7"
    del served["paths"]["/health"]
    with deployed_notes(notes_team.workspace(), at("/openapi.json", said(200, served))) as service:
        status, document, progress = told(service.url, "-k", "list_notes", capfd=capfd)

    first = document["steps"][0]
    assert (status, first["step"]) == (1, "served document")
    assert [each["operation"] for each in first["findings"]] == ["GET /health"]
    assert document["deployed"]["version"] == "7"
    assert "differs, see the 1 findings" in progress.splitlines()[0]


@pytest.mark.usefixtures("with_token")
def test_a_role_of_a_provider_in_process_is_the_first_one_at_a_url(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    notes_team.edit(
        "contracts/notes/fuzz.toml", 'given = "some notes"', 'given = "some notes"\nrole = "stale"'
    )
    with deployed_notes(notes_team.workspace()) as service:
        status, _, _ = told(service.url, "-k", "list_notes", capfd=capfd)

    assert status == 0


@pytest.mark.usefixtures("with_token")
def test_the_command_only_reads_elsewhere(notes_team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        status, document, progress = told(service.elsewhere, capfd=capfd)

    assert (status, service.methods <= SAFE_METHODS) == (0, True)
    assert document["manners"]["methods"] == ["GET", "HEAD", "OPTIONS"]
    assert "read-only, at most 100000 requests a second" in progress


@pytest.mark.usefixtures("with_token")
def test_what_was_asked_for_but_may_not_be_tried_could_not_be_checked(
    notes_team: Team, capfd: pytest.CaptureFixture[str]
) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        status = main(["fuzz", "notes", "--url", service.elsewhere, "-k", "add_note"])

    assert (status, service.having("POST")) == (3, [])
    assert "--writes tries them" in capfd.readouterr().err


def test_the_command_waits_no_longer_than_it_may(notes_team: Team, capfd: pytest.CaptureFixture[str]) -> None:
    with deployed_notes(notes_team.workspace()) as service:
        url = service.url
    status = main(["fuzz", "notes", "--url", url, "--wait", "0"])

    assert (status, "was not ready within 0 s" in capfd.readouterr().err) == (3, True)
