"""What the contract of campus lets pass."""

from __future__ import annotations

import pytest

from contracts.campus.operations import campus
from tests.contracts.campus.exchanges import (
    ANSWERS,
    EXAM,
    FREE_RUN,
    MARKED,
    NOW,
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
from troth.contract_lint import lint
from troth.exchange import Exchange
from troth.jsontext import Json

OTHER: dict[str, Json] = {
    **MARKED,
    "problem_id": 6,
    "choice_answers": None,
    "fillblank_answers": ["x"],
    "score": 0.0,
}
SEVERAL: Json = {
    "answers": [
        {"problem_id": 3, "problem_type": "choice", "choice_answers": ["a"]},
        {"problem_id": 6, "problem_type": "fillblank", "fillblank_answers": ["x"]},
    ]
}
HIDDEN: dict[str, Json] = {**RESULT, "total_score": None, "is_passed": None}
RUNNING: dict[str, Json] = {
    **HIDDEN,
    "status": "in_progress",
    "submitted_at": None,
    "time_spent_seconds": None,
    "answers": [],
}
CHALLENGE = {"WWW-Authenticate": 'Bearer realm="campus"'}

HOLDS = {
    "a program is judged": submitted(),
    "the space around a program is gone": submitted({"code": f"\n{PROGRAM}\n "}),
    "a program in another language": submitted({"language": "c"}, language="c"),
    "there is no verdict, and a reason": submitted(status="internal_error", error="judge unavailable"),
    "a program is run": call("POST", "/submissions/", {"code": PROGRAM}, FREE_RUN),
    "a field is new": submitted(grade="A"),
    "a submission less what was excluded": call(
        "GET", "/submissions/7/?exclude=code,error", None, without(SUBMISSION, "code", "error")
    ),
    "a page of submissions": call("GET", "/submissions/?page_size=1", None, page(SUBMISSION, count=2)),
    "an empty page behind the last": call("GET", "/submissions/?page=9", None, page(count=2)),
    "a thread is opened": call(
        "POST",
        "/threads/",
        {"title": "Почему?", "content": "Один\n\tдва", "course_id": 2},
        THREAD,
        status=201,
    ),
    "a thread is changed": call(
        "PATCH", "/threads/9/", {"is_resolved": True}, {**THREAD, "is_resolved": True}
    ),
    "exams of a course": call("GET", "/exams/?course=2&status=published", None, page(EXAM)),
    "answers in another order": call(
        "POST", "/exams/4/submit", SEVERAL, {**RESULT, "answers": [OTHER, MARKED]}
    ),
    "results that are hidden": call("POST", "/exams/4/submit", ANSWERS, HIDDEN),
    "an attempt in progress": call("GET", "/exams/4/results", None, RUNNING),
    "a refusal": call("POST", "/submissions/", {"code": ""}, failure(), status=400),
    "nobody is known": call(
        "GET", "/users/me/", None, failure("not_authenticated", fields={}), status=401, headers=CHALLENGE
    ),
    "too many requests": call(
        "POST",
        "/submissions/",
        {"code": PROGRAM},
        failure("too_many_requests"),
        status=429,
        headers={"Retry-After": "7"},
    ),
    "a service that is down": call(
        "GET", "/health", None, {"status": "down", "database": "down", "store": "ok"}, status=503
    ),
    "a token for a password": call(
        "POST",
        "/tokens/",
        {"username": "olga", "password": "s3cret"},
        {"id": 1, "name": "", "created_at": NOW, "expires_at": NOW, "token": "t0ken"},
        status=201,
    ),
}


@pytest.mark.parametrize("exchange", HOLDS.values(), ids=HOLDS)
def test_an_exchange_that_holds(exchange: Exchange) -> None:
    assert [str(mismatch) for mismatch in campus.judge(exchange)] == []


def test_a_request_that_is_refused_is_not_judged() -> None:
    refused = call("POST", "/submissions/", {"code": PROGRAM, "language": "cobol"}, failure(), status=400)

    assert told(refused) == []


def test_the_contract_is_well_made() -> None:
    assert [str(finding) for finding in lint(campus)] == []


def test_every_operation_but_that_of_health_may_be_refused_for_its_credential() -> None:
    without_401 = {operation.name for operation in campus.operations if 401 not in operation.answers}

    assert without_401 == {"health"}
