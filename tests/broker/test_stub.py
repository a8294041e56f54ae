"""Pact's own verifier takes the broker of these tests for a real one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pact import Verifier

from tests.broker.conftest import theirs
from tests.support.broker import Published, StubBroker, brokering
from troth.exchange import Headers, Request, Response
from troth.loopback import LoopbackServer, direct_loopback
from troth.pacts.engine import silent_output

TOKEN = "t0ken-of-the-broker"
FORECAST = json.dumps({"city": "Paris"}).encode()


def forecast(_: Request) -> Response:
    return Response(200, Headers.of({"Content-Type": "application/json"}), FORECAST)


def verified(stub: StubBroker, *, branch: str = "") -> dict[str, Any]:
    """What Pact's verifier finds with the pacts of main, and publishes for p1 if it is told a branch."""
    with LoopbackServer(forecast) as provider:
        verifier = Verifier("weather", host="127.0.0.1").add_transport(url=provider.url)
        source = verifier.broker_source(stub.url, token=TOKEN, selector=True)
        source.consumer_version(main_branch=True).include_pending().provider_branch(branch or "main").build()
        if branch:
            verifier.set_publish_options("p1", branch=branch)
        with direct_loopback(), silent_output():
            verifier.verify()
    found: dict[str, Any] = verifier.results
    return found


@pytest.fixture
def stub() -> StubBroker:
    return StubBroker(credential=f"Bearer {TOKEN}")


def stateless(consumer: str) -> dict[str, Any]:
    found = theirs(consumer)
    del found["interactions"][0]["providerStates"]
    return found


def test_it_fetches_what_its_selectors_choose(stub: StubBroker) -> None:
    with brokering(stub):
        stub.publish(stateless("a"))
        stub.publish(stateless("b"), branch="next")

        found = verified(stub)

    assert [each["result"] for each in found["interactionResults"]] == ["OK"]


def test_it_publishes_its_result(stub: StubBroker) -> None:
    with brokering(stub):
        sha = stub.publish(stateless("a")).sha

        verified(stub, branch="main")

    assert stub.results == [Published(sha, "p1", success=True)]
    assert stub.branches["weather", "main"] == ["p1"]
