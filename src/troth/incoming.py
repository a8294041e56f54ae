"""The body of a request as it comes in, read to its end; and what is no HTTP, refused."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from io import BufferedIOBase
from urllib.parse import urlsplit

from troth.exchange import Headers

MAX_LINE = 65_536


class Malformed(ValueError):
    """A request that is not HTTP; ``status`` says how to refuse it."""

    def __init__(self, problem: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(problem)
        self.status = status


def read_body(stream: BufferedIOBase, headers: Headers, limit: int) -> bytes:
    """The whole body that ``headers`` announce; ``limit`` is in bytes.

    Raises:
        Malformed: its length is not clear, it is too long, or it ends early.
    """
    coding, length = headers.get("Transfer-Encoding"), headers.get("Content-Length")
    if coding is None:
        return _read(stream, _length(length), limit) if length is not None else b""
    if length is not None or coding.strip().lower() != "chunked":
        raise Malformed("the body's length is not clear: Transfer-Encoding and Content-Length")
    return b"".join(_chunks(stream, limit))


def _chunks(stream: BufferedIOBase, limit: int) -> Iterator[bytes]:
    total = 0
    while size := _chunk_size(stream.readline(MAX_LINE)):
        total += size
        _refuse_longer(total, limit)
        yield _read(stream, size, limit)
        stream.readline(MAX_LINE)
    while stream.readline(MAX_LINE) not in (b"\r\n", b"\n", b""):
        pass  # trailers


def _read(stream: BufferedIOBase, length: int, limit: int) -> bytes:
    _refuse_longer(length, limit)
    body = stream.read(length)
    if len(body) < length:
        raise Malformed("the body ended early")
    return body


def _refuse_longer(length: int, limit: int) -> None:
    if length > limit:
        raise Malformed(f"the body is over {limit} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _length(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Malformed("Content-Length is not a number")
    return int(text)


def _chunk_size(line: bytes) -> int:
    text = line.partition(b";")[0].strip()
    if not text or text.strip(b"0123456789abcdefABCDEF"):
        raise Malformed("a chunk has no size")
    return int(text, 16)


def hostname(url: str) -> str | None:
    """The host that a URL names.

    Raises:
        Malformed: it cannot be read.
    """
    try:
        return urlsplit(url).hostname
    except ValueError as error:
        raise Malformed("the host cannot be read") from error
