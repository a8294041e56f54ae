"""When two requests are the same request.

Method, origin, decoded path, query in any order, and body (JSON as JSON: key order and spacing do
not count, but 1, 1.0, true and "1" differ). Headers do not count, credentials least of all; but a
body is sent under the same media type.

Places that the recording had redacted may hold anything: a ``Mask`` names them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from troth import jsontext, walk
from troth.api import Api, Operation
from troth.exchange import Request
from troth.fields import Stand
from troth.jsontext import Json, NotJson, Path

_ANY = "\0any"
"""Stands in the place of a redacted value; no URL and no JSON text of a client holds it."""

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
_PLACEHOLDER = re.compile(r"\{\{[\w.-]+:[^{}]*\}\}")


class Asked(NamedTuple):
    """A request as matching sees it; equal when the requests are the same."""

    method: str
    origin: str
    path: tuple[str, ...]
    """Decoded segments, so that an encoded slash stays apart from a real one."""
    query: tuple[tuple[str, str], ...]
    """Decoded and sorted."""
    media: str
    body: str | bytes


class Mask(NamedTuple):
    """The places of a recorded request that were redacted."""

    segments: tuple[int, ...] = ()
    query: tuple[str, ...] = ()
    body: tuple[Path, ...] = ()


def asked(request: Request) -> Asked:
    """What matching compares of ``request``."""
    parts = urlsplit(request.url)
    media = media_type(request)
    return Asked(
        request.method.upper(),
        _origin(parts.scheme, parts.netloc),
        tuple(unquote(part) for part in (parts.path or "/").split("/")),
        tuple(sorted(parse_qsl(parts.query, keep_blank_values=True))) if parts.query else (),
        media,
        canonical_body(request.body, media, request),
    )


def origin_of(url: str) -> str:
    """``https://host[:port]`` of a URL: lower case, no userinfo, no default port."""
    parts = urlsplit(url)
    return _origin(parts.scheme, parts.netloc)


@functools.lru_cache(maxsize=256)
def _origin(scheme: str, netloc: str) -> str:
    host = netloc.rpartition("@")[2].lower()
    return f"{scheme.lower()}://{host.removesuffix(_DEFAULT_PORTS.get(scheme.lower(), ' '))}"


def media_type(request: Request) -> str:
    """The media type of the body, lower case, without parameters; empty when there is no body."""
    if not request.body:
        return ""
    return (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()


def canonical_body(body: bytes, media: str, request: Request) -> str | bytes:
    """One value for equal bodies."""
    if not body:
        return b""
    if media == "application/x-www-form-urlencoded":
        pairs = parse_qsl(body.decode("utf-8", "surrogateescape"), keep_blank_values=True)
        return "&".join(f"{name!r}={value!r}" for name, value in sorted(pairs))
    if media.startswith("multipart/"):
        return _without_boundary(body, request)
    value = json_of(body)
    return body if isinstance(value, NotJson) else jsontext.canonical(value)


def json_of(body: bytes) -> Json | NotJson:
    """The JSON in a body, or why it is none."""
    try:
        return jsontext.read(body)
    except NotJson as error:
        return error


def _without_boundary(body: bytes, request: Request) -> bytes:
    # Clients draw a new boundary for each call.
    found = re.search(r'boundary="?([^";]+)', request.headers.get("Content-Type") or "")
    return body if found is None else body.replace(found[1].encode(), b"boundary")


def mask_of(api: Api, request: Request) -> Mask:
    """The places of a recorded request whose values a redaction put there."""
    found = api.find(request.method, request.url)
    if found is None:
        return Mask()
    operation, params = found
    return Mask(
        tuple(_segments(api, operation, params, request)),
        tuple(_names(operation, request)),
        tuple(_places(operation, request)),
    )


def masked(request: Request, asked: Asked, mask: Mask) -> Asked | None:
    """``asked`` with the places of ``mask`` blotted out; None when it has no such places."""
    if any(index >= len(asked.path) for index in mask.segments):
        return None
    path = tuple(_ANY if index in mask.segments else part for index, part in enumerate(asked.path))
    query = tuple((name, _ANY if name in mask.query else value) for name, value in asked.query)
    body = asked.body
    if mask.body:
        blotted = _blotted(json_of(request.body), mask.body)
        if blotted is None:
            return None
        body = blotted
    return asked._replace(path=path, query=tuple(sorted(query)), body=body)


def _blotted(value: Json | NotJson, places: tuple[Path, ...]) -> str | None:
    if isinstance(value, NotJson):
        return None
    try:
        for path in places:
            jsontext.at(value, path)
            value = jsontext.put(value, path, _ANY)
    except LookupError:
        return None
    return jsontext.canonical(value)


def _segments(api: Api, operation: Operation, params: dict[str, str], request: Request) -> Iterator[int]:
    path = api.local_path(request.url)
    match = operation.pattern.fullmatch(path)
    if match is None:
        return
    before = request.path.removesuffix(path).count("/")
    for spot in walk.leaves(operation.params, {name: unquote(value) for name, value in params.items()}):
        if is_stand_in(spot):
            start, end = match.span(str(spot.path[0]))
            first = before + path[:start].count("/")
            yield from range(first, first + path[start:end].count("/") + 1)


def _names(operation: Operation, request: Request) -> Iterator[str]:
    for spot in walk.leaves(operation.query, dict(request.query)):
        if spot.path and is_stand_in(spot):
            yield str(spot.path[0])


def _places(operation: Operation, request: Request) -> Iterator[Path]:
    value = json_of(request.body) if request.body else None
    if isinstance(value, NotJson):
        return
    for spot in walk.leaves(operation.body, value):
        if is_stand_in(spot):
            yield spot.path


def is_stand_in(spot: walk.Spot) -> bool:
    """Whether the value of a recorded place is a replacement for one that may not be seen."""
    if isinstance(spot.value, str) and _PLACEHOLDER.search(spot.value):
        return True
    if spot.safe or not isinstance(spot.value, str | int | float):
        return False
    return _form(spot.stand).fullmatch(str(spot.value)) is not None


@functools.lru_cache(maxsize=64)
def _form(stand: Stand | None) -> re.Pattern[str]:
    template = stand.template if stand is not None else "redacted-{n}"
    before, _, rest = template.partition("{n")
    return re.compile(rf"{re.escape(before)}\d+{re.escape(rest.partition('}')[2])}")
