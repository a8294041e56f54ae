"""Faults for ``requests`` in this process: its own code fails, on a connection that is none.

Nothing here says which exception a client sees. A connection of urllib3 is given a socket that behaves as
the fault does; what urllib3 and requests make of that, they make of it on a network too, their retries
included. Nothing waits: where a socket would, virtual time passes, if there is any.
"""

from __future__ import annotations

import errno
import io
import math
import os
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias, cast

import requests
import responses
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util import parse_url

from troth.exchange import Response
from troth.faults.catalogue import DRIP_PAUSES, Fault, Hit, Kind, Struck
from troth.line import head

Event: TypeAlias = bytes | float | ConnectionResetError
"""What a socket does next when it is read: gives bytes, gives nothing for some seconds, or fails."""

_SPACES = b" " * 65_536


class WouldHang(BaseException):
    """The code under test would wait for ever: it set no timeout, and nothing comes.

    Not an ``Exception``, so that a client which retries whatever failed does not hang here either.
    """

    def __init__(self, fault: str, waits: str) -> None:
        self.message = f"the fault {fault} would hang this client: it set no timeout {waits}"
        self.hint = "give every request one, such as requests.get(url, timeout=(3, 30))"
        self.fault = fault
        super().__init__(f"{self.message}\n  {self.hint}")


class Network(Protocol):
    """What a connection that is none leads to."""

    def ask(self) -> Response | Hit:
        """What answers the request, which is sent once more."""
        ...

    def good(self) -> Response:
        """What answers it where no fault is looked for."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...

    def hangs(self, error: WouldHang) -> WouldHang:
        """Remember that the client would hang."""
        ...


class _Through(BaseException):
    """Carries an error of the mock through urllib3, which takes some for those of a network."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.error = error


def send(
    adapter: HTTPAdapter,
    request: requests.PreparedRequest,
    network: Network,
    options: Mapping[str, Any],
) -> requests.Response:
    """What ``adapter.send(request, **options)`` does where ``network`` is what it meets.

    Raises:
        WouldHang: it would not return.
        requests.RequestException: as on a network.
    """
    verified = options.get("verify", True) is not False
    # A copy has the adapter's own retries, and what a subclass made of it. That of the module copy would
    # leave out whatever is not pickled.
    ours = object.__new__(type(adapter))
    vars(ours).update(vars(adapter))
    pool = _Pool(request.url or "", network, verified=verified)
    vars(ours)["get_connection_with_tls_context"] = lambda *_args, **_kwargs: pool
    real_send: Callable[..., requests.Response] = responses._real_send
    try:
        return real_send(ours, request, **{**options, "proxies": {}})
    except _Through as carried:
        raise carried.error from None


@dataclass(frozen=True, slots=True)
class _Wait:
    """Who waits, and what for."""

    network: Network
    fault: str

    def up_to(self, seconds: float, timeout: float | None, what: str) -> None:
        """Let ``seconds`` pass, or as many as the client waits.

        Raises:
            TimeoutError: it waits less.
            WouldHang: it would wait without end.
        """
        if timeout is None:
            raise self.network.hangs(WouldHang(self.fault, what))
        if seconds < timeout:
            self.network.wait(seconds)
            return
        self.network.wait(timeout)
        raise TimeoutError("timed out")


class _Pool(HTTPConnectionPool):
    """Connections to one host, each of which leads to ``network``."""

    def __init__(self, url: str, network: Network, *, verified: bool) -> None:
        parts = parse_url(url)
        super().__init__(parts.host or "", parts.port)
        self.scheme = parts.scheme or "http"
        self.port = parts.port or (443 if self.scheme == "https" else 80)
        self._network = network
        self._verified = verified

    def __str__(self) -> str:
        return f"{self.scheme.upper()}ConnectionPool(host={self.host!r}, port={self.port!r})"

    def _new_conn(self) -> _Connection:
        made = _Connection(self.host, self.port, timeout=self.timeout.connect_timeout)
        made.lead(self._network, self.scheme, verified=self._verified)
        return made

    def _validate_conn(self, conn: Any) -> None:
        # As the pool of https does: what fails in a handshake fails before the request is sent.
        if self.scheme == "https" and conn.is_closed:
            conn.connect()


class _Connection(HTTPConnection):
    """A connection whose socket is one of ours."""

    _network: Network
    _scheme: str
    _verified: bool

    def lead(self, network: Network, scheme: str, *, verified: bool) -> None:
        """Say where it leads."""
        self._network, self._scheme, self._verified = network, scheme, verified

    def __str__(self) -> str:
        return f"{self._scheme.upper()}Connection(host={self.host!r}, port={self.port!r})"

    @property
    def is_connected(self) -> bool:
        """Each is used once."""
        return False

    def _new_conn(self) -> socket.socket:
        answer = self._through(self._network.ask)
        if isinstance(answer, Hit):
            self._fail_to_reach(answer.fault)
            if answer.fault.kind is Kind.UNTRUSTED:
                if self._verified:
                    raise _untrusted(answer.fault, self.host)
                answer = self._through(self._network.good)
        self.is_verified = True
        return cast(socket.socket, _Socket(self._network, answer))

    def _fail_to_reach(self, fault: Fault) -> None:
        """Raise what urllib3 raises when no connection comes about."""
        match fault.name:
            case "dns_failure":
                unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
                raise NameResolutionError(self.host, self, unknown) from unknown
            case "connection_refused":
                refused = ConnectionRefusedError(errno.ECONNREFUSED, os.strerror(errno.ECONNREFUSED))
                said = f"Failed to establish a new connection: {refused}"
                raise NewConnectionError(self, said) from refused
            case "connect_timeout":
                try:
                    wait = _Wait(self._network, fault.name)
                    wait.up_to(math.inf, self.timeout, "to connect")
                except TimeoutError as late:
                    said = f"Connection to {self.host} timed out. (connect timeout={self.timeout})"
                    raise ConnectTimeoutError(self, said) from late

    @staticmethod
    def _through(ask: Callable[[], Any]) -> Any:
        try:
            return ask()
        except Exception as error:
            # An error of the mock may be an OSError to urllib3, which would ask again.
            raise _Through(error) from error


def _untrusted(fault: Fault, host: str) -> ssl.SSLCertVerificationError:
    address = host.replace(".", "").isdigit() or ":" in host
    code, said = {
        "tls_expired": (10, "certificate has expired"),
        "tls_self_signed": (18, "self-signed certificate"),
        "tls_wrong_host": (
            64 if address else 62,
            f"{'IP address' if address else 'Hostname'} mismatch, certificate is not valid for '{host}'.",
        ),
    }[fault.name]
    told = f"[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: {said}"
    error = ssl.SSLCertVerificationError(1, told)
    error.reason, error.library = "CERTIFICATE_VERIFY_FAILED", "SSL"
    error.verify_code, error.verify_message = code, said
    return error


class _Socket:
    """As much of a socket as http.client and urllib3 use."""

    def __init__(self, network: Network, answer: Response | Hit) -> None:
        hit = answer if isinstance(answer, Hit) else None
        self._fault = hit.fault.name if hit is not None else ""
        self._struck = hit.struck if hit is not None else Struck(cast(Response, answer))
        self._wait = _Wait(network, self._fault)
        self._timeout: float | None = None
        self._without_body = False

    def settimeout(self, seconds: float | None) -> None:
        """How long a read may take; None is for ever."""
        self._timeout = seconds

    def sendall(self, data: bytes) -> None:
        """The request is known already; only whether it is a HEAD is looked at."""
        self._without_body = self._without_body or bytes(data[:5]) == b"HEAD "

    def makefile(self, *_args: object, **_kwargs: object) -> io.BufferedReader:
        """What the answer is read from."""
        events = _events(self._fault, self._struck, without_body=self._without_body)
        return io.BufferedReader(_Reader(events, self._pause))

    def close(self) -> None:
        """Nothing is open."""

    def shutdown(self, _how: int) -> None:
        """Nothing is open."""

    def _pause(self, seconds: float) -> None:
        self._wait.up_to(seconds, self._timeout, "to read")


class _Reader(io.RawIOBase):
    """Reads what a socket gives, event by event."""

    def __init__(self, events: Iterator[Event], pause: Callable[[float], None]) -> None:
        super().__init__()
        self._events = events
        self._pause = pause
        self._left = b""

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """As ``recv_into``: something, or nothing at the end."""
        while not self._left:
            event = next(self._events, None)
            if event is None:
                return 0
            if isinstance(event, ConnectionResetError):
                raise event
            if isinstance(event, float):
                self._pause(event)
            else:
                self._left = event
        given = self._left[: len(buffer)]
        buffer[: len(given)] = given
        self._left = self._left[len(given) :]
        return len(given)


def _events(fault: str, struck: Struck | None, *, without_body: bool) -> Iterator[Event]:
    """What is read of an answer, up to its end or to where it goes wrong."""
    if struck is None:
        yield _reset() if fault == "reset_before_headers" else math.inf
        return
    length = None if struck.padding else len(struck.response.body)
    yield head(struck.response, "GET", length, close=True)
    if without_body:
        return
    body = struck.response.body
    if struck.breaks_after is None:
        yield from (body, *_spaces(struck.padding)) if body else _spaces(struck.padding)
    elif fault == "body_drips":
        yield from _drops(body)
    else:
        yield body[: struck.breaks_after]
        if fault == "reset_mid_body":
            yield _reset()


def _spaces(count: int) -> Iterator[bytes]:
    for start in range(0, count, len(_SPACES)):
        yield _SPACES[: count - start]


def _drops(body: bytes) -> Iterator[Event]:
    for index, pause in enumerate(DRIP_PAUSES):
        yield body[index : index + 1]
        yield pause


def _reset() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET))
