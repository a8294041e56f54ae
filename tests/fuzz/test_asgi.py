"""A provider whose application is ASGI works wherever one of WSGI does."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from tests.fuzz.stage import codes, fuzzed
from tests.support.pages import ROOT
from tests.support.workspaces import Team
from troth.asgi import is_asgi, running
from troth.errors import CouldNotCheck
from troth.exchange import Headers, Request, Response
from troth.fuzz import Budget, Choice
from troth.provider import Provider
from troth.serve.run import ServeOptions, serve_provider
from troth.target import open_fake
from troth.wsgi import wsgi_handler

FEW = Choice(only="read_note", budget=Budget(seed=1, max_examples=3))
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass
class Echoing:
    """Answers with what it was asked; knows of no lifespan, as many small applications do not."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise ValueError("only HTTP is known here")
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if scope["path"] == "/raises":
            raise RuntimeError("not this one")
        if scope["path"] == "/silent":
            return
        seen = {
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode("ascii"),
            "host": dict(scope["headers"]).get(b"host", b"").decode(),
            "client": scope["client"][0],
            "body": body.decode("utf-8", "replace"),
        }
        headers = [(b"Content-Type", b"application/json"), (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")]
        await send({"type": "http.response.start", "status": 418, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(seen).encode(), "more_body": True})
        if scope["path"] == "/breaks":
            raise RuntimeError("no more")
        await send({"type": "http.response.body", "body": b"\n"})


@dataclass
class Living:
    """Tells of its life, and answers with what it kept when that began."""

    refuses: bool = False
    fails_to_end: bool = False
    lived: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"]["pool"] = "a pool"
            await self._live(receive, send)
        else:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": scope["state"]["pool"].encode()})

    async def _live(self, receive: Receive, send: Send) -> None:
        for word in ("startup", "shutdown"):
            message = await receive()
            self.lived.append(message["type"])
            if self.fails_to_end and word == "shutdown":
                raise RuntimeError("no end")
            await send({"type": f"lifespan.{word}.{'failed' if self.refuses else 'complete'}"})


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    """A plain function."""


def wrapped(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
    """A plain function around another one, which is no coroutine function itself."""
    return plain(scope, receive, send)


def of_wsgi(environ: object, start: object) -> list[bytes]:  # noqa: ARG001 - what WSGI gives
    """One of WSGI."""
    return []


def provider(app: Any, closed: Callable[[], None] = lambda: None) -> Provider:
    """One of that application."""
    return Provider(app=app, version="echo 1", reset=closed, states={}, close=closed)


@pytest.fixture
def echo() -> Iterator[Callable[[Request], Response]]:
    """What asks the application that answers with what it was asked."""
    made = running(provider(Echoing()))
    yield wsgi_handler(made.app)
    made.close()


@pytest.mark.parametrize(
    "app",
    [plain, wrapped, Echoing(), functools.partial(plain)],
    ids=["function", "wrapped", "object", "partial"],
)
def test_an_asgi_application_is_known_by_how_it_is_called(app: Any) -> None:
    assert is_asgi(app)


def test_a_wsgi_application_is_left_as_it_is() -> None:
    given = provider(of_wsgi)

    assert running(given) is given


def test_one_that_is_not_running_is_refused() -> None:
    with pytest.raises(TypeError, match="has to be running"):
        wsgi_handler(plain)


def test_a_request_arrives_whole(echo: Callable[[Request], Response]) -> None:
    body = "ü".encode() * 100_000

    answer = echo(
        Request("POST", "http://localhost/caf%C3%A9/a?q=%20x", Headers.of({"Host": "localhost"}), body)
    )

    assert json.loads(answer.body) == {
        "method": "POST",
        "path": "/café/a",
        "query": "q=%20x",
        "host": "localhost",
        "client": "127.0.0.1",
        "body": body.decode(),
    }


def test_an_answer_arrives_whole(echo: Callable[[Request], Response]) -> None:
    answer = echo(Request("GET", "http://localhost/"))

    assert (answer.status, answer.headers.all("set-cookie"), answer.body[-2:]) == (
        418,
        ("a=1", "b=2"),
        b"}\n",
    )


@pytest.mark.parametrize("target", ["/%FF", "/?q=\xfc"], ids=["path", "query"])
def test_what_is_no_utf_8_is_read_as_servers_read_it(
    echo: Callable[[Request], Response], target: str
) -> None:
    answer = echo(Request("GET", f"http://localhost{target}"))

    seen = json.loads(answer.body)
    assert (seen["path"], seen["query"]) in (("/\ufffd", ""), ("/", "q=%FC"))


@pytest.mark.parametrize(
    ("path", "said"),
    [("/raises", "not this one"), ("/breaks", "no more"), ("/silent", "without a whole answer")],
)
def test_what_it_raises_is_raised(echo: Callable[[Request], Response], path: str, said: str) -> None:
    with pytest.raises(RuntimeError, match=said):
        echo(Request("GET", f"http://localhost{path}"))


def test_it_goes_on_after_it_raised(echo: Callable[[Request], Response]) -> None:
    with pytest.raises(RuntimeError):
        echo(Request("GET", "http://localhost/raises"))

    assert echo(Request("GET", "http://localhost/")).status == 418


def test_it_keeps_what_it_made_when_its_life_began() -> None:
    app, closed = Living(), list[str]()
    made = running(provider(app, closed=lambda: closed.append("closed")))

    answer = wsgi_handler(made.app)(Request("GET", "http://localhost/"))
    made.close()

    assert answer.body == b"a pool"
    assert (app.lived, closed) == (["lifespan.startup", "lifespan.shutdown"], ["closed"])


def test_one_that_cannot_start_could_not_be_checked_and_is_closed() -> None:
    closed = list[str]()

    with pytest.raises(CouldNotCheck, match="cannot start"):
        running(provider(Living(refuses=True), closed=lambda: closed.append("closed")))

    assert closed == ["closed"]


def test_one_that_fails_to_end_is_closed_all_the_same() -> None:
    closed = list[str]()

    running(provider(Living(fails_to_end=True), closed=lambda: closed.append("closed"))).close()

    assert closed == ["closed"]


def test_nothing_runs_on_after_its_end() -> None:
    running(provider(Echoing())).close()

    assert [thread for thread in threading.enumerate() if thread.name == "asgi"] == []


@pytest.fixture
def asgi_team(notes_team: Team) -> Team:
    """The notes, answered by an application of ASGI."""
    notes_team.edit(
        "providers/notes/provider.py", "import os\n", "import os\n\nfrom a2wsgi import WSGIMiddleware\n"
    )
    notes_team.edit("providers/notes/provider.py", "app=service", "app=WSGIMiddleware(service)")
    return notes_team


def test_it_is_fuzzed_in_process(asgi_team: Team) -> None:
    ran = fuzzed(asgi_team, choice=FEW)

    assert ran.result.findings == ()
    assert ran.tallies == fuzzed(asgi_team, choice=FEW).tallies


def test_a_defect_is_found_in_it(asgi_team: Team) -> None:
    ran = fuzzed(asgi_team, defects="raises", choice=FEW)

    assert "fuzz-not-a-server-error" in codes(ran)


def test_it_is_opened_on_a_socket(asgi_team: Team) -> None:
    workspace = asgi_team.workspace()

    with open_fake(workspace, workspace.api("notes")) as target:
        answer = requests.get(f"{target.url}/health", timeout=10)

    assert answer.json() == {"status": "ok"}


def test_it_is_served(asgi_team: Team) -> None:
    workspace = asgi_team.workspace()

    with serve_provider(workspace, workspace.api("notes"), ServeOptions()) as served:
        answer = requests.get(f"{served.url}/health", timeout=10)

    assert answer.json() == {"status": "ok"}


OF_CAMPUS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from troth import asgi
from troth.exchange import Headers, Request
from troth.provider import ProviderOptions
from troth.target import start_provider
from troth.workspace import Workspace
from troth.wsgi import wsgi_handler

workspace = Workspace.find(Path.cwd())
campus = start_provider(workspace, workspace.api("campus"), ProviderOptions())
campus.reset()
campus.states["a course"]({})
from django.core.asgi import get_asgi_application
other = asgi.running(replace(campus, app=get_asgi_application(), close=lambda: None))
asked = {"Content-Type": "application/json", "Authorization": "Bearer " + campus.credentials["valid"]}
requests = [
    Request("GET", "http://localhost/api/v1/courses/", Headers.of(asked)),
    Request("GET", "http://localhost/api/v1/courses/"),
    Request("POST", "http://localhost/api/v1/enrollments/", Headers.of(asked), b"{"),
    Request("GET", "http://localhost/api/v1/caf%C3%A9/%FF", Headers.of(asked)),
    Request("PUT", "http://localhost/api/v1/courses/", Headers.of(asked)),
]
for app in (campus.app, other.app):
    answers = [wsgi_handler(app)(request) for request in requests]
    told = [[each.status, sorted(name for name, _ in each.headers), len(each.body)] for each in answers]
    print(json.dumps(told))
other.close()
campus.close()
"""


def test_djangos_application_answers_as_its_wsgi_one_does() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", OF_CAMPUS], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )

    [wsgi, asgi] = map(json.loads, ran.stdout.splitlines())
    assert asgi == wsgi, ran.stderr
    assert [status for status, _, _ in wsgi] == [200, 401, 400, 404, 405]
