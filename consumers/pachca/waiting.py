"""How long the client waits, and for what. Every clock is injected."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The passing of time."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = _now


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may take, and how often it is tried; seconds.

    ``connect`` and ``read`` are for one step of one attempt, ``deadline`` for the call with all its attempts
    and pauses. After the first attempt come at most ``retries`` more, with pauses from ``first`` on, each
    ``factor`` times as long. A service that asks for a pause longer than ``longest`` is not waited for.
    The deadline is looked at between two attempts and between two pieces of a body; within the head of an
    answer only ``read`` counts.
    """

    connect: float = 3.05
    read: float = 30.0
    deadline: float = 120.0
    retries: int = 3
    first: float = 0.5
    factor: float = 2.0
    longest: float = 30.0

    def pause(self, attempt: int, asked: float | None) -> float | None:
        """Before the attempt after ``attempt`` (from 1); None when there is none.

        ``asked`` is what the service asks for, and never cut short: to go on earlier may block the token.
        """
        if attempt > self.retries:
            return None
        own = min(self.first * self.factor ** (attempt - 1), self.longest)
        pause = max(own, asked or 0.0)
        return pause if pause <= self.longest else None


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After asks for, as seconds or as a date; None where it says neither."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
