"""The leg from the proxy to the service: one origin, verified TLS, nothing followed or decoded.

A service on loopback is reached directly; for any other the environment's HTTPS_PROXY, HTTP_PROXY
and NO_PROXY hold, and the certificates of ``ca_bundle``, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE or the
system.
"""

from __future__ import annotations

import http.client
import os
import ssl
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ProtocolError,
    ProxyError,
    SSLError,
    TimeoutError,
)
from urllib3.util import SKIP_HEADER

from troth.errors import CouldNotCheck, UsageProblem
from troth.exchange import Headers, Request, Response
from troth.loopback import HOP_BY_HOP, LOOPBACK_NAMES

_ADDED_BY_URLLIB3 = ("Accept-Encoding", "User-Agent")


class Upstream:
    """Sends requests to one origin. Thread-safe; connections are kept.

    ``timeout`` is in seconds, for connecting and for each read.

    Raises:
        UsageProblem: the URL cannot be used, or the CA bundle is not there.
    """

    def __init__(self, url: str, *, ca_bundle: Path | None = None, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageProblem(f"{url!r} is no server", hint="write it as https://host[:port][/base]")
        if "@" in parts.netloc:
            raise UsageProblem(
                f"the URL of {parts.hostname} holds a user name", hint="credentials come from the environment"
            )
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._manager = connections(parts.scheme, parts.hostname, ca_bundle)
        self._pool = self._manager.connection_from_host(
            parts.hostname,
            parts.port,
            parts.scheme,
            pool_kwargs={**self._manager.connection_pool_kw, "maxsize": 32, "timeout": timeout},
        )
        # Plain HTTP through a proxy names the whole URL; everything else the path alone.
        forwarded = isinstance(self._manager, urllib3.ProxyManager) and parts.scheme == "http"
        self._prefix = self.origin if forwarded else ""

    def send(self, request: Request) -> Response:
        """The answer to ``request``, whose URL is on this origin. Redirects are answers.

        Raises:
            CouldNotCheck: no answer came: refused, timed out, a certificate that does not hold.
        """
        try:
            raw = self._pool.urlopen(
                request.method,
                self._prefix + (request.url.removeprefix(self.origin) or "/"),
                body=request.body or _no_body(request),
                headers=_outgoing(request.headers),
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
                decode_content=False,
            )
        except HTTPError as error:
            raise unanswered(self.origin, error) from error
        body, truncated = _read(raw)
        headers = Headers.of(raw.headers.iteritems())
        return Response(raw.status, headers.without(*HOP_BY_HOP), body, truncated)

    def close(self) -> None:
        """End the connections."""
        self._manager.clear()


def connections(scheme: str, host: str, ca_bundle: Path | None) -> urllib3.PoolManager:
    """What connects to ``host``: directly on loopback, else through the environment's proxy."""
    context = _tls(ca_bundle) if scheme == "https" else None
    proxy = _proxy_for(scheme, host)
    if proxy is None:
        return urllib3.PoolManager(ssl_context=context)
    user = urlsplit(proxy)
    headers = {}
    if user.username is not None:
        headers = urllib3.make_headers(proxy_basic_auth=f"{user.username}:{user.password or ''}")
    return urllib3.ProxyManager(proxy, proxy_headers=headers, ssl_context=context)


def _proxy_for(scheme: str, host: str) -> str | None:
    if host in LOOPBACK_NAMES or urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    found = proxies.get(scheme) or proxies.get("all")
    return None if not found else found if "://" in found else f"http://{found}"


def _tls(ca_bundle: Path | None) -> ssl.SSLContext:
    named = (
        ca_bundle or _path(os.environ.get("REQUESTS_CA_BUNDLE")) or _path(os.environ.get("CURL_CA_BUNDLE"))
    )
    if named is None:
        return ssl.create_default_context()
    if not named.exists():
        raise UsageProblem(f"the CA bundle {named} is not there", hint="name a PEM file or a folder of them")
    try:
        return ssl.create_default_context(
            cafile=None if named.is_dir() else str(named), capath=str(named) if named.is_dir() else None
        )
    except ssl.SSLError as error:
        raise UsageProblem(
            f"the CA bundle {named} holds no certificates", hint="it must be a PEM file"
        ) from error


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _no_body(request: Request) -> bytes | None:
    """Nothing, or an empty body where the client said that there is one."""
    return b"" if "Content-Length" in request.headers or request.method in ("POST", "PUT", "PATCH") else None


def _outgoing(headers: Headers) -> urllib3.HTTPHeaderDict:
    """The client's headers, less what belongs to its connection, and none that urllib3 would add."""
    sent = urllib3.HTTPHeaderDict()
    for name, value in headers.without(*HOP_BY_HOP, "Host", "Content-Length", "Expect"):
        sent.add(name, value)
    for name in _ADDED_BY_URLLIB3:
        if name not in sent:
            sent[name] = SKIP_HEADER
    return sent


def bounded_body(
    raw: urllib3.BaseHTTPResponse,
    of: str,
    *,
    at_most: int,
    deadline: float,
    seconds: float,
    clock: Callable[[], float],
) -> bytes:
    """The whole body, decoded; ``of`` is who answers.

    ``deadline`` is by ``clock``, and ends the ``seconds`` that there were: a timeout counts from one read to
    the next, so an answer that trickles would never meet it.

    Raises:
        CouldNotCheck: it has more than ``at_most`` bytes, or has not ended in time.
        HTTPError: it broke off.
    """
    parts: list[bytes] = []
    size = 0
    try:
        for part in raw.stream(65_536, decode_content=True):
            parts.append(part)
            size += len(part)
            if size > at_most:
                raise CouldNotCheck(f"{of} answers with more than {at_most // 2**20} MB")
            if clock() > deadline:
                raise CouldNotCheck(f"{of} did not answer whole within {seconds:.0f} seconds")
        return b"".join(parts)
    finally:
        # What was not read to its end is of no further use.
        raw.close()


def _read(raw: urllib3.BaseHTTPResponse) -> tuple[bytes, bool]:
    """The bytes of the body as sent, and whether the connection ended before they did."""
    parts: list[bytes] = []
    try:
        parts.extend(raw.stream(65_536, decode_content=False))
    except (ProtocolError, TimeoutError) as error:
        parts.append(_partial(error))
        return b"".join(parts), True
    finally:
        raw.release_conn()
    return b"".join(parts), False


def _partial(error: HTTPError) -> bytes:
    """What had come of the chunk that broke off."""
    cause = error.__cause__
    partial: object = cause.partial if isinstance(cause, http.client.IncompleteRead) else b""
    # urllib3 raises one of its own as well, which counts the bytes that it gave already.
    return partial if isinstance(partial, bytes) else b""


def unanswered(origin: str, error: HTTPError) -> CouldNotCheck:
    """Why no answer came from ``origin``, and what to do about it."""
    while isinstance(error, MaxRetryError) and isinstance(error.reason, HTTPError):
        error = error.reason
    if isinstance(error, ProxyError):
        return CouldNotCheck(
            f"the proxy on the way to {origin} did not answer: {error.original_error}",
            hint="see HTTPS_PROXY, HTTP_PROXY and NO_PROXY",
        )
    if isinstance(error, SSLError):
        return CouldNotCheck(
            f"TLS with {origin} failed: {error}",
            hint="where the certificate is of your own authority, name its file in REQUESTS_CA_BUNDLE",
        )
    if isinstance(error, NewConnectionError):
        return CouldNotCheck(
            f"nothing answers at {origin}: {error}", hint="is it running, and is the URL right?"
        )
    if isinstance(error, TimeoutError):
        return CouldNotCheck(f"{origin} did not answer in time")
    return CouldNotCheck(f"{origin} ended the connection without an answer: {error}")
