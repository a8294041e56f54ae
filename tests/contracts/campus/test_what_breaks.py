"""What the contract of campus finds, and where."""

from __future__ import annotations

import pytest

from tests.contracts.campus.exchanges import (
    ANSWERS,
    EXAM,
    FREE_RUN,
    MARKED,
    PROGRAM,
    RESULT,
    SUBMISSION,
    THREAD,
    call,
    failure,
    page,
    submitted,
    told,
    without,
)
from troth.exchange import Exchange
from troth.jsontext import Json

TOPIC: dict[str, Json] = {"title": "Почему?", "content": "Один\n\tдва", "course_id": 2}
OTHER_COURSE = page({**EXAM, "course_id": 3})

BREAKS: dict[str, tuple[Exchange, str, str]] = {
    # --- fields
    "an id as text": (submitted(id="7"), "$.id", "field-type"),
    "true is not 1": (submitted(user_id=True), "$.user_id", "field-type"),
    "an unknown status": (submitted(status="queued"), "$.status", "field-enum"),
    "null for no output": (submitted(output=None), "$.output", "field-null"),
    "a time in seconds": (submitted(created_at=1_935_403_200), "$.created_at", "field-type"),
    "a time without its zone": (
        submitted(created_at="2031-05-01T12:00:00"),
        "$.created_at",
        "field-constraint",
    ),
    "no user": (
        call(
            "POST",
            "/submissions/",
            {"problem_id": 3, "code": PROGRAM},
            without(SUBMISSION, "user_id"),
            status=201,
        ),
        "$.user_id",
        "field-missing",
    ),
    "an integer that has a fraction": (
        call("POST", "/threads/", TOPIC, {**THREAD, "reply_count": 0.0}, status=201),
        "$.reply_count",
        "field-type",
    ),
    # --- rules over one document
    "no verdict and no reason": (submitted(status="internal_error", error=""), "$", "field-invalid"),
    "passed below the score": (
        call("GET", "/exams/4/results", None, {**RESULT, "total_score": 9.5}),
        "$",
        "field-invalid",
    ),
    "passed where the score is hidden": (
        call("GET", "/exams/4/results", None, {**RESULT, "total_score": None}),
        "$",
        "field-invalid",
    ),
    "submitted at no time": (
        call("GET", "/exams/4/results", None, {**RESULT, "submitted_at": None}),
        "$",
        "field-invalid",
    ),
    # --- rules over request and answer
    "a run where a problem was named": (
        call("POST", "/submissions/", {"problem_id": 3, "code": PROGRAM}, FREE_RUN),
        "status",
        "answer-shape",
    ),
    "a submission where no problem was named": (
        call("POST", "/submissions/", {"code": PROGRAM}, SUBMISSION, status=201),
        "status",
        "answer-shape",
    ),
    "a tab became spaces": (submitted(code=PROGRAM.replace("\t", "    ")), "$.code", "echo-differs"),
    "another language": (submitted({"language": "c"}), "$.language", "echo-differs"),
    "another problem": (submitted(problem_id=4), "$.problem_id", "echo-differs"),
    "another submission": (
        call("GET", "/submissions/8/", None, SUBMISSION),
        "$.id",
        "echo-differs",
    ),
    "what was excluded is there": (
        call("GET", "/submissions/7/?exclude=code", None, SUBMISSION),
        "$.code",
        "answer-shape",
    ),
    "what was not excluded is missing": (
        call("GET", "/submissions/", None, page(without(SUBMISSION, "output"))),
        "$.items[0].output",
        "answer-shape",
    ),
    "more than a page": (
        call("GET", "/submissions/?page_size=1", None, page(SUBMISSION, {**SUBMISSION, "id": 8})),
        "$.items",
        "answer-count",
    ),
    "one of them twice": (
        call("GET", "/submissions/", None, page(SUBMISSION, SUBMISSION)),
        "$.items",
        "answer-count",
    ),
    "a list shorter than its page": (
        call("GET", "/submissions/", None, page(SUBMISSION, count=0)),
        "$.count",
        "answer-count",
    ),
    "a thread under another title": (
        call("POST", "/threads/", {**TOPIC, "title": "Зачем?"}, THREAD, status=201),
        "$.title",
        "echo-differs",
    ),
    "a change that was not made": (
        call("PATCH", "/threads/9/", {"is_resolved": True}, THREAD),
        "$.is_resolved",
        "echo-differs",
    ),
    "an exam of another course": (
        call("GET", "/exams/?course=2", None, OTHER_COURSE),
        "$.items[0].course_id",
        "echo-differs",
    ),
    "an exam in another status": (
        call("GET", "/exams/?status=draft", None, page(EXAM)),
        "$.items[0].status",
        "echo-differs",
    ),
    "an answer that was not given": (
        call(
            "POST", "/exams/4/submit", ANSWERS, {**RESULT, "answers": [{**MARKED, "choice_answers": ["b"]}]}
        ),
        "$.answers",
        "echo-differs",
    ),
    "an answer that is lost": (
        call("POST", "/exams/4/submit", ANSWERS, {**RESULT, "answers": []}),
        "$.answers",
        "echo-differs",
    ),
    # --- errors
    "a code that does not fit": (
        call("GET", "/submissions/7/", None, failure("forbidden"), status=404),
        "$.error.code",
        "answer-shape",
    ),
    "an unknown code": (
        call("GET", "/submissions/7/", None, failure("lost"), status=404),
        "$.error.code",
        "field-enum",
    ),
    "an error without its envelope": (
        call("GET", "/submissions/7/", None, {"detail": "Not found"}, status=404),
        "$.error",
        "field-missing",
    ),
    "an error that nobody finds in the logs": (
        call("GET", "/submissions/7/", None, failure("not_found", request_id=""), status=404),
        "$.error.request_id",
        "field-constraint",
    ),
    # --- requests
    "a program without characters": (submitted({"code": " "}, code=""), "$.code", "field-constraint"),
    "a language that is none": (
        submitted({"language": "cobol"}, language="cobol"),
        "$.language",
        "field-enum",
    ),
    "a field that is none": (submitted({"langauge": "c"}), "$.langauge", "field-undeclared"),
    "a page of none": (call("GET", "/submissions/?page=0", None, page()), "query page", "parameter-value"),
}


@pytest.mark.parametrize(("exchange", "path", "rule"), BREAKS.values(), ids=BREAKS)
def test_a_break_is_found_where_it_is(exchange: Exchange, path: str, rule: str) -> None:
    assert (path, rule) in told(exchange)


@pytest.mark.parametrize(("status", "name"), [(401, "WWW-Authenticate"), (429, "Retry-After")])
def test_a_header_that_tells_what_to_do_is_asked_for(status: int, name: str) -> None:
    codes = {401: "not_authenticated", 429: "too_many_requests"}
    refused = call("POST", "/submissions/", {"code": PROGRAM}, failure(codes[status]), status=status)

    assert [rule for path, rule in told(refused) if name.lower() in path.lower()]


def test_an_html_page_is_no_error_of_campus() -> None:
    page_of_a_gateway = call(
        "GET", "/submissions/7/", None, "<h1>", status=404, headers={"Content-Type": "text/html"}
    )

    assert "content-type" in {rule for _, rule in told(page_of_a_gateway)}


def test_a_500_is_nothing_that_an_operation_may_answer() -> None:
    assert ("status", "status-undeclared") in told(
        call("GET", "/submissions/7/", None, failure("unexpected"), status=500)
    )
