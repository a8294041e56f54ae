"""Runs programs at the judge: all test cases of a problem, or one program freely. Stores nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Self, TypedDict

from django.conf import settings

from config.store import store
from consumers.judge0.client import BATCH_SIZE, Judge0Client
from consumers.judge0.waiting import Clock, Polling, Retries, Timeouts
from courses.models import AlgorithmProblem, SubmissionStatus, TestCase
from courses.services import limits
from courses.services.breaker import Breaker, CircuitOpen
from courses.services.judging import Judge, Judge0, JudgeFailed, Reason, Result, Task
from courses.services.languages import language_id
from courses.services.wrapping import CannotWrap, function_name, wrap

_log = logging.getLogger("campus.execution")

_READ_SECONDS = 10.0
_LONGEST_PAUSE = 5.0
"""Seconds of Retry-After that a user is kept waiting for; what asks for more is given up."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a submission ends with. Milliseconds and megabytes."""

    status: SubmissionStatus
    output: str = ""
    error: str = ""
    execution_time: float | None = None
    memory_used: float | None = None

    @classmethod
    def none(cls, reason: Reason) -> Self:
        """No verdict could be had."""
        return cls(SubmissionStatus.INTERNAL_ERROR, error=reason.value)


NO_CASES = Verdict(SubmissionStatus.COMPILATION_ERROR, error="No test cases are available for this problem.")


class FreeRun(TypedDict):
    """What came of a program that was run freely. Milliseconds and megabytes."""

    status: SubmissionStatus
    stdout: str
    stderr: str
    execution_time: float | None
    memory_used: float | None


class Executor:
    """Runs tasks at a judge, unless its breaker is open."""

    def __init__(self, judge: Judge, breaker: Breaker, clock: Clock) -> None:
        self.clock = clock
        self._judge = judge
        self._breaker = breaker

    def run(self, tasks: Sequence[Task], *, taken: Callable[[], None] = lambda: None) -> list[Result]:
        """Run all tasks, whatever becomes of each; a result for each, in order.

        ``taken`` is called each time that the judge has taken some.

        Raises:
            JudgeFailed: there is no result for some of them.
        """
        results: list[Result] = []
        try:
            with self._breaker.guarding():
                for start in range(0, len(tasks), BATCH_SIZE):
                    tickets = self._judge.submit(tasks[start : start + BATCH_SIZE])
                    taken()
                    results += self._judge.results(tickets)
        except CircuitOpen as error:
            _log.warning("not asked: %s", error)
            raise JudgeFailed(Reason.UNAVAILABLE) from error
        return results


@contextmanager
def executor(clock: Clock | None = None) -> Iterator[Executor]:
    """An executor with the judge of the settings; not for several threads at once.

    With a clock of its own it has a breaker of its own too, which still shares the store with the others.
    """
    guard = _breaker() if clock is None else breaker(clock)
    with judge(clock or Clock()) as found:
        yield Executor(found, guard, clock or Clock())


@contextmanager
def judge(clock: Clock) -> Iterator[Judge]:
    """The judge of the settings."""
    with Judge0Client(
        settings.JUDGE0_URL,
        token=settings.JUDGE0_AUTH_TOKEN,
        encoded=True,
        timeouts=Timeouts(read=min(_READ_SECONDS, settings.JUDGE_SECONDS)),
        retries=Retries(longest=_LONGEST_PAUSE),
        polling=Polling(first=0.05, factor=2.0, longest=0.5, deadline=settings.JUDGE_SECONDS),
        clock=clock,
        ca_bundle=settings.JUDGE0_CA_BUNDLE,
    ) as client:
        yield Judge0(client)


@cache
def _breaker() -> Breaker:
    """That of this process, which shares what it knows through the store."""
    return breaker(Clock())


def breaker(clock: Clock) -> Breaker:
    """A breaker of the judge, whose state is in the store."""
    return Breaker(
        "judge",
        now=clock.now,
        outage=lambda error: isinstance(error, JudgeFailed) and error.outage,
        store=store,
    )


def run_test_cases(
    problem: AlgorithmProblem,
    cases: Sequence[TestCase],
    code: str,
    language: str,
    *,
    executor: Executor,
    taken: Callable[[], None] = lambda: None,
) -> Verdict:
    """Judge a user's function by all test cases. Whatever goes wrong is a verdict too."""
    if not cases:
        return NO_CASES
    try:
        tasks = list(_tasks(problem, cases, code, language))
        return aggregate([case.pk for case in cases], executor.run(tasks, taken=taken))
    except JudgeFailed as error:
        return Verdict.none(error.reason)
    except Exception:  # noqa: BLE001 - logged; its user gets an answer, whatever happened
        _log.exception("a submission could not be judged")
        return Verdict.none(Reason.UNEXPECTED)


def run_freely(code: str, language: str, *, executor: Executor) -> FreeRun:
    """Run a program as it stands, without input. Whatever goes wrong at the judge is a result too.

    Raises:
        Invalid: the language is unknown.
    """
    task = Task(
        code,
        language_id(language),
        stdin="",
        expected_output=None,
        time_limit_ms=limits.FREE_TIME_MS,
        memory_limit_mb=limits.FREE_MEMORY_MB,
    )
    try:
        return _free_run(executor.run([task])[0])
    except JudgeFailed as error:
        return _no_run(error.reason)
    except Exception:  # noqa: BLE001 - logged; its user gets an answer, whatever happened
        _log.exception("a free run failed")
        return _no_run(Reason.UNEXPECTED)


def aggregate(case_ids: Sequence[int], results: Sequence[Result]) -> Verdict:
    """The verdict over all cases: accepted if each is, else the first failure in their order."""
    failures = (result.status for result in results if result.status is not SubmissionStatus.ACCEPTED)
    status = next(failures, SubmissionStatus.ACCEPTED)
    if status is SubmissionStatus.INTERNAL_ERROR:
        return Verdict.none(Reason.FAILED)
    return Verdict(
        status,
        output=_listed(case_ids, [result.stdout for result in results]),
        error=_listed(case_ids, [result.stderr for result in results]),
        execution_time=_most([result.time_ms for result in results]),
        memory_used=_most([result.memory_mb for result in results]),
    )


def _tasks(problem: AlgorithmProblem, cases: Sequence[TestCase], code: str, language: str) -> Iterator[Task]:
    source = _program(problem, code, language)
    for case in cases:
        if not limits.fits_stdin(case.input_data):
            _log.error("the input of test case %d is larger than %d bytes", case.pk, limits.STDIN_BYTES)
            raise JudgeFailed(Reason.LARGE_INPUT)
        yield Task(
            source,
            language_id(language),
            stdin=case.input_data,
            expected_output=case.expected_output,
            time_limit_ms=limits.time_limit(problem.time_limit),
            memory_limit_mb=limits.memory_limit(problem.memory_limit),
        )


def _program(problem: AlgorithmProblem, code: str, language: str) -> str:
    try:
        function = function_name(problem.solution_name, language)
    except CannotWrap as error:
        _log.error("problem %d: %s", problem.problem_id, error)
        raise JudgeFailed(Reason.MISNAMED) from error
    try:
        return wrap(code, language, function)
    except CannotWrap as error:
        raise JudgeFailed(Reason.NO_TEMPLATE) from error


def _listed(case_ids: Sequence[int], texts: Sequence[str]) -> str:
    """What there is of each case, under its id; each gets the same share of what is kept."""
    share = limits.KEPT_BYTES // max(len(texts), 1)
    parts = (
        f"Test case {case_id}:\n{limits.kept(text.rstrip(), share)}"
        for case_id, text in zip(case_ids, texts, strict=True)
        if text.strip()
    )
    return "\n".join(parts)


def _most(values: Sequence[float | None]) -> float | None:
    """The maximum; None where nothing was measured."""
    return max((value for value in values if value is not None), default=None) or None


def _free_run(result: Result) -> FreeRun:
    if result.status is SubmissionStatus.INTERNAL_ERROR:
        return _no_run(Reason.FAILED)
    return FreeRun(
        status=result.status,
        stdout=limits.kept(result.stdout),
        stderr=limits.kept(result.stderr),
        execution_time=_most([result.time_ms]),
        memory_used=_most([result.memory_mb]),
    )


def _no_run(reason: Reason) -> FreeRun:
    return FreeRun(
        status=SubmissionStatus.INTERNAL_ERROR,
        stdout="",
        stderr=reason.value,
        execution_time=None,
        memory_used=None,
    )
