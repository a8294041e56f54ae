"""The queue and the threads that work it off."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from providers.judge0.submission import Submission

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Counts:
    """What GET /workers tells."""

    size: int
    available: int
    working: int
    paused: int

    @property
    def idle(self) -> int:
        return self.available - self.working


class Workers:
    """A queue in order of arrival, and ``number`` threads that call ``work`` on what is in it."""

    def __init__(self, number: int, work: Callable[[Submission], None]) -> None:
        self._work = work
        self._changed = threading.Condition()
        self._queue: deque[Submission] = deque()
        self._backlog = 0
        self._working = 0
        self._paused = False
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"judge0-worker-{index}", daemon=True)
            for index in range(number)
        ]
        for thread in self._threads:
            thread.start()

    def put(self, submission: Submission) -> None:
        with self._changed:
            self._queue.append(submission)
            self._changed.notify()

    def size(self) -> int:
        """Submissions that wait, with the backlog."""
        with self._changed:
            return len(self._queue) + self._backlog

    def counts(self) -> Counts:
        with self._changed:
            return Counts(
                size=len(self._queue) + self._backlog,
                available=len(self._threads),
                working=self._working,
                paused=len(self._threads) if self._paused else 0,
            )

    def add_backlog(self, size: int) -> None:
        """Count so many submissions of nobody as waiting."""
        with self._changed:
            self._backlog = size

    def pause(self) -> None:
        """Take nothing more from the queue until ``reset``."""
        with self._changed:
            self._paused = True

    def reset(self) -> list[Submission]:
        """Go on with an empty queue; returns what was in it. Cancelling what runs is the caller's."""
        with self._changed:
            dropped = list(self._queue)
            self._queue.clear()
            self._backlog = 0
            self._paused = False
            self._changed.notify_all()
        return dropped

    def close(self) -> None:
        """End the threads, after what they are working on."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (submission := self._next()) is not None:
            try:
                self._work(submission)
            except Exception:
                logger.exception("a worker failed on submission %s", submission.token)
            finally:
                with self._changed:
                    self._working -= 1

    def _next(self) -> Submission | None:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or (self._queue and not self._paused))
            if self._closed:
                return None
            self._working += 1
            return self._queue.popleft()
