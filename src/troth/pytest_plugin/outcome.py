"""What a test's mocks have against it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from troth.faults.plan import Order
from troth.mock import Desk
from troth.mock.offers import Play, Reply


def problems(desk: Desk) -> str:
    """Everything that must fail a test that passed: requests without an answer, offers not asked for, and
    faults that did not strike."""
    return "\n".join([*(str(error) for error in desk.refused), *_unstruck(desk), *_unasked(desk)])


def _unstruck(desk: Desk) -> Iterator[str]:
    for api, orders in groupby(desk.unstruck(), key=lambda each: each[0]):
        lines = [f"  {_order(order)}" for _, order in orders]
        yield f"{api.name}: faults that never struck:\n" + "\n".join(lines)
        yield "  the code under test asks less often, or nothing that they can strike"


def _order(order: Order) -> str:
    where = f" on {order.operation.label}" if order.operation is not None else ""
    return f"{order.fault.full_name}{where}"


def _unasked(desk: Desk) -> Iterator[str]:
    for title, offers in groupby(desk.unasked(), key=_title):
        lines = [f"  {_line(offer)}" for offer in offers]
        yield f"{title} never asked for:\n" + "\n".join(lines)
        yield "  the code under test stopped early, or the test offers more than it needs"


def _title(offer: Play | Reply) -> str:
    if isinstance(offer, Reply):
        return f"{offer.api.name}: replies"
    return f"{offer.api.name}: exchanges of {offer.recording.scenario!r}"


def _line(offer: Play | Reply) -> str:
    if isinstance(offer, Reply):
        return f"{offer.operation.label} answers {offer.response.status} (synthetic)"
    exchange, step = offer.recording.exchange, offer.recording.step
    found = offer.api.find(exchange.request.method, exchange.request.url)
    label = found[0].label if found is not None else exchange.request.method
    return f"{step}. {label} answers {exchange.response.status} ({exchange.source.place})"
