"""Another database in place of the default one, while a block runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALIAS = "default"
_PLACE = ("NAME", "HOST", "PORT")
_NOWHERE = {"NAME": "/dev/null/none", "HOST": "127.0.0.1", "PORT": "1"}
_LOST = "LOST"


@contextmanager
def as_default(found: dict[str, Any]) -> Iterator[None]:
    """``found`` under the alias ``default``: for this thread, and every one that has no connection yet."""
    connections.configure_settings({ALIAS: found})
    before, aside, opener = connections.settings[ALIAS], _taken(), threading.get_ident()
    connections.settings[ALIAS] = found
    try:
        yield
    finally:
        connections.settings[ALIAS] = before
        own = _taken()
        if own is not None and own.settings_dict is found:
            own.close()
            own = None
        # A connection belongs to the thread that opened it.
        left = aside if threading.get_ident() == opener else own
        if left is not None:
            connections[ALIAS] = left


def _taken() -> BaseDatabaseWrapper | None:
    """This thread's connection, which it has no longer."""
    for found in connections.all(initialized_only=True):
        if found.alias == ALIAS:
            del connections[ALIAS]
            return found
    return None


def lose() -> None:
    """From the next connection on the default database is not to be reached, until ``regain``."""
    found = connections.settings[ALIAS]
    found.setdefault(_LOST, {name: found[name] for name in _PLACE})
    found.update(_NOWHERE)


def regain() -> None:
    """Where it was lost, it is there again."""
    found = connections.settings[ALIAS]
    found.update(found.pop(_LOST, {}))
