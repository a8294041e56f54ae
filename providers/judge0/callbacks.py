"""Telling a callback URL the result: PUT with the eight default fields, texts as base64.

Calls go to loopback, and to hosts that the user named. The name is resolved once, and what was checked
is what is called; redirects are not followed, and proxies are not used.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import logging
import socket
import ssl
import threading
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from providers.judge0.presentation import present
from providers.judge0.settings import Settings
from providers.judge0.submission import Submission

logger = logging.getLogger(__name__)


class CallbackRefused(Exception):
    """The URL leads where this fake does not go. The message names the host alone: a URL may hold secrets."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked place to call."""

    url: SplitResult
    host: str
    port: int
    address: str


def deliver(submission: Submission, settings: Settings, allowed_hosts: Collection[str]) -> None:
    """Call the submission's callback URL, if it has one: again only when the connection failed.

    Any answer counts as delivered, even a 500, as on the real service. A refused URL is logged.
    """
    url = submission.draft.callback_url
    if not url or not url.strip():
        return
    try:
        target = check(url.strip(), allowed_hosts)
    except CallbackRefused as refusal:
        logger.warning("callback not sent: %s", refusal)
        return
    body = json.dumps(present(submission, base64_encoded=True)).encode()
    for attempt in range(1, settings.callbacks_max_tries + 1):
        if submission.cancelled.is_set() or _sent(target, body, settings.callbacks_timeout, attempt):
            return


def check(url: str, allowed_hosts: Collection[str]) -> Target:
    """Where ``url`` leads.

    Raises:
        CallbackRefused: it is not http or https, or its host is neither loopback nor allowed.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise CallbackRefused("the URL cannot be read") from error
    if parts.scheme not in ("http", "https") or not host:
        raise CallbackRefused("the URL is not http or https")
    port = port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port)
    named = host in {name.lower() for name in allowed_hosts}
    if not named and not all(ipaddress.ip_address(address).is_loopback for address in addresses):
        raise CallbackRefused(f"{host} is not on this machine (name it with --callback-host to allow it)")
    return Target(parts, host, port, addresses[0])


def _addresses(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise CallbackRefused(f"{host} cannot be resolved") from error
    return [str(address[0]).partition("%")[0] for *_, address in found]


def _sent(target: Target, body: bytes, timeout: float, attempt: int) -> bool:
    try:
        _put(target, body, timeout)
    except (OSError, ValueError, http.client.HTTPException) as error:
        logger.info("callback to %s failed at try %d: %s", target.host, attempt, type(error).__name__)
        return False
    return True


def _put(target: Target, body: bytes, timeout: float) -> None:
    """One call, given up after ``timeout`` seconds in all."""
    connection = socket.create_connection((target.address, target.port), timeout=timeout)
    alarm = threading.Timer(timeout, _shut, [connection])
    alarm.daemon = True
    alarm.start()
    try:
        if target.url.scheme == "https":
            context = ssl.create_default_context()
            connection = context.wrap_socket(connection, server_hostname=target.host)
        client = http.client.HTTPConnection(target.host, target.port, timeout=timeout)
        client.sock = connection
        client.request("PUT", _path(target.url), body, {"Content-Type": "application/json"})
        client.getresponse()
    finally:
        alarm.cancel()
        connection.close()


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def _path(url: SplitResult) -> str:
    path = url.path or "/"
    return f"{path}?{url.query}" if url.query else path
