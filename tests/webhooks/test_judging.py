"""The judge on deliveries: one break after another, and what is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.webhooks.stage import LIT, SECRET, SIGNATURE, delivery, lamp_api, posted, written
from troth.exchange import Exchange, Response


def rules(exchange: Exchange) -> list[tuple[str, str, str, str]]:
    """What the judge says: operation, side, place and rule."""
    return [(each.operation, each.side, each.path, each.rule) for each in lamp_api().judge(exchange)]


def test_a_delivery_as_declared_holds() -> None:
    assert rules(delivery(written(LIT))) == []


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"level": None}, "$.level", "field-null"),
        ({"level": "3"}, "$.level", "field-type"),
        ({"level": 3.0}, "$.level", "field-type"),
        ({"level": True}, "$.level", "field-type"),
        ({"colour": "blue"}, "$.colour", "field-enum"),
        ({"type": "out"}, "$.type", "field-enum"),
    ],
)
def test_a_changed_field_is_named(change: dict[str, object], path: str, rule: str) -> None:
    assert rules(delivery(written({**LIT, **change}))) == [("webhook lit", "request", path, rule)]


@pytest.mark.parametrize("name", ["colour", "level", "sent"])
def test_a_missing_field_is_named(name: str) -> None:
    body = written({key: value for key, value in LIT.items() if key != name})

    assert rules(delivery(body)) == [("webhook lit", "request", f"$.{name}", "field-missing")]


@pytest.mark.parametrize("body", [b"", b"lit", b'{"type": "lit", "type": "lit"}'])
def test_a_body_that_is_no_json_document_is_named(body: bytes) -> None:
    assert [rule for *_, rule in rules(delivery(body))] == ["body-malformed"]


def test_a_field_that_the_provider_adds_is_no_break() -> None:
    assert rules(delivery(written({**LIT, "watts": 5, "room": {"floor": 1}}))) == []


@pytest.mark.parametrize("status", [200, 204, 302, 401, 410, 500, 503])
def test_whatever_the_consumer_answers_is_no_break(status: int) -> None:
    assert rules(delivery(written(LIT), status)) == []


@pytest.mark.parametrize("status", [400, 422])
def test_a_delivery_that_the_consumer_refuses_is_judged_all_the_same(status: int) -> None:
    found = rules(delivery(written({**LIT, "level": "3"}), status))

    assert [rule for *_, rule in found] == ["field-type"]


@pytest.mark.parametrize(
    ("header", "rule"), [("X-Signature", "header-missing"), ("Content-Type", "content-type")]
)
def test_a_missing_header_is_named(header: str, rule: str) -> None:
    request = posted(written(LIT))
    exchange = Exchange(replace(request, headers=request.headers.without(header)), Response(200))

    assert rules(exchange) == [("webhook lit", "request", f"header {header}", rule)]


@pytest.mark.parametrize("secret", [SECRET, "{{secret:valid}}"])
def test_another_secret_is_named(secret: str) -> None:
    exchange = Exchange(posted(written(LIT), secret=secret), Response(200))

    assert rules(exchange) == [("webhook lit", "request", "header X-Signature", "signature-invalid")]


def test_the_signature_of_another_body_is_named() -> None:
    signed = posted(written(LIT))
    exchange = Exchange(replace(signed, body=written({**LIT, "level": 4})), Response(200))

    assert [rule for *_, rule in rules(exchange)] == ["signature-invalid"]


def test_a_signature_is_not_shown() -> None:
    [found] = lamp_api().judge(Exchange(posted(written(LIT), secret=SECRET), Response(200)))

    assert SIGNATURE.of(written(LIT), SECRET) not in str(found)


def test_a_delivery_of_no_webhook_is_named() -> None:
    exchange = delivery(written({"type": "fused"}), url="webhook:unknown")

    assert rules(exchange) == [("webhook", "request", "$", "operation-unknown")]


def test_without_a_signature_none_is_asked_for() -> None:
    exchange = delivery(written(LIT), secret=SECRET)

    assert lamp_api(signature=None).judge(exchange) == ()
