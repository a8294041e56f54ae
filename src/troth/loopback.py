"""A small HTTP server on loopback that hands whole requests, as they came, to one function.

Header pairs keep their order, case and repetition; bodies are read to their end (chunked ones too)
before the function is called; a response is one write. Connections are kept alive. What misbehaves on
purpose does so on its own connection (``line``), or on the listening socket (``door``).
"""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import ssl
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self, TypeAlias

from troth.door import BACKLOG, Door, kept
from troth.errors import UsageProblem
from troth.exchange import Headers, Request, Response
from troth.incoming import MAX_LINE, Malformed, hostname, read_body
from troth.line import HOP_BY_HOP as HOP_BY_HOP
from troth.line import Answered, Line, Misbehaving, WireHandler, has_body, head

Handler: TypeAlias = Callable[[Request], Response]

Tls: TypeAlias = ssl.SSLContext | Callable[[], ssl.SSLContext]
"""The certificate to show, or what chooses one for each new connection."""

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
MAX_BODY = 128 * 1024 * 1024
_JOIN_SECONDS = 5.0
_ONE_WRITE = 256 * 1024
"""Bytes. A longer body is not copied behind its head."""


class LoopbackServer:
    """Serves ``handler`` on ``host:port`` in threads, from ``__enter__`` to ``__exit__``.

    Port 0 lets the system choose. Requests that name another host than loopback or ``names`` are refused
    with 421, so that a page in a browser cannot reach the server under a name of its own. An exception
    in the handler answers 500 and is raised again from ``__exit__`` and ``raise_errors``, or given to
    ``on_error``. A client that refuses the certificate, or goes away, is no error.

    Raises:
        UsageProblem: the port is in use.
    """

    def __init__(
        self,
        handler: WireHandler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: Tls | None = None,
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

    def refuse_connections(self) -> None:
        """Refuse connections, on the same port, until ``accept_connections``. See ``renew_connections``.

        Raises:
            CouldNotCheck: this is not Linux.
        """
        self._server.door.shut()
        self._server.renew()

    def ignore_connections(self) -> None:
        """Leave connections without any answer until ``accept_connections``; else as ``refuse_connections``.

        Who still waits then is accepted.
        """
        self._server.door.block()
        self._server.renew()

    def accept_connections(self) -> None:
        """Accept connections as ever."""
        self._server.door.open()

    def renew_connections(self) -> None:
        """End the connections on which nothing is asked, and each other one after its answer."""
        self._server.renew()

    def let_go(self, seconds: float) -> None:
        """The same, and wait until everything that was asked is answered, ``seconds`` at most."""
        self._server.renew()
        self._server.wait(seconds)

    def raise_errors(self) -> None:
        """Raise the first exception that the handler raised, once."""
        if self._errors:
            first = self._errors[0]
            self._errors.clear()
            raise first


def _bound(
    host: str,
    port: int,
    handler: WireHandler,
    tls: Tls | None,
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
    request_queue_size = BACKLOG

    def __init__(
        self,
        address: tuple[str, int],
        handler: WireHandler,
        tls: Tls | None,
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
        self._idle: set[socket.socket] = set()
        self.age = 0
        """Raised when connections of an earlier age must not be used again."""
        super().__init__(address, _Connection)
        self.door = Door(self.socket)

    def server_bind(self) -> None:
        # HTTPServer asks the name service for its own name here, which can take seconds.
        chosen = self.server_address[1] == 0
        socketserver.TCPServer.server_bind(self)
        if chosen:
            self.socket = kept(self.socket)

    def accept(self) -> None:
        """Accept until ``end``. ``serve_forever`` would look for the end twice a second only."""
        while self.door.waits_open() and not self._ending.is_set():
            self.handle_request()

    def verify_request(self, request: object, client_address: object) -> bool:  # noqa: ARG002
        return not self._ending.is_set()

    def end(self) -> None:
        """Stop accepting, then end the open connections and wait for their threads."""
        if self._ending.is_set():
            return
        with self._lock:
            self._ending.set()
            still_open = dict(self._open)
        if self.door.end():
            with contextlib.suppress(OSError):
                # Wakes the accepting thread.
                socket.create_connection(self.socket.getsockname()[:2], timeout=_JOIN_SECONDS).close()
        for connection, thread in still_open.items():
            _shut_down(connection)
            if thread is not threading.current_thread():
                thread.join(_JOIN_SECONDS)

    def renew(self) -> None:
        """End the connections on which nothing is asked, and each other one after its answer."""
        with self._lock:
            self.age += 1
            for connection in self._idle:
                _shut_down(connection)

    def wait(self, seconds: float) -> None:
        """Wait for the threads of the open connections, ``seconds`` at most."""
        with self._lock:
            still_open = list(self._open.values())
        until = time.monotonic() + seconds
        for thread in still_open:
            thread.join(max(0.0, until - time.monotonic()))

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._open[connection] = threading.current_thread()
            if self._ending.is_set():
                _shut_down(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._open.pop(connection, None)
            self._idle.discard(connection)

    def waits(self, connection: socket.socket, age: int) -> bool:
        """Whether a connection may wait for its next request."""
        with self._lock:
            if age == self.age:
                self._idle.add(connection)
            return age == self.age

    def asked(self, connection: socket.socket) -> None:
        with self._lock:
            self._idle.discard(connection)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        """A client that goes away is no error; anything else is ours."""
        error = sys.exc_info()[1]
        if isinstance(error, Exception) and not isinstance(error, OSError):
            self.on_error(error)


def _shut_down(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # The plain method: that of a TLS socket pulls its state from under the reading thread.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        self.age = self.server.age
        tls = self.server.tls
        if tls is None:
            self.server.opened(self.request)
        else:
            self._shake_hands(tls if isinstance(tls, ssl.SSLContext) else tls())
        super().setup()

    def _shake_hands(self, tls: ssl.SSLContext) -> None:
        """Here and not where connections are accepted: a slow handshake must hold up no one else."""
        self.request = tls.wrap_socket(self.request, server_side=True, do_handshake_on_connect=False)
        self.server.opened(self.request)
        try:
            self.request.do_handshake()
        except BaseException:
            self.server.closed(self.request)
            self.request.close()
            raise

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
        if not self.server.waits(self.request, self.age):
            return
        self.raw_requestline = self.rfile.readline(MAX_LINE + 1)
        self.server.asked(self.request)
        if not self.raw_requestline:
            return
        if len(self.raw_requestline) > MAX_LINE:
            self.requestline = self.request_version = self.command = ""
            self._write(_plain(HTTPStatus.REQUEST_URI_TOO_LONG, "the request line is too long"))
            return
        if self.parse_request():
            self._write(self._answer())

    def _answer(self) -> Answered:
        headers = Headers.of(self.headers.items())
        try:
            url = self._url(headers)
            request = Request(self.command, url, headers, read_body(self.rfile, headers, MAX_BODY))
        except Malformed as error:
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
            Malformed: it names a host that this server does not answer for.
        """
        target = self.requestline.split()[1]
        if self.command == "CONNECT":
            raise Malformed("this is no proxy for other hosts", HTTPStatus.METHOD_NOT_ALLOWED)
        if target == "*":
            target = "/*"
        absolute = not target.startswith("/")
        for named in (*(f"//{host}" for host in headers.all("Host")), *([target] if absolute else [])):
            if hostname(named) not in self.server.names:
                raise Malformed("this server answers for loopback only", HTTPStatus.MISDIRECTED_REQUEST)
        return target if absolute else self.server.url + target

    def _write(self, answer: Answered) -> None:
        if isinstance(answer, Misbehaving):
            self.close_connection = True
            answer.play(Line(self.request, self.command), answer.response)
            return
        if answer.truncated or self.age != self.server.age:
            self.close_connection = True
        try:
            text = self._head(answer)
        except ValueError as error:
            self.server.on_error(error)
            answer = _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "the response has a header that is not one")
            text = self._head(answer)
        body = answer.body if has_body(answer.status, self.command) else b""
        if len(body) <= _ONE_WRITE:
            self.wfile.write(text + body)
        else:
            self.wfile.write(text)
            self.wfile.write(body)

    def _head(self, response: Response) -> bytes:
        length = len(response.body) + response.truncated
        return head(response, self.command, length, close=self.close_connection)


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
