"""A small API with everything that a pact must say: links, values, texts, empty and malformed bodies."""

from __future__ import annotations

import json
from collections.abc import Sequence

from troth.api import Answer, Anything, Api, Empty, HeaderToken, Text
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload, Safe, Uuid
from troth.jsontext import Json
from troth.pacts.generate import Recorded
from troth.provider import JsonScalar
from troth.scenario import State

SERVER = "https://library.example/v2"
LOAN = "00000000-0000-4000-8000-000000000001"
JSON = {"Content-Type": "application/json"}


class Book(Payload, source="assumed"):
    """A book, and who reads it."""

    shelf: Safe[int]
    title: Safe[str]
    reader: str


class Loan(Payload, source="assumed"):
    """A book that somebody took."""

    id: Uuid
    title: Safe[str]


class LoanPath(Payload, source="assumed"):
    """A loan in a path."""

    id: Uuid


class ShelfPath(Payload, source="assumed"):
    """A shelf in a path."""

    shelf: Safe[int]


class LoanQuery(Payload, source="assumed"):
    """Loans by their ids, with commas between."""

    ids: str
    order: Safe[str] | None = None


def library_api() -> Api:
    """The contract, new each time."""
    api = Api("library", server=SERVER, auth=(HeaderToken("X-Card", env="LIBRARY_CARD"),))
    api.post("/loans", name="lend", body=Book, responses={201: Loan, 400: Empty, 401: Empty})
    api.get("/loans", name="list_loans", query=LoanQuery, responses={200: list[Loan]})
    api.get("/loans/{id}", name="loan", params=LoanPath, responses={200: Loan, 404: Empty})
    api.delete("/loans/{id}", name="end", params=LoanPath, responses={204: Empty})
    api.get("/shelves/{shelf}", name="shelf", params=ShelfPath, responses={200: list[Book]})
    api.get("/motto", name="motto", responses={200: Answer(Text(r"[A-Z].*"), "text/plain"), 302: Anything})
    api.get("/busy", name="busy", responses={503: Answer(Empty, headers={"Retry-After": r"\d+"})})
    return api


def exchange(
    method: str,
    target: str,
    status: int,
    *,
    sent: Json | bytes = None,
    came: Json | bytes = None,
    headers: dict[str, str] | None = None,
    answered: dict[str, str] | None = None,
) -> Exchange:
    """One exchange; JSON is sent as JSON, and bytes as they are."""
    request = Request(
        method,
        SERVER + target,
        Headers.of({"X-Card": "{{secret:valid}}", **(JSON if sent is not None else {}), **(headers or {})}),
        _bytes(sent),
    )
    kind = JSON if came is not None else {}
    return Exchange(request, Response(status, Headers.of({**kind, **(answered or {})}), _bytes(came)))


def _bytes(content: Json | bytes) -> bytes:
    if content is None or isinstance(content, bytes):
        return content or b""
    return json.dumps(content).encode()


def recorded(*exchanges: Exchange, values: dict[str, JsonScalar] | None = None) -> Recorded:
    """What the cassette of a scenario named ``reading`` holds."""
    return Recorded("reading", State("a card is valid", {"days": 3}), exchanges, values or {})


LENT: Sequence[Exchange] = (
    exchange(
        "POST",
        "/loans",
        201,
        sent={"shelf": 7, "title": "Momo", "reader": "redacted-1"},
        came={"id": LOAN, "title": "Momo"},
    ),
    exchange("GET", f"/loans/{LOAN}", 200, came={"id": LOAN, "title": "Momo"}),
    exchange("GET", f"/loans?ids={LOAN}", 200, came=[{"id": LOAN, "title": "Momo"}]),
    exchange("DELETE", f"/loans/{LOAN}", 204),
)
"""A book is lent, looked at twice, and brought back."""
