"""Find known secrets in what was written, whatever form they took.

Redaction is by allow-list and should leave none; this looks again, from the other side.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote_to_bytes

MAX_UNPACKED = 64 * 1024 * 1024
_MAX_DEPTH = 4
_SHORTEST_CORE = 6
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{12,}={0,2}")
_BREAKS = re.compile(rb"\s+|(?:\\[nr])+")
_GZIP = b"\x1f\x8b\x08"


def leaks(content: bytes | str, secrets: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the ``secrets`` (name to text) that stand in ``content``.

    Looks for each as it is, escaped as JSON, percent-encoded, as hexadecimal, in base64 at any
    alignment and broken over lines, and inside gzip, also where gzip stands in base64.
    """
    data = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    within = tuple(layers(data))
    return tuple(
        name
        for name, secret in secrets.items()
        if secret and any(form in layer for form in forms(secret) for layer in within)
    )


def forms(secret: str) -> frozenset[bytes]:
    """Every text that gives ``secret`` away."""
    return frozenset(form.encode() for form in spellings(secret)) | frozenset(base64_cores(secret.encode()))


def spellings(text: str) -> dict[str, str]:
    """``text`` in each way in which a text or a URL may spell it, with the name of the way."""
    percent = quote(text, safe="")
    return {
        text: "plain",
        json.dumps(text)[1:-1]: "json",
        json.dumps(text)[1:-1].replace("/", "\\/"): "json",
        json.dumps(text, ensure_ascii=False)[1:-1]: "json",
        quote(text): "path",
        percent: "percent",
        re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), percent): "percent",
        quote_plus(text): "form",
        text.encode().hex(): "hex",
        text.encode().hex().upper(): "hex",
    }


def base64_cores(secret: bytes) -> Iterator[bytes]:
    """What base64 of any bytes around ``secret`` must contain: three alignments, two alphabets.

    Less its ends, which depend on what stands beside the secret. Nothing for a secret so short that
    the rest would be found everywhere.
    """
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        core = encoded[(0, 2, 3)[shift] : (shift + len(secret)) * 8 // 6]
        if len(core) >= _SHORTEST_CORE:
            yield core
            yield core.translate(bytes.maketrans(b"+/", b"-_"))


def layers(data: bytes, depth: int = _MAX_DEPTH) -> Iterator[bytes]:
    """``data``, the same without line breaks and percent-encoding, and all that is packed into it."""
    yield data
    joined = _BREAKS.sub(b"", data)
    if joined != data:
        yield joined
    if b"%" in data and (plain := unquote_to_bytes(data)) != data:
        yield plain
    if depth:
        for inner in _packed(joined, data):
            yield from layers(inner, depth - 1)


def _packed(joined: bytes, data: bytes) -> Iterator[bytes]:
    start = data.find(_GZIP)
    while start >= 0:
        yield from _unzipped(data[start:])
        start = data.find(_GZIP, start + 1)
    for text in {joined, data}:
        for run in _BASE64_RUN.findall(text):
            yield from _decoded(run)


def _unzipped(data: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(31).decompress(data, MAX_UNPACKED)
    except zlib.error:
        return


def _decoded(run: bytes) -> Iterator[bytes]:
    bare = run.rstrip(b"=")
    alphabet = b"-_" if b"-" in bare or b"_" in bare else b"+/"
    try:
        inner = base64.b64decode(bare + b"=" * (-len(bare) % 4), alphabet, validate=True)
    except (binascii.Error, ValueError):
        return
    # What is no packed form was already looked through, as base64, by its cores.
    if inner.startswith(_GZIP) or _BASE64_RUN.fullmatch(inner):
        yield inner
