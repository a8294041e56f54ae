"""Transactions of other connections, for tests of what only several of them show. They need real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import connection, connections, transaction

from config.errors import Refused

SECONDS = 30
"""After which a thread is given up."""

Together: TypeAlias = Callable[[Sequence[Callable[[], Any]]], list[Any]]


class RolledBack(Exception):
    """Ends a transaction without a commit."""


@dataclass(slots=True)
class Held:
    """A transaction in another connection that has acted, and is open still."""

    _end: threading.Event = field(default_factory=threading.Event)
    _done: Future[None] = field(default_factory=Future)
    _commits: bool = True

    def commit(self) -> None:
        self._finish(commits=True)

    def roll_back(self) -> None:
        self._finish(commits=False)

    def _finish(self, *, commits: bool) -> None:
        self._commits = commits
        self._end.set()
        self._done.result(timeout=SECONDS)

    def run(self, act: Callable[[], object], acted: threading.Event) -> None:
        try:
            with transaction.atomic():
                act()
                acted.set()
                if not self._end.wait(timeout=SECONDS):
                    raise TimeoutError("nobody ended the transaction")
                if not self._commits:
                    raise RolledBack
        except RolledBack:
            pass
        finally:
            acted.set()
            connections.close_all()


@contextmanager
def held(act: Callable[[], object]) -> Iterator[Held]:
    """Acts in another connection, and keeps the transaction open until it is ended, or the block ends."""
    transaction_held, acted = Held(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        transaction_held._done = pool.submit(transaction_held.run, act, acted)
        try:
            if not acted.wait(timeout=SECONDS):
                raise TimeoutError("the other transaction is stuck")
            yield transaction_held
        finally:
            transaction_held._end.set()
        transaction_held._done.result(timeout=SECONDS)


@contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[Future[str]]:
    """Starts something in another connection; how it ended is known after the block at the latest."""

    def run() -> str:
        try:
            return outcome(act)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(run)
        yield future
        future.result(timeout=SECONDS)


def outcome(act: Callable[[], object]) -> str:
    """``done``, or the name of what the service refused it with."""
    try:
        act()
    except Refused as refused:
        return type(refused).__name__
    return "done"


def impatient(act: Callable[[], object], milliseconds: int = 100) -> str:
    """Its outcome where locks are waited for no longer than that."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {milliseconds}")
    try:
        return outcome(act)
    finally:
        connection.close()
