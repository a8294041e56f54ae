"""What the tests of the fake drive it with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from queue import Queue
from typing import cast

from werkzeug.test import Client, TestResponse

Json = dict[str, object]

TOKEN, SIGNING = "the-token-of-the-bot", "the-signing-secret"
ANNA, IVAN, MARIA, BOT = 11, 12, 13, 14
GENERAL, TEAM = 1, 2
THUMB, HEART = "\N{THUMBS UP SIGN}", "\N{HEAVY BLACK HEART}"
PATIENCE = 20.0
"""Seconds after which a test gives up waiting for a thread."""


class Clock:
    """Stands still until it is told to go on. Seconds since 1970."""

    def __init__(self) -> None:
        self.now = 1_767_225_600.0

    def __call__(self) -> float:
        return self.now

    def go_on(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Pachca:
    """A client of one fake."""

    client: Client
    token: str = TOKEN

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        query: Mapping[str, object] | None = None,
        raw: bytes | None = None,
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else raw
        return self.client.open(
            path, method=method, query_string=dict(query) if query else None, headers=headers, data=data
        )

    def get(self, path: str, **query: object) -> Json:
        return ok(self.send("GET", path, query=query))

    def data(self, path: str, **query: object) -> Json:
        return cast(Json, self.get(path, **query)["data"])

    def rows(self, path: str, **query: object) -> list[Json]:
        return cast(list[Json], self.get(path, **query)["data"])

    def ids(self, path: str, **query: object) -> list[object]:
        return [row["id"] for row in self.rows(path, **query)]

    def paginate(self, path: str, **query: object) -> Json:
        return cast(Json, cast(Json, self.get(path, **query)["meta"])["paginate"])

    def post(self, path: str, body: object = None) -> Json:
        return ok(self.send("POST", path, body), 201)

    def put(self, path: str, body: object = None) -> Json:
        return ok(self.send("PUT", path, body))

    def delete(self, path: str, **query: object) -> None:
        response = self.send("DELETE", path, query=query)
        assert (response.status_code, response.data) == (204, b""), response.text

    def write(self, content: str = "Привет", chat_id: int = GENERAL, **fields: object) -> Json:
        """Send a message into a chat."""
        body = {"message": {"entity_id": chat_id, "content": content, **fields}}
        return cast(Json, self.post("/messages", body)["data"])

    def writes(self, number: int, chat_id: int = GENERAL) -> list[object]:
        """Send so many messages; their ids."""
        return [self.write(f"Сообщение {index}", chat_id)["id"] for index in range(number)]

    def refused(
        self, method: str, path: str, body: object = None, **query: object
    ) -> tuple[int, list[tuple[object, object]]]:
        """The status, and of each problem the key and the code."""
        return problems(self.send(method, path, body, query))

    def refused_message(self, **fields: object) -> tuple[int, list[tuple[object, object]]]:
        message = {"entity_id": GENERAL, "content": "Привет", **fields}
        return self.refused("POST", "/messages", {"message": message})


def ok(response: TestResponse, status: int = 200) -> Json:
    assert response.status_code == status, response.text
    return cast(Json, response.json)


def problems(response: TestResponse) -> tuple[int, list[tuple[object, object]]]:
    errors = cast(list[Json], cast(Json, response.json)["errors"])
    assert all(set(error) == {"key", "value", "message", "code", "payload"} for error in errors)
    return response.status_code, [(error["key"], error["code"]) for error in errors]


@dataclass(frozen=True)
class Received:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Json:
        return cast(Json, json.loads(self.body))


@dataclass
class Receiver:
    """Catches webhooks. ``answers`` are the statuses to give, 0 for hanging up, then always 200."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    location: str = "/"
    received: Queue[Received] = field(default_factory=Queue)

    def take(self) -> Received:
        return self.received.get(timeout=PATIENCE)

    def takes(self, number: int) -> list[Received]:
        return [self.take() for _ in range(number)]

    def kinds(self, number: int) -> list[str]:
        """Type and event of the next deliveries."""
        return [f"{it.json['type']} {it.json['event']}" for it in self.takes(number)]


def column(rows: Sequence[Json], name: str) -> list[object]:
    return [row[name] for row in rows]
