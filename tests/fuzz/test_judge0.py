"""The fake of Judge0, fuzzed: its fuzz.toml keeps zero failures, and no generated address is called."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.fuzz.stage import NOW, codes
from troth.events import silent
from troth.exchange import Request, Response
from troth.fuzz import (
    Budget,
    Choice,
    FuzzRun,
    fuzz,
    in_process,
    read_document,
    read_settings,
    settings_path,
)
from troth.loopback import Handler
from troth.openapi import openapi_path
from troth.outside import Outside
from troth.workspace import Workspace

pytestmark = pytest.mark.needs("bwrap")

ROOT = Path(__file__).parents[2]
TRIED = ("/config_info", "/languages/{id}")
"""Parts of labels: what takes nothing, and what has an id in its path."""
LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1")
FOREIGN = "callbacks.example"
CALLED_BACK = f'"callback_url": "http://{FOREIGN}/done"'.encode()


def fuzzed(only: str, changed: Callable[[Handler], Handler] = lambda handler: handler) -> FuzzRun:
    """Fuzz the operations whose labels have ``only`` in them, a little. ``changed`` may change the fake."""
    workspace = Workspace.find(ROOT)
    api = workspace.api("judge0")
    path = openapi_path(workspace, api)
    with in_process(workspace, api, silent) as service:
        # The log of a fuzzed provider is silent, and here it tells what the fake refused to do.
        logging.disable(logging.NOTSET)
        return fuzz(
            workspace,
            api,
            replace(service, handler=changed(cast("Handler", service.handler))),
            read_document(path, workspace.relative(path)),
            read_settings(settings_path(workspace, api)),
            Choice(only=only, budget=Budget(seed=1, max_examples=12), phases=("fuzzing",)),
            now=NOW,
        )


def failing_where_nothing_is_found(handler: Handler) -> Handler:
    """A 500 in place of each 404."""

    def broken(request: Request) -> Response:
        response = handler(request)
        return replace(response, status=500) if response.status == 404 else response

    return broken


def calling_back(handler: Handler) -> Handler:
    """Every program asks for a callback at a foreign host."""

    def asking(request: Request) -> Response:
        asked = request.body.replace(b'"language_id":', CALLED_BACK + b', "language_id":')
        return handler(replace(request, body=asked))

    return asking


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The hosts that were looked up. None but this machine is found."""
    seen: set[str] = set()
    look_up = cast("Callable[..., object]", socket.getaddrinfo)

    def getaddrinfo(host: str, *details: object, **more: object) -> object:
        seen.add(host)
        if not LOOPBACK.fullmatch(host):
            raise socket.gaierror(f"{host} is not looked up in a test")
        return look_up(host, *details, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return seen


@pytest.mark.parametrize("only", TRIED)
def test_nothing_is_wrong_or_weak(only: str) -> None:
    ran = fuzzed(only)

    assert ran.result.findings == ()


def test_a_fake_that_fails_where_nothing_is_found_is_broken() -> None:
    ran = fuzzed("/languages/{id}", failing_where_nothing_is_found)

    assert "fuzz-not-a-server-error" in codes(ran)


def test_no_foreign_host_is_called_back(hosts: set[str], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        fuzzed("/submissions/batch", calling_back)

    assert f"callback not sent: {FOREIGN}" in caplog.text
    assert {host for host in hosts if not LOOPBACK.fullmatch(host)} == set()


def test_a_foreign_host_would_be_seen(hosts: set[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outside, "_require_allowed", lambda *_: None)

    fuzzed("/submissions/batch", calling_back)

    assert FOREIGN in hosts
