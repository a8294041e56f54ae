"""Fixtures of campus's tests.

They run on the database of DATABASE_URL, SQLite without it. A test of what only real concurrency shows takes
the fixture ``postgresql`` and is marked ``needs("postgresql")``: it runs there whatever the others run on.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from django.db import connection, connections
from pytest_django import Settings
from pytest_django.plugin import DjangoDbBlocker
from pytest_socket import socket_allow_hosts

from config.databases import as_default
from config.environment import database
from config.store import store

T = TypeVar("T")
SECONDS = 30
"""After which threads of a test are given up."""
LOOPBACK = ("127.0.0.0/8", "::1", "localhost")
SERVERS = ("TROTH_TEST_DATABASE_URL", "TROTH_TEST_REDIS_URL", "DATABASE_URL", "REDIS_URL")
"""Variables that name servers which tests may reach beside those of this machine."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pytest-django makes a database, and real commits, only for what asks for them before it runs."""
    if connection.vendor == "postgresql":
        for item in items:
            if isinstance(item, pytest.Function) and "postgresql" in item.fixturenames:
                item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(autouse=True)
def _nothing_outside() -> None:
    """A test that would reach another machine fails; pytest-socket ends this after each."""
    named = [urlsplit(os.environ.get(variable, "")).hostname for variable in SERVERS]
    socket_allow_hosts([*LOOPBACK, *filter(None, named)], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def _empty_store() -> Iterator[None]:
    """Nothing is cached at the start of a test, nor after it."""
    store().flushdb()
    yield
    store().flushdb()


@pytest.fixture(autouse=True)
def _cheap_passwords(settings: Settings) -> None:
    """A real hash takes a third of a second by design."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings_parallel_suffix() -> None:
    """A database a process, so that workers and whole runs do not meet in one."""
    if connection.vendor == "postgresql":
        connections.settings["default"]["TEST"]["NAME"] = f"test_campus_{os.getpid()}"


@pytest.fixture(scope="session")
def _postgresql_settings(django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, Any]]:
    """A database of this process on the server of TROTH_TEST_DATABASE_URL, with its tables."""
    url = os.environ.get("TROTH_TEST_DATABASE_URL") or "postgresql://127.0.0.1:5432/postgres"
    settings = database(url)
    settings["TEST"] = {"NAME": f"test_campus_{os.getpid()}"}
    before = settings["NAME"]
    with django_db_blocker.unblock():
        with as_default(settings):
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield settings
        with as_default(settings):
            connection.creation.destroy_test_db(before, verbosity=0)


@pytest.fixture
def postgresql(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A PostgreSQL with real commits, empty at the start; mark the test ``needs("postgresql")`` too."""
    if connection.vendor == "postgresql":
        yield
        return
    settings = request.getfixturevalue("_postgresql_settings")
    with django_db_blocker.unblock(), as_default(settings):
        yield
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)


@pytest.fixture
def together() -> Callable[[Sequence[Callable[[], T]]], list[T]]:
    """Runs callables at the same moment, each in a thread with its own connection; their results, in order.

    What one raises is raised here. Takes real commits: use it with ``postgresql`` or ``transactional_db``.
    """

    def run(calls: Sequence[Callable[[], T]]) -> list[T]:
        barrier = threading.Barrier(len(calls))

        def one(call: Callable[[], T]) -> T:
            try:
                barrier.wait(timeout=SECONDS)
                return call()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result(timeout=SECONDS) for future in [pool.submit(one, call) for call in calls]]

    return run
