"""The server that hands whole requests to a function."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
from pathlib import Path

import pytest
import requests
import trustme
import urllib3

from tests.support.shop import Service, answer
from tests.support.wire import connected, sent_raw, status_of
from troth import loopback
from troth.errors import UsageProblem
from troth.exchange import Headers, Request, Response
from troth.loopback import LoopbackServer, direct_loopback


def refuses(request: Request) -> Response:
    raise ValueError(f"no {request.path}")


def test_header_pairs_keep_order_case_and_repetition() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        sent_raw(
            server.url,
            b"GET / HTTP/1.1\r\nHost: localhost\r\nx-B: 2\r\nX-a: 1\r\nx-B: 3\r\nConnection: close\r\n\r\n",
        )
    assert service.got[0].headers.pairs == (
        ("Host", "localhost"), ("x-B", "2"), ("X-a", "1"), ("x-B", "3"), ("Connection", "close"),
    )  # fmt: skip


def test_the_url_is_absolute_as_it_was_encoded() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        sent_raw(server.url, b"GET //a%2Fb?q=%20 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert service.got[0].url == f"{server.url}//a%2Fb?q=%20"


def test_a_chunked_body_is_read_to_its_end() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        requests.post(server.url, data=iter([b"one ", b"two"]), timeout=10)
    assert service.got[0].body == b"one two"


def test_trailers_of_a_chunked_body_are_passed_over() -> None:
    service = Service()
    request = (
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3;ext=1\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n"
        b"GET /next HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )

    with LoopbackServer(service) as server:
        sent_raw(server.url, request)

    assert [(each.method, each.path, each.body) for each in service.got] == [
        ("POST", "/", b"abc"),
        ("GET", "/next", b""),
    ]


def test_a_connection_is_kept_for_the_next_request() -> None:
    with LoopbackServer(Service()) as server, urllib3.connection_from_url(server.url) as pool:
        pool.request("GET", "/")
        pool.request("GET", "/")
        assert (pool.num_connections, pool.num_requests) == (1, 2)


def test_a_client_that_waits_for_leave_to_send_its_body_gets_it() -> None:
    service = Service()
    with LoopbackServer(service) as server, connected(server.url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        leave = connection.recv(65_536)
        connection.sendall(b"abc")
        reply = connection.recv(65_536)
    assert (status_of(leave), status_of(reply), service.got[0].body) == (100, 200, b"abc")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:9", "[::1]:80"])
def test_loopback_names_are_answered(host: str) -> None:
    with LoopbackServer(Service()) as server:
        reply = sent_raw(server.url, f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert status_of(reply) == 200


@pytest.mark.parametrize(
    ("line", "host"),
    [
        ("GET / HTTP/1.1", "evil.example"),
        ("GET / HTTP/1.1", "127.0.0.1.evil.example"),
        ("GET http://evil.example/ HTTP/1.1", "localhost"),
    ],
)
def test_another_host_is_refused(line: str, host: str) -> None:
    service = Service()
    with LoopbackServer(service) as server:
        reply = sent_raw(server.url, f"{line}\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    assert (status_of(reply), service.got) == (421, [])


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: -3\r\n\r\nabc", 400),
        (b"POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffff\r\n", 413),
        (b"GET / HTTP/1.1\r\nHost: [\r\n\r\n", 400),
        (b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n", 405),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n", 414),
    ],
)
def test_a_request_that_is_not_clear_is_refused(head: bytes, status: int) -> None:
    service = Service()
    with LoopbackServer(service) as server, connected(server.url) as connection:
        connection.sendall(head)
        reply = connection.recv(65_536)
    assert (status_of(reply), service.got) == (status, [])


def test_a_body_that_ends_early_never_reaches_the_handler() -> None:
    service = Service()
    with LoopbackServer(service) as server, connected(server.url) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc")
        connection.shutdown(socket.SHUT_WR)
        reply = connection.recv(65_536)
    assert (status_of(reply), service.got) == (400, [])


def test_an_exception_of_the_handler_answers_500_and_is_raised_at_the_end() -> None:
    server = LoopbackServer(refuses)
    server.start()
    status = requests.get(server.url, timeout=10).status_code
    with pytest.raises(ValueError, match="no"):
        server.__exit__(None, None, None)
    assert status == 500


def test_an_exception_of_the_handler_is_raised_once() -> None:
    with LoopbackServer(refuses) as server:
        requests.get(server.url, timeout=10)
        with pytest.raises(ValueError, match="no"):
            server.raise_errors()
        server.raise_errors()


def test_the_error_of_the_block_is_not_hidden_by_one_of_the_handler() -> None:
    server = LoopbackServer(refuses)
    server.start()
    requests.get(server.url, timeout=10)
    server.__exit__(KeyError, KeyError(), None)
    with pytest.raises(ValueError, match="no"):
        server.raise_errors()


def test_on_error_gets_what_the_handler_raises() -> None:
    errors: list[Exception] = []
    with LoopbackServer(refuses, on_error=errors.append) as server:
        requests.get(server.url, timeout=10)
    assert [str(error) for error in errors] == ["no /"]


def test_a_port_in_use_is_a_clear_error() -> None:
    with (
        LoopbackServer(Service()) as server,
        pytest.raises(UsageProblem, match=rf"port {server.port} on 127\.0\.0\.1 cannot be opened: Address"),
    ):
        LoopbackServer(Service(), port=server.port)


def test_a_truncated_response_ends_before_its_length() -> None:
    service = Service(Response(200, Headers(), b"abc", truncated=True))
    with LoopbackServer(service) as server:
        client = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        client.request("GET", "/")
        with pytest.raises(http.client.IncompleteRead) as error:
            client.getresponse().read()
        client.close()
    assert error.value.partial == b"abc"


@pytest.mark.parametrize(
    ("method", "status", "length", "body"),
    [
        ("GET", 200, "3", b"abc"),
        ("HEAD", 200, "7", b""),
        ("GET", 204, None, b""),
        ("GET", 304, None, b""),
    ],
)
def test_a_body_is_sent_where_http_allows_one(
    method: str, status: int, length: str | None, body: bytes
) -> None:
    service = Service(Response(status, Headers.of({"Content-Length": "7"}), b"abc"))
    with LoopbackServer(service) as server:
        reply = requests.request(method, server.url, timeout=10)
    assert (reply.headers.get("Content-Length"), reply.content) == (length, body)


def test_headers_of_one_connection_are_not_passed_on() -> None:
    service = Service(
        answer(b"{}", ("Transfer-Encoding", "chunked"), ("Keep-Alive", "x"), ("X-A", "1"), ("X-A", "2"))
    )
    with LoopbackServer(service) as server:
        reply = sent_raw(server.url, b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert reply == (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-A: 1\r\nX-A: 2\r\n"
        b"Content-Length: 2\r\nConnection: close\r\n\r\n{}"
    )


def test_a_header_with_a_line_break_is_never_sent() -> None:
    service = Service(answer(b"{}", ("X-A", "1\r\nX-B: 2")))
    errors: list[Exception] = []
    with LoopbackServer(service, on_error=errors.append) as server:
        reply = requests.get(server.url, timeout=10)
    assert (reply.status_code, "X-B" in reply.headers, len(errors)) == (500, False, 1)


def test_it_speaks_tls(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with LoopbackServer(Service(), tls=context) as server:
        reply = requests.get(server.url, verify=str(tmp_path / "ca.pem"), timeout=10)
    assert (server.url.split(":")[0], reply.status_code) == ("https", 200)


def test_closing_ends_a_connection_that_waits() -> None:
    server = LoopbackServer(Service())
    server.start()
    with connected(server.url) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(65_536)
        server.close()
        assert connection.recv(1) == b""


def test_closing_twice_does_not_raise() -> None:
    server = LoopbackServer(Service())
    server.start()
    server.close()
    server.close()


def test_closing_frees_the_port() -> None:
    with LoopbackServer(Service()) as server:
        port = server.port
    with LoopbackServer(Service(), port=port) as again:
        assert requests.get(again.url, timeout=10).status_code == 200


@pytest.fixture
def hostile_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An environment with a proxy for everything and a .netrc for loopback."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "internal.example")
    monkeypatch.delenv("no_proxy", raising=False)


@pytest.mark.usefixtures("hostile_environment")
def test_without_direct_loopback_the_proxy_is_asked() -> None:
    with LoopbackServer(Service()) as server, pytest.raises(requests.exceptions.ProxyError):
        requests.get(server.url, timeout=10)


@pytest.mark.usefixtures("hostile_environment")
def test_direct_loopback_passes_by_proxies_and_netrc() -> None:
    service = Service()
    with LoopbackServer(service) as server, direct_loopback():
        requests.get(server.url, headers={"Authorization": "Bearer mine"}, timeout=10)
    assert service.got[0].headers.get("Authorization") == "Bearer mine"


@pytest.mark.usefixtures("hostile_environment")
def test_direct_loopback_keeps_what_the_user_excepts() -> None:
    with direct_loopback():
        assert os.environ["NO_PROXY"].startswith("internal.example,")


@pytest.mark.usefixtures("hostile_environment")
def test_direct_loopback_puts_the_environment_back() -> None:
    before = dict(os.environ)
    with direct_loopback():
        pass
    assert dict(os.environ) == before


def test_the_limit_of_a_body_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "MAX_BODY", 4)
    with LoopbackServer(Service()) as server:
        reply = requests.post(server.url, data=iter([b"abc", b"de"]), timeout=10)
    assert reply.status_code == 413
