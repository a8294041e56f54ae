"""A request in this process arrives as one over a socket does, and so does its answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response as EngineResponse
from schemathesis.generation.case import Case

from troth.exchange import Headers, Request, Response
from troth.fuzz.gate import Gate, Refused
from troth.fuzz.manners import Manners
from troth.fuzz.transport import BASE, in_place_of_sockets
from troth.loopback import LoopbackServer

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "notes", "version": "1"},
    "paths": {
        "/notes/{note}": {
            "post": {
                "parameters": [
                    {"name": "note", "in": "path", "required": True, "schema": {"type": "string"}}
                ],
                "requestBody": {"content": {"application/json": {"schema": {}}}},
                "responses": {"200": {"description": "OK"}},
            }
        }
    },
}
ANSWER = Response(
    201,
    Headers.of([("Content-Type", "text/plain; charset=utf-8"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]),
    "größer".encode(),
)


@dataclass
class Asked:
    """Answers, and remembers what it was asked."""

    answer: Response = ANSWER
    requests: list[Request] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer


@pytest.fixture
def asked() -> Asked:
    """What answers."""
    return Asked()


def case(**details: Any) -> Case[Any]:
    """A request of a note."""
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict({}))
    operation = schema["/notes/{note}"]["POST"]
    made: Case[Any] = operation.Case(path_parameters={"note": "a b"}, **details)
    return made


@pytest.fixture
def near(asked: Asked) -> Iterator[object]:
    """The application to give to a schema, with ``asked`` behind it."""
    with in_place_of_sockets(asked, Gate()) as app:
        yield app


def sent(app: object, **details: Any) -> EngineResponse:
    """The answer to a request in this process."""
    made = case(**details)
    made.operation.schema.app = app
    return made.call()


def test_an_answer_arrives_whole(near: object) -> None:
    answer = sent(near)

    assert (answer.status_code, answer.text) == (201, "größer")
    assert answer.headers["set-cookie"] == ["a=1", "b=2"]


BODIES: dict[str, dict[str, Any]] = {
    "JSON": {"body": {"a": "ü", "b": [1.5, None]}, "media_type": "application/json"},
    "a query": {"query": {"q": "a&b", "r": ["1", "2"]}},
    "headers": {"headers": {"X-Note": "n", "Cookie": "a=1"}},
    "nothing": {},
}


@pytest.mark.parametrize("what", BODIES)
def test_a_request_is_what_it_is_over_a_socket(asked: Asked, near: object, what: str) -> None:
    sent(near, **BODIES[what])
    with LoopbackServer(asked) as server:
        case(**BODIES[what]).call(base_url=server.url)

    here, there = asked.requests
    assert as_asked(here) == as_asked(there)


def test_the_application_sees_this_machine_as_its_host(asked: Asked, near: object) -> None:
    sent(near)

    [request] = asked.requests
    assert request.url == f"{BASE}/notes/a%20b"


def test_cookies_of_one_answer_go_with_no_other_request(asked: Asked, near: object) -> None:
    sent(near)
    sent(near)

    assert [request.headers.get("Cookie") for request in asked.requests] == [None, None]


def test_a_redirect_is_an_answer_like_any_other(asked: Asked, near: object) -> None:
    asked.answer = Response(302, Headers.of({"Location": "https://elsewhere.example/"}))

    answer = sent(near)

    assert (answer.status_code, len(asked.requests)) == (302, 1)


def test_nothing_passes_that_the_gate_refuses(asked: Asked) -> None:
    gate = Gate(Manners(methods=frozenset({"GET"})))

    with in_place_of_sockets(asked, gate) as app, pytest.raises(Refused, match="POST may not be sent"):
        sent(app)

    assert asked.requests == []


def as_asked(request: Request) -> tuple[object, ...]:
    """A request less its host and its User-Agent, in which the library's own two ways differ as well."""
    url = request.url.removeprefix(request.origin)
    # Of the engine: each request has an id of its own.
    headers = request.headers.without("Host", "User-Agent", "X-Schemathesis-TestCaseId")
    return request.method, url, sorted((name.lower(), value) for name, value in headers), request.body
