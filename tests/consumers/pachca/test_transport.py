"""What goes over the wire, what is sent again, and what never is."""

from __future__ import annotations

import itertools
import ssl
import threading
from pathlib import Path

import pytest
import requests
import responses
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as Handshake

from consumers.http.waiting import Clock
from consumers.pachca import transport
from consumers.pachca.client import PachcaClient
from consumers.pachca.errors import (
    NotReached,
    OutcomeUnknown,
    PachcaError,
    RateLimited,
    Unavailable,
    Unreadable,
    UnreadableOutcome,
)
from tests.consumers.pachca.support import (
    DATED,
    SECRET,
    TEXT,
    URL,
    FakeTime,
    answers,
    asked,
    chat,
    client,
    complaint,
    empty,
    message,
    no_connection,
    sent,
)
from tests.support.wire import answering
from troth.exchange import Headers, Request, Response
from troth.jsontext import Json
from troth.loopback import LoopbackServer

LOOPBACK = "http://127.0.0.1:9"
LOST = [
    requests.ReadTimeout(),
    requests.ConnectionError("reset"),
    requests.exceptions.ChunkedEncodingError(),
    requests.exceptions.SSLError("the connection ended amid a record"),
]
LOST_NAMES = ["timeout", "reset", "cut off", "tls broken"]


def untrusted() -> requests.exceptions.SSLError:
    """What requests raises for a certificate that it does not trust."""
    refused = Handshake(ssl.SSLCertVerificationError("self-signed"))
    return requests.exceptions.SSLError(MaxRetryError(pool=None, url="/", reason=refused))  # type: ignore[arg-type]


@responses.activate
def test_the_token_goes_with_every_call() -> None:
    answers("GET", "/chats/1", {"data": chat()})

    client().get_chat(1)

    assert asked()[0].headers["Authorization"] == f"Bearer {SECRET}"


@responses.activate
def test_texts_go_out_as_utf_8() -> None:
    answers("POST", "/messages", {"data": message(content=TEXT)}, status=201)

    client().send(1, TEXT)

    body = asked()[0].body
    assert isinstance(body, bytes)
    assert TEXT.encode() in body
    assert asked()[0].headers["Content-Type"] == "application/json; charset=utf-8"


@responses.activate
def test_timeouts_are_for_connecting_and_for_reading() -> None:
    answers("GET", "/chats/1", {"data": chat()})

    client(timeout=(1, 2)).get_chat(1)

    assert asked()[0].req_kwargs["timeout"] == (1, 2)  # type: ignore[attr-defined]


@responses.activate
def test_no_timeout_is_longer_than_the_deadline() -> None:
    answers("GET", "/chats/1", {"data": chat()})

    client(timeout=(3, 30), deadline=2).get_chat(1)

    assert asked()[0].req_kwargs["timeout"] == (2, 2)  # type: ignore[attr-defined]


@responses.activate
@pytest.mark.parametrize(
    "session", [None, requests.Session()], ids=["its own session", "a session of the caller"]
)
def test_a_netrc_file_puts_no_other_credential_in_the_place_of_the_token(
    session: requests.Session | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine pachca.example login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    answers("GET", "/chats/1", {"data": chat()})

    client(session=session).get_chat(1)

    assert asked()[0].headers["Authorization"] == f"Bearer {SECRET}"


@responses.activate
def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", LOOPBACK)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    answers("GET", "/chats/1", {"data": chat()})

    client().get_chat(1)

    assert asked()[0].req_kwargs["proxies"]["https"] == LOOPBACK  # type: ignore[attr-defined]


def test_a_service_on_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", LOOPBACK)
    monkeypatch.setenv("http_proxy", LOOPBACK)

    with LoopbackServer(_no_chats) as server, client(url=server.url) as pachca:
        chats = list(pachca.list_chats())

    assert chats == []


def _no_chats(_: Request) -> Response:
    body = b'{"data":[],"meta":{"paginate":{"next_page":"x","has_next":false}}}'
    return Response(200, Headers.of({"Content-Type": "application/json"}), body)


@responses.activate
def test_the_bundle_of_the_environment_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/our-own.pem")
    answers("GET", "/chats/1", {"data": chat()})

    client().get_chat(1)

    assert asked()[0].req_kwargs["verify"] == "/etc/our-own.pem"  # type: ignore[attr-defined]


@responses.activate
@pytest.mark.parametrize("location", ["https://elsewhere.example/", "http://[half"])
def test_a_redirect_is_not_followed_since_it_would_carry_the_token(location: str) -> None:
    empty("GET", "/chats/1", 301, {"Location": location})

    with pytest.raises(Unreadable, match="301"):
        client().get_chat(1)

    assert len(asked()) == 1


def test_a_session_of_the_caller_stays_open() -> None:
    session = requests.Session()
    pachca = client(session=session)

    pachca.close()

    with LoopbackServer(_no_chats) as server:
        assert session.get(server.url, timeout=5).status_code == 200
    session.close()


def test_one_connection_serves_many_calls() -> None:
    threads: list[threading.Thread] = []

    def counted(request: Request) -> Response:
        threads.append(threading.current_thread())
        return _no_chats(request)

    with LoopbackServer(counted) as server, client(url=server.url) as pachca:
        list(pachca.list_chats())
        list(pachca.list_chats())

    assert (len(threads), len(set(threads))) == (2, 1)


# --- what is asked again --------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_asked_again_three_times_with_growing_pauses(status: int) -> None:
    time = FakeTime()
    answers("GET", "/chats/1", {"error": "down"}, status=status)

    with pytest.raises(Unavailable):
        client(time).get_chat(1)

    assert (len(asked()), time.slept) == (4, [0.5, 1.0, 2.0])


@responses.activate
@pytest.mark.parametrize("lost", LOST, ids=LOST_NAMES)
def test_a_read_whose_answer_was_lost_is_asked_again(lost: Exception) -> None:
    answers("GET", "/chats/1", lost)
    answers("GET", "/chats/1", {"data": chat()})

    found = client().get_chat(1)

    assert (found.id, len(asked())) == (1, 2)


@responses.activate
def test_a_read_that_is_never_answered_is_given_up() -> None:
    time = FakeTime()
    answers("GET", "/chats/1", requests.ReadTimeout())

    with pytest.raises(Unavailable) as caught:
        client(time, retries=2).get_chat(1)

    assert (len(asked()), time.slept) == (3, [0.5, 1.0])
    assert type(caught.value) is Unavailable


@responses.activate
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 410, 418, 422])
def test_another_refusal_is_never_asked_again(status: int) -> None:
    answers("GET", "/chats/1", complaint(), status=status)

    with pytest.raises(PachcaError):
        client().get_chat(1)

    assert len(asked()) == 1


@responses.activate
def test_pauses_end_at_the_deadline() -> None:
    time = FakeTime()
    answers("GET", "/chats/1", {}, status=503)

    with pytest.raises(Unavailable):
        client(time, deadline=1.2).get_chat(1)

    assert (len(asked()), time.slept) == (2, [0.5])


# --- what is never sent twice ---------------------------------------------------------------------


WRITES = [
    ("POST", "/messages", lambda pachca: pachca.send(1, TEXT)),
    ("PUT", "/messages/10", lambda pachca: pachca.edit(10, TEXT)),
    ("DELETE", "/messages/10", lambda pachca: pachca.delete(10)),
    ("POST", "/messages/10/pin", lambda pachca: pachca.pin(10)),
    ("POST", "/messages/10/thread", lambda pachca: pachca.create_thread(10)),
    ("POST", "/uploads", lambda pachca: pachca.upload("a.txt", b"a")),
]


@responses.activate
@pytest.mark.parametrize(("method", "path", "write"), WRITES, ids=[f"{it[0]} {it[1]}" for it in WRITES])
@pytest.mark.parametrize("lost", LOST, ids=LOST_NAMES)
def test_a_write_whose_answer_was_lost_is_not_sent_again(
    method: str,
    path: str,
    write: object,
    lost: Exception,
) -> None:
    answers(method, path, lost)

    with pytest.raises(OutcomeUnknown):
        write(client())  # type: ignore[operator]

    assert len(asked()) == 1


@responses.activate
@pytest.mark.parametrize(("method", "path", "write"), WRITES, ids=[f"{it[0]} {it[1]}" for it in WRITES])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_the_service_failed_on_is_not_sent_again(
    method: str, path: str, write: object, status: int
) -> None:
    answers(method, path, {"error": "down"}, status=status, headers={"Retry-After": "1"})

    with pytest.raises(OutcomeUnknown, match=str(status)):
        write(client())  # type: ignore[operator]

    assert len(asked()) == 1


@responses.activate
@pytest.mark.parametrize(
    "trouble",
    [requests.ConnectTimeout(), no_connection(), untrusted()],
    ids=["timeout", "refused", "untrusted"],
)
def test_a_write_that_never_went_out_is_sent_again(trouble: Exception) -> None:
    time = FakeTime()
    answers("POST", "/messages", trouble)
    answers("POST", "/messages", {"data": message()}, status=201)

    sent_message = client(time).send(1, "hello")

    assert (sent_message.id, time.slept) == (10, [0.5])


@responses.activate
def test_a_service_that_cannot_be_reached_is_given_up() -> None:
    time = FakeTime()
    answers("POST", "/messages", no_connection())

    with pytest.raises(NotReached):
        client(time).send(1, "hello")

    assert (len(asked()), time.slept) == (4, [0.5, 1.0, 2.0])


def test_a_port_where_nobody_listens_is_not_reached() -> None:
    with LoopbackServer(_no_chats) as server:
        gone = server.url

    with client(url=gone, retries=0) as pachca, pytest.raises(NotReached):
        pachca.send(1, "hello")


@responses.activate
def test_what_is_sent_again_is_the_same() -> None:
    answers("POST", "/messages", {}, status=429)
    answers("POST", "/messages", {"data": message()}, status=201)

    client().send(1, TEXT)

    assert sent(0) == sent(1)


@responses.activate
def test_a_sent_message_whose_answer_cannot_be_read_is_not_sent_again() -> None:
    answers("POST", "/messages", {"data": {"id": 10}}, status=201)

    with pytest.raises(UnreadableOutcome):
        client().send(1, "hello")

    assert len(asked()) == 1


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"HTTP/1.1 201 Cre",
        b"HTTP/1.1 201 Created\r\nContent-Length: 500\r\n\r\n{",
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\n{{{",
    ],
    ids=["closed", "cut in the status", "cut in the body", "cut in a chunk", "not gzip"],
)
def test_a_broken_answer_on_a_real_socket_is_not_taken_for_a_failure(script: bytes) -> None:
    with answering(script) as server, client(url=server.url) as pachca, pytest.raises(OutcomeUnknown):
        pachca.send(1, "hello")

    assert len(server.requests) == 1


# --- pauses that the service asks for -------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize(
    ("said", "pause"),
    [
        ({"Retry-After": "3"}, 3.0),
        (DATED, 7.0),
        ({"Retry-After": "0"}, 0.5),
        ({}, 0.5),
        ({"Retry-After": "x"}, 0.5),
    ],
    ids=["seconds", "date", "nought", "nothing", "nonsense"],
)
def test_a_send_that_was_throttled_goes_out_again_when_it_is_told_to(
    said: dict[str, str], pause: float
) -> None:
    time = FakeTime()
    answers("POST", "/messages", {}, status=429, headers=said)
    answers("POST", "/messages", {"data": message()}, status=201)

    client(time).send(1, "hello")

    assert (time.slept, len(asked())) == ([pause], 2)


@responses.activate
def test_a_pause_that_is_too_long_is_the_callers_to_make() -> None:
    time = FakeTime()
    answers("POST", "/messages", {}, status=429, headers={"Retry-After": "3600"})

    with pytest.raises(RateLimited, match="3600 s") as caught:
        client(time).send(1, "hello")

    assert (caught.value.retry_after, time.slept, len(asked())) == (3600.0, [], 1)


@responses.activate
def test_throttling_that_goes_on_is_given_up() -> None:
    time = FakeTime()
    answers("POST", "/messages", {}, status=429, headers={"Retry-After": "2"})

    with pytest.raises(RateLimited) as caught:
        client(time).send(1, "hello")

    assert (len(asked()), time.slept, caught.value.retry_after) == (4, [2.0, 2.0, 2.0], 2.0)


@responses.activate
def test_a_pause_beyond_the_deadline_is_not_made() -> None:
    time = FakeTime()
    answers("POST", "/messages", {}, status=429, headers={"Retry-After": "20"})

    with pytest.raises(RateLimited):
        client(time, deadline=10).send(1, "hello")

    assert time.slept == []


@responses.activate
def test_a_read_waits_as_long_as_a_service_in_trouble_asks_for() -> None:
    time = FakeTime()
    answers("GET", "/chats/1", {}, status=503, headers={"Retry-After": "9"})
    answers("GET", "/chats/1", {"data": chat()})

    client(time).get_chat(1)

    assert time.slept == [9.0]


# --- answers without an end -----------------------------------------------------------------------


def test_a_body_that_trickles_meets_the_deadline() -> None:
    script = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + b"{" * 50
    ticking = Clock(monotonic=itertools.count().__next__, sleep=FakeTime().sleep)

    with (
        answering(script) as server,
        PachcaClient(server.url, SECRET, deadline=1.5, clock=ticking) as pachca,
        pytest.raises(Unavailable, match=r"within 1\.5 s"),
    ):
        list(pachca.list_chats())

    assert len(server.requests) == 1


@responses.activate
def test_an_answer_beyond_all_bounds_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 100)
    answers("GET", "/chats/1", {"data": "x" * 200})

    with pytest.raises(Unreadable, match="100 bytes"):
        client().get_chat(1)


# --- what is never shown --------------------------------------------------------------------------


def shown(error: BaseException) -> str:
    """Everything that a log would have of an error."""
    return f"{error} {error!r} {error.__cause__!r} {error.__context__!r}"


@responses.activate
@pytest.mark.parametrize("trouble", [no_connection(), *LOST])
def test_no_error_shows_the_token_or_the_text(trouble: Exception) -> None:
    answers("POST", "/messages", trouble)

    with pytest.raises(PachcaError) as caught:
        client(retries=0).send(1, TEXT)

    assert SECRET not in shown(caught.value)
    assert "s3cret" not in shown(caught.value)


@responses.activate
@pytest.mark.parametrize("status", [200, 201, 301, 400, 401, 402, 403, 404, 409, 410, 418, 422, 429, 500])
@pytest.mark.parametrize(
    "body",
    [
        complaint("content", "too_long", value=TEXT, message=f"«{TEXT}» слишком длинный"),
        complaint(TEXT, None, value="content"),
        complaint(TEXT, TEXT),
        {"error": TEXT, "error_description": f"{TEXT} {SECRET}"},
        {"data": {"id": "s3cret", "content": TEXT}},
        f"{TEXT} {SECRET}",
    ],
    ids=["ApiError", "swapped", "nonsense", "OAuthError", "another form", "text"],
)
def test_no_refusal_shows_what_was_sent(status: int, body: Json) -> None:
    answers("POST", "/messages", body, status=status)

    with pytest.raises(PachcaError) as caught:
        client(retries=0).send(1, TEXT)

    assert "s3cret" not in shown(caught.value)


@pytest.mark.parametrize("value", ["", "s3cret\n", "s3cret\r\nX-Admin: 1", " s3cret", "s3crét"])
def test_a_token_that_a_header_cannot_hold_is_refused_unseen(value: str) -> None:
    with pytest.raises(ValueError, match="the token") as caught:
        PachcaClient(URL, value)

    assert "s3cr" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "pachca.example",
        "ftp://pachca.example",
        "https://me:s3cret@pachca.example",
        "https://pachca.example/?a=1",
        "",
    ],
)
def test_a_url_that_is_none_is_refused_unseen(url: str) -> None:
    with pytest.raises(ValueError, match="URL of Pachca") as caught:
        PachcaClient(url, SECRET)

    assert "s3cret" not in str(caught.value)


def test_half_of_a_surrogate_pair_is_refused_unseen() -> None:
    with pytest.raises(ValueError, match="surrogate") as caught:
        client().send(1, f"{TEXT}\ud83d")

    assert "s3cret" not in shown(caught.value)
