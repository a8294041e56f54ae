"""One break of each kind in the answers of the fake, and the scenario that goes red of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contracts.pachca.operations import pachca
from tests.pacts.breaks import Change, changed_provider, on_key, status, unchanged
from troth.exchange import Headers, Response
from troth.jsontext import Json
from troth.target import Ran, Target, open_proxy, run_scenario
from troth.workspace import Workspace

WORKSPACE = Workspace(Path(__file__).resolve().parents[3])

ARRIVES = "a message arrives letter by letter"
PAGES = "messages come page by page, newest first"
ONCE = "a send that was throttled waits and arrives once"
NARROW = "a token that may read and not send"
HEARS = "somebody writes to the bot"


def whole(key: str, change: Callable[[Any], object]) -> Change:
    """Change each answer that has ``key``."""

    def changed(document: dict[str, Json]) -> None:
        change(document)

    return on_key(key, changed)


def message(name: str, value: Callable[[Any], object]) -> Change:
    """Change one member of each message that stands alone."""

    def change(document: Any) -> None:
        alone = document["data"] if isinstance(document["data"], dict) else {}
        alone.update({name: value(alone[name])} if name in alone else {})

    return whole("data", change)


def whole_list(change: Callable[[Any], object]) -> Change:
    """Change each page of a list."""
    return whole("meta", change)


def without_header(name: str) -> Change:
    """The header is gone."""
    return lambda response: replace(response, headers=response.headers.without(name))


def other_refusal(response: Response) -> Response:
    """Each 403 is one of the other form."""
    body = b'{"errors":[{"key":"base","value":null,"message":"no","code":"forbidden","payload":null}]}'
    return replace(response, body=body) if response.status == 403 else response


def as_page(response: Response) -> Response:
    """Each failure of the gateway is taken for an answer."""
    page = Headers.of({"Content-Type": "text/html"})
    return replace(response, status=200, headers=page) if response.status >= 500 else response


def run(name: str, change: Change, sign: Callable[[Target], Target] = lambda target: target) -> Ran:
    """A scenario against the fake with every answer changed."""
    with changed_provider(WORKSPACE, pachca, change) as target:
        signed = sign(target)
        with open_proxy(pachca, signed) as proxy:
            return run_scenario(WORKSPACE.scenario(pachca, name), signed, proxy)


def found(ran: Ran) -> str:
    """What a run would tell: the scenario's own error, and the judge's mismatches."""
    mismatches = [str(mismatch) for judged in ran.judged for mismatch in judged.mismatches]
    return " ".join([repr(ran.error) if ran.error else "", *mismatches]).strip()


BREAKS: list[tuple[str, str, Change, str]] = [
    ("tabs become spaces", ARRIVES, message("content", lambda it: it.replace("\t", " ")), "AssertionError"),
    ("emoji are lost", ARRIVES, message("content", lambda it: it.replace("🎉", "?")), "AssertionError"),
    ("another id", ARRIVES, message("id", lambda it: it + 1), "NotFound"),
    ("an id as text", ARRIVES, message("id", str), "field-type"),
    ("another status", ARRIVES, status(201, 200), "UnreadableOutcome"),
    (
        "an end too soon",
        PAGES,
        whole_list(lambda it: it["meta"]["paginate"].update(has_next=False)),
        "AssertionError",
    ),
    ("no end", PAGES, whole_list(lambda it: it["meta"]["paginate"].update(has_next=True)), "circle"),
    ("another order", PAGES, whole_list(lambda it: it["data"].reverse()), "AssertionError"),
    (
        "null for a cursor",
        PAGES,
        whole_list(lambda it: it["meta"]["paginate"].update(next_page=None)),
        "next_page",
    ),
    ("no pause is asked for", ONCE, without_header("Retry-After"), "AssertionError"),
    ("another form of refusal", NARROW, other_refusal, "AssertionError"),
    ("a refusal of who asks", NARROW, status(403, 401), "NotAuthenticated"),
    ("a gateway's page", "a read is asked again when the gateway is back", as_page, "Unreadable"),
]


@pytest.mark.parametrize(
    ("scenario", "change", "told"), [case[1:] for case in BREAKS], ids=[case[0] for case in BREAKS]
)
def test_a_broken_answer_makes_its_scenario_red(scenario: str, change: Change, told: str) -> None:
    ran = run(scenario, change)

    assert told in found(ran)


@pytest.mark.parametrize("scenario", [ARRIVES, PAGES, ONCE, NARROW, HEARS])
def test_unbroken_answers_do_not(scenario: str) -> None:
    ran = run(scenario, unchanged)

    assert found(ran) == ""


def test_a_webhook_that_another_secret_signed_is_not_taken() -> None:
    def expecting_another(target: Target) -> Target:
        return replace(target, secrets={**target.secrets, "signing": "of somebody else"})

    ran = run(HEARS, unchanged, expecting_another)

    assert "signature" in found(ran).lower()
