"""What goes over the wire, what is asked again, and what never is."""

from __future__ import annotations

import itertools
import ssl
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as Handshake

from consumers.campus_web import transport
from consumers.campus_web.client import CampusClient
from consumers.campus_web.errors import (
    NotFound,
    NotReached,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
    Unreadable,
)
from consumers.campus_web.waiting import Clock, Patience
from tests.consumers.campus_web.support import (
    PROGRAM,
    TOKEN,
    URL,
    FakeTime,
    answers,
    asked,
    client,
    empty,
    failure,
    no_connection,
    reply,
    submission,
)
from tests.support.wire import answering

LOST = {
    "timeout": requests.ReadTimeout(),
    "reset": requests.ConnectionError("reset"),
    "cut off": requests.exceptions.ChunkedEncodingError(),
    "tls broken": requests.exceptions.SSLError("the connection ended amid a record"),
}
WRITES: dict[str, tuple[str, str, Callable[[CampusClient], Any]]] = {
    "a program": ("POST", "/submissions/", lambda it: it.submit(3, PROGRAM)),
    "a run": ("POST", "/submissions/", lambda it: it.run(PROGRAM)),
    "a reply": ("POST", "/threads/9/replies/", lambda it: it.reply(9, "Потому")),
    "a change": ("PATCH", "/threads/9/", lambda it: it.change_thread(9, title="x")),
    "a deletion": ("DELETE", "/threads/9/", lambda it: it.delete_thread(9)),
    "an attempt": ("POST", "/exams/4/start", lambda it: it.start(4)),
    "answers": ("POST", "/exams/4/submit", lambda it: it.submit_answers(4, [])),
    "an enrolment": ("POST", "/enrollments/", lambda it: it.enroll(2)),
}


def untrusted() -> requests.exceptions.SSLError:
    """What requests raises for a certificate that it does not trust."""
    refused = Handshake(ssl.SSLCertVerificationError("self-signed"))
    return requests.exceptions.SSLError(MaxRetryError(pool=None, url="/", reason=refused))  # type: ignore[arg-type]


# --- what is sent ---------------------------------------------------------------------------------


@responses.activate
def test_the_token_goes_with_every_call() -> None:
    answers("GET", "/submissions/7/", submission())

    client().submission(7)

    assert asked()[0].headers["Authorization"] == f"Bearer {TOKEN}"


@responses.activate
def test_texts_go_out_as_utf_8() -> None:
    answers("POST", "/threads/9/replies/", reply(), status=201)

    client().reply(9, "Потому 🎉")

    assert asked()[0].body == '{"content":"Потому 🎉"}'.encode()
    assert asked()[0].headers["Content-Type"] == "application/json"


def test_half_of_a_surrogate_pair_is_refused_without_its_text() -> None:
    with pytest.raises(ValueError, match="surrogate") as caught:
        client().reply(9, "s3cret \ud800")

    assert caught.value.__context__ is None
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["campus.example", "ftp://campus.example", "https://u:p@campus.example", "https://c.example?a=b"]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="URL of campus") as caught:
        client(url=url)

    assert "u:p" not in str(caught.value)


@pytest.mark.parametrize("token", ["s3cret\nb", " s3cret", "s3cret-тайна", "s3cret\x7f"])
def test_a_token_that_no_header_can_hold_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ValueError, match="token holds") as caught:
        client(token=token)

    assert "s3cret" not in str(caught.value)


# --- writes are sent once -------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize(("method", "path", "write"), WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("trouble", LOST.values(), ids=LOST)
def test_a_write_without_an_answer_is_sent_once(
    method: str, path: str, write: Callable[[CampusClient], Any], trouble: Exception
) -> None:
    answers(method, path, trouble)
    time = FakeTime()

    with pytest.raises(OutcomeUnknown):
        write(client(time))

    assert (len(asked()), time.slept) == (1, [])


@responses.activate
@pytest.mark.parametrize(("method", "path", "write"), WRITES.values(), ids=WRITES)
def test_a_write_that_the_service_fails_on_is_sent_once(
    method: str, path: str, write: Callable[[CampusClient], Any]
) -> None:
    answers(method, path, failure("unexpected"), status=500)

    with pytest.raises(OutcomeUnknown):
        write(client())

    assert len(asked()) == 1


@responses.activate
@pytest.mark.parametrize("trouble", [no_connection(), requests.ConnectTimeout(), untrusted()])
def test_what_never_went_out_is_told_apart(trouble: Exception) -> None:
    answers("POST", "/submissions/", trouble)

    with pytest.raises(NotReached):
        client().submit(3, PROGRAM)

    assert len(asked()) == 1


# --- reads are asked for twice --------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize("trouble", [*LOST.values(), no_connection()], ids=[*LOST, "no connection"])
def test_a_read_is_asked_for_once_more(trouble: Exception) -> None:
    answers("GET", "/submissions/7/", trouble, submission())
    time = FakeTime()

    found = client(time).submission(7)

    assert (found.id, time.slept) == (7, [0.2])


@responses.activate
def test_a_read_is_asked_for_no_more_than_that() -> None:
    answers("GET", "/submissions/7/", *[failure("unexpected")] * 3, status=503)

    with pytest.raises(Unavailable):
        client().submission(7)

    assert len(asked()) == 2


@responses.activate
def test_who_is_told_to_wait_is_not_asked_again() -> None:
    answers("GET", "/submissions/7/", failure("too_many_requests"), status=429, headers={"Retry-After": "7"})

    with pytest.raises(RateLimited):
        client().submission(7)

    assert len(asked()) == 1


# --- what comes is bounded ------------------------------------------------------------------------


@responses.activate
def test_an_answer_that_is_too_large_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 1000)
    answers("GET", "/submissions/7/", submission(code="x" * 2000))

    with pytest.raises(Unreadable, match="more than 1000 bytes"):
        client().submission(7)


@responses.activate
def test_an_answer_that_trickles_is_given_up() -> None:
    ticks = itertools.count(step=20.0)
    answers("GET", "/submissions/7/", submission())
    patience = Patience(whole=10.0, attempts=1)

    with pytest.raises(Unavailable, match="within 10 s"):
        CampusClient(URL, TOKEN, patience=patience, clock=Clock(lambda: next(ticks))).submission(7)


@responses.activate
def test_a_program_is_waited_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    send = requests.Session.request

    def noting(self: requests.Session, *arguments: Any, **details: Any) -> requests.Response:
        seen.append(details["timeout"])
        return send(self, *arguments, **details)

    monkeypatch.setattr(requests.Session, "request", noting)
    answers("POST", "/submissions/", submission(), status=201)
    answers("GET", "/submissions/7/", submission())
    caller = client()

    caller.submit(3, PROGRAM)
    caller.submission(7)

    assert seen == [(3.05, 60.0), (3.05, 10.0)]


@responses.activate
def test_a_redirect_is_not_followed() -> None:
    empty("GET", "/submissions/7/", 302, headers={"Location": "https://evil.example/"})

    with pytest.raises(Unreadable):
        client().submission(7)

    assert len(asked()) == 1


def test_no_proxy_of_the_environment_comes_between_loopback_and_the_client(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    head = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

    with answering(head) as script, pytest.raises(NotFound):
        CampusClient(script.url, TOKEN).submission(7)

    assert script.requests[0].startswith(b"GET /api/v1/submissions/7/ HTTP/1.1\r\n")
