"""Matching where a recording holds no real values: what was redacted may be anything.

A cassette has stand-ins in the place of secrets, and the code under test sends values of its own
there. So both requests are compared with these places blotted out. But a stand-in that an earlier
response of the cassette handed out, such as a token, is handed out again by the replay, and must
come back as it is: else the mock would answer for a thing that nobody made.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from troth.api import Api
from troth.exchange import Exchange, Request, Response
from troth.leaves import Leaf, Visitor
from troth.mock.matching import Asked, asked
from troth.places import visited

_ANY = {"string": "\0any", "integer": "0", "number": "0.5"}
"""Stands in the place of a blotted value, by kind; no client sends the text."""

_SEPARATOR = re.compile(r"([,;])")


@dataclass(frozen=True)
class Redactions:
    """What was redacted in the exchanges of one cassette. Looked into when it is needed first."""

    api: Api
    exchanges: Sequence[Exchange]

    @functools.cached_property
    def handed_out(self) -> frozenset[str]:
        """The stand-ins that stood in a response before the client ever sent them."""
        sent: set[str] = set()
        handed: set[str] = set()
        for exchange in self.exchanges:
            if not exchange.inbound:
                sent |= _leaves(self.api, Exchange(exchange.request, Response(0))) - handed
            handed |= _leaves(self.api, exchange) - sent
        return frozenset(handed)

    @functools.cached_property
    def keys(self) -> tuple[Asked, ...]:
        """Each recorded request as it is compared, in order."""
        return tuple(self.key(each.request) for each in self.exchanges)

    def key(self, request: Request) -> Asked:
        """``request`` as it is compared with those of the cassette."""
        return asked(self.blotted(request))

    def blotted(self, request: Request) -> Request:
        """``request`` without what may be anything."""
        visitor = Visitor(leaf=self._leaf, seen=str)
        return visited(self.api, Exchange(request, Response(0)), visitor).request

    def _leaf(self, leaf: Leaf) -> str:
        parts = _SEPARATOR.split(leaf.text)
        if not any(part in self.handed_out for part in parts[::2]):
            return _ANY[leaf.kind]
        # Several in one text, such as tokens with commas between.
        kept = [part if part in self.handed_out else _ANY["string"] for part in parts[::2]]
        return "".join(text for pair in zip(kept, [*parts[1::2], ""], strict=True) for text in pair)


def _leaves(api: Api, exchange: Exchange) -> set[str]:
    found: set[str] = set()

    def meet(leaf: Leaf) -> str:
        found.update(_SEPARATOR.split(leaf.text)[::2])
        return leaf.text

    visited(api, exchange, Visitor(leaf=meet, seen=str))
    return found
