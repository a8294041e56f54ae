"""Judge0 as the judge of campus: its units, statuses and errors become ours here, and nowhere else.

A judge takes tasks and gives a ticket for each; with the tickets it gives results, in the same order.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from consumers.judge0.client import Judge0Client
from consumers.judge0.errors import (
    InvalidSubmission,
    JudgeError,
    JudgeRefused,
    JudgeUnavailable,
    NotAllowed,
    NotAuthenticated,
    NotAuthorized,
    QueueFull,
    RateLimited,
    StillRunning,
)
from consumers.judge0.programs import Limits, Output, Program, Verdict
from contracts.judge0.status import Status
from courses.models import SubmissionStatus

_log = logging.getLogger("campus.judging")

MEGABYTE = 1024 * 1024
_WALL_SECONDS = 20.0
"""The judge takes no more."""

STATUSES: Mapping[int, SubmissionStatus] = MappingProxyType(
    {
        Status.IN_QUEUE: SubmissionStatus.PENDING,
        Status.PROCESSING: SubmissionStatus.JUDGING,
        Status.ACCEPTED: SubmissionStatus.ACCEPTED,
        Status.WRONG_ANSWER: SubmissionStatus.WRONG_ANSWER,
        Status.TIME_LIMIT_EXCEEDED: SubmissionStatus.TIME_LIMIT_EXCEEDED,
        Status.COMPILATION_ERROR: SubmissionStatus.COMPILATION_ERROR,
        Status.RUNTIME_ERROR_SIGSEGV: SubmissionStatus.RUNTIME_ERROR,
        Status.RUNTIME_ERROR_SIGXFSZ: SubmissionStatus.RUNTIME_ERROR,
        Status.RUNTIME_ERROR_SIGFPE: SubmissionStatus.RUNTIME_ERROR,
        Status.RUNTIME_ERROR_SIGABRT: SubmissionStatus.RUNTIME_ERROR,
        Status.RUNTIME_ERROR_NZEC: SubmissionStatus.RUNTIME_ERROR,
        Status.RUNTIME_ERROR_OTHER: SubmissionStatus.RUNTIME_ERROR,
        Status.INTERNAL_ERROR: SubmissionStatus.INTERNAL_ERROR,
        Status.EXEC_FORMAT_ERROR: SubmissionStatus.INTERNAL_ERROR,
    }
)


class Reason(StrEnum):
    """Why there is no verdict, as users see it; the log has the rest."""

    UNAVAILABLE = "judge unavailable"
    BUSY = "judge busy"
    RATE_LIMITED = "judge busy: too many requests"
    TIMED_OUT = "judge timed out"
    MISCONFIGURED = "judge misconfigured"
    REFUSED = "judge refused the program"
    UNREADABLE = "judge answered unexpectedly"
    FAILED = "judge failed"
    NO_TEMPLATE = "programs in this language cannot be judged by test cases"
    MISNAMED = "the problem does not name its function"
    LARGE_INPUT = "a test case is too large"
    NOT_STORED = "the verdict could not be stored"
    INTERRUPTED = "judging was interrupted"
    UNEXPECTED = "something went wrong here"


_OUTAGES = frozenset({Reason.UNAVAILABLE, Reason.TIMED_OUT})


class JudgeFailed(Exception):
    """There is no verdict. ``outage``: the judge does not work, whatever it is asked."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.outage = reason in _OUTAGES


@dataclass(frozen=True, slots=True)
class Task:
    """A program to run once. Without ``expected_output`` it is accepted when it ends well."""

    source: str = field(repr=False)
    language_id: int
    stdin: str = field(repr=False)
    expected_output: str | None = field(repr=False)
    time_limit_ms: int
    memory_limit_mb: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A task that the judge has taken."""

    token: str = field(repr=False)
    task: Task


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a task. ``stderr`` is what the compiler said, where it did not compile."""

    status: SubmissionStatus
    stdout: str = ""
    stderr: str = ""
    time_ms: float | None = None
    memory_mb: float | None = None


class Judge(Protocol):
    """Who runs programs. Both raise ``JudgeFailed``."""

    def submit(self, tasks: Sequence[Task]) -> Sequence[Ticket]: ...

    def results(self, tickets: Sequence[Ticket]) -> Sequence[Result]: ...


class Judge0:
    """The judge behind a client that asks for base64, since programs print anything.

    Programs go out as a batch, which the judge runs side by side; one by one where it takes no batches.
    """

    def __init__(self, client: Judge0Client) -> None:
        self._client = client

    def submit(self, tasks: Sequence[Task]) -> Sequence[Ticket]:
        """Raises: JudgeFailed."""
        with _translated():
            tokens = self._tokens([program(task) for task in tasks])
        return [Ticket(token, task) for token, task in zip(tokens, tasks, strict=True)]

    def results(self, tickets: Sequence[Ticket]) -> Sequence[Result]:
        """Waits for all of them. Raises: JudgeFailed."""
        with _translated():
            verdicts = self._verdicts([ticket.token for ticket in tickets])
        return [result(verdict, ticket.task) for verdict, ticket in zip(verdicts, tickets, strict=True)]

    def _tokens(self, programs: Sequence[Program]) -> Sequence[str]:
        try:
            taken = self._client.submit_batch(programs)
        except NotAllowed:
            return [self._client.submit(program) for program in programs]
        return [_token(item) for item in taken]

    def _verdicts(self, tokens: Sequence[str]) -> Sequence[Verdict]:
        try:
            return self._client.wait_for_batch(tokens)
        except NotAllowed:
            return [self._client.wait_for(token) for token in tokens]


def status_of(judge_id: object) -> SubmissionStatus:
    """Our status for an id of the judge's; internal_error for what is no such id."""
    if not isinstance(judge_id, int) or isinstance(judge_id, bool):
        return SubmissionStatus.INTERNAL_ERROR
    return STATUSES.get(judge_id, SubmissionStatus.INTERNAL_ERROR)


def _token(item: str | InvalidSubmission) -> str:
    if isinstance(item, InvalidSubmission):
        raise item
    return item


def program(task: Task) -> Program:
    """A task as the client takes it."""
    seconds = task.time_limit_ms / 1000
    return Program(
        task.source,
        task.language_id,
        stdin=task.stdin,
        expected_output=task.expected_output,
        limits=Limits(
            cpu_seconds=seconds,
            # One that sleeps ends too; one that computes on a busy machine gets its time.
            wall_seconds=min(2 * seconds + 1, _WALL_SECONDS),
            memory=task.memory_limit_mb * MEGABYTE,
        ),
        network=False,
    )


def result(verdict: Verdict, task: Task) -> Result:
    """What came of a task, in our words and units."""
    memory = verdict.memory
    status = status_of(verdict.status)
    # The judge has no status of its own for memory.
    breached = memory is not None and memory >= task.memory_limit_mb * MEGABYTE
    if status is SubmissionStatus.RUNTIME_ERROR and breached:
        status = SubmissionStatus.MEMORY_LIMIT_EXCEEDED
    if status is SubmissionStatus.INTERNAL_ERROR:
        _log.error("the judge ended a program with status %d: %s", verdict.status, verdict.message)
    return Result(
        status,
        stdout=_text(verdict.stdout),
        stderr=_text(verdict.compile_output) or _text(verdict.stderr),
        time_ms=_milliseconds(verdict.cpu_seconds),
        memory_mb=None if memory is None else round(memory / MEGABYTE, 2),
    )


def _text(output: Output | None) -> str:
    return "" if output is None else output.text


def _milliseconds(seconds: Decimal | None) -> float | None:
    return None if seconds is None else round(float(seconds * 1000), 2)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except JudgeError as error:
        reason = _reason(error)
        # Its cause is left out: that may show the URL, and in it the tokens of submissions.
        _log.error("%s: %s: %s", reason.value, type(error).__name__, error)
        raise JudgeFailed(reason) from error


def _reason(error: JudgeError) -> Reason:
    match error:
        case QueueFull():
            return Reason.BUSY
        case RateLimited():
            return Reason.RATE_LIMITED
        case JudgeUnavailable():
            return Reason.UNAVAILABLE
        case StillRunning():
            return Reason.TIMED_OUT
        case NotAuthenticated() | NotAuthorized():
            return Reason.MISCONFIGURED
        case JudgeRefused():
            return Reason.REFUSED
    return Reason.UNREADABLE
