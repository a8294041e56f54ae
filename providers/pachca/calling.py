"""One POST to the outside: to loopback, and to hosts that the user named.

The name is resolved once, and what was checked is what is called; a name that may not be called is not
even looked up. Redirects are not followed, and proxies are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import SplitResult, urlsplit

TIMEOUT = 10.0
"""Seconds for a whole call; the vendor does not say its own."""


class CallRefused(Exception):
    """The URL leads where this fake does not go. The message names the host alone: a URL may hold secrets."""


class Outside:
    """Makes one call at a time."""

    def __init__(self, allowed_hosts: Collection[str], timeout: float = TIMEOUT) -> None:
        self._allowed = frozenset(name.lower() for name in allowed_hosts)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._closed = False

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that was answered.

        Raises:
            CallRefused: this fake does not call that host.
            OSError, ValueError, http.client.HTTPException: the call failed.
        """
        parts, host, port = _read(url)
        self._require_allowed(host)
        addresses = _addresses(host, port, named=host in self._allowed)
        connection = _connected(addresses, port, self._timeout)
        if parts.scheme == "https":
            connection = _secured(connection, host)
        self._begin(connection)
        alarm = threading.Timer(self._timeout, self.abort)
        alarm.daemon = True
        alarm.start()
        try:
            return _posted(connection, parts, host, port, body, headers, self._timeout)
        finally:
            alarm.cancel()
            with self._lock:
                self._socket = None
            connection.close()

    def close(self) -> None:
        """End the call that is under way, and make no further one."""
        self._closed = True
        self.abort()

    def _begin(self, connection: socket.socket) -> None:
        with self._lock:
            if self._closed:
                connection.close()
                raise ConnectionAbortedError("no more calls are made")
            self._socket = connection

    def abort(self) -> None:
        """End the call that is under way, if one is."""
        with self._lock:
            if self._socket is None:
                return
            try:
                # The plain method: that of a TLS socket would wait for the other side.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return

    def _require_allowed(self, host: str) -> None:
        if host not in self._allowed and not _is_loopback(host):
            raise CallRefused(f"{host} is not on this machine (name it with --callback-host to allow it)")


def _read(url: str) -> tuple[SplitResult, str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise CallRefused("the URL cannot be read") from error
    if parts.scheme not in ("http", "https") or not host:
        raise CallRefused("the URL is not http or https")
    return parts, host, port or (443 if parts.scheme == "https" else 80)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _addresses(host: str, port: int, *, named: bool) -> list[str]:
    """
    Raises:
        CallRefused: ``localhost`` is somewhere else, or the name leads nowhere.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise CallRefused(f"{host} cannot be resolved") from error
    addresses = [str(address[0]).partition("%")[0] for *_, address in found]
    if not named and not all(_is_loopback(address) for address in addresses):
        raise CallRefused(f"{host} is not on this machine")
    return addresses


def _connected(addresses: Sequence[str], port: int, timeout: float) -> socket.socket:
    """To the first that answers: localhost is two addresses, and a server is often at one of them."""
    *others, last = addresses
    for address in others:
        try:
            return socket.create_connection((address, port), timeout=timeout)
        except OSError:
            continue
    return socket.create_connection((last, port), timeout=timeout)


def _secured(connection: socket.socket, host: str) -> socket.socket:
    try:
        return ssl.create_default_context().wrap_socket(connection, server_hostname=host)
    except OSError:
        connection.close()
        raise


def _posted(
    connection: socket.socket,
    url: SplitResult,
    host: str,
    port: int,
    body: bytes,
    headers: Mapping[str, str],
    timeout: float,
) -> int:
    client = http.client.HTTPConnection(host, port, timeout=timeout)
    client.sock = connection
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    client.request("POST", path, body, dict(headers))
    return client.getresponse().status
