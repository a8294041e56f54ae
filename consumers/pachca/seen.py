"""What remembers which deliveries were taken already."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Protocol


class SeenStore(Protocol):
    """Where the keys of deliveries are kept. A cache of Django is one as it stands.

    Several processes that receive need a shared one, or each takes the same delivery once.
    """

    def add(self, key: str, value: object, timeout: float) -> bool:
        """Keep ``key`` for ``timeout`` seconds, in one step; False if it is there already."""

    def delete(self, key: str) -> object:
        """Forget ``key``, if it is there."""


class SeenInMemory:
    """Keeps at most ``limit`` keys in this process, the newest; several threads may share it."""

    def __init__(self, *, limit: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        if limit < 1:
            raise ValueError("a store that keeps nothing recognises nothing")
        self._limit = limit
        self._clock = clock
        self._ends: OrderedDict[str, float] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, key: str, value: object, timeout: float) -> bool:  # noqa: ARG002 - as a cache takes it
        """Keep ``key`` for ``timeout`` seconds; False if it is there already."""
        with self._lock:
            now = self._clock()
            if self._ends.get(key, now) > now:
                return False
            self._ends[key] = now + timeout
            self._ends.move_to_end(key)
            self._shrink(now)
            return True

    def delete(self, key: str) -> bool:
        """Forget ``key``; whether it was there."""
        with self._lock:
            return self._ends.pop(key, None) is not None

    def __len__(self) -> int:
        return len(self._ends)

    def _shrink(self, now: float) -> None:
        """Drop what has ended, and then the oldest, down to the limit."""
        if len(self._ends) <= self._limit:
            return
        for key in [key for key, end in self._ends.items() if end <= now]:
            del self._ends[key]
        while len(self._ends) > self._limit:
            self._ends.popitem(last=False)
