"""A small contract with webhooks, and deliveries of it: a lamp that tells when it is lit."""

from __future__ import annotations

import json
from typing import Literal

from troth.api import Api, Empty, Inbox, Signature
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload, Safe
from troth.webhook import hmac_sha256_hex, webhook_url

SERVER = "https://lamp.example/v1"
HOOK = "https://keeper.example/lamp"
SECRET = "the lamp's own signing secret"
SIGNATURE = Signature("X-Signature", env="LAMP_SIGNING_SECRET", sign=hmac_sha256_hex)


class Lit(Payload, source="assumed"):
    """A lamp is lit."""

    type: Literal["lit"]
    colour: Literal["red", "green"]
    level: Safe[int]
    sent: Safe[int]


class Out(Payload, source="assumed"):
    """A lamp is out, or is nearly so."""

    type: Literal["out"]
    why: Literal["broken", "empty", "low"]


LIT: dict[str, object] = {"type": "lit", "colour": "red", "level": 3, "sent": 1_700_000_000}


def bare_api(signature: Signature | None = SIGNATURE) -> Api:
    """A contract with an inbox and nothing declared yet."""
    return Api("lamp", server=SERVER, inbox=Inbox(HOOK, signature=signature, sent_at="$.sent"))


def lamp_api(signature: Signature | None = SIGNATURE) -> Api:
    """The contract, new each time."""
    api = bare_api(signature)
    api.webhook("lit", when={"type": "lit"}, body=Lit, responses={200: Empty}, source="assumed")
    api.webhook(
        "out", when={"type": "out", "why": ("broken", "empty")}, body=Out, source="assumed", summary="Dark"
    )
    return api


def written(document: object) -> bytes:
    """JSON as a provider writes it."""
    return json.dumps(document).encode()


def posted(body: bytes, *, secret: str = "", url: str = webhook_url("lit")) -> Request:
    """A delivery as the lamp posts it; signed with the placeholder, if no secret is given."""
    headers = {"Content-Type": "application/json", "X-Signature": SIGNATURE.of(body, secret)}
    return Request("POST", url, Headers.of(headers), body)


def delivery(body: bytes, status: int = 200, **details: str) -> Exchange:
    """A delivery and how the consumer answered it."""
    return Exchange(posted(body, **details), Response(status))
