"""What tests of the cache need: a clock that they move, and sources that count how often they are asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")

START = 1_900_000_000.0


@dataclass(slots=True)
class Seconds:
    """Seconds since the epoch, which pass when a test says so."""

    value: float = START

    def __call__(self) -> float:
        return self.value

    def pass_by(self, seconds: float) -> None:
        self.value += seconds


@dataclass(slots=True)
class Source(Generic[T]):
    """What the database would say. ``meanwhile``: what others do between the answer and its arrival."""

    value: T
    meanwhile: Callable[[], object] = field(default=lambda: None)
    asked: int = 0

    def __call__(self) -> T:
        self.asked += 1
        answer = self.value
        self.meanwhile()
        return answer


def at_once(act: Callable[[], object]) -> None:
    """When a cache keeps what was read, where no database takes part."""
    act()
