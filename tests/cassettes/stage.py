"""A small contract and its exchanges, for tests of what is seen and written."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, StringConstraints

from troth.api import Answer, Anything, Api, Empty, HeaderToken, Text
from troth.cassettes.model import Cassette, Given, Provenance
from troth.cassettes.read import placed
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload, Safe, Stand, Uuid

SERVER = "https://jobs.example/api"
WHEN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TOKEN = "d85cd024-1548-4165-96c7-7bc88673f194"
OTHER = "4f7e5a36-90ab-4a3c-9d3e-2b8a7c1d5e6f"


class State(IntEnum):
    """Where a job stands."""

    QUEUED = 1
    DONE = 3


class Find(Payload):
    state: State | None = None
    owner: str | None = None
    page: Safe[int] | None = None
    tokens: str | None = None


class Key(Payload):
    token: Uuid


class New(Payload):
    title: Safe[str]
    owner: str | None = None
    labels: dict[str, str] | None = None
    pin: Annotated[int, Field(ge=1000, le=9999)] | None = None


class Job(Payload):
    token: Uuid
    state: State
    title: Safe[str] | None = None
    owner: str | None = None
    took: Safe[int] | None = None
    weight: float | None = None
    plate: Annotated[str, StringConstraints(pattern=r"^PL-\d{4}$"), Stand("PL-{n:04d}")] | None = None
    labels: dict[str, str] | None = None
    parts: list[Safe[str]] | None = None


class Hard(Payload):
    code: Annotated[str, StringConstraints(pattern=r"^[QXZ]{9}$")]


def jobs() -> Api:
    """The contract of a service of jobs."""
    api = Api(
        "jobs",
        server=SERVER,
        auth=(HeaderToken("Authorization", env="JOBS_KEY", prefix="Bearer "),),
        safe_headers=("X-Region",),
    )
    api.post("/jobs", name="start", query=Find, body=New, responses={201: Job, 400: Answer((Job, Empty))})
    api.get("/jobs/{token}", name="job", params=Key, responses={200: Job, 404: Empty})
    api.get("/jobs", name="jobs", query=Find, responses={200: list[Job]})
    api.get("/version", name="version", responses={200: Text(safe=True)})
    api.get("/motd", name="motd", responses={200: Text()})
    api.get("/hard", name="hard", responses={200: Hard})
    api.get(
        "/files/{name=boxes/*/files/*}",
        name="file",
        responses={200: Answer(Anything(), headers={"Location": r".+"})},
    )
    return api


def call(
    method: str,
    path: str,
    status: int,
    answer: object = None,
    *,
    sent: object = None,
    headers: Mapping[str, str] | None = None,
    answered: Mapping[str, str] | None = None,
) -> Exchange:
    """One exchange; bodies are JSON unless they are bytes already."""
    asked = {
        "Accept": "*/*",
        **({} if sent is None else {"Content-Type": "application/json"}),
        **(headers or {}),
    }
    got = {"Content-Type": "application/json", **(answered or {})}
    request = Request(method, SERVER + path, Headers.of(asked), _bytes(sent))
    return Exchange(request, Response(status, Headers.of(got), _bytes(answer)))


def _bytes(body: object) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def started(**fields: object) -> Exchange:
    """A job that was started."""
    job = {"token": TOKEN, "state": 1, "title": "count", "took": 5, **fields}
    return call("POST", "/jobs", 201, job, sent={"title": "count"})


def polled(**fields: object) -> Exchange:
    """The same job, later."""
    return call("GET", f"/jobs/{TOKEN}", 200, {"token": TOKEN, "state": 3, "took": 7, **fields})


def cassette(path: Path, exchanges: Sequence[Exchange], **provenance: object) -> Cassette:
    """A cassette that nobody has written yet."""
    said: dict[str, object] = {
        "api": "jobs",
        "scenario": "a job is done",
        "recorded_at": WHEN,
        "simulated": True,
        "provider": "jobs-fake 1",
        "troth": "0.1.0",
        "given": Given(),
        **provenance,
    }
    made = Provenance.model_validate(said)
    return Cassette(path, made, placed(tuple(exchanges), made, path))
