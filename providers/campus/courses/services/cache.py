"""What is read often and changes seldom, kept in Redis for a while.

A key is ``PREFIX:VIEW[:WHOSE][:PARAMETERS]``, each part quoted, so that what a user sends is no wildcard.
Losing the cache costs time and nothing else: what cannot be read or written is logged, and asked of the
database again.

Who changes rows drops what is cached of them after the commit. A reader that has read before the commit could
still write after that, so each view has a stamp that changes whenever something of it is dropped: what was
read under another stamp is not kept.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Protocol, TypeVar, cast
from urllib.parse import quote, urlencode

import redis
from django.conf import settings
from django.db import transaction

from config.store import store

T = TypeVar("T")
Whose = int | str

PARAMETERS = frozenset({"page", "page_size", "limit", "offset", "search", "ordering", "status", "type"})
"""Those that a list depends on; others make no other key."""
SECONDS = 900
NOTHING_SECONDS = 300
"""That there is no such row."""
EMPTY_SECONDS = 60
"""A list, or an object, without anything in it."""
SCANNED = 100
"""Keys that Redis looks at in one step."""

_KEEP = """
if (redis.call('GET', KEYS[2]) or '') ~= ARGV[3] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""
_CORRUPT = (ValueError, TypeError, KeyError, AttributeError, IndexError)
_log = logging.getLogger("campus.cache")


class View(StrEnum):
    """What is cached."""

    PROBLEMS = "problems"
    """Pages of the problems of a chapter."""
    PROBLEM_STATUS = "problem-status"
    """How far a user is with the problems of a chapter."""
    UNLOCKED = "unlocked"
    """Which chapters of a course are open to a user."""
    ENROLLMENTS = "enrollments"
    """Pages of the courses that a user takes."""
    EXAM = "exam"
    EXAMS = "exams"
    """Pages of exams, as one audience sees them."""


class Codec(Protocol[T]):
    """Makes JSON of a value, and the value of that JSON.

    ``unpack`` raises ValueError, TypeError, KeyError, AttributeError or IndexError for what is none.
    """

    def pack(self, value: T) -> Any: ...

    def unpack(self, packed: Any) -> T: ...


def once_committed(act: Callable[[], object]) -> None:
    """At once where no transaction is open, and never where it fails; a failure is logged by Django."""
    transaction.on_commit(act, robust=True)


@dataclass(frozen=True, slots=True)
class Cache:
    """A part of Redis. ``now``: seconds since the epoch. ``later``: when what was read may be kept."""

    store: redis.Redis
    prefix: str
    now: Callable[[], float] = time.time
    later: Callable[[Callable[[], object]], object] = once_committed

    def key(
        self, view: str, whose: Whose | None = None, parameters: Mapping[str, object] | None = None
    ) -> str:
        """The key of a view, the same for any order of the parameters."""
        wanted = sorted(item for item in (parameters or {}).items() if item[0] in PARAMETERS)
        parts = [self.prefix, quote(view, safe="")]
        if whose is not None:
            parts.append(quote(str(whose), safe=""))
        if wanted:
            parts.append(urlencode(wanted))
        return ":".join(parts)

    def get(
        self,
        view: str,
        whose: Whose | None,
        codec: Codec[T],
        load: Callable[[], T],
        *,
        parameters: Mapping[str, object] | None = None,
    ) -> T:
        """What is cached; else what ``load`` gives, which is cached for the next time.

        Within a transaction it is cached after the commit, and never where that fails.
        """
        key = self.key(view, whose, parameters)
        text, stamp = self._read(view, key)
        if text is not None:
            try:
                return self._unpacked(text, codec)
            except _Expired:
                pass
            except _CORRUPT as error:
                _log.warning("what is cached at %s cannot be read: %s", key, type(error).__name__)
        value = load()
        if stamp is not None:
            self.later(partial(self._keep, view, key, codec.pack(value), stamp))
        return value

    def drop(self, view: str, whose: Whose) -> None:
        """Forget the one key of a view that has no parameters."""
        self._drop(view, lambda: self.store.unlink(self.key(view, whose)))

    def drop_all(self, view: str, whose: Whose | None = None) -> None:
        """Forget a view, or what is whose in it, with whichever parameters."""
        start = self.key(view, whose)
        pattern = f"{_literally(start)}:*"
        self._drop(view, lambda: self._unlink(start, pattern))

    def _unlink(self, start: str, pattern: str) -> None:
        found = [start, *self.store.scan_iter(match=pattern, count=SCANNED)]
        for first in range(0, len(found), SCANNED):
            self.store.unlink(*found[first : first + SCANNED])

    def _drop(self, view: str, unlink: Callable[[], object]) -> None:
        """The stamp first: who writes between the two would else be seen by neither."""
        try:
            self.store.incr(self._stamp(view))
            unlink()
        except (redis.RedisError, ValueError) as error:
            _log.warning("%s stays cached for a while: %s", view, type(error).__name__)

    def _read(self, view: str, key: str) -> tuple[str | None, str | None]:
        """What is cached, and the stamp of the view; no stamp where the store cannot be read."""
        try:
            text, stamp = cast("list[str | None]", self.store.mget(key, self._stamp(view)))
        except (redis.RedisError, ValueError) as error:
            _log.warning("%s is not read from the cache: %s", view, type(error).__name__)
            return None, self._stamp_alone(view) if isinstance(error, ValueError) else None
        return text, stamp or ""

    def _stamp_alone(self, view: str) -> str | None:
        """What is cached is not even text, and may be overwritten."""
        try:
            return cast("str | None", self.store.get(self._stamp(view))) or ""
        except (redis.RedisError, ValueError):
            return None

    def _keep(self, view: str, key: str, packed: Any, stamp: str) -> None:
        seconds = lifetime(packed)
        text = json.dumps({"until": self.now() + seconds, "value": packed}, separators=(",", ":"))
        try:
            self.store.eval(_KEEP, 2, key, self._stamp(view), text, str(seconds), stamp)
        except redis.RedisError as error:
            _log.warning("%s is not cached: %s", view, type(error).__name__)

    def _unpacked(self, text: str, codec: Codec[T]) -> T:
        kept = json.loads(text)
        if kept["until"] <= self.now():
            raise _Expired
        return codec.unpack(kept["value"])

    def _stamp(self, view: str) -> str:
        return f"{self.prefix}:stamps:{quote(view, safe='')}"


class _Expired(Exception):
    """By our clock; Redis has its own."""


def shared() -> Cache:
    """The cache of this deployment."""
    return Cache(store(), settings.CACHE_PREFIX)


def lifetime(packed: object) -> int:
    """Seconds for which a value is kept."""
    if packed is None:
        return NOTHING_SECONDS
    return EMPTY_SECONDS if packed in ([], {}) else SECONDS


def after_commit(*drops: Callable[[], None]) -> None:
    """Drop what is cached once the rows are committed, each whatever becomes of the others."""
    for drop in drops:
        once_committed(drop)


def _literally(text: str) -> str:
    """``text`` in a pattern of Redis."""
    return re.sub(r"([*?\[\]\\])", r"\\\1", text)
