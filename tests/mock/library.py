"""A small lending library, so that the mocks have an API that is nobody's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from troth.api import Api, Echo, Empty, Text
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.fields import Payload, Safe, Uuid
from troth.mock.library import recordings_of
from troth.mock.offers import Recording

SERVER = "https://books.example/v1"
ONE = "00000000-0000-4000-8000-000000000001"
OTHER = "00000000-0000-4000-8000-000000000002"


class LoanRequest(Payload, source="assumed"):
    """Who wants which book."""

    title: Safe[str]
    days: Safe[int | float | bool | str] = 14
    reader: str | None = None


class Loan(Payload, source="assumed"):
    """A loan."""

    id: Uuid
    title: Safe[str]


class LoanPath(Payload, source="assumed"):
    """A loan in a path."""

    loan: Uuid


class TitlesQuery(Payload, source="assumed"):
    """How titles are listed."""

    page: Safe[int] = 1
    order: Safe[str] = "title"
    key: str = ""


class Problem(Payload, source="assumed"):
    """Why there is no answer."""

    error: Safe[str]


def books_api(server: str = SERVER, name: str = "books") -> Api:
    """The contract, new each time."""
    api = Api(name, server=server)
    api.get("/titles", name="titles", query=TitlesQuery, responses={200: list[str], 503: Problem})
    api.get("/titles/{title}", name="title", responses={200: Loan, 404: Problem})
    api.post(
        "/loans",
        name="lend",
        body=LoanRequest,
        responses={201: Loan, 400: Empty, 503: Problem},
        echoes=(Echo("$.title", "$.title"),),
    )
    api.get(
        "/loans/{loan}",
        name="loan",
        params=LoanPath,
        responses={200: Loan, 404: Problem},
        echoes=(Echo("path loan", "$.id"),),
    )
    api.get("/motto", name="motto", responses={200: Text("[A-Z].*")})
    return api


def asking(method: str, path: str, body: object = None, *, text: bytes = b"") -> Request:
    """A request to the library."""
    sent = text if body is None else json.dumps(body).encode()
    headers = Headers.of({"Content-Type": "application/json"} if sent else {})
    return Request(method, f"{SERVER}{path}", headers, sent)


def answer(status: int, body: object = None, **headers: str) -> Response:
    """A JSON response."""
    content = b"" if body is None else json.dumps(body).encode()
    typed = {"Content-Type": "application/json"} if content else {}
    return Response(status, Headers.of({**typed, **headers}), content)


def recorded(request: Request, response: Response, step: int = 1) -> Exchange:
    """One exchange of a cassette."""
    source = Source(SourceKind.SIMULATED, f"cassettes/books/lending.yaml#{step}")
    return Exchange(request, response, source)


def recordings(api: Api, *exchanges: Exchange, scenario: str = "lending") -> tuple[Recording, ...]:
    """The exchanges of one cassette, ready to be played."""
    return recordings_of(api, exchanges, scenario)


def lending(title: str = "Emma", loan: str = ONE) -> Sequence[Exchange]:
    """A book is lent, and the loan is looked up."""
    shown: Mapping[str, object] = {"id": loan, "title": title}
    return (
        recorded(asking("POST", "/loans", {"title": title}), answer(201, shown), 1),
        recorded(asking("GET", f"/loans/{loan}"), answer(200, shown), 2),
    )
