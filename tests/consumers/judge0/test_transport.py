"""What goes over the wire, what is sent again, and what never is."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
import responses

from consumers.http.waiting import Clock
from consumers.judge0.client import Judge0Client
from consumers.judge0.errors import (
    InMaintenance,
    JudgeError,
    NoAnswer,
    NotReached,
    NotTrusted,
    QueueFull,
    RateLimited,
    ServiceFailed,
    UnexpectedAnswer,
)
from consumers.judge0.programs import PYTHON, Program
from consumers.judge0.transport import MAX_ANSWER
from consumers.judge0.waiting import Retries, Timeouts
from tests.consumers.judge0.support import (
    SECRET,
    START,
    TOKEN,
    URL,
    FakeTime,
    answers,
    asked,
    client,
    no_connection,
    outcome,
)
from troth.exchange import Headers, Request, Response
from troth.jsontext import Json
from troth.loopback import LoopbackServer

PROGRAM = Program("print(42)", PYTHON)
FULL: Json = {"error": "queue is full"}
QUOTA: Json = {"message": "You have exceeded the quota"}
LOOPBACK = "http://127.0.0.1:9"


@responses.activate
def test_the_token_goes_with_every_request() -> None:
    answers("GET", "/languages", [])
    client().languages()
    assert asked()[0].headers["X-Auth-Token"] == SECRET


@responses.activate
def test_the_authorisation_goes_only_where_it_is_needed() -> None:
    answers("GET", f"/submissions/{TOKEN}", outcome())
    answers("DELETE", f"/submissions/{TOKEN}", outcome(stdout=None))
    client().fetch(TOKEN)
    client().delete(TOKEN)
    assert ["X-Auth-User" in request.headers for request in asked()] == [False, True]


@responses.activate
@pytest.mark.parametrize(("encoded", "said"), [(True, "true"), (False, "false")])
def test_the_encoding_is_always_said(encoded: bool, said: str) -> None:  # noqa: FBT001 - a parameter of the test
    answers("GET", f"/submissions/{TOKEN}", outcome(stdout=None))
    client(encoded=encoded).fetch(TOKEN)
    assert asked()[0].url == f"{URL}/submissions/{TOKEN}?base64_encoded={said}"


@responses.activate
def test_a_token_cannot_leave_its_place_in_the_path() -> None:
    answers("GET", "/submissions/..%2Flanguages%3Fa", outcome())
    client().fetch("../languages?a")
    assert asked()[0].url == f"{URL}/submissions/..%2Flanguages%3Fa?base64_encoded=false"


@responses.activate
def test_timeouts_are_for_connecting_and_for_reading() -> None:
    answers("GET", "/languages", [])
    Judge0Client(URL, timeouts=Timeouts(connect=1, read=2)).languages()
    assert asked()[0].req_kwargs["timeout"] == (1, 2)  # type: ignore[attr-defined]


@responses.activate
def test_a_service_that_runs_the_program_first_gets_more_time() -> None:
    answers("POST", "/submissions", outcome(), status=201)
    Judge0Client(URL, timeouts=Timeouts(connect=1, read=2, waiting=90)).judge(PROGRAM)
    assert asked()[0].req_kwargs["timeout"] == (1, 90)  # type: ignore[attr-defined]


@responses.activate
def test_a_netrc_file_adds_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine judge.example login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    answers("GET", "/languages", [])
    client().languages()
    assert "Authorization" not in asked()[0].headers


@responses.activate
def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", LOOPBACK)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    answers("GET", "/languages", [])
    client().languages()
    assert asked()[0].req_kwargs["proxies"]["https"] == LOOPBACK  # type: ignore[attr-defined]


def test_a_judge_on_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", LOOPBACK)
    monkeypatch.setenv("http_proxy", LOOPBACK)
    with LoopbackServer(_no_languages) as server, client(url=server.url) as judge:
        assert judge.languages() == []


def _no_languages(_: Request) -> Response:
    return Response(200, Headers.of({"Content-Type": "application/json"}), b"[]")


@responses.activate
def test_the_bundle_of_the_environment_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/our-own.pem")
    answers("GET", "/languages", [])
    client().languages()
    assert asked()[0].req_kwargs["verify"] == "/etc/our-own.pem"  # type: ignore[attr-defined]


@responses.activate
def test_the_bundle_of_the_client_goes_before_that_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/our-own.pem")
    answers("GET", "/languages", [])

    Judge0Client(URL, ca_bundle="/etc/the-judge.pem").languages()

    assert asked()[0].req_kwargs["verify"] == "/etc/the-judge.pem"  # type: ignore[attr-defined]


@responses.activate
def test_a_redirect_is_not_followed_since_it_would_carry_the_token() -> None:
    responses.get(f"{URL}/languages", status=302, headers={"Location": "https://elsewhere.example/"})
    with pytest.raises(UnexpectedAnswer, match="302"):
        client().languages()
    assert len(asked()) == 1


# --- what is sent again ---------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize("trouble", [requests.ConnectTimeout(), no_connection()], ids=["timeout", "refused"])
def test_a_post_that_was_certainly_not_accepted_is_sent_again(trouble: Exception) -> None:
    time = FakeTime()
    answers("POST", "/submissions", trouble)
    answers("POST", "/submissions", {"token": TOKEN}, status=201)
    assert client(time).submit(PROGRAM) == TOKEN
    assert time.slept == [0.5]


@responses.activate
def test_a_judge_that_cannot_be_reached_is_given_up() -> None:
    time = FakeTime()
    answers("GET", "/languages", *[no_connection()] * 3)
    with pytest.raises(NotReached):
        client(time).languages()
    assert (len(asked()), time.slept) == (3, [0.5, 1.0])


@responses.activate
@pytest.mark.parametrize(
    "trouble",
    [requests.ReadTimeout(), requests.ConnectionError("reset"), requests.exceptions.ChunkedEncodingError()],
    ids=["timeout", "reset", "cut off"],
)
def test_a_post_that_may_have_been_accepted_is_not_sent_again(trouble: Exception) -> None:
    answers("POST", "/submissions", trouble)
    with pytest.raises(NoAnswer):
        client().submit(PROGRAM)
    assert len(asked()) == 1


@responses.activate
def test_a_certificate_that_is_not_trusted_is_not_asked_for_again() -> None:
    answers("POST", "/submissions", requests.exceptions.SSLError("self-signed"))

    with pytest.raises(NotTrusted):
        client().submit(PROGRAM)

    assert len(asked()) == 1


@responses.activate
def test_a_full_queue_is_asked_again_and_given_up() -> None:
    time = FakeTime()
    answers("POST", "/submissions", FULL, FULL, FULL, status=503)
    with pytest.raises(QueueFull):
        client(time).submit(PROGRAM)
    assert (len(asked()), time.slept) == (3, [0.5, 1.0])


@responses.activate
def test_a_submission_on_which_a_gateway_gave_up_is_not_sent_again() -> None:
    responses.post(f"{URL}/submissions", body="Service Unavailable", status=503)

    with pytest.raises(ServiceFailed):
        client().submit(PROGRAM)

    assert len(asked()) == 1


@responses.activate
def test_what_only_reads_is_asked_again_after_a_gateway_gave_up() -> None:
    responses.get(f"{URL}/about", body="Service Unavailable", status=503)
    answers("GET", "/about", {"version": "1.13.1", "homepage": "h", "source_code": "s", "maintainer": "m"})

    assert client().about().version == "1.13.1"


@responses.activate
@pytest.mark.parametrize(
    ("status", "headers"), [(200, {}), (302, {"Location": f"{URL}/elsewhere"})], ids=["200", "302"]
)
def test_an_answer_without_end_is_not_read_to_its_end(status: int, headers: dict[str, str]) -> None:
    responses.get(f"{URL}/languages", body=b" " * (MAX_ANSWER + 1), status=status, headers=headers)

    with pytest.raises(UnexpectedAnswer, match=f"more than {MAX_ANSWER} bytes"):
        client().languages()


@responses.activate
def test_an_answer_as_long_as_allowed_is_read() -> None:
    responses.get(f"{URL}/languages", body=b"[]".ljust(MAX_ANSWER))

    assert client().languages() == []


@responses.activate
def test_an_answer_that_trickles_is_given_up() -> None:
    seconds = itertools.count(0, 31)
    responses.get(f"{URL}/languages", body=b"[]")
    slow = Clock(lambda: next(seconds), now=lambda: START)

    with pytest.raises(NoAnswer, match="in time"):
        Judge0Client(URL, token=SECRET, clock=slow).languages()


@responses.activate
@pytest.mark.parametrize("body", ["", "<html>Welcome</html>"])
@pytest.mark.parametrize(
    ("path", "ask"), [("/version", Judge0Client.version), ("/license", Judge0Client.license)]
)
def test_a_page_is_no_text_of_the_service(path: str, ask: Callable[[Judge0Client], str], body: str) -> None:
    responses.get(f"{URL}{path}", body=body, content_type="text/html")

    with pytest.raises(UnexpectedAnswer):
        ask(client())


@responses.activate
def test_a_page_of_somebody_in_between_is_no_yes() -> None:
    responses.post(f"{URL}/authorize", body="<html>Welcome</html>", content_type="text/html")

    with pytest.raises(UnexpectedAnswer):
        client().is_authorized()


@responses.activate
def test_a_program_without_a_token_is_not_taken_for_one_that_was_refused() -> None:
    answers("POST", "/submissions/batch", [{}], status=201)

    with pytest.raises(UnexpectedAnswer):
        client().submit_batch([PROGRAM])


@responses.activate
def test_the_body_is_the_same_when_it_is_sent_again() -> None:
    answers("POST", "/submissions", FULL, status=503)
    answers("POST", "/submissions", {"token": TOKEN}, status=201)
    client().submit(PROGRAM)
    sent = [request.body for request in asked()]
    assert sent[0] == sent[1]


@responses.activate
def test_maintenance_is_told_apart_from_a_full_queue() -> None:
    answers("POST", "/submissions", {"error": "Judge0 is currently in maintenance."}, status=503)
    with pytest.raises(InMaintenance):
        client(retries=Retries(attempts=1)).submit(PROGRAM)


@responses.activate
@pytest.mark.parametrize(
    ("said", "pause"), [("2", 2.0), ("Thu, 01 May 2031 12:00:03 GMT", 3.0), ("0", 0.0)], ids=str
)
def test_a_quota_that_says_when_to_come_back_is_waited_for(said: str, pause: float) -> None:
    time = FakeTime()
    answers("POST", "/submissions", QUOTA, status=429, headers={"Retry-After": said})
    answers("POST", "/submissions", {"token": TOKEN}, status=201)
    client(time).submit(PROGRAM)
    assert time.slept == [pause]


@responses.activate
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, None), ({"Retry-After": "later"}, None), ({"Retry-After": "3600"}, 3600.0)],
    ids=str,
)
def test_a_quota_that_does_not_or_asks_too_much_is_an_error(
    headers: dict[str, str], seconds: float | None
) -> None:
    time = FakeTime()
    answers("POST", "/submissions", QUOTA, status=429, headers=headers)
    with pytest.raises(RateLimited) as caught:
        client(time).submit(PROGRAM)
    assert (caught.value.retry_after, time.slept) == (seconds, [])


@responses.activate
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500, 502])
def test_another_refusal_is_never_sent_again(status: int) -> None:
    answers("GET", f"/submissions/{TOKEN}", {"error": "no"}, status=status)
    with pytest.raises(JudgeError):
        client().fetch(TOKEN)
    assert len(asked()) == 1


# --- what is never shown --------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize(
    "trouble", [no_connection(), requests.ReadTimeout("read timed out"), requests.ConnectionError("reset")]
)
def test_no_message_holds_a_credential(trouble: Exception) -> None:
    answers("GET", "/languages", trouble)
    with pytest.raises(JudgeError) as caught:
        client(retries=Retries(attempts=1)).languages()
    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r}"


@responses.activate
def test_no_message_holds_the_token_of_a_submission() -> None:
    answers("GET", f"/submissions/{TOKEN}", {**outcome(), "time": 0.1, "token": f"{TOKEN}0"})
    with pytest.raises(UnexpectedAnswer) as caught:
        client().fetch(TOKEN)
    assert TOKEN not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__}"


@pytest.mark.parametrize("value", ["s3cret\n", "s3cret\r\nX-Admin: 1", " s3cret", "s3crét"])
def test_a_credential_that_a_header_cannot_hold_is_refused_unseen(value: str) -> None:
    with pytest.raises(ValueError, match="X-Auth-Token") as caught:
        Judge0Client(URL, token=value)
    assert value.strip() not in str(caught.value)


def test_an_authorisation_that_a_header_cannot_hold_is_refused_unseen() -> None:
    with pytest.raises(ValueError, match="X-Auth-User") as caught:
        Judge0Client(URL, authorization="s3cret\n")
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "judge.example",
        "ftp://judge.example",
        "https://me:s3cret@judge.example",
        "https://judge.example/?a=1",
        "",
    ],
)
def test_a_url_that_is_none_is_refused_unseen(url: str) -> None:
    with pytest.raises(ValueError, match="URL of the judge") as caught:
        Judge0Client(url)
    assert "s3cret" not in str(caught.value)


@responses.activate
def test_texts_are_sent_as_utf_8() -> None:
    answers("POST", "/submissions", {"token": TOKEN}, status=201)
    client().submit(Program("print('naïve')", PYTHON))
    body = asked()[0].body
    assert isinstance(body, bytes)
    assert json.loads(body.decode("utf-8"))["source_code"] == "print('naïve')"
