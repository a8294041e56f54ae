"""The fake of Cloud KMS, fuzzed: its fuzz.toml keeps zero failures, and a fake that goes wrong is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.fuzz.stage import NOW, codes
from troth.events import silent
from troth.evidence import Finding, Verdict
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
TRIED = ("list_key_rings", "patch_version", "get_public_key", "mac_verify")
"""Operations with filters and tokens, with states of versions, with an outage, and with checksums."""


def fuzzed(only: str, changed: Callable[[Service], Service] = lambda service: service) -> FuzzRun:
    """A few examples of the operations that are called like ``only``."""
    workspace = Workspace.find(ROOT)
    api = workspace.api("kms")
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


def broken(ran: FuzzRun) -> list[Finding]:
    return [each for each in ran.result.findings if each.verdict is Verdict.BROKEN]


def answering(change: Callable[[Response], Response]) -> Callable[[Service], Service]:
    """The service, each of whose answers is changed."""

    def changed(service: Service) -> Service:
        handler = cast("Handler", service.handler)

        def answer(request: Request) -> Response:
            return change(handler(request))

        return replace(service, handler=answer)

    return changed


def with_a_size_as_text(response: Response) -> Response:
    if response.status != 200:
        return response
    headers = response.headers.without("Content-Length")
    return replace(response, headers=headers, body=b'{"totalSize": "0"}')


def of_another_code(response: Response) -> Response:
    return replace(response, body=response.body.replace(b'"code": 404', b'"code": 400'))


def failing_where_nothing_is_found(response: Response) -> Response:
    return replace(response, status=500) if response.status == 404 else response


def refusing_what_is_right(response: Response) -> Response:
    return replace(response, status=400) if response.status == 200 else response


@pytest.mark.parametrize("only", TRIED)
def test_nothing_is_wrong(only: str) -> None:
    ran = fuzzed(only)

    assert broken(ran) == []
    assert ran.result.counts.matched == ran.result.counts.attempted >= 10


@pytest.mark.parametrize("only", ["list_key_rings", "create_key_ring"])
def test_what_fits_is_accepted(only: str) -> None:
    ran = fuzzed(only)

    assert ran.result.findings == ()


@pytest.mark.parametrize(
    ("only", "change", "code"),
    [
        ("get_key_ring", failing_where_nothing_is_found, "fuzz-not-a-server-error"),
        ("list_key_rings", with_a_size_as_text, "fuzz-response-schema-conformance"),
        ("create_key_ring", refusing_what_is_right, "fuzz-positive-data-acceptance"),
        ("get_key_ring", of_another_code, "fuzz-judge"),
    ],
)
def test_a_fake_that_goes_wrong_is_broken(
    only: str, change: Callable[[Response], Response], code: str
) -> None:
    ran = fuzzed(only, answering(change))

    assert code in codes(ran)


def test_a_seed_repeats_a_run() -> None:
    once, again = fuzzed("asymmetric_sign"), fuzzed("asymmetric_sign")

    assert once.tallies == again.tallies
