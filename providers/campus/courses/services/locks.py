"""Locks of rows. Who takes several takes parents before their children, and each kind by ascending id.

Whoever kept another order could wait for somebody who waits for them. The locks are the weaker kind that lets
rows refer to the locked one: a child that is being inserted holds its parent so, and two of them would else
wait for each other. How long a lock is waited for is a setting of the connection to PostgreSQL; SQLite has
one writer at a time anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import OperationalError
from django.db.models import Model, QuerySet

from config.errors import Busy

Row = TypeVar("Row", bound=Model)

_LOCK_NOT_AVAILABLE = "55P03"
_RETRY_SECONDS = 1


def lock(rows: QuerySet[Row], ids: Iterable[int]) -> list[Row]:
    """Those of ``rows`` that exist, locked until the transaction ends, by ascending id.

    Raises:
        Busy: somebody else has held one of them for longer than is waited.
    """
    wanted = sorted(set(ids))
    with waiting():
        return list(rows.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))


@contextmanager
def waiting() -> Iterator[None]:
    """Around a statement that waits for a lock. Raises: Busy, where that took too long."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        raise Busy("somebody else is changing it", seconds=_RETRY_SECONDS) from error
