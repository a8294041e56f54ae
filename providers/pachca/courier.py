"""Carries deliveries to the bot's webhook, in a thread of its own, again and again until one is taken."""

from __future__ import annotations

import heapq
import http.client
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from troth.outside import CallRefused

logger = logging.getLogger(__name__)

DELAYS = (1.0, 2.0, 4.0, 8.0)
"""Seconds from the beginning of a try to the next one; the vendor does not say its own."""
_JOIN_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Delivery:
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


class Caller(Protocol):
    def call(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The status that was answered."""
        ...

    def abort(self) -> None:
        """End the call that is under way, if one is."""
        ...

    def close(self) -> None:
        """As ``abort``, and let no call begin any more."""
        ...


@dataclass(order=True, frozen=True, slots=True)
class _Planned:
    due: float
    number: int
    tried: int = field(compare=False)
    delivery: Delivery = field(compare=False)


class Courier:
    """``now`` is a clock of seconds. Who sets it forward calls ``wake``."""

    def __init__(self, caller: Caller, now: Callable[[], float] = time.monotonic) -> None:
        self._caller = caller
        self._now = now
        self._changed = threading.Condition()
        self._planned: list[_Planned] = []
        self._world = 0
        """Counts the worlds: what belongs to an earlier one is not tried again."""
        self._count = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def send(self, delivery: Delivery) -> None:
        """Carry it soon."""
        with self._changed:
            if self._closed:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pachca-webhooks", daemon=True)
                self._thread.start()
            self._plan(delivery, 0, self._now())

    def wake(self) -> None:
        """Look again at what is due."""
        with self._changed:
            self._changed.notify_all()

    def forget(self) -> None:
        """Carry nothing of what was sent so far."""
        with self._changed:
            self._planned.clear()
            self._world += 1
        self._caller.abort()

    def close(self) -> None:
        """End the thread, and the call that it is at. May be called twice."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            thread = self._thread
        self._caller.close()
        if thread is not None:
            thread.join(_JOIN_SECONDS)

    @property
    def ended(self) -> bool:
        """Whether no thread runs."""
        return self._thread is None or not self._thread.is_alive()

    def _plan(self, delivery: Delivery, tried: int, due: float) -> None:
        self._count += 1
        heapq.heappush(self._planned, _Planned(due, self._count, tried, delivery))
        self._changed.notify_all()

    def _run(self) -> None:
        while (current := self._next()) is not None:
            planned, world, begun = current
            if self._taken(planned) or planned.tried >= len(DELAYS):
                continue
            with self._changed:
                if world == self._world and not self._closed:
                    self._plan(planned.delivery, planned.tried + 1, begun + DELAYS[planned.tried])

    def _next(self) -> tuple[_Planned, int, float] | None:
        """Wait for what is due: it, its world, and when that was; None at the end."""
        with self._changed:
            while not self._closed:
                now = self._now()
                wait = self._planned[0].due - now if self._planned else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._planned), self._world, now
                self._changed.wait(wait)
            return None

    def _taken(self, planned: _Planned) -> bool:
        """Whether it need not be tried again."""
        delivery = planned.delivery
        try:
            status = self._caller.call("POST", delivery.url, delivery.body, delivery.headers)
        except CallRefused as refused:
            logger.warning("webhook not sent: %s", refused)
            return True
        except (OSError, ValueError, http.client.HTTPException) as error:
            logger.info("webhook failed at try %d: %s", planned.tried + 1, type(error).__name__)
            return False
        if not 200 <= status < 300:
            logger.info("webhook answered with %d at try %d", status, planned.tried + 1)
        return 200 <= status < 300
