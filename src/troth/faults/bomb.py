"""A little gzip that unpacks to a lot."""

from __future__ import annotations

import functools
import struct
import zlib

_BLOCK = b" " * 2**20
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""Of a gzip member (RFC 1952): deflate, no name, no time, packed as well as may be."""


def packed(body: bytes, *, blocks: int) -> bytes:
    """``body`` and ``blocks`` MiB of white space behind it, as one member of gzip."""
    check = zlib.crc32(body)
    for _ in range(blocks):
        check = zlib.crc32(_BLOCK, check)
    size = len(body) + blocks * len(_BLOCK)
    return _HEAD + _beginning(body) + _white(blocks) + struct.pack("<II", check, size % 2**32)


def _beginning(body: bytes) -> bytes:
    packer = _packer()
    # A full flush forgets what came before, so that whatever was packed alone may follow.
    return packer.compress(body) + packer.flush(zlib.Z_FULL_FLUSH)


@functools.lru_cache(maxsize=2)
def _white(blocks: int) -> bytes:
    """Packed once: it takes a third of a second."""
    packer = _packer()
    return b"".join(packer.compress(_BLOCK) for _ in range(blocks)) + packer.flush()


def _packer() -> zlib._Compress:
    return zlib.compressobj(9, zlib.DEFLATED, -15)
