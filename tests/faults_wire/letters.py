"""A small API whose answers every fault can strike, and a service behind it that remembers what it did."""

from __future__ import annotations

import json
import threading
from enum import StrEnum

from troth.api import Api, Empty
from troth.exchange import Headers, Request, Response
from troth.fields import Payload, Safe
from troth.jsontext import Json

SERVER = "https://letters.example/v1"
LETTER: dict[str, Json] = {"id": 7, "size": "small", "note": None}


class Size(StrEnum):
    """How large a letter is."""

    SMALL = "small"
    LARGE = "large"


class Letter(Payload, source="assumed"):
    """A letter on its way."""

    id: Safe[int]
    size: Size
    note: Safe[str] | None


def letters_api() -> Api:
    """The contract, new each time."""
    api = Api("letters", server=SERVER)
    api.get("/letters/7", name="read_letter", responses={200: Letter, 404: Empty})
    api.post("/letters", name="send_letter", responses={201: Letter})
    api.delete("/letters/7", name="drop_letter", responses={204: Empty})
    return api


class Service:
    """Answers every operation, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.came = threading.Event()

    def __call__(self, request: Request) -> Response:
        """Answer one request."""
        self.asked.append(f"{request.method} {request.path}")
        self.came.set()
        if request.method == "DELETE":
            return Response(204)
        body = json.dumps(LETTER).encode()
        status = {"POST": 201, "GET": 200}[request.method]
        if request.path not in ("/letters", "/letters/7"):
            return Response(404, Headers(), b"")
        return Response(status, Headers.of({"Content-Type": "application/json"}), body)
