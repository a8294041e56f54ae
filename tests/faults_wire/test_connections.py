"""Faults of a connection: the port that is taken away, and certificates that must be refused."""

from __future__ import annotations

import socket
import stat
import time
from pathlib import Path

import pytest
import requests

from tests.faults_wire.conftest import LONG, SHORT, Serve
from tests.faults_wire.letters import Service
from tests.support.wire import connected
from troth.api import Api
from troth.errors import UsageProblem
from troth.faults.tls import Certificates
from troth.loopback import LoopbackServer
from troth.serve.faults import read_orders
from troth.serve.listen import Listening, listening
from troth.workspace import Settings, Workspace

AT_ONCE = 4.0
"""Seconds: less than a server waits for a thread that does not end."""
REFUSED = ("tls_expired", "tls_self_signed", "tls_wrong_host")
TAKEN_AWAY = ("connection_refused", "connect_timeout")


def read(client: requests.Session, served: Listening) -> int:
    """The status of a call over a connection of its own."""
    trusted = True if served.authority is None else str(served.authority)
    headers = {"Connection": "close"}
    url = f"{served.url}/letters/7"
    return client.get(url, verify=trusted, headers=headers, timeout=(SHORT, LONG)).status_code


def test_with_tls_who_trusts_the_authority_gets_an_answer(serve: Serve, client: requests.Session) -> None:
    served = serve(tls=True)

    assert (served.url.split(":")[0], read(client, served)) == ("https", 200)


def test_with_tls_who_does_not_know_the_authority_refuses(serve: Serve, client: requests.Session) -> None:
    served = serve(tls=True)

    with pytest.raises(requests.exceptions.SSLError):
        client.get(f"{served.url}/letters/7", timeout=LONG)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tls_expired", "certificate has expired"),
        ("tls_self_signed", "self-signed certificate"),
        ("tls_wrong_host", "not valid for '127.0.0.1'"),
    ],
)
def test_a_certificate_is_refused_for_its_own_reason(
    serve: Serve, client: requests.Session, service: Service, name: str, why: str
) -> None:
    served = serve(name)

    with pytest.raises(requests.exceptions.SSLError, match=why):
        read(client, served)
    assert service.asked == []


@pytest.mark.parametrize("name", REFUSED)
def test_so_many_connections_are_shown_a_wrong_certificate(
    serve: Serve, client: requests.Session, name: str
) -> None:
    served = serve(f"{name}:1")
    with pytest.raises(requests.exceptions.SSLError):
        read(client, served)

    assert read(client, served) == 200


@pytest.mark.parametrize("name", REFUSED)
def test_who_verifies_nothing_is_served(serve: Serve, client: requests.Session, name: str) -> None:
    served = serve(name)
    with pytest.warns(match="Unverified HTTPS request"):
        reply = client.get(f"{served.url}/letters/7", verify=False, timeout=LONG)

    assert reply.status_code == 200


@pytest.mark.parametrize("scheme", ["https:", "http:"])
def test_a_client_that_refuses_the_certificate_is_no_error(
    api: Api, service: Service, client: requests.Session, tmp_path: Path, scheme: str
) -> None:
    errors: list[Exception] = []
    workspace = Workspace(tmp_path, Settings())
    with (
        listening(workspace, api, lambda _url: service, tls=True, on_error=errors.append) as served,
        pytest.raises(requests.exceptions.ConnectionError),
    ):
        client.get(served.url.replace("https:", scheme), timeout=LONG)

    assert errors == []


# troth: ignore[Q401] how long it takes is what is tested
def test_a_client_that_never_shakes_hands_does_not_hold_up_the_end(service: Service) -> None:
    server = LoopbackServer(service, tls=Certificates().valid)
    server.start()
    with connected(server.url) as silent:
        start = time.monotonic()
        server.close()
        seconds = time.monotonic() - start

        assert silent.recv(1) == b""
    assert seconds < AT_ONCE


def test_the_authority_is_there_while_it_is_served(api: Api, service: Service, tmp_path: Path) -> None:
    with listening(Workspace(tmp_path, Settings()), api, lambda _url: service, tls=True) as served:
        authority = served.authority
        assert authority is not None
        text = authority.read_text(encoding="ascii")

    assert authority.parent == tmp_path / ".troth" / "served"
    assert ("BEGIN CERTIFICATE" in text, "PRIVATE KEY" in text, authority.exists()) == (True, False, False)


def test_where_the_authority_cannot_be_written_nothing_is_served(
    api: Api, service: Service, tmp_path: Path
) -> None:
    (tmp_path / ".troth").write_text("in the way", encoding="utf-8")

    with (
        pytest.raises(UsageProblem, match="cannot be written"),
        listening(Workspace(tmp_path, Settings()), api, lambda _url: service, tls=True),
    ):
        pytest.fail("it is served")


def test_without_tls_there_is_no_authority(serve: Serve) -> None:
    served = serve()

    assert (served.authority, served.url.split(":")[0]) == (None, "http")


def test_what_stood_in_the_way_of_the_authority_is_not_followed(
    api: Api, service: Service, tmp_path: Path
) -> None:
    workspace, precious = Workspace(tmp_path, Settings()), tmp_path / "precious"
    precious.write_text("keep", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    link = tmp_path / ".troth" / "served" / f"{port}-ca.pem"
    link.parent.mkdir(parents=True)
    link.symlink_to(precious)

    with listening(workspace, api, lambda _url: service, port=port, tls=True) as served:
        assert served.authority is not None
        assert stat.S_ISREG(served.authority.lstat().st_mode)
    assert precious.read_text(encoding="utf-8") == "keep"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("connection_refused", requests.exceptions.ConnectionError),
        ("connect_timeout", requests.exceptions.ConnectTimeout),
    ],
)
def test_the_port_is_taken_away_and_given_back(
    serve: Serve, client: requests.Session, name: str, error: type[Exception]
) -> None:
    served = serve(name)
    with pytest.raises(error):
        read(client, served)
    served.faults.clear()

    assert read(client, served) == 200


@pytest.mark.parametrize("name", TAKEN_AWAY)
def test_of_those_that_take_the_port_the_last_one_holds(serve: Serve, api: Api, name: str) -> None:
    served = serve(*TAKEN_AWAY)
    served.faults.add(*read_orders(api, [name]))

    assert [each.fault.name for each in served.faults.active] == [name]


@pytest.mark.parametrize("name", [*TAKEN_AWAY, *REFUSED])
def test_a_connection_that_is_open_is_not_used_again(
    serve: Serve, client: requests.Session, api: Api, name: str
) -> None:
    served = serve(tls=True)
    url, trusted = f"{served.url}/letters/7", str(served.authority)
    client.get(url, verify=trusted, timeout=LONG)
    served.faults.add(*read_orders(api, [name]))

    with pytest.raises(requests.exceptions.ConnectionError):
        client.get(url, verify=trusted, timeout=SHORT)


def test_a_name_that_does_not_resolve_has_no_form_on_a_port(serve: Serve, api: Api) -> None:
    served = serve()

    with pytest.raises(UsageProblem, match=r"http://letters\.invalid:\d+$"):
        served.faults.add(*read_orders(api, ["dns_failure"]))


def test_at_the_start_a_name_that_does_not_resolve_is_only_told(
    serve: Serve, client: requests.Session
) -> None:
    served = serve("dns_failure")

    assert (read(client, served), served.faults.active) == (200, ())


def test_a_certificate_needs_tls(serve: Serve, api: Api) -> None:
    served = serve()

    with pytest.raises(UsageProblem, match="--tls"):
        served.faults.add(*read_orders(api, ["tls_expired"]))


def test_the_key_of_the_authority_stays_where_it_is() -> None:
    assert b"PRIVATE" not in Certificates().authority


@pytest.mark.parametrize("name", ["read_timeout", "body_drips"])
# troth: ignore[Q401] how long it takes is what is tested
def test_serving_ends_at_once_while_a_client_waits(
    api: Api, service: Service, tmp_path: Path, name: str
) -> None:
    workspace, orders = Workspace(tmp_path, Settings()), read_orders(api, [name])
    with listening(workspace, api, lambda _url: service, orders=orders) as served:
        served.begin()
        waiting = connected(served.url)
        waiting.sendall(b"GET /letters/7 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert service.came.wait(LONG)
        start = time.monotonic()
    seconds = time.monotonic() - start

    with waiting:
        assert (seconds < AT_ONCE, b"small" in waiting.recv(65_536)) == (True, False)


@pytest.mark.parametrize("name", TAKEN_AWAY)
# troth: ignore[Q401] how long it takes is what is tested
def test_serving_ends_at_once_without_its_port(api: Api, service: Service, tmp_path: Path, name: str) -> None:
    workspace, orders = Workspace(tmp_path, Settings()), read_orders(api, [name])
    with listening(workspace, api, lambda _url: service, orders=orders) as served:
        served.begin()
        start = time.monotonic()

    assert time.monotonic() - start < AT_ONCE
