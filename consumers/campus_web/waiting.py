"""How long the client waits, and for what. Every clock is injected."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """The passing of time."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: ``connect`` for a connection, ``read`` for each piece of an answer, ``judged`` for the first
    one where a program is run before it, and ``whole`` for one answer from its first byte to its last.

    What only reads is asked for ``attempts`` times at most, with ``pause`` between.
    """

    connect: float = 3.05
    read: float = 10.0
    judged: float = 60.0
    whole: float = 30.0
    attempts: int = 2
    pause: float = 0.2


def retry_after(value: str | None) -> float | None:
    """The seconds that a Retry-After asks for. A date, which campus does not send, asks for nothing."""
    text = (value or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
