"""The store of a test: the embedded one, or a real Redis."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
import redis
from pytest_django import Settings

from config.store import store
from courses.services.cache import Cache
from courses.tests.caches import Seconds, at_once

REAL = os.environ.get("TROTH_TEST_REDIS_URL") or "redis://127.0.0.1:6379"


@pytest.fixture(params=["embedded", pytest.param("redis", marks=pytest.mark.needs("redis"))])
def each_store(request: pytest.FixtureRequest, settings: Settings) -> Iterator[redis.Redis]:
    """The test runs on both. Its keys have a prefix of their own, so that a Redis can be shared."""
    before = settings.REDIS_URL
    settings.REDIS_URL = REAL if request.param == "redis" else ""
    settings.CACHE_PREFIX = f"test-{uuid.uuid4().hex}"
    store.cache_clear()
    yield store()
    for key in store().scan_iter(match=f"{settings.CACHE_PREFIX}:*"):
        store().delete(key)
    store().close()
    # Before anything else asks for the store: that of others is not to be emptied.
    settings.REDIS_URL = before
    store.cache_clear()


@pytest.fixture
def seconds() -> Seconds:
    """The clock of the cache."""
    return Seconds()


@pytest.fixture
def cache(each_store: redis.Redis, settings: Settings, seconds: Seconds) -> Cache:
    """On both stores, with that clock, and without a database."""
    return Cache(each_store, settings.CACHE_PREFIX, seconds, at_once)


@pytest.fixture
def nowhere(settings: Settings) -> Iterator[redis.Redis]:
    """A store that cannot be reached."""
    before = settings.REDIS_URL
    settings.REDIS_URL = "unix:///nonexistent/redis.sock"
    store.cache_clear()
    yield store()
    settings.REDIS_URL = before
    store.cache_clear()
