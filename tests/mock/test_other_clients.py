"""What holds names back is gone at the end, whoever else takes hold of the same function."""

from __future__ import annotations

import socket

import pytest
from pytest_socket import disable_socket, enable_socket

from troth.mock.desk import Desk
from troth.mock.other_clients import names_held_back


def resolver() -> object:
    return socket.getaddrinfo


def lift() -> None:
    """What pytest-socket does when a test ends, before its fixtures do."""
    enable_socket()


@pytest.fixture
def bare() -> object:
    """The resolver of the standard library."""
    return resolver()


def test_the_resolver_is_back_at_the_end(bare: object) -> None:
    with names_held_back(Desk()):
        assert resolver() is not bare
    assert resolver() is bare


def test_a_guard_that_was_there_first_leaves_nothing_behind(bare: object) -> None:
    disable_socket()
    with names_held_back(Desk()):
        lift()
    assert resolver() is bare


def test_a_guard_that_came_later_leaves_nothing_behind(bare: object) -> None:
    with names_held_back(Desk()):
        disable_socket()
        lift()
    assert resolver() is bare
