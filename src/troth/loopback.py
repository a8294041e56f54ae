"""A small HTTP server on loopback that hands whole requests, as they came, to one function.

Header pairs keep their order, case and repetition; bodies are read to their end (chunked ones too)
before the function is called; a response is one write. Connections are kept alive.
"""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import ssl
import sys
import threading
from collections.abc import Callable, Collection, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import urlsplit

from troth.errors import UsageProblem
from troth.exchange import Headers, Request, Response

Handler: TypeAlias = Callable[[Request], Response]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
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

MAX_BODY = 128 * 1024 * 1024
MAX_LINE = 65_536
_JOIN_SECONDS = 5.0


class LoopbackServer:
    """Serves ``handler`` on ``host:port`` in threads, from ``__enter__`` to ``__exit__``.

    Port 0 lets the system choose. Requests that name another host than loopback or ``names`` are refused
    with 421, so that a page in a browser cannot reach the server under a name of its own. An exception
    in the handler answers 500 and is raised again from ``__exit__`` and ``raise_errors``, or given to
    ``on_error``.

    Raises:
        UsageProblem: the port is in use.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        names: Collection[str] = (),
        on_error: Callable[[Exception], None] | None = None,
    ) -> None:
        self._errors: list[Exception] = []
        self._server = _bound(host, port, handler, tls, on_error or self._errors.append)
        self._server.names = frozenset({host, *names, *LOOPBACK_NAMES})
        self.port: int = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"
        self._server.url = self.url
        self._thread = threading.Thread(target=self._server.accept, name=f"loopback-{self.port}", daemon=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        if error is None:
            self.raise_errors()

    def start(self) -> None:
        """Accept connections; the socket has listened since the server was made."""
        self._thread.start()

    def close(self) -> None:
        """End every connection and free the port. May be called twice."""
        self._server.end()
        if self._thread.ident is not None:
            self._thread.join(_JOIN_SECONDS)
        self._server.server_close()

    def raise_errors(self) -> None:
        """Raise the first exception that the handler raised, once."""
        if self._errors:
            first = self._errors[0]
            self._errors.clear()
            raise first


def _bound(
    host: str,
    port: int,
    handler: Handler,
    tls: ssl.SSLContext | None,
    on_error: Callable[[Exception], None],
) -> _Server:
    try:
        return _Server((host, port), handler, tls, on_error)
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageProblem(
            f"port {port} on {host} cannot be opened: {reason}",
            hint="name another with --port, or 0 to let the system choose",
        ) from error


class _Server(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        handler: Handler,
        tls: ssl.SSLContext | None,
        on_error: Callable[[Exception], None],
    ) -> None:
        self.handler = handler
        self.tls = tls
        self.on_error = on_error
        self.url = ""
        self.names = LOOPBACK_NAMES
        self._ending = threading.Event()
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        super().__init__(address, _Connection)

    def server_bind(self) -> None:
        # HTTPServer asks the name service for its own name here, which can take seconds.
        socketserver.TCPServer.server_bind(self)

    def accept(self) -> None:
        """Accept until ``end``. ``serve_forever`` would look for the end twice a second only."""
        while not self._ending.is_set():
            self.handle_request()

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002
        return not self._ending.is_set()

    def end(self) -> None:
        """Stop accepting, then end the open connections and wait for their threads."""
        if self._ending.is_set():
            return
        self._ending.set()
        with contextlib.suppress(OSError):
            # Wakes the accepting thread.
            socket.create_connection(self.socket.getsockname()[:2], timeout=_JOIN_SECONDS).close()
        with self._lock:
            still_open = dict(self._open)
        for connection, thread in still_open.items():
            with contextlib.suppress(OSError):
                # The plain method: that of a TLS socket pulls its state from under the reading thread.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            if thread is not threading.current_thread():
                thread.join(_JOIN_SECONDS)

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open[connection] = threading.current_thread()

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.pop(connection, None)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """A client that goes away is no error; anything else is ours."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.on_error(error)


class _Malformed(ValueError):
    """A request that is not HTTP; ``status`` says how to refuse it."""

    def __init__(self, problem: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(problem)
        self.status = status


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        if self.server.tls is not None:
            # Here and not where connections are accepted: a slow handshake must hold up no one else.
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.server.opened(self.request)
        super().setup()

    def finish(self) -> None:
        self.server.closed(self.request)
        with contextlib.suppress(OSError):
            super().finish()
        if self.server.tls is not None:
            self.request.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: who serves reports."""

    def handle_one_request(self) -> None:
        self.close_connection = True
        self.raw_requestline = self.rfile.readline(MAX_LINE + 1)
        if not self.raw_requestline:
            return
        if len(self.raw_requestline) > MAX_LINE:
            self.requestline = self.request_version = self.command = ""
            self._write(_plain(HTTPStatus.REQUEST_URI_TOO_LONG, "the request line is too long"))
            return
        if self.parse_request():
            self._write(self._answer())

    def _answer(self) -> Response:
        headers = Headers.of(self.headers.items())
        try:
            url = self._url(headers)
            request = Request(self.command, url, headers, self._body(headers))
        except _Malformed as error:
            self.close_connection = True
            return _plain(error.status, str(error))
        try:
            return self.server.handler(request)
        except Exception as error:  # noqa: BLE001 - it is raised again where the server was started
            self.server.on_error(error)
            return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "the handler of this request failed")

    def _url(self, headers: Headers) -> str:
        """The absolute URL that the request names.

        Raises:
            _Malformed: it names a host that this server does not answer for.
        """
        target = self.requestline.split()[1]
        if self.command == "CONNECT":
            raise _Malformed("this is no proxy for other hosts", HTTPStatus.METHOD_NOT_ALLOWED)
        if target == "*":
            target = "/*"
        absolute = not target.startswith("/")
        for named in (*(f"//{host}" for host in headers.all("Host")), *([target] if absolute else [])):
            if _hostname(named) not in self.server.names:
                raise _Malformed("this server answers for loopback only", HTTPStatus.MISDIRECTED_REQUEST)
        return target if absolute else self.server.url + target

    def _body(self, headers: Headers) -> bytes:
        coding, length = headers.get("Transfer-Encoding"), headers.get("Content-Length")
        if coding is None:
            return self._read(_length(length)) if length is not None else b""
        if length is not None or coding.strip().lower() != "chunked":
            raise _Malformed("the body's length is not clear: Transfer-Encoding and Content-Length")
        return b"".join(self._chunks())

    def _chunks(self) -> Iterator[bytes]:
        total = 0
        while size := _chunk_size(self.rfile.readline(MAX_LINE)):
            total += size
            if total > MAX_BODY:
                raise _Malformed(f"the body is over {MAX_BODY} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            yield self._read(size)
            self.rfile.readline(MAX_LINE)
        while self.rfile.readline(MAX_LINE) not in (b"\r\n", b"\n", b""):
            pass  # trailers

    def _read(self, length: int) -> bytes:
        if length > MAX_BODY:
            raise _Malformed(f"the body is over {MAX_BODY} bytes", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(length)
        if len(body) < length:
            raise _Malformed("the body ended early")
        return body

    def _write(self, response: Response) -> None:
        if response.truncated:
            self.close_connection = True
        try:
            text = _head(response, self.command, close=self.close_connection)
        except ValueError as error:
            self.server.on_error(error)
            response = _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "the response has a header that is not one")
            text = _head(response, self.command, close=self.close_connection)
        self.wfile.write(text + (response.body if _has_body(response.status, self.command) else b""))


def _length(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _Malformed("Content-Length is not a number")
    return int(text)


def _chunk_size(line: bytes) -> int:
    text = line.partition(b";")[0].strip()
    if not text or text.strip(b"0123456789abcdefABCDEF"):
        raise _Malformed("a chunk has no size")
    return int(text, 16)


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError as error:
        raise _Malformed("the host cannot be read") from error


def _head(response: Response, method: str, *, close: bool) -> bytes:
    try:
        reason = HTTPStatus(response.status).phrase
    except ValueError:
        reason = "Unknown"
    kept = response.headers.without(*HOP_BY_HOP)
    if _has_body(response.status, method):
        kept = kept.with_("Content-Length", str(len(response.body) + response.truncated))
    elif method != "HEAD":
        kept = kept.without("Content-Length")
    if close:
        kept = kept.with_("Connection", "close")
    lines = [f"HTTP/1.1 {response.status} {reason}", *(f"{name}: {value}" for name, value in kept)]
    if any("\r" in line or "\n" in line for line in lines):
        raise ValueError("a header of the response has a line break")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _has_body(status: int, method: str) -> bool:
    return method != "HEAD" and status >= 200 and status not in (204, 304)


def _plain(status: HTTPStatus, text: str) -> Response:
    return Response(status, Headers.of({"Content-Type": "text/plain; charset=utf-8"}), f"{text}\n".encode())


@contextlib.contextmanager
def direct_loopback() -> Iterator[None]:
    """Let clients of this process reach loopback without proxies and without .netrc.

    requests and Pact's Rust client obey HTTP_PROXY for 127.0.0.1, and requests lets .netrc override
    an Authorization header. Both read the environment of the process, so this changes it, and puts
    it back; not for threads that enter and leave at different times.
    """
    changed = {"NETRC": os.devnull}
    for name in ("no_proxy", "NO_PROXY"):
        before = os.environ.get(name) or os.environ.get(name.swapcase(), "")
        changed[name] = ",".join(dict.fromkeys([*filter(None, before.split(",")), *sorted(LOOPBACK_NAMES)]))
        if before.strip() == "*":
            changed[name] = before
    saved = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
