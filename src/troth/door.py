"""The listening socket of a server, which can be taken away and given back while the server runs.

How it is taken away is Linux: there a socket that stops listening keeps its port, and one that does not
accept leaves further connections without any answer.
"""

from __future__ import annotations

import select
import socket
import sys
import threading

from troth.errors import CouldNotCheck

BACKLOG = 128
_PARK_SECONDS = 5.0
_FULL_MS = 100
"""A connection of this machine to itself is made in microseconds, or not at all."""
_MOST_FILLERS = 8


class Door:
    """Open, shut or blocked. One thread accepts, any thread changes it."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._lock = threading.Lock()
        self._open = threading.Event()
        self._open.set()
        self._parked = threading.Event()
        self._attended = False
        self._ended = False
        self._fillers: list[socket.socket] = []

    def waits_open(self) -> bool:
        """For the thread that accepts: whether to go on, which is known once the door is open or ended."""
        self._attended = True
        if not self._open.is_set():
            self._parked.set()
            self._open.wait()
        return not self._ended

    def shut(self) -> None:
        """Refuse connections: the port is bound, and nobody listens."""
        with self._lock:
            self._take_away()

    def block(self) -> None:
        """Leave connections without any answer: the queue of those to be accepted is full."""
        with self._lock:
            self._take_away()
            self._listener.listen(0)
            address = self._listener.getsockname()
            while len(self._fillers) < _MOST_FILLERS:
                filler = socket.socket(self._listener.family)
                self._fillers.append(filler)
                filler.settimeout(0)
                filler.connect_ex(address)
                if not _connected(filler):
                    return

    def open(self) -> None:
        """Accept connections again."""
        with self._lock:
            if self._open.is_set():
                return
            if self._fillers:
                self._unblock()
            self._listener.listen(BACKLOG)
            self._parked.clear()
            self._open.set()

    def end(self) -> bool:
        """Let the thread that accepts go; whether it waits for a connection, from which it must be woken."""
        with self._lock:
            self._ended, was_open = True, self._open.is_set()
            self._drop_fillers()
            self._open.set()
            return was_open

    def _take_away(self) -> None:
        if sys.platform != "linux":
            raise CouldNotCheck("only on Linux a port can be taken away while its server runs")
        if self._open.is_set():
            self._open.clear()
            self._listener.shutdown(socket.SHUT_RDWR)
            # The thread must not be about to accept when the socket listens again.
            if self._attended:
                self._parked.wait(_PARK_SECONDS)
        elif self._fillers:
            self._unblock()

    def _unblock(self) -> None:
        self._drop_fillers()
        # Once only: a second shutdown would be inherited by every connection that is accepted later.
        self._listener.shutdown(socket.SHUT_RDWR)

    def _drop_fillers(self) -> None:
        for filler in self._fillers:
            filler.close()
        self._fillers.clear()


def _connected(filler: socket.socket) -> bool:
    poll = select.poll()
    poll.register(filler, select.POLLOUT)
    return bool(poll.poll(_FULL_MS))


def kept(listener: socket.socket) -> socket.socket:
    """A socket bound to the port that the system chose for ``listener``, which is closed.

    Only a port that was asked for by its number stays with a socket that does not listen.
    """
    again = socket.socket(listener.family, listener.type)
    again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    again.bind(listener.getsockname())
    listener.close()
    return again
