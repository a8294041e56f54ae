"""The fake of Pachca, fuzzed: its fuzz.toml keeps zero failures, and a fake that goes wrong is seen."""

from __future__ import annotations

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
    Service,
    fuzz,
    in_process,
    read_document,
    read_settings,
    settings_path,
)
from troth.loopback import Handler
from troth.openapi import openapi_path
from troth.workspace import Workspace

ROOT = Path(__file__).parents[2]
TRIED = (
    "list_webhook_events",
    "create_upload",
    "pin_message",
    "list_users",
    "register_webhook",
    "archive_chat",
)
"""Operations with a cursor, with states of their own, with a 422 that has no body, with a 501 beside them,
with rules that no schema holds, and with ids in their paths."""


def fuzzed(only: str, changed: Callable[[Service], Service] = lambda service: service) -> FuzzRun:
    """A few examples of the operations that are called like ``only``."""
    workspace = Workspace.find(ROOT)
    api = workspace.api("pachca")
    path = openapi_path(workspace, api)
    with in_process(workspace, api, silent) as service:
        return fuzz(
            workspace,
            api,
            changed(service),
            read_document(path, workspace.relative(path)),
            read_settings(settings_path(workspace, api)),
            Choice(only=only, budget=Budget(seed=1, max_examples=10), phases=("fuzzing",)),
            now=NOW,
        )


def answering(change: Callable[[Response], Response]) -> Callable[[Service], Service]:
    """The service, each of whose answers is changed."""

    def changed(service: Service) -> Service:
        handler = cast("Handler", service.handler)

        def answer(request: Request) -> Response:
            return change(handler(request))

        return replace(service, handler=answer)

    return changed


def saying(response: Response, old: bytes, new: bytes) -> Response:
    headers = response.headers.without("Content-Length")
    return replace(response, headers=headers, body=response.body.replace(old, new))


def without_an_end(response: Response) -> Response:
    return saying(response, b'"has_next":', b'"more":')


def with_a_cursor_of_null(response: Response) -> Response:
    return saying(response, b'"next_page":"', b'"next_page":null,"was":"')


def with_another_id(response: Response) -> Response:
    return saying(response, b'"data":{"id":', b'"data":{"id":1')


def failing_where_nothing_is_found(response: Response) -> Response:
    return replace(response, status=500) if response.status == 404 else response


@pytest.mark.parametrize("only", TRIED)
def test_nothing_is_wrong_or_weak(only: str) -> None:
    ran = fuzzed(only)

    assert ran.result.findings == ()


@pytest.mark.parametrize(
    ("only", "change", "code"),
    [
        ("archive_chat", failing_where_nothing_is_found, "fuzz-not-a-server-error"),
        ("list_webhook_events", with_a_cursor_of_null, "fuzz-response-schema-conformance"),
        ("list_webhook_events", without_an_end, "fuzz-judge"),
        ("get_tag", with_another_id, "fuzz-judge"),
    ],
)
def test_what_goes_wrong_in_the_fake_is_found(
    only: str, change: Callable[[Response], Response], code: str
) -> None:
    ran = fuzzed(only, answering(change))

    assert code in codes(ran)


def test_a_seed_repeats_a_run() -> None:
    once, again = fuzzed("create_upload"), fuzzed("create_upload")

    assert once.tallies == again.tallies
