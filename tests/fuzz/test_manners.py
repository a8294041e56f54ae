"""What may be sent where: the choice of it, and the gate that every request passes."""

from __future__ import annotations

import pytest
import requests
from schemathesis.config._phases import DEFAULT_UNEXPECTED_METHODS

from tests.fuzz.deployed import deployed, said
from troth.errors import UsageProblem
from troth.evidence import Verdict
from troth.exchange import Request, Response
from troth.fuzz.document import Document
from troth.fuzz.gate import Gate, Limited, Over, Refused
from troth.fuzz.manners import (
    SAFE_METHODS,
    UNEXPECTED,
    Manners,
    Wishes,
    left_out,
    mannered,
    manners,
    origin,
    sorted_out,
)
from troth.fuzz.routes import Routes, filled
from troth.workspace import LiveSettings

NEAR, FAR = "http://127.0.0.1:8130", "https://staging.example"
LIVE = LiveSettings(rate=3.0)
NOTES = Document(
    {
        "openapi": "3.1.0",
        "paths": {
            "/notes": {"get": {}, "post": {}},
            "/notes/{id}": {"get": {}, "delete": {}},
            "/notes/last": {"get": {}},
            "/files": {"get": {"servers": [{"url": "https://files.example"}]}},
        },
    },
    "openapi.json",
)
WRITING = [("POST", "POST /notes"), ("DELETE", "DELETE /notes/{id}"), ("PATCH", None)]


class Clock:
    """Time that passes where somebody sleeps, and nowhere else."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Answers:
    """Answers with these statuses, one after the other, and then with 200."""

    def __init__(self, *statuses: int, after: str = "") -> None:
        self._left = list(statuses)
        self._headers = {"Retry-After": after} if after else {}

    def __call__(self, _: Request) -> Response:
        status = self._left.pop(0) if self._left else 200
        return said(status, {"status": status}, self._headers)


def held(url: str = FAR, wishes: Wishes | None = None, cleaned: tuple[str, ...] = ()) -> Manners:
    return manners(url, wishes or Wishes(), LIVE, seed=7, cleaned=cleaned)


def labels(chosen: Manners, *, simulated: bool = False) -> list[str]:
    tried, _ = sorted_out(NOTES.operations, chosen, simulated=simulated)
    return [each.label for each in tried]


def verdicts(chosen: Manners, *, asked: bool = False) -> dict[str, Verdict]:
    _, left = sorted_out(NOTES.operations, chosen, simulated=True)
    return {each.message: each.verdict for each in left_out("notes", left, chosen, asked=asked)}


def ask(gate: Gate, method: str, url: str, count: int = 1) -> list[int]:
    with gate.before_sockets():
        return [requests.request(method, url, timeout=10).status_code for _ in range(count)]


@pytest.mark.parametrize(("method", "label"), WRITING)
def test_a_host_elsewhere_is_only_read(method: str, label: str | None) -> None:
    assert held().admits(method, label) is False


@pytest.mark.parametrize("method", sorted(SAFE_METHODS))
def test_a_host_elsewhere_is_read(method: str) -> None:
    assert held().admits(method, None) is True


@pytest.mark.parametrize(("method", "label"), WRITING)
@pytest.mark.parametrize(
    "chosen", [held(NEAR), held(FAR, Wishes(writes=True)), manners(None, Wishes(), LIVE, seed=7)]
)
def test_this_machine_and_a_host_that_is_to_be_written_to_take_everything(
    chosen: Manners, method: str, label: str | None
) -> None:
    assert chosen.admits(method, label) is True


def test_a_method_that_is_named_elsewhere_goes_to_what_is_cleaned_up_alone() -> None:
    chosen = held(FAR, Wishes(methods=("get", "POST", "DELETE")), cleaned=("POST /notes",))

    assert labels(chosen) == ["GET /notes", "POST /notes", "GET /notes/{id}", "GET /notes/last"]


def test_a_method_limits_this_machine_too() -> None:
    assert labels(held(NEAR, Wishes(methods=("DELETE",)))) == ["DELETE /notes/{id}"]


def test_what_stands_at_another_host_is_left_out_where_the_service_does_not_answer_for_it() -> None:
    chosen = held(NEAR)

    assert labels(chosen, simulated=True) == [*labels(chosen), "GET /files"]


def test_what_is_left_out_is_told_and_counted() -> None:
    assert verdicts(held()) == {
        "2 left out, since only GET, HEAD, OPTIONS may be sent (--writes tries them): "
        "POST /notes, DELETE /notes/{id}": Verdict.PROVEN
    }


def test_what_was_asked_for_by_name_and_is_left_out_could_not_be_checked() -> None:
    assert set(verdicts(held(), asked=True).values()) == {Verdict.UNCHECKED}


def test_what_is_left_out_since_only_reading_was_asked_for_is_told() -> None:
    assert set(verdicts(held(FAR, Wishes(read_only=True)), asked=True).values()) == {Verdict.PROVEN}


def test_what_was_asked_for_by_its_method_and_would_stay_could_not_be_checked() -> None:
    chosen = held(FAR, Wishes(methods=("POST",)))

    found = verdicts(chosen)

    assert found == {
        "1 left out, since what it makes would stay: [[cleanup]] of fuzz.toml does not say how it is removed "
        "(--writes tries them): POST /notes": Verdict.UNCHECKED,
        "5 left out, since only POST may be sent: "
        "GET /notes, GET /notes/{id}, DELETE /notes/{id}, GET /notes/last, GET /files": Verdict.PROVEN,
    }


@pytest.mark.parametrize(
    "wishes",
    [
        Wishes(read_only=True, writes=True),
        Wishes(read_only=True, methods=("POST",)),
        Wishes(methods=("FETCH",)),
    ],
)
def test_what_contradicts_itself_is_refused(wishes: Wishes) -> None:
    with pytest.raises(UsageProblem):
        held(FAR, wishes)


@pytest.mark.parametrize(
    "url",
    ["staging.example", "ftp://staging.example", "https://", "http://staging.example:99999", "http://[::1"],
)
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(UsageProblem, match="is no server"):
        held(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://Staging.example/a", "https://staging.example:443/b?c"),
        ("http://127.0.0.1:80", "http://127.0.0.1/"),
        ("http://[::1]:81/", "http://[::1]:81"),
    ],
)
def test_an_origin_has_one_form(one: str, other: str) -> None:
    assert origin(one) == origin(other) != ""


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ("30", "Retry-After is 30"),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "Retry-After is Fri, 31 Dec 1999 23:59:59 GMT"),
        ("<b>token", "Retry-After is unreadable"),
        ("", "without Retry-After"),
    ],
)
def test_of_a_429_a_time_is_told(after: str, said: str) -> None:
    gate = Gate(held())
    gate.limited = Limited("GET /notes", after)

    [finding] = gate.findings("notes", [], "troth fuzz notes")

    assert (finding.message, finding.reproduce) == (
        f"the run ended at a 429 ({said})",
        "troth fuzz notes --on-429 wait",
    )


@pytest.mark.parametrize(
    ("chosen", "rate"),
    [
        (held(FAR), 3.0),
        (held(FAR, Wishes(rate=9.0)), 9.0),
        (held(NEAR), None),
        (held(NEAR, Wishes(rate=9.0)), 9.0),
        (manners(None, Wishes(), LIVE, seed=7), None),
    ],
)
def test_a_host_elsewhere_is_asked_at_the_rate_of_the_workspace(chosen: Manners, rate: float | None) -> None:
    assert chosen.rate == rate


@pytest.mark.parametrize(
    ("chosen", "planned"),
    [
        (held(FAR), ["get", "options"]),
        (held(FAR, Wishes(methods=("POST",)), cleaned=("POST /notes",)), []),
        (held(NEAR, Wishes(methods=("GET", "PUT"))), ["get", "put"]),
        (held(NEAR, Wishes(read_only=True)), ["get", "options"]),
    ],
)
def test_no_method_is_planned_that_would_not_be_sent(chosen: Manners, planned: list[str]) -> None:
    found = mannered({"phases": {"coverage": {"enabled": True}}}, chosen)

    assert found == {"phases": {"coverage": {"enabled": True, "unexpected-methods": planned}}}


def test_a_configuration_stays_as_it_is_where_everything_may_be_sent() -> None:
    assert mannered({"seed": 1}, held(NEAR)) == {"seed": 1}


def test_the_methods_that_are_planned_are_those_of_the_library() -> None:
    assert set(UNEXPECTED) == DEFAULT_UNEXPECTED_METHODS


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_gate_that_is_read_only_lets_reading_pass(method: str) -> None:
    with deployed(Answers()) as service:
        statuses = ask(Gate(held(service.elsewhere, Wishes(rate=1e6))), method, service.elsewhere)

    assert (statuses, service.methods) == ([200], {method})


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "post"])
def test_a_gate_that_is_read_only_sends_nothing_else(method: str) -> None:
    with deployed(Answers()) as service:
        gate = Gate(held(service.elsewhere))

        with pytest.raises(Refused, match="may not be sent"):
            ask(gate, method, service.elsewhere)

    assert (service.asked, gate.refused) == ([], 1)


def test_a_header_makes_no_other_method_of_what_is_read() -> None:
    with deployed(Answers()) as service:
        gate = Gate(held(service.elsewhere))

        with pytest.raises(Refused, match="another method"), gate.before_sockets():
            requests.get(service.elsewhere, headers={"x-http-method-override": "DELETE"}, timeout=10)

    assert service.asked == []


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "https://staging.example/", "http://localhost:{port}/"]
)
def test_a_gate_lets_nothing_pass_to_another_origin(url: str) -> None:
    with deployed(Answers()) as service:
        gate = Gate(held(service.url))

        with pytest.raises(Refused, match="nobody named it"):
            ask(gate, "GET", url.format(port=service.port))

    assert service.asked == []


def test_a_gate_follows_no_redirect_to_another_origin() -> None:
    with deployed(Answers()) as other:
        away = said(302, None, {"Location": f"{other.url}/taken"})
        with deployed(lambda _: away) as service, pytest.raises(Refused):
            ask(Gate(held(service.url)), "GET", service.url)

    assert (len(service.asked), other.asked) == (1, [])


def test_every_request_carries_the_tag_of_its_run() -> None:
    with deployed(Answers()) as service:
        chosen = held(service.url)
        ask(Gate(chosen), "GET", service.url, 2)

    tags = {(each.headers.get("User-Agent"), each.headers.get("X-Troth-Run")) for each in service.asked}
    assert tags == {("troth-fuzz/7", chosen.headers["X-Troth-Run"])}


def test_two_runs_have_tags_of_their_own() -> None:
    assert held().headers["X-Troth-Run"] != held().headers["X-Troth-Run"]


@pytest.mark.parametrize(("rate", "waited"), [(2.0, [0.5] * 3), (0.5, [2.0] * 3)])
def test_a_gate_keeps_its_rate(rate: float, waited: list[float]) -> None:
    clock = Clock()
    with deployed(Answers()) as service:
        ask(Gate(Manners(rate=rate), clock=clock, sleep=clock.sleep), "GET", service.url, 4)

    assert clock.slept == waited


def test_a_gate_without_a_rate_waits_for_nothing() -> None:
    clock = Clock()
    with deployed(Answers()) as service:
        ask(Gate(held(service.url), clock=clock, sleep=clock.sleep), "GET", service.url, 4)

    assert clock.slept == []


def test_a_429_is_the_last_that_is_asked() -> None:
    with deployed(Answers(429, after="30")) as service:
        gate = Gate(held(service.url), routes=Routes(NOTES.operations, service.url))
        statuses = ask(gate, "GET", f"{service.url}/notes")

        with pytest.raises(Over):
            ask(gate, "GET", f"{service.url}/notes")

    assert (statuses, len(service.asked), gate.limited) == ([429], 1, Limited("GET /notes", "30"))


def test_a_429_that_the_state_provokes_is_an_answer() -> None:
    with deployed(Answers(429)) as service:
        gate = Gate(held(service.url))
        gate.expected = frozenset({429})
        statuses = ask(gate, "GET", service.url, 2)

    assert statuses == [429, 200]


def test_a_429_in_process_is_an_answer() -> None:
    with deployed(Answers(429)) as service:
        statuses = ask(Gate(), "GET", service.url, 2)

    assert statuses == [429, 200]


@pytest.mark.parametrize(
    ("after", "waited"), [("3", 3.0), ("", 1.0), ("soon", 1.0), ("86400", 60.0), ("-1", 0.0)]
)
def test_a_429_is_waited_for_as_it_asks_and_asked_again(after: str, waited: float) -> None:
    clock = Clock()
    with deployed(Answers(429, after=after)) as service:
        gate = Gate(held(service.url, Wishes(on_429="wait")), clock=clock, sleep=clock.sleep)
        statuses = ask(gate, "GET", service.url)

    assert (statuses, clock.slept, gate.stopped) == ([200], [waited], "")


def test_a_429_is_waited_for_five_times_at_most() -> None:
    clock = Clock()
    with deployed(Answers(*[429] * 9, after="1")) as service:
        gate = Gate(held(service.url, Wishes(on_429="wait")), clock=clock, sleep=clock.sleep)
        statuses = ask(gate, "GET", service.url)

    assert (statuses, clock.slept, len(service.asked)) == ([429], [1.0] * 5, 6)


def test_a_gate_that_was_stopped_sends_nothing() -> None:
    with deployed(Answers()) as service:
        gate = Gate(held(service.url))
        gate.stop("it was enough")

        with pytest.raises(Over):
            ask(gate, "GET", service.url)

    assert service.asked == []


def test_sockets_are_free_again_after_a_run() -> None:
    with deployed(Answers()) as service:
        ask(Gate(held(service.url)), "GET", service.url)
        status = requests.post(service.elsewhere, timeout=10).status_code

    assert status == 200


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/base/notes/last", ("GET /notes/last", {})),
        ("GET", "/base/notes/a%2Fb", ("GET /notes/{id}", {"id": "a/b"})),
        ("POST", "/base/notes?x=1", ("POST /notes", {})),
        ("PUT", "/base/notes", None),
        ("GET", "/base/notes/1/2", None),
        ("GET", "/notes", None),
    ],
)
def test_a_request_is_known_by_its_path(
    method: str, path: str, found: tuple[str, dict[str, str]] | None
) -> None:
    route = Routes(NOTES.operations, "http://127.0.0.1:1/base").find(method, f"http://127.0.0.1:1{path}")

    assert (route and (route.label, dict(route.values))) == found


def test_a_path_is_filled_with_what_may_be_in_one() -> None:
    assert filled("/notes/{id}", {"id": "a/b?c"}) == "/notes/a%2Fb%3Fc"
