"""Commands that show a failure again: each is pasted into a real bash, and a server says what came."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from troth.exchange import Headers, Request, Response
from troth.fuzz.asked import Asked
from troth.fuzz.curl import commands, commands_at, quoted
from troth.loopback import LoopbackServer

ROLES = {"valid": "NOTES_TOKEN", "other": "NOTES_OTHER"}


@contextmanager
def listening(answer: Response | None = None) -> Iterator[tuple[str, list[Request]]]:
    """A server that keeps what it is asked, and its URL."""
    seen: list[Request] = []

    def handle(request: Request) -> Response:
        seen.append(request)
        return answer or Response(200)

    with LoopbackServer(handle) as server:
        yield server.url, seen


def pasted(script: str, **env: str) -> str:
    """What a shell prints when the lines are pasted into it."""
    done = subprocess.run(
        ["bash"],
        input=script + "\n",
        env={"PATH": os.environ["PATH"], "NO_PROXY": "*", **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


JSON = (("Content-Type", "application/json"),)
BODIES = {
    "json": b'{"title": "a note"}',
    "quotes": b'it\'s "so" $HOME `id` \\ !x',
    "lines": b"one\ntwo\r\nthree\t\n",
    "at": b"@/etc/passwd",
    "utf-8": "gr\u00fc\u00dfe \u65e5\u672c \U0001f600".encode(),
    "bytes": bytes(range(1, 256)),
    "nul": b"a\0b%d%%'\\\n\xff",
    "all nul": b"\0\0",
    "mark": b"@@0@@ and @@1@@",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_arrives_as_it_was_sent(body: bytes) -> None:
    with listening() as (url, seen):
        pasted(commands_at(url, [Asked("POST", "/notes", JSON, body)], {}))

    assert [request.body for request in seen] == [body]


TARGETS = [
    "/notes",
    "/notes?limit=1&kind=%C3%A9&empty=",
    "/notes/..%2F%00/a'b",
    "/notes/../up/./here",
    "/notes?ids[]=1&more={a,b}&range=[1-3]",
    "/notes/$HOME/`id`?a=b;c",
    "/@@0@@",
]


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_arrives_as_it_was_sent(target: str) -> None:
    with listening() as (url, seen):
        pasted(commands_at(url, [Asked("GET", target)], {}))

    assert [request.url.removeprefix(request.origin) for request in seen] == [target]


METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
ASKED = [(method, b"") for method in METHODS] + [(method, b"{}") for method in METHODS if method != "HEAD"]


@pytest.mark.parametrize(("method", "body"), ASKED)
def test_a_method_arrives_as_it_was_sent(method: str, body: bytes) -> None:
    with listening() as (url, seen):
        pasted(commands_at(url, [Asked(method, "/notes", (), body)], {}))

    assert [(request.method, request.body) for request in seen] == [(method, body)]


@pytest.mark.parametrize("value", ["plain", 'it\'s "so"', "@file", "", "caf\u00e9", "a: b; c"])
def test_a_header_arrives_as_it_was_sent(value: str) -> None:
    with listening() as (url, seen):
        pasted(commands_at(url, [Asked("GET", "/", (("X-Trace", value),))], {}))

    assert [request.headers.get("X-Trace") for request in seen] == [value]


def test_no_content_type_is_sent_where_there_was_none() -> None:
    with listening() as (url, seen):
        pasted(commands_at(url, [Asked("POST", "/", (), b"{}")], {}))

    assert [request.headers.get("Content-Type") for request in seen] == [None]


def test_a_credential_is_the_variable_that_holds_it() -> None:
    headers = (("Authorization", "Bearer {{secret:valid}}"), ("X-Other", "{{secret:other}}"))

    with listening() as (url, seen):
        text = commands_at(url, [Asked("GET", "/", headers)], ROLES)
        pasted(text, NOTES_TOKEN="a secret $x", NOTES_OTHER="it's")

    assert '"$NOTES_TOKEN"' in text
    assert [(each.headers.get("Authorization"), each.headers.get("X-Other")) for each in seen] == [
        ("Bearer a secret $x", "it's")
    ]


def test_a_role_without_a_variable_stays_a_placeholder() -> None:
    with listening() as (url, seen):
        pasted(commands_at(url, [Asked("GET", "/", (("X-Key", "{{secret:valid}}"),))], {}))

    assert [request.headers.get("X-Key") for request in seen] == ["{{secret:valid}}"]


def test_a_later_command_takes_what_an_earlier_answer_gave() -> None:
    document = json.dumps({"id": 12, "parts": [{"key": 'it\'s "so"'}]}).encode()
    answer = Response(201, Headers.of({"Location": "/notes/twelve/"}), document)
    body = b'{"note": "{{step1:$.id}}", "key": "{{step1:$.parts[0].key}}"}'
    requests = [
        Asked("POST", "/notes", JSON, b"{}"),
        Asked("PUT", "/notes/{{step1:$.id}}/{{step1:header Location}}?x={{step1:$.id}}", JSON, body),
    ]

    with listening(answer) as (url, seen):
        pasted(commands_at(url, requests, {}))

    assert seen[1].url == f"{url}/notes/12/twelve?x=12"
    assert json.loads(seen[1].body) == {"note": 12, "key": 'it\'s "so"'}


def test_the_provider_is_served_in_the_state_before_it_is_asked() -> None:
    lines = commands("notes", "it's full", [Asked("GET", "/notes")]).split("\n")

    assert lines[0] == "troth serve notes --port 8123 --states --states-token fuzz &"
    assert "/_troth/state" in lines[1]
    assert lines[2:] == ["curl -si http://127.0.0.1:8123/notes", "kill $!"]


def test_no_word_can_hold_a_nul() -> None:
    with pytest.raises(ValueError, match="NUL"):
        quoted(b"a\0b")
