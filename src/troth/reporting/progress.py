"""What a run shows while it works, on standard error: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from troth.events import Advanced, Event, Noted, StepFinished, StepStarted

PAUSE = 5.0
"""Seconds between two plain lines of one step."""


class Display(Protocol):
    """Shows events."""

    def show(self, event: Event) -> None:
        """Show one event."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def display(console: Console) -> Display:
    """The display that fits where ``console`` writes."""
    return Live(console) if console.is_terminal else Lines(console)


class Live:
    """A bar for the running step; it is gone when the step is."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[what]}", markup=False),
            console=console,
            transient=True,
        )
        self._task: TaskID | None = None

    def show(self, event: Event) -> None:
        match event:
            case StepStarted(step, api, total):
                self._end()
                self._progress.start()
                self._task = self._progress.add_task(f"{api} {step}".strip(), total=total, what="")
            case Advanced(what) if self._task is not None:
                self._progress.update(self._task, advance=1, what=what)
            case StepFinished():
                self._end()
            case Noted(text):
                self._progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
            case _:
                pass

    def close(self) -> None:
        self._end()
        self._progress.stop()

    def _end(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None


class Lines:
    """A line for each note, and for a step that takes longer than ``PAUSE`` seconds."""

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._clock = clock
        self._running = ""
        self._total: int | None = None
        self._done = 0
        self._said = clock()

    def show(self, event: Event) -> None:
        match event:
            case StepStarted(step, api, total):
                self._running, self._total, self._done = f"{api} {step}".strip(), total, 0
                self._said = self._clock()
            case Advanced(what):
                self._advance(what)
            case StepFinished():
                self._running = ""
            case Noted(text):
                self._print(text)

    def close(self) -> None:
        """Nothing is open."""

    def _advance(self, what: str) -> None:
        self._done += 1
        if self._clock() - self._said >= PAUSE:
            self._said = self._clock()
            of = f" of {self._total}" if self._total is not None else ""
            self._print(f"{self._running}: {self._done}{of}, {what}")

    def _print(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
