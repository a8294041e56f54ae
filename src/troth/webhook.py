"""Webhooks: what a provider delivers on its own, to a URL that the consumer named.

A delivery is an exchange like any other, with the roles changed: the provider asks, the consumer
answers. Its URL is ``webhook:<name>``, since where it was delivered says nothing of the contract.
A provider signs the raw body. In recordings a signature is made again, with the placeholder of the
secret as its key: so it holds whoever replays it, and gives nothing away.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from troth import jsontext
from troth.exchange import WEBHOOK, Headers, Request, placeholder
from troth.jsontext import Json, NotJson

When: TypeAlias = "Mapping[str, str | tuple[str, ...]]"
"""Members of a delivery's body and the texts that they may be: ``{"type": "message"}``."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What a provider signs a delivery with: a header over the raw body.

    ``sign(secret, body)`` gives the header's whole value. ``env`` names the variable that holds the
    secret where a real service delivers; ``role`` names it in placeholders.
    """

    header: str
    env: str
    sign: Callable[[str, bytes], str]
    role: str = "signing"

    def of(self, body: bytes, secret: str = "") -> str:
        """The header's value for ``body``; signed with the secret's placeholder where none is given."""
        return self.sign(secret or placeholder(self.role), body)

    def holds(self, request: Request, secret: str = "") -> bool:
        """Whether the signature of ``request`` is that of its body."""
        given = request.headers.get(self.header) or ""
        wanted = self.of(request.body, secret)
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode())

    def signed(self, request: Request, secret: str = "") -> Request:
        """``request`` with the signature of its body."""
        headers = tuple(
            (name, self.of(request.body, secret) if name.lower() == self.header.lower() else value)
            for name, value in request.headers
        )
        return replace(request, headers=Headers(headers))


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where the provider delivers webhooks to. ``url`` stands for the consumer's own in recordings and
    pacts. ``sent_at`` is the JSON path of the time of sending in a body, in seconds since 1970."""

    url: str
    signature: Signature | None = None
    sent_at: str = ""

    def sent(self, body: bytes) -> float | None:
        """When a delivery says that it was sent; None where it does not say."""
        if not self.sent_at:
            return None
        try:
            value = jsontext.at(jsontext.read(body), tuple(self.sent_at.removeprefix("$.").split(".")))
        except (NotJson, LookupError):
            return None
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def hmac_sha256_hex(secret: str, body: bytes) -> str:
    """The HMAC-SHA256 of ``body`` in lower-case hexadecimal digits, as many services sign."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def fits(when: When, body: bytes) -> bool:
    """Whether a delivery with ``body`` is one that ``when`` describes."""
    try:
        document = jsontext.read(body)
    except NotJson:
        return False
    return isinstance(document, dict) and all(
        _is_one_of(document.get(name), wanted) for name, wanted in when.items()
    )


def _is_one_of(value: Json, wanted: str | tuple[str, ...]) -> bool:
    return value in ((wanted,) if isinstance(wanted, str) else wanted)


def webhook_url(name: str) -> str:
    """The URL of a webhook's exchanges: ``webhook:message``."""
    return f"{WEBHOOK}{name}"
