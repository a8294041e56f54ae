"""What the judge says of a generated request's answer."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from troth.api import Api, Operation
from troth.exchange import Exchange
from troth.fuzz.case import JUDGE, Failure, Sent


def judged(api: Api, sent: Sent, base: str) -> Sent:
    """``sent`` with what the contract says against its answer.

    ``base`` is the URL at which the service was reached. What is wrong with the request is none of the
    service's business: most of them are wrong on purpose.
    """
    if operation_of(api, sent, base) is None:
        return sent
    mismatches = api.judge(as_contract(api, sent.exchange, base))
    failures = tuple(
        Failure(
            JUDGE,
            "Answer breaks the contract",
            path=each.path,
            expected=each.expected,
            actual=each.actual,
            rule=each.rule,
        )
        for each in mismatches
        if each.side == "response"
    )
    return replace(sent, failures=(*sent.failures, *failures))


def operation_of(api: Api, sent: Sent, base: str) -> Operation | None:
    """The contract's own operation; None where it has none, or the method was another on purpose."""
    exchange = as_contract(api, sent.exchange, base)
    found = api.find(exchange.request.method, exchange.request.url)
    if found is None or sent.operation.partition(" ")[0] != exchange.request.method:
        return None
    return found[0]


def as_contract(api: Api, exchange: Exchange, base: str) -> Exchange:
    """The exchange at the URL of the real service."""
    parts = urlsplit(exchange.request.url)
    local = parts.path.removeprefix(urlsplit(base).path.rstrip("/")) or "/"
    url = api.url_of(local) + (f"?{parts.query}" if parts.query else "")
    return replace(exchange, request=replace(exchange.request, url=url))
