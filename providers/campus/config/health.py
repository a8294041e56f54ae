"""Whether the service can work."""

from __future__ import annotations

import logging
from typing import Literal

import redis
from django.db import DatabaseError, connection
from django.http import HttpRequest
from ninja import Router, Schema, Status

from config.store import store

router = Router(tags=["health"])
_log = logging.getLogger("campus.health")


class Health(Schema):
    """``ok``, or ``degraded`` where the service works more slowly without a part, or ``down``."""

    status: Literal["ok", "degraded", "down"]
    database: Literal["ok", "down"]
    store: Literal["ok", "down"]


@router.get("/health", response={200: Health, 503: Health}, auth=None)
def health(request: HttpRequest) -> Status[Health]:  # noqa: ARG001 - ninja passes it
    """Whether the service can work: without its database it cannot, without the store of its cache it can."""
    database, cached = _database_answers(), _store_answers()
    if not database:
        return Status(503, Health(status="down", database="down", store="ok" if cached else "down"))
    return Status(
        200, Health(status="ok" if cached else "degraded", database="ok", store="ok" if cached else "down")
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        _log.warning("the database does not answer: %s", type(error).__name__)
        return False
    return True


def _store_answers() -> bool:
    try:
        return bool(store().ping())
    except redis.RedisError as error:
        _log.warning("the store does not answer: %s", type(error).__name__)
        return False
