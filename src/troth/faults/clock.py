"""Time that passes only when somebody waits, so that what would take minutes takes none."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from types import TracebackType
from typing import Self
from unittest import mock

START = datetime(2026, 1, 1, tzinfo=UTC).timestamp()


class VirtualClock:
    """A clock whose ``sleep`` returns at once, and moves it on. Safe to use from many threads.

    Hand it to a client that takes a clock. For clients that call ``time.sleep``, ``time.monotonic`` and
    ``time.time`` through their module it stands in their place, for the whole process, within
    ``with clock:``. ``start`` is in seconds since 1970.
    """

    def __init__(self, start: float = START) -> None:
        self._start = start
        self._elapsed = 0.0
        self._lock = threading.Lock()
        self._patches = ExitStack()

    @staticmethod
    def current() -> VirtualClock | None:
        """The clock that stands in the place of ``time.sleep`` now, if one does."""
        clock = getattr(time.sleep, "__self__", None)
        return clock if isinstance(clock, VirtualClock) else None

    @property
    def elapsed(self) -> float:
        """The seconds that were waited for since it was made."""
        with self._lock:
            return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass, without waiting.

        Raises:
            ValueError: it is negative, which ``time.sleep`` refuses too.
        """
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        with self._lock:
            self._elapsed += seconds

    def monotonic(self) -> float:
        """Seconds since it was made."""
        return self.elapsed

    def time(self) -> float:
        """Seconds since 1970."""
        return self._start + self.elapsed

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(self.time(), UTC)

    def __enter__(self) -> Self:
        for name in ("sleep", "monotonic", "time"):
            self._patches.enter_context(mock.patch.object(time, name, getattr(self, name)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._patches.close()
