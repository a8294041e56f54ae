"""A recorded webhook reaches whoever drives a use."""

from __future__ import annotations

import json

import pytest

from troth.api import Api, Inbox
from troth.exchange import Headers
from troth.fields import Payload, Safe
from troth.resilience.inbox import PlayedInbox
from troth.scenario import Delivery, NothingDelivered

HOOKS = "https://shop.example/hooks"


class Event(Payload, source="assumed"):
    kind: Safe[str]


def delivery(kind: str) -> Delivery:
    return Delivery(Headers(), json.dumps({"kind": kind}).encode(), 0.0)


@pytest.fixture
def inbox() -> PlayedInbox:
    api = Api("shop", server="https://api.shop.example", inbox=Inbox(HOOKS))
    api.webhook("sold", when={"kind": "sold"}, body=Event)
    api.webhook("returned", when={"kind": "returned"}, body=Event)
    return PlayedInbox(api, [delivery("sold"), delivery("returned"), delivery("sold")])


def taken(_: Delivery) -> int:
    return 204


def test_the_url_is_the_one_that_the_recording_registered(inbox: PlayedInbox) -> None:
    assert inbox.url == HOOKS


def test_deliveries_come_in_their_order(inbox: PlayedInbox) -> None:
    kinds = [json.loads(inbox.receive(taken).body)["kind"] for _ in range(3)]

    assert kinds == ["sold", "returned", "sold"]


def test_a_named_one_is_waited_for_past_others(inbox: PlayedInbox) -> None:
    first, second = inbox.receive(taken, webhook="returned"), inbox.receive(taken)

    assert [json.loads(each.body)["kind"] for each in (first, second)] == ["returned", "sold"]


def test_what_takes_it_is_handed_the_delivery(inbox: PlayedInbox) -> None:
    kinds = {delivery("sold").body: 202}

    given = inbox.receive(lambda each: kinds.pop(each.body))

    assert (given.body, kinds) == (delivery("sold").body, {})


def test_nothing_more_comes_than_was_recorded(inbox: PlayedInbox) -> None:
    inbox.receive(taken, webhook="returned")

    with pytest.raises(NothingDelivered, match="returned"):
        inbox.receive(taken, webhook="returned")


def test_what_takes_it_must_answer(inbox: PlayedInbox) -> None:
    with pytest.raises(TypeError, match="status"):
        inbox.receive(lambda _: None)  # type: ignore[arg-type, return-value]
