"""A document of a broker and the links in it, which are followed on the broker's own origin only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from troth.errors import CouldNotCheck
from troth.jsontext import Json

_PORTS = {"http": 80, "https": 443}
_VARIABLE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Hal:
    """A JSON object that came from ``url``."""

    url: str
    document: Mapping[str, Json]

    def link(self, relation: str, **values: str) -> str:
        """The path and query that the link of ``relation`` leads to, with ``values`` in its template.

        Raises:
            CouldNotCheck: there is none, it cannot be read, or it leads to another host.
        """
        entry = _entry(self.document, relation)
        href = entry.get("href") if isinstance(entry, dict) else None
        if not isinstance(href, str) or not href:
            raise CouldNotCheck(
                f"the broker's answer has no link {relation}",
                hint="is the URL that of a Pact Broker, and is the broker one of the last years?",
            )
        return self.followed(_filled(relation, href, values) if values else href)

    def followed(self, href: str) -> str:
        """The path and query of ``href``.

        Raises:
            CouldNotCheck: it leads to another host than this document came from.
        """
        target = _joined(self.url, href)
        if _origin(target) is None or _origin(target) != _origin(self.url):
            raise CouldNotCheck(
                f"a link of the broker leads away from it, to {_shown(target)}, and is not followed",
                hint="a broker behind a proxy must be told its own public URL",
            )
        parts = urlsplit(target)
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        return path + (f"?{quote(parts.query, safe='/%:@!$&()*+,;=~?')}" if parts.query else "")


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:
        return ""


def _filled(relation: str, href: str, values: Mapping[str, str]) -> str:
    unknown = {name for name in _VARIABLE.findall(href) if name not in values}
    if unknown:
        raise CouldNotCheck(f"the broker's link {relation} wants to be told {', '.join(sorted(unknown))}")
    return _VARIABLE.sub(lambda found: quote(values[found[1]], safe=""), href)


def _entry(document: Mapping[str, Json], relation: str) -> Json:
    links = document.get("_links")
    found = links.get(relation) if isinstance(links, dict) else None
    return found[0] if isinstance(found, list) and found else found


def _origin(url: str) -> tuple[str, str, int | None] | None:
    """Scheme, host and port; None for a URL that some reader may take for that of another host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if "@" in parts.netloc or "\\" in url or not url.isprintable():
        return None
    return parts.scheme, parts.hostname or "", port or _PORTS.get(parts.scheme)


def _shown(url: str) -> str:
    """Where a URL leads, without what may be a secret in it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    host = "".join(each for each in host if each.isprintable())
    return host or "nowhere that can be read"
