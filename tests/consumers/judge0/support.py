"""A client whose clock a test sets, and answers of Judge0 to put behind ``responses``."""

from __future__ import annotations

import responses

from consumers.judge0.client import Judge0Client
from consumers.judge0.waiting import Polling, Retries
from tests.consumers.http.support import START as START
from tests.consumers.http.support import FakeTime as FakeTime
from tests.consumers.http.support import asked as asked
from tests.consumers.http.support import no_connection as no_connection
from troth.jsontext import Json

URL = "https://judge.example"
SECRET = "s3cret-token"
TOKEN = "d85cd024-1548-4165-96c7-7bc88673f194"
TOKENS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 61)]


def client(
    time: FakeTime | None = None,
    *,
    encoded: bool = False,
    retries: Retries | None = None,
    polling: Polling | None = None,
    url: str = URL,
) -> Judge0Client:
    """A client of ``URL`` with both credentials."""
    return Judge0Client(
        url,
        token=SECRET,
        authorization="s3cret-user",
        encoded=encoded,
        retries=retries,
        polling=polling,
        clock=(time or FakeTime()).clock,
    )


def outcome(status: int = 3, *, token: str = TOKEN, stdout: str | None = "42\n") -> dict[str, Json]:
    """A submission with the default columns."""
    descriptions = {1: "In Queue", 2: "Processing", 3: "Accepted", 4: "Wrong Answer"}
    ended = status > 2
    return {
        "stdout": stdout if ended else None,
        "time": "0.021" if ended else None,
        "memory": 2048 if ended else None,
        "stderr": None,
        "token": token,
        "compile_output": None,
        "message": None,
        "status": {"id": status, "description": descriptions[status]},
    }


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
            responses.add(method, URL + path, body=body)
        else:
            responses.add(method, URL + path, json=body, status=status, headers=headers)
