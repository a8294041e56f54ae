"""The one value that flows: a request with its response, and where they came from.

A cassette is a list of exchanges; so are a pact's examples, what a verification saw, what a fuzz
run found and what a mock answered.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import parse_qsl, unquote, urlsplit

WEBHOOK = "webhook:"
"""Begins the URL of an exchange in which the provider asked and the consumer answered."""


def placeholder(role: str) -> str:
    """What stands in a cassette and a pact for the credential of ``role``."""
    return f"{{{{secret:{role}}}}}"


@dataclass(frozen=True, slots=True)
class Headers:
    """An ordered multi-map of header fields. Names keep their case and compare without it."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, source: Mapping[str, str] | Iterable[tuple[str, str]]) -> Headers:
        """Build from a mapping or from pairs."""
        pairs = source.items() if isinstance(source, Mapping) else source
        return cls(tuple((str(name), str(value)) for name, value in pairs))

    def get(self, name: str) -> str | None:
        """Every value of ``name`` joined by ``", "`` (RFC 9110, 5.3); None when absent."""
        values = self.all(name)
        return ", ".join(values) if values else None

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of ``name``, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.pairs if key.lower() == wanted)

    def without(self, *names: str) -> Headers:
        """The same headers, less the named ones."""
        dropped = {name.lower() for name in names}
        return Headers(tuple(pair for pair in self.pairs if pair[0].lower() not in dropped))

    def with_(self, name: str, value: str) -> Headers:
        """The same headers with ``name`` set once, in place of every earlier value."""
        return Headers((*self.without(name).pairs, (name, value)))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.pairs)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(self.all(name))

    def __len__(self) -> int:
        return len(self.pairs)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked. ``url`` is absolute and percent-encoded; ``body`` is as sent."""

    method: str
    url: str
    headers: Headers = Headers()
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path, still percent-encoded, ``/`` at least."""
        return urlsplit(self.url).path or "/"

    @property
    def origin(self) -> str:
        """``scheme://host[:port]``, without userinfo."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def query(self) -> tuple[tuple[str, str], ...]:
        """Decoded query parameters, in order, blanks kept."""
        return tuple(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def decoded_path(self) -> str:
        """The path, percent-decoded."""
        return unquote(self.path)


@dataclass(frozen=True, slots=True)
class Response:
    """What was answered. ``truncated``: the connection ended before the body did."""

    status: int
    headers: Headers = Headers()
    body: bytes = b""
    truncated: bool = False

    @property
    def content(self) -> bytes:
        """The body with its Content-Encoding (gzip, deflate) undone.

        Raises:
            UndecodableBody: the body is not what its Content-Encoding says.
        """
        return decoded(self.body, self.headers.get("Content-Encoding"))


MAX_DECODED = 64 * 2**20
"""Bytes. A few kilobytes of gzip can unpack to gigabytes; no body of a contract is this long."""


class UndecodableBody(ValueError):
    """A body that its Content-Encoding does not describe, or that unpacks beyond ``MAX_DECODED``."""


def decoded(body: bytes, encoding: str | None) -> bytes:
    """Undo each coding that ``encoding`` (a Content-Encoding value) lists, last one first."""
    for coding in reversed([part.strip().lower() for part in (encoding or "").split(",")]):
        body = _undo(coding, body)
    return body


def _undo(coding: str, body: bytes) -> bytes:
    match coding:
        case "" | "identity":
            return body
        case "gzip" | "x-gzip":
            return _inflated(coding, body, wbits=31)
        case "deflate":
            return _inflated(coding, body, wbits=15)
    raise UndecodableBody(f"unknown Content-Encoding {coding!r}")


def _inflated(coding: str, body: bytes, *, wbits: int) -> bytes:
    """Unpack every member of ``body`` (gzip allows several, padded with zeros), within bounds."""
    whole = bytearray()
    while body:
        stream = zlib.decompressobj(wbits)
        try:
            whole += stream.decompress(body, MAX_DECODED + 1 - len(whole))
        except zlib.error as error:
            raise UndecodableBody(f"the body is not {coding}: {error}") from error
        if len(whole) > MAX_DECODED:
            raise UndecodableBody(f"the {coding} body unpacks to more than {MAX_DECODED} bytes")
        if not stream.eof:
            raise UndecodableBody(f"the {coding} body ends early")
        body = stream.unused_data.lstrip(b"\0")
    return bytes(whole)


class SourceKind(StrEnum):
    """Where an exchange came from; the columns of the matrix, strongest first."""

    LIVE = "live"
    """Seen on the real service or its staging, through the judging proxy."""
    RECORDED = "recorded"
    """A cassette made from the real service or its staging."""
    VERIFIED = "verified"
    """A pact replayed against our provider, judged by the proxy."""
    SIMULATED = "simulated"
    """A cassette made from a fake."""
    PACT = "pact"
    """The scenario run against Pact's mock servers."""
    FUZZED = "fuzzed"
    SYNTHETIC = "synthetic"
    """An answer that no recording backs."""
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an exchange came from: its kind and a place that a person can find."""

    kind: SourceKind
    place: str = ""
    """Such as ``cassettes/judge0/accepted.yaml#2``."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request with its response. ``seconds`` is the wall time between them, if it was taken."""

    request: Request
    response: Response
    source: Source = field(default_factory=lambda: Source(SourceKind.SYNTHETIC))
    seconds: float | None = None

    @property
    def inbound(self) -> bool:
        """Whether the provider asked and the consumer answered: a webhook."""
        return self.request.url.startswith(WEBHOOK)
