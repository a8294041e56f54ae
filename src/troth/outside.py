"""Calls to the outside that a fake makes: to loopback, and to hosts that the user named.

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


class CallRefused(Exception):
    """The URL leads where a fake does not go. The message names the host alone: a URL may hold secrets."""


class Outside:
    """Makes one call at a time. ``timeout`` is in seconds, for a whole call."""

    def __init__(self, allowed_hosts: Collection[str], *, timeout: float) -> None:
        self._allowed = frozenset(name.lower() for name in allowed_hosts)
        self._timeout = timeout
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._closed = False

    def call(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that was answered.

        Raises:
            CallRefused: a fake does not call that host.
            OSError, ValueError, http.client.HTTPException: the call failed.
        """
        parts, host, port = _read(url)
        self._require_allowed(host)
        addresses = _addresses(host, port, named=host in self._allowed)
        connection = _connected(addresses, port, self._timeout)
        if parts.scheme == "https":
            connection = _to_be_secured(connection, host)
        self._begin(connection)
        alarm = threading.Timer(self._timeout, self.abort)
        alarm.daemon = True
        alarm.start()
        try:
            if isinstance(connection, ssl.SSLSocket):
                connection.do_handshake()
            client = http.client.HTTPConnection(host, port, timeout=self._timeout)
            client.sock = connection
            client.request(method, _target(parts), body, dict(headers))
            return client.getresponse().status
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


def _to_be_secured(connection: socket.socket, host: str) -> ssl.SSLSocket:
    """Without the handshake, which may take for ever and is part of the call."""
    try:
        context = ssl.create_default_context()
        return context.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)
    except (OSError, ValueError):
        connection.close()
        raise


def _target(url: SplitResult) -> str:
    path = url.path or "/"
    return f"{path}?{url.query}" if url.query else path
