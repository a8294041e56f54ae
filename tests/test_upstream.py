"""The leg to the service."""

from __future__ import annotations

import gzip
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from tests.support.shop import Service, answer
from tests.support.wire import answering, tunnelling_to
from troth.errors import CouldNotCheck, UsageProblem
from troth.exchange import Headers, Request, Response
from troth.loopback import LoopbackServer
from troth.upstream import Upstream


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no CA bundle of the machine's own."""
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@dataclass
class Secured:
    """A TLS server for 127.0.0.1 and shop.example, and the file of its authority."""

    url: str
    authority: Path


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[Secured]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "shop.example").configure_cert(context)
    with LoopbackServer(Service(), tls=context, names=["shop.example"]) as server:
        yield Secured(server.url, tmp_path / "ca.pem")


def sent(url: str, request: Request | None = None, ca_bundle: Path | None = None) -> Response:
    upstream = Upstream(url, ca_bundle=ca_bundle, timeout=10)
    try:
        return upstream.send(request or Request("GET", f"{url}/things"))
    finally:
        upstream.close()


def test_repeated_headers_go_out_and_come_back() -> None:
    service = Service(answer(b"{}", ("X-A", "1"), ("X-A", "2")))
    with LoopbackServer(service) as server:
        reply = sent(server.url, Request("GET", server.url, Headers((("X-B", "1"), ("X-B", "2")))))
    assert (service.got[0].headers.all("X-B"), reply.headers.all("X-A")) == (("1", "2"), ("1", "2"))


def test_nothing_is_added_to_the_headers() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        sent(server.url, Request("GET", server.url, Headers.of({"X-A": "1"})))
    assert [name for name, _ in service.got[0].headers] == ["Host", "X-A"]


def test_the_path_and_query_stay_encoded() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        sent(server.url, Request("GET", f"{server.url}//a%2Fb/../c?q=%20&r="))
    assert service.got[0].url.removeprefix(server.url) == "//a%2Fb/../c?q=%20&r="


def test_a_redirect_is_an_answer() -> None:
    service = Service(answer(b"", ("Location", "/elsewhere"), status=302))
    with LoopbackServer(service) as server:
        reply = sent(server.url)
    assert (reply.status, len(service.got)) == (302, 1)


def test_a_compressed_body_stays_as_sent() -> None:
    body = gzip.compress(b"{}")
    with LoopbackServer(Service(answer(body, ("Content-Encoding", "gzip")))) as server:
        assert sent(server.url).body == body


def test_a_chunked_body_comes_as_a_whole_without_the_header() -> None:
    script = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    with answering(script) as server:
        reply = sent(server.url)
    assert (reply.body, reply.truncated, "Transfer-Encoding" in reply.headers) == (b"abcde", False, False)


@pytest.mark.parametrize(
    "script",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\na\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    ],
)
def test_a_body_that_ends_early_is_noted(script: bytes) -> None:
    with answering(script) as server:
        reply = sent(server.url)
    assert (reply.body, reply.truncated) == (b"abc", True)


def test_a_connection_without_an_answer_is_a_clear_error() -> None:
    with (
        answering(b"") as server,
        pytest.raises(CouldNotCheck, match="ended the connection without an answer"),
    ):
        sent(server.url)


def test_nobody_there_is_a_clear_error() -> None:
    with LoopbackServer(Service()) as server:
        url = server.url
    with pytest.raises(CouldNotCheck, match=f"nothing answers at {url}"):
        sent(url)


def test_no_answer_in_time_is_a_clear_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        upstream = Upstream(url, timeout=0.05)
        with pytest.raises(CouldNotCheck, match="did not answer in time"):
            upstream.send(Request("GET", url))
        upstream.close()


def test_an_empty_body_that_was_announced_is_announced_on() -> None:
    service = Service()
    with LoopbackServer(service) as server:
        sent(server.url, Request("POST", server.url, Headers.of({"Content-Length": "0"})))
    assert service.got[0].headers.get("Content-Length") == "0"


def test_tls_is_verified_with_the_given_bundle(secured: Secured) -> None:
    assert sent(secured.url, ca_bundle=secured.authority).status == 200


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_tls_is_verified_with_the_bundle_of_the_environment(
    secured: Secured, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(secured.authority))
    assert sent(secured.url).status == 200


def test_a_certificate_of_an_unknown_authority_is_refused(secured: Secured) -> None:
    with pytest.raises(CouldNotCheck, match=f"TLS with {secured.url} failed") as error:
        sent(secured.url)
    assert "REQUESTS_CA_BUNDLE" in error.value.hint


def test_a_certificate_of_another_host_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("other.example").configure_cert(context)
    with LoopbackServer(Service(), tls=context) as server, pytest.raises(CouldNotCheck, match="TLS with"):
        sent(server.url, ca_bundle=tmp_path / "ca.pem")


def test_a_proxy_for_https_sees_no_plain_text(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    with tunnelling_to(secured.url) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        reply = sent("https://shop.example", ca_bundle=secured.authority)
    assert (reply.status, proxy.asked) == (200, [b"CONNECT shop.example:443 HTTP/1.0"])


def test_http_proxy_gets_the_whole_url(monkeypatch: pytest.MonkeyPatch) -> None:
    script = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with answering(script) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        sent("http://shop.example:81")
    assert proxy.requests[0].startswith(b"GET http://shop.example:81/things HTTP/1.1\r\n")


def test_the_user_of_a_proxy_is_told_to_the_proxy(secured: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    with tunnelling_to(secured.url) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//user:word@"))
        assert sent("https://shop.example", ca_bundle=secured.authority).status == 200


def test_a_proxy_that_is_not_there_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(Service()) as server:
        monkeypatch.setenv("HTTPS_PROXY", server.url)
    with pytest.raises(CouldNotCheck, match=r"the proxy on the way to https://shop\.example"):
        sent("https://shop.example")


def test_no_proxy_is_asked_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with LoopbackServer(Service()) as server:
        assert sent(server.url).status == 200


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "https://"])
def test_what_is_no_url_is_a_clear_error(url: str) -> None:
    with pytest.raises(UsageProblem, match="is no server"):
        Upstream(url)


def test_a_user_in_the_url_is_refused_without_showing_it() -> None:
    with pytest.raises(UsageProblem, match=r"the URL of shop\.example holds a user name") as error:
        Upstream("https://user:word@shop.example")
    assert "word" not in str(error.value)


def test_a_bundle_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="is not there"):
        Upstream("https://shop.example", ca_bundle=tmp_path / "none.pem")


def test_a_bundle_that_is_none_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello", encoding="utf-8")
    with pytest.raises(UsageProblem, match="holds no certificates"):
        Upstream("https://shop.example", ca_bundle=tmp_path / "ca.pem")
