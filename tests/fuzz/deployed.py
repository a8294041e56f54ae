"""The notes as a service that is deployed: on a socket of 127.0.0.1, and nothing of troth's before it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from troth.api import Api
from troth.events import Event, Noted
from troth.exchange import Headers, Request, Response
from troth.fuzz import read_document
from troth.fuzz.document import Document
from troth.loopback import Handler, LoopbackServer
from troth.openapi import openapi_path
from troth.provider import ProviderOptions
from troth.workspace import Workspace
from troth.wsgi import wsgi_handler

TOKEN = "token-of-the-notes"
ELSEWHERE = "127.1"
"""This machine by a name that troth does not know as this machine's."""
Answers = Callable[[Request], Response | None]


@dataclass
class Deployed:
    """What is asked of the service, in its order. ``answers`` come before the service's own."""

    handler: Handler
    answers: Answers = lambda _: None
    asked: list[Request] = field(default_factory=list)
    port: int = 0

    def __call__(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answers(request) or self.handler(request)

    @property
    def url(self) -> str:
        """As this machine's own."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def elsewhere(self) -> str:
        """As that of another host."""
        return f"http://{ELSEWHERE}:{self.port}"

    @property
    def methods(self) -> set[str]:
        """That were ever asked with."""
        return {request.method for request in self.asked}

    def having(self, method: str, path: str = "") -> list[Request]:
        """What was asked with a method, below a path."""
        return [each for each in self.asked if each.method == method and each.path.startswith(path)]


@contextmanager
def deployed(handler: Handler, answers: Answers = lambda _: None) -> Iterator[Deployed]:
    """Serve ``handler`` on loopback."""
    made = Deployed(handler, answers)
    with LoopbackServer(made, names=(ELSEWHERE,)) as server:
        made.port = server.port
        yield made


@contextmanager
def deployed_notes(workspace: Workspace, answers: Answers = lambda _: None) -> Iterator[Deployed]:
    """Serve the notes of a workspace, with some notes in them."""
    provider = workspace.provider(workspace.api("notes"), ProviderOptions())
    provider.states["some notes"]({})
    try:
        with deployed(wsgi_handler(provider.app), answers) as made:
            yield made
    finally:
        provider.close()


def said(status: int, value: object = None, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    pairs = {"Content-Type": "application/json", **(headers or {})}
    return Response(status, Headers.of(pairs), json.dumps(value).encode())


def at(path: str, answer: Response, method: str = "GET") -> Answers:
    """Answer one path in place of the service."""
    return lambda request: answer if (request.method, request.path) == (method, path) else None


def committed(workspace: Workspace, api: Api) -> Document:
    """The document of an API."""
    path = openapi_path(workspace, api)
    return read_document(path, workspace.relative(path))


@dataclass
class Notes:
    """Takes events and keeps what is told to a person."""

    texts: list[str] = field(default_factory=list)

    def __call__(self, event: Event) -> None:
        if isinstance(event, Noted):
            self.texts.append(event.text)
