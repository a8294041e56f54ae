"""Plain sockets, for what a well-mannered HTTP client or server would never show."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

DEADLINE = 10.0


def sent_raw(url: str, request: bytes) -> bytes:
    """Everything that comes back for ``request`` until the server closes the connection."""
    with connected(url) as connection:
        connection.sendall(request)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def connected(url: str) -> socket.socket:
    """A connection to the server at ``url``."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=DEADLINE)


def status_of(answer: bytes) -> int:
    """The status of a raw answer."""
    return int(answer.split(b" ", 2)[1])


@dataclass
class Script:
    """A server that answers every connection with the same bytes and closes it."""

    url: str
    requests: list[bytes] = field(default_factory=list)
    """What was sent to it, up to the end of the headers."""


@contextlib.contextmanager
def answering(script: bytes) -> Iterator[Script]:
    """Serve ``script`` on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Script(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=_play, args=(listener, made, script), daemon=True)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(DEADLINE)


def _play(listener: socket.socket, made: Script, script: bytes) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            connection.settimeout(DEADLINE)
            made.requests.append(_head(connection))
            connection.sendall(script)


def _head(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read and (more := connection.recv(65_536)):
        read += more
    return read


@dataclass
class Tunnels:
    """An HTTP proxy that knows CONNECT alone, and brings every host to one address."""

    url: str
    asked: list[bytes] = field(default_factory=list)
    """The first line of each request."""


@contextlib.contextmanager
def tunnelling_to(url: str) -> Iterator[Tunnels]:
    """A CONNECT proxy whose every tunnel ends at ``url``."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        made = Tunnels(f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=_tunnel, args=(listener, made, url), daemon=True)
        thread.start()
        yield made
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(DEADLINE)


def _tunnel(listener: socket.socket, made: Tunnels, url: str) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        client.settimeout(DEADLINE)
        made.asked.append(_head(client).split(b"\r\n", 1)[0])
        server = connected(url)
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=_pump, args=(server, client), daemon=True)
        back.start()
        _pump(client, server)
        back.join(DEADLINE)
        client.close()
        server.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
