"""What of a run's traffic may be written: cassettes' own redaction, over thousands of generated requests.

Values that the contract does not declare safe are replaced by one of their kind, the same value by the same.
What the service told of itself in such a place is hidden in every text that may be seen as well; what was
generated is no secret. What the contract does not know is hidden whole.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit, urlunsplit

from troth import canary
from troth.api import Api
from troth.exchange import Exchange, Headers, Request, Response, placeholder
from troth.fuzz.judged import as_contract
from troth.leaves import Leaf, Visitor
from troth.places import REDACTED, visited
from troth.redact import SHORTEST
from troth.scrub import Scrubber


class Texts:
    """Texts to replace, however many: they are looked for by their first bytes."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known
        self._begins: dict[bytes, list[str]] = {}
        for text in known:
            for form in canary.forms(text):
                self._begins.setdefault(form[:SHORTEST], []).append(text)
        self.hide = functools.lru_cache(maxsize=65_536)(self._hide)

    def _hide(self, text: str) -> str:
        """``text`` without what is known; nothing of it where that cannot be taken out."""
        found = self._found(text)
        if not found:
            return text
        left = Scrubber({each: self._known[each] for each in found}).text(text)
        return REDACTED if canary.leaks(left, {each: each for each in found}) else left

    def _found(self, text: str) -> frozenset[str]:
        layers = tuple(canary.layers(text.encode("utf-8", "surrogatepass")))
        near = {
            each
            for layer in layers
            for start in range(len(layer) - SHORTEST + 1)
            for each in self._begins.get(layer[start : start + SHORTEST], ())
        }
        return frozenset(
            each for each in near if any(form in layer for form in canary.forms(each) for layer in layers)
        )


@dataclass(frozen=True, slots=True)
class Hidden:
    """Hides what may not be seen in the exchanges of a run. ``base`` is the URL of the service."""

    api: Api
    base: str
    credentials: Mapping[str, str]
    """Secret to role."""
    own: Texts
    stands: Mapping[str, int]

    @classmethod
    def of(cls, api: Api, exchanges: Iterable[Exchange], *, base: str, secrets: Mapping[str, str]) -> Hidden:
        """Learn what there is to hide. ``secrets`` are the credentials, by role."""
        stands: dict[str, int] = {}
        own: dict[str, str] = {}
        for each in exchanges:
            exchange = as_contract(api, each, base)
            for text in _leaves(api, replace(exchange, response=Response(0))):
                stands.setdefault(text, len(stands) + 1)
            for text in _leaves(api, exchange):
                if text not in stands and len(text) >= SHORTEST and _is_unicode(text):
                    own[text] = f"redacted-{len(stands) + 1}"
                stands.setdefault(text, len(stands) + 1)
        roles = {secret: role for role, secret in secrets.items() if secret}
        return cls(api, base, roles, Texts(own), stands)

    def exchange(self, exchange: Exchange) -> Exchange:
        """What may be written of it, at the URL where it was sent."""
        told = as_contract(self.api, exchange, self.base)
        found = self.api.find(told.request.method, told.request.url)
        told = replace(told, request=replace(told.request, headers=self._headers(told.request.headers)))
        shown = visited(self.api, told, Visitor(leaf=self._stand, seen=self.own.hide))
        shown = shown if found is not None else _bare(shown)
        return replace(shown, request=replace(shown.request, url=self._url(exchange, shown.request)))

    def _headers(self, headers: Headers) -> Headers:
        """With the credentials as their placeholders, which may be seen where the contract has them."""
        return Headers(tuple((name, self._header(name, value)) for name, value in headers))

    def _header(self, name: str, value: str) -> str:
        for token in self.api.auth:
            if token.header.lower() == name.lower() and value.startswith(token.prefix):
                role = self.credentials.get(value.removeprefix(token.prefix))
                return value if role is None else token.prefix + placeholder(role)
        return value

    def _stand(self, leaf: Leaf) -> str:
        number = self.stands.get(leaf.text, 0)
        match leaf.kind:
            case "string":
                return f"redacted-{number}"
            case "integer":
                return str(number)
        return f"{number}.5"

    def _url(self, exchange: Exchange, shown: Request) -> str:
        local, query = self.api.local_path(shown.url), urlsplit(shown.url).query
        at = urlsplit(exchange.request.origin)
        return urlunsplit((at.scheme, at.netloc, urlsplit(self.base).path.rstrip("/") + local, query, ""))


def _leaves(api: Api, exchange: Exchange) -> list[str]:
    found: list[str] = []

    def meet(leaf: Leaf) -> str:
        found.append(leaf.text)
        return leaf.text

    visited(api, exchange, Visitor(leaf=meet, seen=str))
    return found


def _is_unicode(text: str) -> bool:
    """Whether it has no lone surrogate: with one it has no form in which it could be found."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _bare(exchange: Exchange) -> Exchange:
    """Method, shape of the path and status: all that may be seen of what the contract does not know."""
    url = urlunsplit((*urlsplit(exchange.request.url)[:3], "", ""))
    return replace(
        exchange, request=Request(exchange.request.method, url), response=Response(exchange.response.status)
    )
