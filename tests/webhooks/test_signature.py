"""Signatures: over the bytes that came, and made again over what is written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.webhooks.stage import HOOK, LIT, SECRET, SIGNATURE, lamp_api, posted, written
from troth.exchange import Exchange, Headers, Request, Response
from troth.redact import redact
from troth.webhook import Inbox, Signature, hmac_sha256_hex

BODY = written(LIT)


def test_what_was_signed_holds() -> None:
    assert SIGNATURE.holds(posted(BODY, secret=SECRET), SECRET)


def test_without_a_secret_the_placeholder_is_meant() -> None:
    assert SIGNATURE.of(BODY) == hmac_sha256_hex("{{secret:signing}}", BODY)
    assert SIGNATURE.holds(posted(BODY))


@pytest.mark.parametrize(
    "value",
    ["", "0" * 64, hmac_sha256_hex(SECRET, BODY + b" "), hmac_sha256_hex(SECRET, BODY).upper(), "é\udcff"],
)
def test_anything_else_does_not_hold(value: str) -> None:
    request = Request("POST", "webhook:lit", Headers.of({"X-Signature": value}), BODY)

    assert not SIGNATURE.holds(request, SECRET)


def test_a_missing_header_does_not_hold() -> None:
    assert not SIGNATURE.holds(Request("POST", "webhook:lit", Headers(()), BODY), SECRET)


def test_a_header_is_known_in_every_spelling() -> None:
    value = hmac_sha256_hex(SECRET, BODY)
    request = Request("POST", "webhook:lit", Headers.of({"x-SIGNATURE": value}), BODY)

    again = SIGNATURE.signed(request)

    assert SIGNATURE.holds(request, SECRET)
    assert list(again.headers) == [("x-SIGNATURE", SIGNATURE.of(BODY))]


def test_signing_changes_nothing_but_the_header() -> None:
    request = posted(BODY, secret=SECRET)

    again = SIGNATURE.signed(request, "another")

    assert SIGNATURE.holds(again, "another")
    assert replace(again, headers=request.headers) == request


def test_a_delivery_without_the_header_stays_without_it() -> None:
    request = Request("POST", "webhook:lit", Headers.of({"X-Other": "1"}), BODY)

    assert SIGNATURE.signed(request) == request


def test_a_role_names_the_placeholder() -> None:
    own = Signature("X-Seal", env="SEAL", sign=hmac_sha256_hex, role="seal")

    assert own.of(BODY) == hmac_sha256_hex("{{secret:seal}}", BODY)


def redacted(exchange: Exchange) -> Exchange:
    """The exchange as it may be written."""
    [found] = redact(lamp_api(), [exchange], judged=False).exchanges
    return found


def test_a_redacted_body_is_signed_anew() -> None:
    body = written({**LIT, "keeper": "Ada Lovelace"})

    found = redacted(Exchange(posted(body), Response(200)))

    assert b"Ada" not in found.request.body
    assert SIGNATURE.holds(found.request)


def test_a_wrong_signature_stays_wrong_over_a_redacted_body() -> None:
    body = written({**LIT, "keeper": "Ada Lovelace"})

    found = redacted(Exchange(posted(body, secret=SECRET), Response(200)))

    assert not SIGNATURE.holds(found.request)
    assert not SIGNATURE.holds(found.request, SECRET)


def test_redacting_again_changes_nothing() -> None:
    once = redacted(Exchange(posted(written({**LIT, "keeper": "Ada Lovelace"})), Response(200)))

    assert redacted(once) == once


@pytest.mark.parametrize(
    ("path", "document", "sent"),
    [
        ("$.sent", {"sent": 17}, 17.0),
        ("$.sent", {"sent": 17.5}, 17.5),
        ("$.meta.at", {"meta": {"at": 17}}, 17.0),
        ("$.sent", {"sent": "17"}, None),
        ("$.sent", {"sent": True}, None),
        ("$.sent", {"other": 17}, None),
        ("$.sent.at", {"sent": 17}, None),
        ("$.sent", [17], None),
        ("", {"sent": 17}, None),
    ],
)
def test_a_body_says_when_it_was_sent(path: str, document: object, sent: float | None) -> None:
    assert Inbox(HOOK, sent_at=path).sent(json.dumps(document).encode()) == sent


def test_a_body_that_is_no_json_says_nothing() -> None:
    assert Inbox(HOOK, sent_at="$.sent").sent(b"soon") is None
