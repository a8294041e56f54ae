"""Redis: the one of REDIS_URL, or an embedded one that lives as long as the process."""

from __future__ import annotations

from functools import cache

import fakeredis
import redis
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

SECONDS = 2.0
"""What is lost costs a look into the database, so nobody waits long for it."""


@cache
def store() -> redis.Redis:
    """The connection pool of this process; thread-safe."""
    if not settings.REDIS_URL:
        return fakeredis.FakeRedis(decode_responses=True)
    return redis.Redis.from_url(
        settings.REDIS_URL,
        decode_responses=True,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        # Once at once, for a connection that went stale; its own default waits for seconds in between.
        retry=Retry(NoBackoff(), 1),
    )
