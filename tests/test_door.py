"""A port that is taken away and given back while its server runs."""

from __future__ import annotations

import collections
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from tests.support.shop import Service
from tests.support.wire import connected
from troth.loopback import LoopbackServer

AT_ONCE = 4.0
"""Seconds: less than a server waits for a thread that does not end."""
SHORT = 0.2


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    with LoopbackServer(Service()) as server:
        yield server


def test_connections_are_refused(server: LoopbackServer) -> None:
    server.refuse_connections()

    with pytest.raises(ConnectionRefusedError):
        connected(server.url)


def test_connections_are_left_without_an_answer(server: LoopbackServer) -> None:
    server.ignore_connections()

    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", server.port), timeout=SHORT)


@pytest.mark.parametrize("name", ["refuse_connections", "ignore_connections"])
def test_connections_are_accepted_again(server: LoopbackServer, name: str) -> None:
    getattr(server, name)()
    server.accept_connections()

    assert requests.get(server.url, timeout=10).status_code == 200


def test_one_way_may_follow_the_other_many_times(server: LoopbackServer) -> None:
    ways = (server.refuse_connections, server.ignore_connections, server.accept_connections)
    collections.deque((way() for way in ways * 5), maxlen=0)

    assert requests.get(server.url, timeout=10).status_code == 200


def test_ignoring_is_followed_by_refusing(server: LoopbackServer) -> None:
    server.ignore_connections()
    server.refuse_connections()

    with pytest.raises(ConnectionRefusedError):
        connected(server.url)


def test_who_waits_is_accepted_in_the_end(server: LoopbackServer) -> None:
    server.ignore_connections()
    giving_back = threading.Timer(SHORT, server.accept_connections)
    giving_back.start()

    assert requests.get(server.url, timeout=10).status_code == 200
    giving_back.join()


@pytest.mark.parametrize("name", ["refuse_connections", "ignore_connections"])
def test_open_connections_are_not_used_again(server: LoopbackServer, name: str) -> None:
    with connected(server.url) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        connection.recv(65_536)
        getattr(server, name)()

        assert connection.recv(1) == b""


@pytest.mark.parametrize("name", ["refuse_connections", "ignore_connections"])
# troth: ignore[Q401] how long it takes is what is tested
def test_closing_is_quick_whatever_the_port_does(name: str) -> None:
    server = LoopbackServer(Service())
    server.start()
    getattr(server, name)()
    start = time.monotonic()
    server.close()

    assert time.monotonic() - start < AT_ONCE


@pytest.mark.parametrize("name", ["refuse_connections", "ignore_connections"])
def test_the_port_stays_ours(server: LoopbackServer, name: str) -> None:
    getattr(server, name)()

    with pytest.raises(OSError, match="in use"), socket.socket() as other:
        other.bind(("127.0.0.1", server.port))


@pytest.mark.parametrize("name", ["refuse_connections", "ignore_connections"])
def test_a_server_that_has_not_started_can_be_shut(name: str) -> None:
    server = LoopbackServer(Service())
    getattr(server, name)()
    server.start()
    server.accept_connections()

    assert requests.get(server.url, timeout=10).status_code == 200
    server.close()
