"""Calls that a fake makes to the outside: where they go, where never, and that each comes to an end."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.wire import answering
from troth.exchange import Headers, Request, Response
from troth.loopback import LoopbackServer
from troth.outside import CallRefused, Outside

PATIENCE = 30.0
SOON = 0.2
SLOW = b"HTTP/1.1 100 Continue\r\n\r\n" * 20 + b"HTTP/1.1 200 OK\r\n\r\n"
"""A good answer in the end; a byte each 20 ms it takes far longer than ``SOON``."""


@pytest.fixture
def called() -> list[Request]:
    """What came in at ``server``."""
    return []


@pytest.fixture
def server(called: list[Request]) -> Iterator[LoopbackServer]:
    def answer(request: Request) -> Response:
        called.append(request)
        return Response(202, Headers.of({}), b"")

    with LoopbackServer(answer) as server:
        yield server


def outside(*allowed: str, timeout: float = PATIENCE) -> Outside:
    return Outside(allowed, timeout=timeout)


def leading_to(*addresses: str) -> Callable[..., list[object]]:
    """Stands for a name server that answers so to every name."""

    def getaddrinfo(_: str, port: int, *__: object, **___: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


def test_a_call_is_made_as_it_was_meant(server: LoopbackServer, called: list[Request]) -> None:
    status = outside().call("PUT", f"{server.url}/done?for=test", b"{}", {"Content-Type": "application/json"})

    [request] = called
    assert (status, request.method, request.body) == (202, "PUT", b"{}")
    assert request.url.endswith("/done?for=test")
    assert request.headers.get("Content-Type") == "application/json"


@pytest.mark.parametrize(
    "url",
    [
        "http://192.0.2.1/secret-path",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://169.254.169.254/latest",
        "http://hooks.example/secret-path",
        "http://127.0.0.1.hooks.example/",
        "http://2130706433/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "http://",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "127.0.0.1",
        "http://a\0b/",
        "javascript:alert(1)",
    ],
)
def test_other_places_are_neither_called_nor_looked_up(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr("troth.outside.socket.getaddrinfo", _nobody_may_ask)

    with pytest.raises(CallRefused) as refused:
        outside().call("POST", url, b"", {})

    assert "secret-path" not in str(refused.value)


def _nobody_may_ask(*_: object, **__: object) -> list[object]:
    raise AssertionError("a name was looked up")


@pytest.mark.parametrize("addresses", [["192.0.2.1"], ["127.0.0.1", "192.0.2.1"]])
def test_localhost_is_this_machine_or_is_not_called(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str]
) -> None:
    monkeypatch.setattr("troth.outside.socket.getaddrinfo", leading_to(*addresses))

    with pytest.raises(CallRefused, match="not on this machine"):
        outside().call("POST", "http://localhost/", b"", {})


def test_a_named_host_that_leads_nowhere_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr("troth.outside.socket.getaddrinfo", unknown)

    with pytest.raises(CallRefused, match=r"hooks\.example cannot be resolved"):
        outside("hooks.example").call("POST", "http://hooks.example/", b"", {})


def test_a_named_host_is_called_at_the_address_that_was_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.outside.socket.getaddrinfo", leading_to("127.0.0.1"))

    with answering(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n") as script:
        url = script.url.replace("127.0.0.1", "Hooks.example")
        status = outside("HOOKS.example").call("POST", url, b"", {})

    assert status == 202
    assert b"Host: hooks.example:" in script.requests[0]


def test_localhost_is_called_where_a_server_is(
    server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody listens on the first.
    monkeypatch.setattr("troth.outside.socket.getaddrinfo", leading_to("127.1.2.3", "127.0.0.1"))

    assert outside().call("POST", f"http://localhost:{server.port}/", b"", {}) == 202


def test_after_closing_no_call_is_made(server: LoopbackServer, called: list[Request]) -> None:
    caller = outside()
    caller.close()

    with pytest.raises(ConnectionAbortedError):
        caller.call("POST", server.url, b"", {})

    assert called == []


@pytest.fixture
def silent() -> Iterator[int]:
    """The port of a place that accepts calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_call_that_nobody_answers_ends_after_its_time(silent: int, scheme: str) -> None:
    with pytest.raises(OSError, match=r"timed out|EOF|closed|reset|shut down"):
        outside(timeout=SOON).call("POST", f"{scheme}://127.0.0.1:{silent}/", b"", {})


@pytest.fixture
def certified(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ssl.SSLContext:
    """For a server at 127.0.0.1 that everybody trusts here."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return context


def test_a_call_may_go_over_tls(certified: ssl.SSLContext) -> None:
    with LoopbackServer(lambda _: Response(204, Headers.of({}), b""), tls=certified) as server:
        status = outside().call("POST", server.url, b"{}", {})

    assert status == 204


def test_a_certificate_of_an_unknown_authority_is_not_trusted() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    with (
        LoopbackServer(lambda _: Response(204, Headers.of({}), b""), tls=context) as server,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        outside().call("POST", server.url, b"{}", {})


@pytest.fixture
def dripping() -> Iterator[Callable[[ssl.SSLContext | None], int]]:
    """Starts a server whose answer comes byte by byte, and gives its port."""
    over = threading.Event()
    with contextlib.ExitStack() as stack:

        def start(tls: ssl.SSLContext | None) -> int:
            listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=_drip, args=(listener, tls, over))
            thread.start()
            stack.callback(thread.join, PATIENCE)
            stack.callback(over.set)
            return int(listener.getsockname()[1])

        yield start


def _drip(listener: socket.socket, tls: ssl.SSLContext | None, over: threading.Event) -> None:
    connection, _ = listener.accept()
    with contextlib.suppress(OSError), contextlib.closing(_spoken(connection, tls)) as spoken:
        spoken.recv(65_536)
        for byte in SLOW:
            spoken.sendall(bytes([byte]))
            if over.wait(0.02):
                return


def _spoken(connection: socket.socket, tls: ssl.SSLContext | None) -> socket.socket:
    return connection if tls is None else tls.wrap_socket(connection, server_side=True)


def test_an_answer_that_drips_does_not_hold_a_call(dripping: Callable[..., int]) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        outside(timeout=SOON).call("POST", f"http://127.0.0.1:{dripping(None)}/", b"", {})


def test_an_answer_that_drips_does_not_hold_a_call_over_tls(
    dripping: Callable[..., int], certified: ssl.SSLContext
) -> None:
    with pytest.raises((OSError, http.client.HTTPException)):
        outside(timeout=SOON).call("POST", f"https://127.0.0.1:{dripping(certified)}/", b"", {})
