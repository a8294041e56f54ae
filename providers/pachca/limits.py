"""How often an operation may be called: token buckets, by a clock that is given.

The API says roughly: 4 messages a second into one chat with bursts of 30, 10 readings of messages a second,
5 looks at the history of events in two seconds, 50 of anything else; the last three for each token.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.pachca.refusal import throttled

Clock = Callable[[], float]
"""Seconds since 1970."""

_ROUNDING = 1e-9
WRITING, READING, HISTORY, OTHER = "writing", "reading", "history", "other"


@dataclass(frozen=True, slots=True)
class Rate:
    burst: int
    a_second: float


RATES: Mapping[str, Rate] = {
    WRITING: Rate(30, 4.0),
    READING: Rate(50, 10.0),
    HISTORY: Rate(5, 2.5),
    OTHER: Rate(250, 50.0),
}


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """Not locked: it is used under the lock of the fake."""

    def __init__(self, clock: Clock, rates: Mapping[str, Rate] = RATES) -> None:
        self._clock = clock
        self._rates = rates
        self._buckets: dict[tuple[str, int], _Bucket] = {}
        self._lifted = False

    def reset(self) -> None:
        self._buckets.clear()
        self._lifted = False

    def lift(self) -> None:
        """No call is refused until the reset."""
        self._lifted = True

    def take(self, group: str, of: int) -> None:
        """One call of ``group``, counted for the chat or the token ``of``. A refused one does not count.

        Raises:
            Refused: with 429, and the whole seconds after which the next one is let through.
        """
        if self._lifted:
            return
        rate, now = self._rates[group], self._clock()
        bucket = self._buckets.setdefault((group, of), _Bucket(rate.burst, now))
        # The time may be set back.
        bucket.left = min(rate.burst, bucket.left + max(0.0, now - bucket.at) * rate.a_second)
        bucket.at = now
        if bucket.left < 1 - _ROUNDING:
            raise throttled(max(1, math.ceil((1 - bucket.left) / rate.a_second)))
        bucket.left -= 1
