"""One set of URLs in the place of another, in texts, headers and bodies.

A service hands out absolute URLs of its own. Behind a proxy a client must get the proxy's instead,
and a recording those of the real service.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Mapping
from urllib.parse import quote

from troth.exchange import Headers, Response, UndecodableBody, decoded

Change = Callable[[bytes], bytes]


class UrlMap:
    """Replaces each URL prefix by another one.

    It finds them as they are, with JSON's escaped slashes, and percent-encoded; never as the
    beginning of a longer host or port.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._spelled = {
            spell(old).encode(): spell(new).encode()
            for old, new in prefixes.items()
            if old != new
            for spell in (_escaped, _quoted, str)
        }
        longest_first = sorted(self._spelled, key=len, reverse=True)
        any_of = b"|".join(map(re.escape, longest_first))
        end = rb"(?![\w@-]|\.\w|:\d|%40|%3[Aa]\d)"
        self._pattern = re.compile(rb"(" + any_of + rb")" + end) if longest_first else None

    def __call__(self, data: bytes) -> bytes:
        """``data`` with every prefix replaced."""
        if self._pattern is None or not data:
            return data
        return self._pattern.sub(lambda found: self._spelled[found[1]], data)

    def text(self, text: str) -> str:
        """The same for a text."""
        return self(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def _escaped(url: str) -> str:
    return url.replace("/", "\\/")


def _quoted(url: str) -> str:
    return quote(url, safe="")


def changed_headers(headers: Headers, change: Change) -> Headers:
    """``headers`` with ``change`` made in every value."""
    return Headers(tuple((name, _text(value, change)) for name, value in headers))


def _text(value: str, change: Change) -> str:
    return change(value.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape")


def changed_body(body: bytes, encoding: str | None, change: Change) -> bytes:
    """``body`` with ``change`` made inside its Content-Encoding; the same bytes if nothing changes.

    A body that cannot be decoded is changed as it stands.
    """
    if not body:
        return body
    if not encoding:
        return change(body)
    try:
        content = decoded(body, encoding)
    except UndecodableBody:
        return change(body)
    new = change(content)
    return body if new == content else _encoded(new, encoding)


def _encoded(content: bytes, encoding: str) -> bytes:
    for coding in (part.strip().lower() for part in encoding.split(",")):
        if coding in ("gzip", "x-gzip"):
            content = gzip.compress(content, mtime=0)
        elif coding == "deflate":
            content = zlib.compress(content)
    return content


def changed_response(response: Response, change: Change) -> Response:
    """``response`` with ``change`` made in its headers and its body."""
    headers = changed_headers(response.headers, change)
    body = changed_body(response.body, response.headers.get("Content-Encoding"), change)
    if len(body) != len(response.body) and "Content-Length" in headers:
        headers = Headers(
            tuple((n, str(len(body)) if n.lower() == "content-length" else v) for n, v in headers)
        )
    return Response(response.status, headers, body, response.truncated)


def relocated(response: Response, old: str, new: str) -> Response:
    """A Location that is a bare path starts at the origin, and the base path differs on each side."""
    if old == new or not any(name in response.headers for name in ("Location", "Content-Location")):
        return response
    headers = Headers(
        tuple(
            (name, _moved(value, old, new) if name.lower() in ("location", "content-location") else value)
            for name, value in response.headers
        )
    )
    return Response(response.status, headers, response.body, response.truncated)


def _moved(value: str, old: str, new: str) -> str:
    inside = value.startswith("/") and not value.startswith("//")
    if not inside or not (value + "/").startswith(old + "/"):
        return value
    return new + value.removeprefix(old)
