"""A value of the provider state that fills several parts of a path is asked for as it is."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from troth.api import Api
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload
from troth.pacts.generate import Recorded, generate
from troth.pacts.model import Interaction
from troth.provider import JsonScalar
from troth.scenario import State

NAME = "houses/redacted-1/shelves/redacted-2"


class ShelfPath(Payload, source="assumed"):
    house: str
    shelf: str


class Shelf(Payload, source="assumed"):
    boxes: int


API = Api("shelves", server="https://shelves.example")
API.get("/houses/{house}/shelves/{shelf}:count", name="count", params=ShelfPath, responses={200: Shelf})


def path_rules(values: Mapping[str, JsonScalar]) -> object:
    headers = Headers.of({"Content-Type": "application/json"})
    request = Request("GET", f"https://shelves.example/{NAME}:count")
    exchange = Exchange(request, Response(200, headers, b'{"boxes": 1}'))
    (made,) = generate(API, Recorded("shelves are counted", State("a shelf"), [exchange], values))
    assert isinstance(made, Interaction)
    return (made.request.matchingRules or {}).get("path")


@pytest.mark.parametrize(
    "values", [{"name": NAME}, {"house": "redacted-1", "shelf": "redacted-2"}], ids=["whole", "in parts"]
)
def test_what_the_state_gave_is_asked_for_as_it_is(values: dict[str, JsonScalar]) -> None:
    assert path_rules(values) is None


def test_what_nobody_gave_may_be_anything() -> None:
    assert path_rules({}) == {
        "combine": "AND",
        "matchers": [{"match": "regex", "regex": "/houses/[^/]+/shelves/[^/]+:count"}],
    }
