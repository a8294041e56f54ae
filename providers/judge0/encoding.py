"""Base64 as Ruby writes and reads it: a newline after every 60 characters, and lenient decoding."""

from __future__ import annotations

import base64
import binascii
import re

_BYTES_PER_LINE = 45  # 60 base64 characters
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/=]")


def encode_lines(data: bytes) -> str:
    """Base64 with a newline after every 60 characters and at the end; nothing for nothing."""
    chunks = (data[start : start + _BYTES_PER_LINE] for start in range(0, len(data), _BYTES_PER_LINE))
    return "".join(base64.b64encode(chunk).decode("ascii") + "\n" for chunk in chunks)


def decode_leniently(text: str) -> bytes:
    """Decode what can be decoded. Foreign characters are skipped, and garbage is never an error."""
    data = _FOREIGN.sub(b"", text.encode("utf-8", "surrogatepass"))
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return _decode_quads(data)


def _decode_quads(data: bytes) -> bytes:
    """Padding ends the text where a quad may end, and is skipped elsewhere, as in Ruby's ``unpack("m")``."""
    kept = bytearray()
    for char in data:
        if char != ord("="):
            kept.append(char)
        elif len(kept) % 4 >= 2:
            break
    if len(kept) % 4 == 1:
        kept.pop()
    return base64.b64decode(bytes(kept) + b"=" * (-len(kept) % 4))
