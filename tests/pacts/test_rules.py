"""The rules of a pact, as Pact's own verifier reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field

from troth.exchange import Headers, Request, Response
from troth.fields import DecimalText, Payload, Safe, Uuid
from troth.jsontext import Json
from troth.loopback import LoopbackServer
from troth.pacts.engine import run_verifier
from troth.pacts.model import Body, Interaction, Pact, RequestPart, ResponsePart
from troth.pacts.rules import oniguruma, shape


class Level(IntEnum):
    LOW = 1
    HIGH = 13


class Part(Payload, source="assumed"):
    name: str
    level: Level | None = None


class Other(Payload, source="assumed"):
    error: str


class Thing(Payload, source="assumed"):
    token: Uuid
    kind: Literal["a", "b"]
    level: Level
    size: int
    weight: float
    on: bool
    price: DecimalText | None
    note: str | None
    count: int | None
    parts: list[Part]
    part: Part | None
    tags: dict[str, list[str]]
    mixed: int | str
    free: Annotated[Safe[str], Field(pattern="x+")] = "x"


EXAMPLE: dict[str, Json] = {
    "token": "00000000-0000-4000-8000-000000000001",
    "kind": "a",
    "level": 1,
    "size": 5,
    "weight": 1.5,
    "on": True,
    "price": "1.5",
    "note": "n",
    "count": 4,
    "parts": [{"name": "p", "level": 1}, {"name": "q", "level": None}],
    "part": None,
    "tags": {"k": ["v"]},
    "mixed": 5,
    "free": "axxb",
}


class Verified:
    """Answers with a document and says what Pact makes of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._body = b""
        self.server = LoopbackServer(self._answer)

    def _answer(self, _: Request) -> Response:
        return Response(200, Headers.of({"Content-Type": "application/json"}), self._body)

    def passes(self, annotation: object, example: Json, actual: Json) -> bool:
        """Whether ``actual`` fits the pact of ``example``."""
        self._body = json.dumps(actual).encode()
        found = shape(annotation, example)
        body = Body(content=found.example, contentType="application/json", encoded=False)
        interaction = Interaction(
            description="a thing",
            request=RequestPart(method="GET", path="/thing"),
            response=ResponsePart(status=200, body=body, matchingRules={"body": {**found.rules}}),
        )
        path = self._folder / "pact.json"
        path.write_text(Pact("tests", "things", (interaction,)).text(), encoding="utf-8")
        results = run_verifier(path, provider="things", url=self.server.url, state_url=None)
        return [result.passed for result in results] == [True]


@pytest.fixture
def verified(tmp_path: Path) -> Iterator[Verified]:
    made = Verified(tmp_path)
    with made.server:
        yield made


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"token": "00000000-0000-4000-8000-0000000000ff"},
        {"kind": "b"},
        {"level": 13},
        {"size": 6},
        {"weight": 2},
        {"on": False},
        {"price": None},
        {"note": None},
        {"note": "several\nlines"},
        {"count": None},
        {"parts": [{"name": "z", "level": 13}]},
        {"parts": [{"name": "z", "level": None, "new": 1}] * 3},
        {"part": {"name": "z"}},
        {"tags": {"other": ["x", "y"]}},
        {"tags": {}},
        {"mixed": "text"},
        {"free": "xx"},
        {"new": {"deep": [1]}},
    ],
)
def test_what_the_contract_allows_passes(verified: Verified, change: dict[str, Json]) -> None:
    assert verified.passes(Thing, EXAMPLE, {**EXAMPLE, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"token": "no"},
        {"kind": "c"},
        {"level": 3},
        {"level": "1"},
        {"size": 6.5},
        {"size": True},
        {"weight": "2"},
        {"on": "true"},
        {"price": "much"},
        {"note": {"text": "n"}},
        {"count": "4"},
        {"parts": []},
        {"parts": None},
        {"parts": [{"name": 4, "level": 1}]},
        {"parts": [{"level": 1}]},
        {"tags": {"k": [1]}},
        {"free": "abc"},
    ],
)
def test_what_the_contract_refuses_fails(verified: Verified, change: dict[str, Json]) -> None:
    assert not verified.passes(Thing, EXAMPLE, {**EXAMPLE, **change})


def test_a_field_that_is_gone_fails(verified: Verified) -> None:
    assert not verified.passes(Part, {"name": "p", "level": 1}, {"level": 1})


def test_items_of_several_branches_keep_their_places(verified: Verified) -> None:
    annotation = list[Part | Other]
    example: Json = [{"name": "p", "level": 1}, {"error": "e"}]

    assert verified.passes(annotation, example, [{"name": "z", "level": 13}, {"error": "f"}])
    assert not verified.passes(annotation, example, [{"error": "f"}, {"name": "z", "level": 13}])


def test_an_item_that_may_be_null_keeps_its_place(verified: Verified) -> None:
    annotation = list[Part | None]
    example: Json = [{"name": "p", "level": 1}, None]

    assert verified.passes(annotation, example, [{"name": "z", "level": 13}, None])
    assert not verified.passes(annotation, example, [{"name": 5, "level": 13}, None])


def test_an_empty_array_passes_any_array(verified: Verified) -> None:
    assert verified.passes(list[int], [], [1, 2])


def test_keys_that_the_contract_does_not_declare_are_not_in_the_example() -> None:
    assert shape(Part, {"name": "p", "new": 1}).example == {"name": "p"}


@pytest.mark.parametrize(
    ("pattern", "onig"),
    [("(?s).*", "(?m).*"), ("(?P<year>[0-9]+)", "(?<year>[0-9]+)"), (r"a\Z", r"a\z"), ("a|b", "a|b")],
)
def test_a_pattern_is_told_in_the_dialect_of_pact(pattern: str, onig: str) -> None:
    assert oniguruma(pattern) == onig
