"""No test of campus reaches another machine: what tries to is stopped before anything is sent."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

pytestmark = pytest.mark.case("A079")

# Addresses that are kept for documents, so that nobody has them.
ELSEWHERE = ["192.0.2.1", "198.51.100.7", "203.0.113.9"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_another_machine_is_not_reached(address: str) -> None:
    with pytest.warns(UserWarning, match=address), pytest.raises(SocketConnectBlockedError):
        socket.create_connection((address, 443), timeout=1)


def test_this_machine_is() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=10) as client:
            connected = client.getpeername()

        assert connected == server.getsockname()
