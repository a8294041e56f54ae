"""What the judge costs an exchange, in microseconds of CPU time.

    .venv/bin/python -m bench.judge_bench

Each figure is the best of several runs: the least disturbed one says what the code costs.
"""

from __future__ import annotations

import functools
import json
import time
import timeit
from collections.abc import Callable
from enum import IntEnum

from troth.api import Api, Echo, HeaderToken
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload, Safe, Uuid
from troth.jsontext import Json

RUNS, CALLS = 5, 2_000


class Status(IntEnum):
    """How far a job is."""

    QUEUED = 1
    RUNNING = 2
    DONE = 3


class JobStatus(Payload, source="assumed"):
    """A status with its text."""

    id: Status
    description: str


class JobPath(Payload, source="assumed"):
    """A job in a path."""

    token: Uuid


class JobQuery(Payload, source="assumed"):
    """How a job is asked for."""

    encoded: bool = False


class JobRequest(Payload, source="assumed"):
    """A new job."""

    source: str
    stdin: str | None = None
    limit: float | None = None
    level: Safe[int] = 1


class JobToken(Payload, source="assumed"):
    """The short form of an answer."""

    token: Uuid


class Job(Payload, source="assumed"):
    """The long form of an answer."""

    token: Uuid
    status: JobStatus
    stdout: str | None
    stderr: str | None
    message: str | None
    time: str | None
    memory: int | None


class Jobs(Payload, source="assumed"):
    """Many answers, in either form."""

    jobs: list[JobToken | Job]


API = Api("jobs", server="https://jobs.example/v1", auth=(HeaderToken("X-Token", env="TOKEN"),))
API.get("/about", responses={200: JobToken})
API.get("/jobs", responses={200: Jobs})
API.post("/jobs", query=JobQuery, body=JobRequest, responses={201: JobToken | Job})
API.get(
    "/jobs/{token}",
    params=JobPath,
    query=JobQuery,
    responses={200: Job},
    echoes=(Echo("path token", "$.token"),),
)

TOKEN = "00000000-0000-4000-8000-000000000001"
JOB: Json = {
    "token": TOKEN,
    "status": {"id": 3, "description": "Done"},
    "stdout": "42\n",
    "stderr": None,
    "message": None,
    "time": "0.01",
    "memory": 3200,
}
NEW: Json = {"source": "print(42)", "stdin": None, "limit": 1, "level": 2}
HEADERS = Headers.of({"Content-Type": "application/json; charset=utf-8", "X-Request-Id": "1"})


def exchange(method: str, path: str, status: int, answer: Json, asked: Json = None) -> Exchange:
    """An exchange with the API's server."""
    body = b"" if asked is None else json.dumps(asked).encode()
    return Exchange(
        Request(method, f"https://jobs.example/v1{path}", HEADERS, body),
        Response(status, HEADERS, json.dumps(answer).encode()),
    )


def microseconds(call: Callable[[], object]) -> float:
    """The best CPU time of one call."""
    return min(timeit.repeat(call, number=CALLS, repeat=RUNS, timer=time.process_time)) / CALLS * 1e6


CASES = {
    "read a job": exchange("GET", f"/jobs/{TOKEN}?encoded=false", 200, JOB),
    "make a job, long answer": exchange("POST", "/jobs?encoded=false", 201, JOB, NEW),
    "make a job, short answer": exchange("POST", "/jobs?encoded=false", 201, {"token": TOKEN}, NEW),
    "list 20 jobs, a union in each": exchange("GET", "/jobs", 200, {"jobs": [JOB] * 20}),
    "a broken answer": exchange("GET", f"/jobs/{TOKEN}?encoded=false", 200, {"token": TOKEN}),
}


def main() -> None:
    """Print one line a case."""
    for name, case in CASES.items():
        found = len(API.judge(case))
        cost = microseconds(functools.partial(API.judge, case))
        print(f"{name:32} {cost:8.1f} µs   {found} mismatches")


if __name__ == "__main__":
    main()
