"""How long the client waits, and for what. Every clock is injected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consumers.http.waiting import Clock as Clock


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. ``waiting`` stands for ``read`` where the service runs the program before it answers."""

    connect: float = 3.05
    read: float = 30.0
    waiting: float = 120.0


@dataclass(frozen=True, slots=True)
class Retries:
    """How often a request that was certainly not accepted is sent, and the pauses between, in seconds.

    A service that asks for a pause longer than ``longest`` is not waited for.
    """

    attempts: int = 3
    first: float = 0.5
    factor: float = 2.0
    longest: float = 30.0

    def pause(self, attempt: int) -> float:
        """Before the attempt after ``attempt`` (from 1)."""
        return min(self.first * self.factor ** (attempt - 1), self.longest)


@dataclass(frozen=True, slots=True)
class Polling:
    """The pauses between two looks, growing to ``longest``, and the end of it all; seconds.

    The service caches a submission for a second, so that looks in between show nothing new.
    """

    first: float = 0.5
    factor: float = 1.5
    longest: float = 3.0
    deadline: float = 60.0

    def pauses(self) -> Iterator[float]:
        """Without end."""
        pause = self.first
        while True:
            yield pause
            pause = min(pause * self.factor, self.longest)
