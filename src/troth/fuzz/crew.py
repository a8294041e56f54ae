"""Makes the passes of a run in several processes, each with a provider of its own.

Python runs one thread at a time, and a provider in this process answers one request at a time. A pass begins
in a state that is set anew, so it gives the same in whatever process it is made.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from multiprocessing.context import SpawnProcess
from multiprocessing.queues import Queue
from pathlib import Path
from queue import Empty
from typing import TypeAlias

from troth.errors import CouldNotCheck, TrothError, UsageProblem
from troth.events import silent
from troth.fuzz.exceptions import Exceptions, Needed
from troth.fuzz.gate import INTERRUPTED, Gate
from troth.fuzz.making import Maker, Plan, Told
from troth.fuzz.manners import Manners
from troth.fuzz.passes import Pass
from troth.fuzz.service import in_process
from troth.raised import told as what_raised
from troth.workspace import Workspace

_END_SECONDS = 30.0
"""How long a process may take to end its provider."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a process needs to make passes on its own."""

    root: Path
    api: str
    plan: Plan
    manners: Manners
    today: date


@dataclass(frozen=True, slots=True)
class Made:
    """A pass is over; ``needed`` are the entries of ``fuzz.toml`` that it needed."""

    needed: Needed


@dataclass(frozen=True, slots=True)
class Failed:
    """A process could not go on. ``kind`` is that of the error."""

    kind: str
    message: str
    hint: str

    def raised(self) -> TrothError:
        """The error, in this process."""
        kind = CouldNotCheck if self.kind == "CouldNotCheck" else UsageProblem
        return kind(self.message, hint=self.hint)


Said: TypeAlias = Told | Made | Failed
Numbered: TypeAlias = tuple[int, Said]
Task: TypeAlias = tuple[int, Pass] | None
"""A pass and its number; None when there is none left."""


def make_all(
    passes: Sequence[Pass], own: Maker, exceptions: Exceptions, work: Work, size: int
) -> Iterator[tuple[int, Told]]:
    """Make all passes in ``size`` processes, of which this one is the first, with ``own``; each thing that is
    told comes with the number of its pass.

    Raises:
        TrothError: what a process could not go on for.
    """
    context = multiprocessing.get_context("spawn")
    tasks: Queue[Task] = context.Queue()
    results: Queue[Numbered] = context.Queue()
    others = min(size, len(passes)) - 1
    # The longest first, so that all end at about the same time.
    for number in sorted(range(len(passes)), key=lambda at: -len(passes[at].labels)):
        tasks.put((number, passes[number]))
    for _ in range(others + 1):
        tasks.put(None)
    crew = [context.Process(target=_serve, args=(work, tasks, results), daemon=True) for _ in range(others)]
    with _running(crew):
        left = len(passes)
        while (mine := tasks.get()) is not None:
            left -= 1
            for told in own.make(mine[1]):
                yield mine[0], told
                for number, said in _come(results):
                    left -= isinstance(said, Made)
                    yield from _told(number, said, exceptions)
        while left:
            if own.stopped:
                _interrupt(crew)
            number, said = _waited(results, crew)
            if own.stopped and isinstance(said, Failed):
                break
            left -= isinstance(said, Made)
            yield from _told(number, said, exceptions)


@contextmanager
def _running(crew: Sequence[SpawnProcess]) -> Iterator[None]:
    for each in crew:
        each.start()
    try:
        yield
        for each in crew:
            each.join(_END_SECONDS)
    finally:
        for each in crew:
            each.terminate()


def _interrupt(crew: Sequence[SpawnProcess]) -> None:
    """Let each end its pass; from a terminal they were interrupted already, and take no harm."""
    for each in crew:
        if each.pid is not None and each.is_alive():
            os.kill(each.pid, signal.SIGINT)


def _come(results: Queue[Numbered]) -> Iterator[Numbered]:
    """What is there already."""
    while True:
        try:
            yield results.get_nowait()
        except Empty:
            return


def _waited(results: Queue[Numbered], crew: Sequence[SpawnProcess]) -> Numbered:
    while True:
        try:
            return results.get(timeout=1.0)
        except Empty:
            if not any(each.is_alive() for each in crew):
                return 0, Failed("CouldNotCheck", "a process of the run ended before its work was done", "")


def _told(number: int, said: Said, exceptions: Exceptions) -> Iterator[tuple[int, Told]]:
    match said:
        case Made():
            exceptions.add(said.needed)
        case Failed():
            raise said.raised()
        case _:
            yield number, said


def _serve(work: Work, tasks: Queue[Task], results: Queue[Numbered]) -> None:
    """The whole life of a further process. Ctrl-C ends its passes, and it tells what they saw."""
    gate = Gate(work.manners)
    signal.signal(signal.SIGINT, lambda *_: gate.stop(INTERRUPTED))
    try:
        workspace = Workspace.find(work.root)
        api = workspace.api(work.api)
        with in_process(workspace, api, silent) as service:
            while (task := tasks.get()) is not None:
                number, one = task
                exceptions = Exceptions(work.plan.settings, today=work.today)
                maker = Maker(api, service, work.plan, exceptions, gate)
                for told in maker.make(one):
                    results.put((number, told))
                results.put((number, Made(exceptions.needed)))
    except TrothError as error:
        results.put((0, Failed(type(error).__name__, error.message, error.hint)))
    except Exception as error:  # noqa: BLE001 - it is told where somebody reads it
        results.put((0, Failed("CouldNotCheck", f"a process of the run failed: {what_raised(error)}", "")))
