"""When two requests are the same request.

Method, origin, decoded path, query in any order, and body (JSON as JSON: key order and spacing do
not count, but 1, 1.0, true and "1" differ). Headers do not count, credentials least of all; but a
body is sent under the same media type.

What a recording had redacted is the business of ``redacted``.
"""

from __future__ import annotations

import functools
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from troth import jsontext
from troth.exchange import Request
from troth.jsontext import Json, NotJson
from troth.multipart import NotMultipart, body_document, form_of

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}


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
        return _parts(body, request)
    value = json_of(body)
    return body if isinstance(value, NotJson) else jsontext.canonical(value)


def json_of(body: bytes) -> Json | NotJson:
    """The JSON in a body, or why it is none."""
    try:
        return jsontext.read(body)
    except NotJson as error:
        return error


def document_of(request: Request, annotation: object) -> Json | NotJson:
    """What a body says, JSON or the parts of a form; or why it cannot be read."""
    try:
        return body_document(request, annotation)
    except NotJson as error:
        return error


def _parts(body: bytes, request: Request) -> str | bytes:
    """Part by part, since clients draw a new boundary for each call."""
    try:
        return form_of(request).canonical()
    except NotMultipart:
        return _without_boundary(body, request)


def _without_boundary(body: bytes, request: Request) -> bytes:
    found = re.search(r'boundary="?([^";]+)', request.headers.get("Content-Type") or "")
    return body if found is None else body.replace(found[1].encode(), b"boundary")
