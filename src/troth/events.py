"""What a run tells while it works. Reporters read events; nothing else prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from troth.evidence import StepResult


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins; ``total`` units of work are known, or None."""

    step: str
    api: str
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Advanced:
    """One unit of the running step is done; ``what`` names it."""

    what: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a person should know that is not a finding, such as the isolation that holds."""

    text: str


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step ended."""

    result: StepResult


Event: TypeAlias = StepStarted | Advanced | Noted | StepFinished
Emit: TypeAlias = Callable[[Event], None]


def silent(event: Event) -> None:
    """An ``Emit`` for callers that show no progress."""
