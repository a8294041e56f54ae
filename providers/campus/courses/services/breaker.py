"""A circuit breaker: what is out of order is left alone for a while, then tried by one call at a time.

Its state is in the store, so that the processes of a deployment learn from each other; where the store
cannot be reached, each process has its own. It is

closed      calls go through; a success forgets the failures before it
open        after so many failures in a row, for some seconds: calls are refused at once
half-open   after that: one call at a time tries; its success closes, its failure opens again
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar, cast

import redis

_log = logging.getLogger("campus.breaker")

T = TypeVar("T")
Now = Callable[[], datetime]

FAILURES = 5
SECONDS = 30.0
TRIAL_SECONDS = 120
"""After which a trial whose process died is forgotten."""
_FORGOTTEN_SECONDS = 3600
"""After which the store forgets a breaker that nobody asks."""


class CircuitOpen(Exception):
    """It was not called, since it did not work lately."""


class Memory(Protocol):
    """The few commands of Redis that a breaker needs."""

    def get(self, name: str) -> str | None: ...

    def incr(self, name: str) -> int: ...

    def set(self, name: str, value: str, *, seconds: int, new: bool = False) -> bool: ...

    def delete(self, *names: str) -> None: ...


@dataclass(frozen=True, slots=True)
class StoreMemory:
    """The store's. Raises ``redis.RedisError`` where it cannot be reached."""

    store: redis.Redis

    def get(self, name: str) -> str | None:
        return cast("str | None", self.store.get(name))

    def incr(self, name: str) -> int:
        count = self.store.incr(name)
        self.store.expire(name, _FORGOTTEN_SECONDS)
        return count

    def set(self, name: str, value: str, *, seconds: int, new: bool = False) -> bool:
        return bool(self.store.set(name, value, ex=seconds, nx=new))

    def delete(self, *names: str) -> None:
        self.store.delete(*names)


@dataclass(slots=True)
class OwnMemory:
    """This process's."""

    now: Now
    _values: dict[str, tuple[str, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def get(self, name: str) -> str | None:
        with self._lock:
            return self._live(name)

    def incr(self, name: str) -> int:
        with self._lock:
            count = int(self._live(name) or 0) + 1
            self._values[name] = str(count), self._ends(_FORGOTTEN_SECONDS)
            return count

    def set(self, name: str, value: str, *, seconds: int, new: bool = False) -> bool:
        with self._lock:
            if new and self._live(name) is not None:
                return False
            self._values[name] = value, self._ends(seconds)
            return True

    def delete(self, *names: str) -> None:
        with self._lock:
            for name in names:
                self._values.pop(name, None)

    def _live(self, name: str) -> str | None:
        value, end = self._values.get(name, ("", 0.0))
        return value if self.now().timestamp() < end else None

    def _ends(self, seconds: int) -> float:
        return self.now().timestamp() + seconds


class Breaker:
    """The breaker of one service, named ``name``. ``outage`` tells which exceptions count as failures."""

    def __init__(
        self,
        name: str,
        *,
        now: Now,
        outage: Callable[[Exception], bool],
        store: Callable[[], redis.Redis] | None = None,
        failures: int = FAILURES,
        seconds: float = SECONDS,
    ) -> None:
        prefix = f"campus:breaker:{name}"
        self._failures, self._until, self._trial = f"{prefix}:failures", f"{prefix}:until", f"{prefix}:trial"
        self._name = name
        self._now = now
        self._outage = outage
        self._store = store
        self._own = OwnMemory(now)
        self._most = failures
        self._seconds = seconds

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Around a call.

        Raises:
            CircuitOpen: the call must not be made now.
        """
        trial = self._remembering(self._admit)
        try:
            yield
        except BaseException as error:
            if isinstance(error, Exception) and self._outage(error):
                self._remembering(lambda memory: self._failed(memory, trial=trial))
            elif trial:
                self._remembering(self._end_trial)
            raise
        self._remembering(self._succeeded)

    def leave_alone(self, seconds: float) -> None:
        """Refuse calls for so long, as after failures: where it is known not to work."""
        until = repr(self._now().timestamp() + seconds)
        self._remembering(lambda memory: memory.set(self._until, until, seconds=max(1, int(seconds))))

    def _admit(self, memory: Memory) -> bool:
        """Whether the call is a trial."""
        until = memory.get(self._until)
        if until is None:
            return False
        if self._now().timestamp() < float(until) or not memory.set(
            self._trial, "1", seconds=TRIAL_SECONDS, new=True
        ):
            raise CircuitOpen(f"{self._name} did not work lately")
        return True

    def _failed(self, memory: Memory, *, trial: bool) -> None:
        count = memory.incr(self._failures)
        if count >= self._most:
            until = self._now().timestamp() + self._seconds
            memory.set(self._until, repr(until), seconds=_FORGOTTEN_SECONDS)
            _log.error("%s is left alone for %g s after %d failures", self._name, self._seconds, count)
        if trial:
            self._end_trial(memory)

    def _succeeded(self, memory: Memory) -> None:
        memory.delete(self._failures, self._until, self._trial)

    def _end_trial(self, memory: Memory) -> None:
        memory.delete(self._trial)

    def _remembering(self, act: Callable[[Memory], T]) -> T:
        if self._store is not None:
            try:
                return act(StoreMemory(self._store()))
            except redis.RedisError as error:
                _log.warning("the breaker of %s is without the store: %s", self._name, type(error).__name__)
        return act(self._own)
