"""Values that the provider state makes, such as the id of a shelf, go into the requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.pacts.library import exchange, library_api, recorded
from troth.api import Api
from troth.evidence import StepResult
from troth.exchange import Headers, Request, Response, SourceKind
from troth.loopback import LoopbackServer
from troth.pacts.files import Committed
from troth.pacts.generate import generate
from troth.pacts.model import Pact
from troth.pacts.outcome import Context
from troth.pacts.verify import Verification
from troth.provider import JsonScalar
from troth.scenario import State
from troth.states import UnknownState
from troth.target import Target


@dataclass
class Library:
    """A service with empty shelves, in the state that it was put in."""

    gives: Mapping[str, JsonScalar]
    asked: list[str] = field(default_factory=list)
    given: list[State] = field(default_factory=list)

    def __call__(self, request: Request) -> Response:
        self.asked.append(request.path)
        return Response(200, Headers.of({"Content-Type": "application/json"}), b"[]")

    def set(self, state: State) -> Mapping[str, JsonScalar]:
        self.given.append(state)
        if "unknown" in self.gives:
            raise UnknownState(state.name, ["a card is valid again"])
        return self.gives


@pytest.fixture
def api() -> Api:
    return library_api()


def verified(api: Api, library: Library) -> StepResult:
    interactions = generate(
        api, recorded(exchange("GET", "/shelves/4711", 200, came=[]), values={"shelf": 4711})
    )
    source = Committed(Path("pact.json"), Pact("reader", "library", interactions), edited=False)
    with LoopbackServer(library) as server:
        target = Target(server.url, {}, SourceKind.SIMULATED, "library 1", states=library)
        return Verification(api, target, Context(api, "pact.json"), lambda _: None).of(source, [])


def test_the_value_of_this_run_is_asked_for(api: Api) -> None:
    library = Library({"shelf": 815_000})

    result = verified(api, library)

    assert result.findings == ()
    assert library.asked == ["/shelves/815000"]
    assert library.given == [State("a card is valid", {"days": 3})]


def test_a_value_that_the_state_does_not_give_is_told_before_anything_is_asked(api: Api) -> None:
    """Pact would send the example of the pact, and say nothing."""
    library = Library({})

    result = verified(api, library)

    assert [(each.code, each.message) for each in result.findings] == [
        ("earlier-step-failed", "the states of step 1 gave no shelf")
    ]
    assert library.asked == []


def test_a_state_that_the_provider_does_not_know_is_told_with_the_nearest(api: Api) -> None:
    result = verified(api, Library({"unknown": True}))

    assert [each.code for each in result.findings] == ["state-unknown"]
    assert "did you mean 'a card is valid again'?" in result.findings[0].message
