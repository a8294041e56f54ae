"""One connection while a request on it is answered: for answers that misbehave as a network does."""

from __future__ import annotations

import os
import select
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeAlias

from troth.exchange import Request, Response

LONGEST = 600.0
"""Seconds: no answer misbehaves for longer, whatever its client puts up with."""

HOP_BY_HOP = (
    "Connection",
    "Keep-Alive",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "Proxy-Connection",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
)
"""Headers that describe one connection, not the message on it (RFC 9110, 7.6.1)."""

_GONE = getattr(select, "POLLRDHUP", select.POLLHUP)
"""The client has closed, or the server has shut the connection down. Bytes that wait are no such thing."""


class Line:
    """The connection on which a request came.

    What is sent raises OSError once the client is gone, and at once when the server closes.
    """

    def __init__(self, connection: socket.socket, method: str) -> None:
        connection.settimeout(LONGEST)
        self._connection = connection
        self._method = method

    def begin(self, response: Response, length: int | None) -> None:
        """Send status and headers, which promise a body of ``length`` bytes; None: up to the end."""
        self.send(head(response, self._method, length, close=True))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Whether the connection still stands after ``seconds``.

        Returns early, with False, when the client goes or the server closes.
        """
        poll = select.poll()
        poll.register(self._connection, _GONE)
        return not poll.poll(seconds * 1000)

    def reset(self) -> None:
        """End the connection with a TCP reset. Nothing can be sent after it."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Closed here and now: an orderly end of it, which comes when it is left, would send FIN first.
        os.close(self._connection.detach())


@dataclass(frozen=True, slots=True)
class Misbehaving:
    """An answer that is not just sent: ``play`` has the connection to itself, which ends after it.

    ``response`` is what it makes of; whoever changes the headers of answers changes them there.
    """

    response: Response
    play: Callable[[Line, Response], None]


Answered: TypeAlias = Response | Misbehaving
WireHandler: TypeAlias = Callable[[Request], Answered]


def head(response: Response, method: str, length: int | None, *, close: bool) -> bytes:
    """The status line and the headers as sent, with a Content-Length where a body may follow. A body of
    no known ``length`` goes on until the connection closes.

    Raises:
        ValueError: a header has a line break.
    """
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = "Unknown"
    kept = response.headers.without(*HOP_BY_HOP)
    if length is not None and has_body(response.status, method):
        kept = kept.with_("Content-Length", str(length))
    elif method != "HEAD":
        kept = kept.without("Content-Length")
    if close:
        kept = kept.with_("Connection", "close")
    lines = [f"HTTP/1.1 {response.status} {reason}", *(f"{name}: {value}" for name, value in kept)]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header of the response has a line break")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def has_body(status: int, method: str) -> bool:
    """Whether HTTP allows a body in an answer (RFC 9112, 6.3)."""
    return method != "HEAD" and status >= 200 and status not in (204, 304)
