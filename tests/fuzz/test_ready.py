"""Whether a service answers yet, and which version of it does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.fuzz.deployed import Deployed, Notes, deployed, said
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Response
from troth.fuzz.ready import Deployed as Version
from troth.fuzz.ready import Waiting, asking, until_ready
from troth.fuzz.ready import deployed as version_of
from troth.fuzz.settings import Served
from troth.jsontext import Json
from troth.loopback import LoopbackServer

TAG = {"User-Agent": "troth-fuzz/1", "X-Troth-Run": "0a1b"}
NOWHERE = Served()


class Clock:
    """Time that passes where somebody sleeps; ``then`` happens while he does for the ``nth`` time."""

    def __init__(self, nth: int = 0, then: Callable[[], None] = lambda: None) -> None:
        self.now = 0.0
        self.slept = 0
        self._nth = nth
        self._then = then

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        if self.slept == self._nth:
            self._then()


def patient(clock: Clock, seconds: float = 30.0) -> Waiting:
    return Waiting(seconds, clock, clock.sleep)


def fine(_: object) -> Response:
    return said(200, {"status": "ok"})


def free_port() -> int:
    with LoopbackServer(fine) as server:
        return server.port


def test_a_service_that_answers_is_not_waited_for() -> None:
    clock = Clock()
    with deployed(fine) as service:
        answer = until_ready(service.url, NOWHERE, asking(TAG), patient(clock))

    assert (answer.status, clock.slept) == (200, 0)


def test_a_service_that_comes_up_is_waited_for() -> None:
    server = LoopbackServer(fine, port=free_port())
    server.refuse_connections()
    clock = Clock(3, server.accept_connections)
    with server:
        answer = until_ready(server.url, NOWHERE, asking(TAG), patient(clock))

    assert (answer.status, clock.slept) == (200, 3)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_what_stands_before_a_service_is_none(status: int) -> None:
    with deployed(fine, lambda _: said(status)) as service:
        clock = Clock(2, lambda: setattr(service, "answers", lambda _: None))
        answer = until_ready(service.url, NOWHERE, asking(TAG), patient(clock))

    assert (answer.status, clock.slept) == (200, 2)


@pytest.mark.parametrize("status", [200, 301, 401, 404, 500])
def test_any_other_answer_is_one(status: int) -> None:
    clock = Clock()
    with deployed(fine, lambda _: said(status)) as service:
        until_ready(service.url, NOWHERE, asking(TAG), patient(clock))

    assert clock.slept == 0


def test_a_service_that_does_not_come_up_could_not_be_checked() -> None:
    clock = Clock()
    url = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(CouldNotCheck, match="was not ready within 30 s: nothing answers"):
        until_ready(url, NOWHERE, asking(TAG), patient(clock))

    assert clock.now == pytest.approx(29.5, abs=0.5)


def test_a_service_may_be_asked_once() -> None:
    clock = Clock()
    with deployed(fine, lambda _: said(503)) as service, pytest.raises(CouldNotCheck, match="answers 503"):
        until_ready(service.url, NOWHERE, asking(TAG), patient(clock, 0.0))

    assert (len(service.asked), clock.slept) == (1, 0)


def test_waiting_is_told() -> None:
    notes = Notes()
    with deployed(fine, lambda _: said(503)) as service:
        clock = Clock(1, lambda: setattr(service, "answers", lambda _: None))
        until_ready(service.url, NOWHERE, asking(TAG), patient(clock), emit=notes)

    assert notes.texts == [f"{service.url} does not answer yet; waiting up to 30 s"]


def test_a_service_that_answers_is_told_nothing_of() -> None:
    notes = Notes()
    with deployed(fine) as service:
        until_ready(service.url, NOWHERE, asking(TAG), patient(Clock()), emit=notes)

    assert notes.texts == []


@pytest.mark.parametrize(
    ("health", "path"), [("", "/base"), ("/healthz", "/healthz"), ("healthz", "/base/healthz")]
)
def test_a_service_is_asked_at_its_health_path(health: str, path: str) -> None:
    with deployed(fine) as service:
        until_ready(f"{service.url}/base", Served(health=health), asking(TAG), patient(Clock()))

    assert [each.path for each in service.asked] == [path]


def test_a_service_is_asked_with_the_tag() -> None:
    with deployed(fine) as service:
        until_ready(service.url, NOWHERE, asking(TAG), patient(Clock()))

    assert tagged(service) == [("troth-fuzz/1", "0a1b")]


def tagged(service: Deployed) -> list[tuple[str | None, str | None]]:
    return [(each.headers.get("User-Agent"), each.headers.get("X-Troth-Run")) for each in service.asked]


HEALTH = Response(200, Headers.of({"X-Version": "1.4.2"}), b'{"build": {"version": "1.4.1", "parts": [7]}}')
DOCUMENT: Json = {"info": {"version": "1.4.0"}}


@pytest.mark.parametrize(
    ("served", "version"),
    [
        (Served(health="/h", header="X-Version"), Version("1.4.2", "header X-Version")),
        (Served(health="/h", member="build.version"), Version("1.4.1", "build.version of /h")),
        (Served(health="/h", member="build.parts.0"), Version("7", "build.parts.0 of /h")),
        (
            Served(health="/h", header="X-Other", member="build.other"),
            Version("1.4.0", "info.version of the document served"),
        ),
        (NOWHERE, Version("1.4.0", "info.version of the document served")),
    ],
)
def test_a_version_is_found_where_settings_say(served: Served, version: Version) -> None:
    assert version_of(served, HEALTH, DOCUMENT) == version


@pytest.mark.parametrize("document", [None, {}, {"info": {}}, {"info": {"version": ["1"]}}, []])
def test_a_service_may_tell_no_version(document: Json) -> None:
    assert str(version_of(NOWHERE, HEALTH, document)) == "a version that it does not tell"


@pytest.mark.parametrize("told", ["", "1\x1b[2J", "a" * 81, "1 (secret=…)", "\n1"])
def test_what_is_no_version_is_not_told(told: str) -> None:
    answer = Response(200, Headers.of({"X-Version": told}))

    assert version_of(Served(health="/h", header="X-Version"), answer) == Version()


def test_a_health_answer_that_is_no_json_tells_no_version() -> None:
    answer = Response(200, Headers(), b"<html>")

    assert version_of(Served(health="/h", member="version"), answer) == Version()


@pytest.mark.parametrize(
    "keys", [{"path": "https://other.example/openapi.json"}, {"health": "//other.example"}, {"header": "X"}]
)
def test_settings_of_another_host_are_refused(keys: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"at the service itself|say of which with health"):
        Served.model_validate(keys)
