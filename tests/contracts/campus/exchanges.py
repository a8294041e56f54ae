"""Exchanges with campus, as the service has them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from contracts.campus.operations import campus
from troth.exchange import Exchange, Headers, Request, Response
from troth.jsontext import Json

NOW = "2031-05-01T12:00:00.123Z"
PROGRAM = "def solve(a, b):\n\treturn a + b  # сумма"

SUBMISSION: dict[str, Json] = {
    "id": 7,
    "problem_id": 3,
    "user_id": 5,
    "language": "python",
    "status": "accepted",
    "execution_time": 12.5,
    "memory_used": None,
    "created_at": NOW,
    "updated_at": NOW,
    "code": PROGRAM,
    "output": "Test case 1:\n3\n",
    "error": "",
}
FREE_RUN: dict[str, Json] = {
    "status": "accepted",
    "stdout": "3\n",
    "stderr": "",
    "execution_time": 12.5,
    "memory_used": 8.25,
}
THREAD: dict[str, Json] = {
    "id": 9,
    "course_id": 2,
    "chapter_id": None,
    "problem_id": None,
    "author_id": 5,
    "author": "olga",
    "title": "Почему?",
    "content": "Один\n\tдва",
    "is_pinned": False,
    "is_resolved": False,
    "is_archived": False,
    "reply_count": 0,
    "last_activity_at": NOW,
    "created_at": NOW,
    "updated_at": NOW,
}
EXAM: dict[str, Json] = {
    "id": 4,
    "course_id": 2,
    "title": "Sums",
    "description": "",
    "start_time": NOW,
    "end_time": "2031-05-08T12:00:00Z",
    "duration_minutes": 60,
    "total_score": 20,
    "passing_score": 12,
    "status": "published",
    "shuffle_questions": False,
    "show_results_after_submit": True,
}
MARKED: dict[str, Json] = {
    "problem_id": 3,
    "choice_answers": ["a"],
    "fillblank_answers": None,
    "score": 10.0,
    "is_correct": True,
    "correct_percentage": 100.0,
}
RESULT: dict[str, Json] = {
    "submission_id": 8,
    "exam_id": 4,
    "status": "submitted",
    "started_at": NOW,
    "submitted_at": NOW,
    "time_spent_seconds": 61,
    "total_score": 10.0,
    "passing_score": 10,
    "is_passed": True,
    "answers": [MARKED],
}
ANSWERS: dict[str, Json] = {"answers": [{"problem_id": 3, "problem_type": "choice", "choice_answers": ["a"]}]}


def call(
    method: str,
    path: str,
    body: Json = None,
    answer: Json = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Exchange:
    """An exchange below the version of the API."""
    typed = {"Content-Type": "application/json"}
    request = Request(
        method,
        f"https://campus.example/api/v1{path}",
        Headers.of({"Authorization": "Bearer t", **(typed if body is not None else {})}),
        b"" if body is None else json.dumps(body).encode(),
    )
    return Exchange(
        request,
        Response(
            status,
            Headers.of({**(typed if answer is not None else {}), **(headers or {})}),
            b"" if answer is None else json.dumps(answer).encode(),
        ),
    )


def submitted(body: Mapping[str, Json] | None = None, **changed: Json) -> Exchange:
    """A program for problem 3, judged."""
    document = {"problem_id": 3, "code": PROGRAM, **(body or {})}
    return call("POST", "/submissions/", document, {**SUBMISSION, **changed}, status=201)


def without(document: Mapping[str, Json], *names: str) -> dict[str, Json]:
    """``document`` less some members."""
    return {name: value for name, value in document.items() if name not in names}


def failure(code: str = "invalid", **changed: Json) -> dict[str, Json]:
    """The envelope of errors."""
    detail: dict[str, Json] = {
        "code": code,
        "message": "code: it is empty",
        "fields": {"code": "it is empty"},
        "request_id": "0123456789abcdef0123456789abcdef",
    }
    return {"error": {**detail, **changed}}


def page(*items: Json, count: int | None = None) -> dict[str, Json]:
    """A page of a list."""
    return {"count": len(items) if count is None else count, "items": list(items)}


def told(exchange: Exchange) -> list[tuple[str, str]]:
    """The place and the rule of each mismatch."""
    return [(mismatch.path, mismatch.rule) for mismatch in campus.judge(exchange)]
