"""A clock that a test sets, and answers of campus to put behind ``responses``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import responses
from requests.exceptions import ConnectionError as Broken
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from consumers.campus_web.client import CampusClient
from consumers.campus_web.waiting import Clock, Patience
from troth.jsontext import Json

URL = "https://campus.example"
API = f"{URL}/api/v1"
TOKEN = "s3cret-token"
PROGRAM = "print('s3cret-program')\n# сумма 🎉"
MOMENT = "2031-05-01T12:00:00.123Z"


@dataclass
class FakeTime:
    """Sleeping moves it on; nothing waits."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self.sleep)


def client(
    time: FakeTime | None = None, *, url: str = URL, token: str = TOKEN, patience: Patience | None = None
) -> CampusClient:
    """A client that never really waits."""
    return CampusClient(url, token, patience=patience, clock=(time or FakeTime()).clock)


# --- answers --------------------------------------------------------------------------------------


def submission(submission_id: int = 7, **changed: Json) -> dict[str, Json]:
    """A program of user 5 for problem 3, accepted."""
    return {
        "id": submission_id,
        "problem_id": 3,
        "user_id": 5,
        "language": "python",
        "status": "accepted",
        "execution_time": 12.5,
        "memory_used": None,
        "created_at": MOMENT,
        "updated_at": MOMENT,
        "code": PROGRAM,
        "output": "3",
        "error": "",
        **changed,
    }


def free_run() -> dict[str, Json]:
    """A program that was run."""
    return {
        "status": "accepted",
        "stdout": "3",
        "stderr": "",
        "execution_time": None,
        "memory_used": None,
    }


def thread(thread_id: int = 9, **changed: Json) -> dict[str, Json]:
    """A thread about course 2."""
    return {
        "id": thread_id,
        "course_id": 2,
        "chapter_id": None,
        "problem_id": None,
        "author_id": 5,
        "author": "olga",
        "title": "Почему?",
        "content": "",
        "is_pinned": False,
        "is_resolved": False,
        "is_archived": False,
        "reply_count": 0,
        "last_activity_at": MOMENT,
        "created_at": MOMENT,
        **changed,
    }


def reply(reply_id: int = 11) -> dict[str, Json]:
    """A reply in thread 9."""
    return {
        "id": reply_id,
        "thread_id": 9,
        "author_id": 5,
        "author": "olga",
        "content": "Потому",
        "mentioned_users": [6],
        "created_at": MOMENT,
    }


def attempt() -> dict[str, Json]:
    """An attempt at exam 4."""
    return {"submission_id": 8, "started_at": MOMENT, "duration_minutes": 60, "end_time": MOMENT}


def result() -> dict[str, Json]:
    """An attempt at exam 4 that has ended."""
    return {
        "submission_id": 8,
        "exam_id": 4,
        "status": "submitted",
        "started_at": MOMENT,
        "submitted_at": MOMENT,
        "time_spent_seconds": 61,
        "total_score": 10.0,
        "passing_score": 10,
        "is_passed": True,
        "answers": [],
    }


def enrollment(enrollment_id: int = 1) -> dict[str, Json]:
    """That user 5 takes course 2."""
    return {
        "id": enrollment_id,
        "user_id": 5,
        "course_id": 2,
        "enrolled_at": MOMENT,
        "last_accessed_at": MOMENT,
    }


def page(*items: Json, count: int | None = None) -> dict[str, Json]:
    """A page of a list."""
    return {"count": len(items) if count is None else count, "items": list(items)}


def failure(code: str = "invalid", **changed: Json) -> dict[str, Json]:
    """The envelope of errors, which repeats what was sent."""
    detail: dict[str, Json] = {
        "code": code,
        "message": "s3cret-words",
        "fields": {"code": "s3cret-words"},
        "request_id": "0123456789abcdef",
    }
    return {"error": {**detail, **changed}}


def answers(
    method: str,
    path: str,
    *bodies: Json | Exception,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> None:
    """Answer one call after the other; an exception is raised in place of an answer."""
    for body in bodies:
        if isinstance(body, Exception):
            responses.add(method, API + path, body=body)
        else:
            responses.add(method, API + path, json=body, status=status, headers=headers)


def empty(
    method: str,
    path: str,
    status: int = 204,
    *,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> None:
    """Answer one call without a body, or with one that is no JSON."""
    responses.add(method, API + path, body=body, status=status, headers=headers)


# --- what was sent --------------------------------------------------------------------------------


def asked() -> list[requests.PreparedRequest]:
    """What was sent so far."""
    return [call.request for call in responses.calls]


def sent(index: int = 0) -> Any:
    """The body of one call, as JSON; None where it had none."""
    body = asked()[index].body
    assert body is None or isinstance(body, bytes)
    return None if body is None else json.loads(body)


def query(index: int = 0) -> dict[str, str]:
    """The query of one call."""
    return dict(parse_qsl(urlsplit(asked()[index].url or "").query, keep_blank_values=True))


def no_connection() -> Broken:
    """What requests raises when nothing listens."""
    reason = NewConnectionError(HTTPConnection("campus.example"), "refused")
    return Broken(MaxRetryError(pool=None, url="/", reason=reason))  # type: ignore[arg-type]
