"""Answers of the judge for tests, typed by its contract: what a submission of programs is answered with."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db import DatabaseError

from consumers.judge0.waiting import Clock
from contracts.judge0.operations import create_batch, get_batch
from contracts.judge0.payloads import Outcome, StatusRow, SubmissionBatch, SubmissionToken
from contracts.judge0.status import Status
from courses.factories import AlgorithmProblemFactory, TestCaseFactory
from courses.models import Problem
from courses.services.execution import Executor
from courses.services.judging import Judge, Result, Task, Ticket
from troth.jsontext import Json
from troth.mock import ApiMock, VirtualClock

_BYTES_PER_LINE = 45

Look: TypeAlias = Callable[[str], object]
Watching: TypeAlias = Callable[[Look], Executor]


def token(number: int) -> str:
    """A token as the judge gives them out."""
    return f"00000000-0000-4000-8000-{number:012d}"


def encoded(text: str | bytes | None) -> str | None:
    """Base64 as the judge writes it: in lines of 60 characters."""
    if text is None:
        return None
    data = text.encode() if isinstance(text, str) else text
    lines = (data[start : start + _BYTES_PER_LINE] for start in range(0, len(data), _BYTES_PER_LINE))
    return "".join(f"{base64.b64encode(line).decode('ascii')}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended; ``time`` in seconds, ``memory`` in kilobytes, both only where it ran."""

    status: Status = Status.ACCEPTED
    stdout: str | bytes | None = None
    stderr: str | None = None
    compile_output: str | None = None
    message: str | None = None
    time: str | None = "0.012"
    memory: int | None = 3200

    def outcome(self, number: int) -> Outcome:
        """As the judge answers it, under the token of ``number``."""
        return Outcome(
            token=token(number),
            status=StatusRow(id=self.status, description=self.status.description),
            time=self.time if self.status.ran else None,
            memory=self.memory if self.status.ran else None,
            stdout=encoded(self.stdout),
            stderr=encoded(self.stderr),
            compile_output=encoded(self.compile_output),
            message=encoded(self.message),
        )


@dataclass(slots=True)
class Stage:
    """The judge in a test, and the time that passes while it works."""

    judge0: ApiMock
    time: VirtualClock = field(default_factory=VirtualClock)

    @property
    def clock(self) -> Clock:
        return Clock(self.time.monotonic, self.time.sleep, self.time.now)

    def takes(self, count: int, *, first: int = 1) -> None:
        """The next batch is taken, under ``count`` tokens."""
        taken: list[Json] = [
            SubmissionToken(token=token(first + index)).model_dump() for index in range(count)
        ]
        self.judge0.reply(create_batch, 201, taken)

    def tells(self, *ran: Ran, first: int = 1) -> None:
        """The next look at a batch shows this."""
        found = [each.outcome(first + index) for index, each in enumerate(ran)]
        self.judge0.reply(get_batch, 200, SubmissionBatch[Outcome](submissions=list(found)))

    def judges(self, *ran: Ran, first: int = 1) -> None:
        """The next batch is taken, and has ended at the first look."""
        self.takes(len(ran), first=first)
        self.tells(*ran, first=first)

    def programs(self, call: int = 0) -> list[dict[str, Json]]:
        """The programs of a batch, as the judge got them."""
        found: list[dict[str, Json]] = json.loads(self.judge0.calls[call].request.body)["submissions"]
        return found


@dataclass(frozen=True, slots=True)
class Watched:
    """A judge, and somebody who looks around just before it is asked."""

    judge: Judge
    look: Look

    def submit(self, tasks: Sequence[Task]) -> Sequence[Ticket]:
        self.look("submit")
        return self.judge.submit(tasks)

    def results(self, tickets: Sequence[Ticket]) -> Sequence[Result]:
        self.look("results")
        return self.judge.results(tickets)


@dataclass(slots=True)
class Failing:
    """Lets statements fail, as on a full disk: ``with connection.execute_wrapper(Failing(...)):``.

    ``start``: with what a statement begins that fails. ``times``: how many of them fail.
    """

    start: str
    times: int = 1
    error: type[DatabaseError] = DatabaseError

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - as Django calls it
        if sql.startswith(self.start) and self.times:
            self.times -= 1
            raise self.error("disk full")
        return execute(sql, params, many, context)


def a_problem(*cases: tuple[str, str], **info: object) -> Problem:
    """A problem in a chapter of a course, with test cases: their input, and what is expected."""
    found = AlgorithmProblemFactory.create(**info)
    for given, wanted in cases:
        TestCaseFactory.create(problem=found, input_data=given, expected_output=wanted)
    return found.problem
