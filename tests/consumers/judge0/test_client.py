"""What the client makes of Judge0's answers."""

from __future__ import annotations

import base64
import json
from decimal import Decimal
from typing import Any

import pytest
import responses

from consumers.judge0 import units
from consumers.judge0.errors import (
    BatchInterrupted,
    InvalidSubmission,
    JudgeError,
    JudgeRefused,
    JudgeUnavailable,
    MalformedRequest,
    NotAllowed,
    NotAuthenticated,
    NotAuthorized,
    QueueFull,
    RateLimited,
    ServiceFailed,
    StillRunning,
    UndecodableOutput,
    UnexpectedAnswer,
    UnknownLanguage,
    UnknownSubmission,
)
from consumers.judge0.programs import PYTHON, Limits, Program
from consumers.judge0.waiting import Polling, Retries
from contracts.judge0.status import Status
from tests.consumers.judge0.support import TOKEN, TOKENS, URL, FakeTime, answers, asked, client, outcome
from troth.jsontext import Json

PROGRAM = Program("print(42)", PYTHON)
ONCE = Retries(attempts=1)
NOT_UTF8 = (
    "some attributes for this submission cannot be converted to UTF-8, "
    "use base64_encoded=true query parameter"
)


def sent(index: int = 0) -> Any:
    """The body of one call, as JSON."""
    body = asked()[index].body
    assert isinstance(body, bytes)
    return json.loads(body)


@responses.activate
def test_a_verdict_in_our_units() -> None:
    answers("POST", "/submissions", outcome(), status=201)
    verdict = client().run("print(42)", language=PYTHON)
    assert verdict.status is Status.ACCEPTED
    assert (verdict.cpu_seconds, verdict.memory) == (Decimal("0.021"), 2048 * 1024)
    assert str(verdict.stdout) == "42\n"


@responses.activate
def test_limits_go_out_in_its_units() -> None:
    answers("POST", "/submissions", outcome(), status=201)
    limits = Limits(cpu_seconds=0.5, memory=32 * 1024 * 1024 + 1023, file_size=2048)
    client().run("print(42)", language=PYTHON, limits=limits)
    assert sent() == {
        "source_code": "print(42)",
        "language_id": PYTHON,
        "cpu_time_limit": 0.5,
        "memory_limit": 32 * 1024,
        "max_file_size": 2,
    }


@responses.activate
@pytest.mark.parametrize("network", [True, False])
def test_the_network_is_said_to_be_on_or_off(network: bool) -> None:  # noqa: FBT001 - a parameter of the test
    answers("POST", "/submissions", {"token": TOKEN}, status=201)

    client().submit(Program("print(42)", PYTHON, network=network))

    assert sent()["enable_network"] is network


@responses.activate
def test_an_encoded_program_and_its_output() -> None:
    printed = base64.encodebytes(b"\xff" * 100).decode()
    answers("POST", "/submissions", outcome(stdout=printed), status=201)
    verdict = client(encoded=True).run("print(42)", language=PYTHON, stdin="é")
    assert sent()["stdin"] == "w6k="
    assert verdict.stdout is not None
    assert verdict.stdout.data == b"\xff" * 100


@responses.activate
def test_attached_files_are_base64_even_in_a_plain_request() -> None:
    answers("POST", "/submissions", {"token": TOKEN}, status=201)
    client().submit(Program(None, 89, archive=b"PK"))
    assert sent() == {"language_id": 89, "additional_files": "UEs="}


@responses.activate
def test_a_server_that_answers_before_the_end_is_polled() -> None:
    time = FakeTime()
    answers("POST", "/submissions", outcome(1), status=201)
    answers("GET", f"/submissions/{TOKEN}", outcome(2), outcome(3))
    assert client(time).judge(PROGRAM).status is Status.ACCEPTED
    assert time.slept == [0.5]


@responses.activate
def test_looks_come_less_and_less_often() -> None:
    time = FakeTime()
    answers("GET", f"/submissions/{TOKEN}", *[outcome(2)] * 4, outcome(3))
    client(time, polling=Polling(first=1, factor=2, longest=3)).wait_for(TOKEN)
    assert time.slept == [1, 2, 3, 3]


@responses.activate
def test_polling_ends_at_the_deadline() -> None:
    time = FakeTime()
    answers("GET", f"/submissions/{TOKEN}", outcome(2))
    with pytest.raises(StillRunning) as caught:
        client(time, polling=Polling(first=1, factor=1, deadline=5)).wait_for(TOKEN)
    assert caught.value.tokens == (TOKEN,)
    assert time.seconds == 5


# --- errors ---------------------------------------------------------------------------------------


@responses.activate
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, b"", MalformedRequest),
        (400, b'{"error":"wait not allowed"}', NotAllowed),
        (401, b"", NotAuthenticated),
        (403, b"", NotAuthorized),
        (422, b'{"stdin":["is odd"]}', InvalidSubmission),
        (429, b'{"message":"quota"}', RateLimited),
        (503, b'{"error":"queue is full"}', QueueFull),
        (201, b'{"id":1}', UnexpectedAnswer),
        (201, b"", UnexpectedAnswer),
        (201, b"<html>", UnexpectedAnswer),
        (400, b"<html>", UnexpectedAnswer),
        (422, b'{"error":"one sentence"}', UnexpectedAnswer),
        (429, b"{}", UnexpectedAnswer),
        (200, b"{}", UnexpectedAnswer),
        (500, b"", ServiceFailed),
        (502, b"<html>", ServiceFailed),
        (503, b"Service Unavailable", ServiceFailed),
        (503, b'["queue is full"]', ServiceFailed),
        (504, b"", ServiceFailed),
    ],
)
def test_each_error_of_the_contract_has_its_type(status: int, body: bytes, error: type[JudgeError]) -> None:
    responses.post(f"{URL}/submissions", body=body, status=status)
    with pytest.raises(JudgeError) as caught:
        client(retries=ONCE).submit(PROGRAM)
    assert type(caught.value) is error


@pytest.mark.parametrize("kind", [RateLimited, QueueFull])
def test_what_may_be_answered_later_has_one_base(kind: type[JudgeError]) -> None:
    assert issubclass(kind, JudgeUnavailable)


@pytest.mark.parametrize("kind", [InvalidSubmission, NotAllowed, MalformedRequest])
def test_what_is_refused_for_good_has_another(kind: type[JudgeError]) -> None:
    assert issubclass(kind, JudgeRefused)


@responses.activate
def test_complaints_are_told_by_field() -> None:
    answers("POST", "/submissions", {"language_id": ["can't be blank", "doesn't exist"]}, status=422)
    with pytest.raises(InvalidSubmission, match="language_id can't be blank and doesn't exist") as caught:
        client().submit(PROGRAM)
    assert caught.value.complaints == {"language_id": ("can't be blank", "doesn't exist")}


@responses.activate
def test_an_error_behind_a_201_holds_the_token() -> None:
    answers("POST", "/submissions", {"error": NOT_UTF8, "token": TOKEN}, status=201)
    with pytest.raises(UndecodableOutput) as caught:
        client().judge(PROGRAM)
    assert caught.value.token == TOKEN


@responses.activate
def test_a_fetch_that_cannot_be_shown_holds_the_token() -> None:
    answers("GET", f"/submissions/{TOKEN}", {"error": NOT_UTF8}, status=400)
    with pytest.raises(UndecodableOutput) as caught:
        client().fetch(TOKEN)
    assert caught.value.token == TOKEN


@responses.activate
@pytest.mark.parametrize("body", [b"", b'{"status":404,"error":"Not Found"}'])
def test_an_unknown_submission_whatever_the_body(body: bytes) -> None:
    responses.get(f"{URL}/submissions/{TOKEN}", body=body, status=404)
    with pytest.raises(UnknownSubmission) as caught:
        client().fetch(TOKEN)
    assert caught.value.token == TOKEN
    assert TOKEN not in str(caught.value)


@responses.activate
def test_an_unknown_language() -> None:
    responses.get(f"{URL}/languages/9999", status=404)
    with pytest.raises(UnknownLanguage, match="9999"):
        client().language(9999)


@responses.activate
@pytest.mark.parametrize(
    "broken",
    [
        {"status": {"id": True, "description": "In Queue"}},
        {"status": {"id": 15, "description": "Out of Paper"}},
        {"time": 0.021},
        {"memory": "2048"},
        {"token": None},
        {"stdout": ""},
    ],
    ids=str,
)
def test_an_answer_that_breaks_the_contract_is_not_taken(broken: dict[str, Json]) -> None:
    answers("GET", f"/submissions/{TOKEN}", {**outcome(), **broken})
    with pytest.raises(UnexpectedAnswer):
        client().fetch(TOKEN)


@responses.activate
def test_plain_text_where_base64_was_asked_for_is_not_taken() -> None:
    answers("GET", f"/submissions/{TOKEN}", outcome(stdout="4 2!"))
    with pytest.raises(UnexpectedAnswer, match="base64"):
        client(encoded=True).fetch(TOKEN)


@responses.activate
@pytest.mark.parametrize(("status", "passes"), [(200, True), (403, False)])
def test_whether_the_client_may_list_and_delete(status: int, passes: bool) -> None:  # noqa: FBT001 - a parameter
    responses.post(f"{URL}/authorize", status=status)
    assert client().is_authorized() is passes


@responses.activate
def test_trouble_is_not_taken_for_a_refusal() -> None:
    responses.post(f"{URL}/authorize", status=401)
    with pytest.raises(NotAuthenticated):
        client().is_authorized()


# --- batches --------------------------------------------------------------------------------------


def _tokens(start: int, end: int) -> Json:
    return [{"token": token} for token in TOKENS[start:end]]


@responses.activate
def test_a_batch_goes_out_in_twenties() -> None:
    answers("POST", "/submissions/batch", _tokens(0, 20), _tokens(20, 40), _tokens(40, 45), status=201)
    taken = client().submit_batch([PROGRAM] * 45)
    assert list(taken) == TOKENS[:45]
    assert [len(sent(index)["submissions"]) for index in range(3)] == [20, 20, 5]


@responses.activate
def test_an_empty_batch_asks_nothing() -> None:
    assert client().judge_batch([]) == ()
    assert asked() == []


@responses.activate
@pytest.mark.parametrize("status", [201, 422])
def test_each_program_of_a_batch_has_its_outcome(status: int) -> None:
    answers("POST", "/submissions/batch", [{"stdin": ["is odd"]}, {"stdin": ["is even"]}], status=status)
    outcomes = client().submit_batch([PROGRAM, PROGRAM])
    assert [str(item) for item in outcomes] == ["stdin is odd", "stdin is even"]


@responses.activate
def test_a_batch_that_fails_midway_keeps_what_was_taken() -> None:
    answers("POST", "/submissions/batch", _tokens(0, 20), status=201)
    answers("POST", "/submissions/batch", {"error": "queue is full"}, status=503)
    with pytest.raises(BatchInterrupted) as caught:
        client(retries=ONCE).submit_batch([PROGRAM] * 21)
    assert list(caught.value.outcomes) == TOKENS[:20]
    assert isinstance(caught.value.__cause__, QueueFull)


@responses.activate
def test_a_batch_that_fails_at_once_fails_as_one_request() -> None:
    answers("POST", "/submissions/batch", {"error": "queue is full"}, status=503)
    with pytest.raises(QueueFull):
        client(retries=ONCE).submit_batch([PROGRAM] * 21)


@responses.activate
def test_only_those_that_run_are_asked_for_again() -> None:
    first, second = TOKENS[:2]
    answers("POST", "/submissions/batch", _tokens(0, 2), status=201)
    answers(
        "GET",
        "/submissions/batch",
        {"submissions": [outcome(3, token=first), outcome(2, token=second)]},
        {"submissions": [outcome(4, token=second)]},
    )

    verdicts = client().judge_batch([PROGRAM, PROGRAM])

    assert [getattr(verdict, "status", None) for verdict in verdicts] == [
        Status.ACCEPTED,
        Status.WRONG_ANSWER,
    ]
    assert asked()[2].params == {"base64_encoded": "false", "tokens": second}  # type: ignore[attr-defined]


@responses.activate
def test_the_deadline_of_a_batch_tells_which_still_run() -> None:
    answers("POST", "/submissions/batch", _tokens(0, 2), status=201)
    done, running = outcome(3, token=TOKENS[0]), outcome(2, token=TOKENS[1])
    answers("GET", "/submissions/batch", {"submissions": [done, running]}, {"submissions": [running]})
    with pytest.raises(StillRunning) as caught:
        client(polling=Polling(first=1, factor=1, deadline=3)).judge_batch([PROGRAM, PROGRAM])
    assert caught.value.tokens == (TOKENS[1],)


@responses.activate
@pytest.mark.parametrize("count", [1, 3])
def test_another_number_of_answers_is_not_taken(count: int) -> None:
    answers("POST", "/submissions/batch", _tokens(0, count), status=201)
    with pytest.raises(UnexpectedAnswer, match=f"{count} answers to 2"):
        client().submit_batch([PROGRAM, PROGRAM])


@responses.activate
def test_a_submission_that_vanishes_ends_the_wait() -> None:
    answers("POST", "/submissions/batch", _tokens(0, 1), status=201)
    answers("GET", "/submissions/batch", {"submissions": [None]})
    with pytest.raises(UnknownSubmission):
        client().judge_batch([PROGRAM])


# --- units ----------------------------------------------------------------------------------------


def test_seconds_are_exact() -> None:
    assert units.seconds("0.1") == Decimal("0.1")


@pytest.mark.parametrize("convert", [units.seconds, units.encode, units.decode])
def test_nothing_stays_nothing(convert: Any) -> None:
    assert convert(None) is None


def test_base64_in_lines_is_decoded() -> None:
    assert units.decode("QUJD" * 15 + "\nQUJD\n") == b"ABC" * 16


@pytest.mark.parametrize("text", ["4 2!", "QQ", "Q===", "é"])
def test_what_is_not_base64_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64|ASCII"):
        units.decode(text)
