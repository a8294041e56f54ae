"""The webhooks of a served provider, taken while a pact is replayed against it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from troth.credentials import Credentials
from troth.exchange import Request
from troth.loopback import Handler
from troth.receiver import LiveInbox, Receiver
from troth.rewrite import UrlMap, changed_body
from troth.webhook import Inbox


class Webhooks:
    """Stands in for the consumer's inbox, beside a provider that signs with ``secrets``, by role."""

    def __init__(self, inbox: Inbox, receiver: Receiver, secrets: Mapping[str, str]) -> None:
        credentials, order = Credentials(secrets), itertools.count()
        named = UrlMap({receiver.url: inbox.url})
        self._really = UrlMap({inbox.url: receiver.url})
        self.receiver = receiver
        self.secrets = secrets
        self.inbox = LiveInbox(
            inbox,
            receiver,
            secrets,
            conceal=lambda data: named(credentials.conceal(data)),
            shown=bytes,
            ticket=lambda: next(order),
            keep=lambda _ticket, _exchange: None,
            lacking=lambda _role: None,
        )

    def told(self, handler: Handler) -> Handler:
        """``handler`` for clients that name the contract's inbox: the provider must deliver to this one."""
        return lambda request: handler(self._renamed(request))

    def _renamed(self, request: Request) -> Request:
        encoding = request.headers.get("Content-Encoding")
        return replace(request, body=changed_body(request.body, encoding, self._really))
