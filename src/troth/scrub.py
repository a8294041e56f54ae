"""Replace known texts wherever they stand, in whatever form, inside texts that may be seen."""

from __future__ import annotations

import base64
import binascii
import gzip
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, unquote

from troth.canary import MAX_UNPACKED, base64_cores, spellings

_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_WRAPPED = re.compile(r"[A-Za-z0-9+/\s]{8,}={0,2}\s*")
_URL_RUN = re.compile(r"[^\s\"'<>&=?,;]+")
_MAX_DEPTH = 3


class Scrubber:
    """Replaces each key of ``known`` by its value: as it is, escaped as JSON, percent-encoded, as
    hexadecimal, and inside base64 and gzipped base64, which are packed again."""

    def __init__(self, known: Mapping[str, str]) -> None:
        known = {text: stand for text, stand in known.items() if text != stand}
        self._forms = dict(_forms(known))
        longest_first = sorted(self._forms, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None
        cores = {core.decode() for text in known for core in base64_cores(text.encode())}
        self._core = re.compile("|".join(sorted(map(re.escape, cores)))) if cores else None

    def text(self, text: str) -> str:
        """``text`` without the known texts."""
        return self._deep(text, _MAX_DEPTH)

    def _deep(self, text: str, depth: int) -> str:
        if self._any is None or not text:
            return text
        text = self._any.sub(lambda found: self._forms[found[0]], text)
        if not depth:
            return text
        if "%" in text:
            text = _URL_RUN.sub(lambda found: self._percent(found[0]), text)
        if "\n" in text and _WRAPPED.fullmatch(text):
            return self._wrapped(text, depth)
        return _RUN.sub(lambda found: self._run(found[0], depth), text)

    def _percent(self, run: str) -> str:
        """A run in which more was percent-encoded than had to be."""
        plain = unquote(run, errors="surrogateescape")
        if self._any is None or not self._any.search(plain):
            return run
        changed = self._any.sub(lambda found: self._forms[found[0]], plain)
        return quote(changed, safe="/:@!$'()*+~", errors="surrogateescape")

    def _wrapped(self, text: str, depth: int) -> str:
        joined = "".join(text.split())
        changed = self._run(joined, depth)
        if changed == joined:
            return text
        width = text.index("\n")
        lines = [changed[start : start + width] for start in range(0, len(changed), width)]
        return "\n".join(lines) + ("\n" if text.endswith("\n") else "")

    def _run(self, run: str, depth: int) -> str:
        if not run.startswith("H4sI") and (self._core is None or not self._core.search(run)):
            return run
        changed = repacked(run, lambda inner: self._bytes(inner, depth - 1))
        if self._core is not None:
            # Not base64 of its own, but of a longer text that was cut or joined to another.
            changed = self._core.sub("redacted", changed)
        return changed

    def _bytes(self, data: bytes, depth: int) -> bytes:
        if data.startswith(b"\x1f\x8b\x08"):
            return self._zipped(data, depth)
        text = data.decode("utf-8", "surrogateescape")
        return self._deep(text, depth).encode("utf-8", "surrogateescape")

    def _zipped(self, data: bytes, depth: int) -> bytes:
        try:
            inner = zlib.decompressobj(31).decompress(data, MAX_UNPACKED)
        except zlib.error:
            return data
        changed = self._bytes(inner, depth - 1) if depth > 0 else inner
        return data if changed == inner else gzip.compress(changed, mtime=0)


def repacked(run: str, change: Callable[[bytes], bytes]) -> str:
    """Base64 with ``change`` made to what it holds; ``run`` itself when it is none or stays."""
    bare = run.rstrip("=")
    alphabet = b"-_" if "-" in bare or "_" in bare else b"+/"
    try:
        inner = base64.b64decode(bare + "=" * (-len(bare) % 4), alphabet, validate=True)
    except (binascii.Error, ValueError):
        return run
    changed = change(inner)
    if changed == inner:
        return run
    encoded = base64.b64encode(changed, alphabet).decode()
    return encoded if run.endswith("=") or len(bare) % 4 == 0 else encoded.rstrip("=")


def _forms(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Every spelling with the replacement in the same spelling; the plain one wins."""
    for text, stand in known.items():
        named = {way: form for form, way in reversed(spellings(stand).items())}
        for form, way in reversed(spellings(text).items()):
            yield form, named.get(way, stand)
