"""How long the client waits, and for what. Every clock is injected."""

from __future__ import annotations

from dataclasses import dataclass

from consumers.http.waiting import Clock as Clock


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
