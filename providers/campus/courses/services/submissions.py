"""Takes programs in: for a problem, which is judged and stored, or to be run freely."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, nullcontext

from django.db import OperationalError, transaction

from accounts.models import User
from config.errors import Busy, Invalid, Unknown
from courses.models import AlgorithmProblem, Problem, ProblemType, Submission
from courses.services import execution, verdicts
from courses.services.execution import Executor, FreeRun, Verdict
from courses.services.judging import Reason
from courses.services.languages import language_id
from courses.services.limits import checked_source

_log = logging.getLogger("campus.submissions")


def submit(
    user: User,
    problem: Problem,
    code: str | bytes | None,
    language: str = "python",
    *,
    executor: Executor | None = None,
) -> Submission:
    """Store a program for a problem of type algorithm, judge it, and return it with its verdict.

    A judge that fails is a verdict too: internal_error.

    Raises:
        Invalid: the code or the language cannot be taken, or the problem is of another type; no row.
        Unknown: the user or the problem was deleted meanwhile, and the submission with it.
        RuntimeError: a transaction is open, which would be held while the judge works.
    """
    source = checked_source(code)
    language_id(language)
    if problem.type != ProblemType.ALGORITHM:
        raise Invalid.field("problem_id", "it is no problem that is solved in code")
    with _given_or_own(executor) as runs:
        with transaction.atomic(durable=True):
            submission = Submission.objects.create(user=user, problem=problem, code=source, language=language)
        _end(submission, _judged(submission, problem, runs), runs)
    try:
        submission.refresh_from_db()
    except Submission.DoesNotExist as error:
        raise Unknown("the submission is gone, with its user or its problem") from error
    return submission


def run_freely(
    code: str | bytes | None, language: str = "python", *, executor: Executor | None = None
) -> FreeRun:
    """Run a program as it stands, without input; nothing is stored.

    Raises:
        Invalid: the code or the language cannot be taken.
    """
    source = checked_source(code)
    language_id(language)
    with _given_or_own(executor) as runs:
        return execution.run_freely(source, language, executor=runs)


def _given_or_own(executor: Executor | None) -> AbstractContextManager[Executor]:
    return execution.executor() if executor is None else nullcontext(executor)


def _judged(submission: Submission, problem: Problem, executor: Executor) -> Verdict:
    info = AlgorithmProblem.objects.filter(problem=problem).first()
    if info is None:
        return execution.NO_CASES
    return execution.run_test_cases(
        info,
        list(info.test_cases.all()),
        submission.code,
        submission.language,
        executor=executor,
        taken=lambda: _mark_judging(submission, executor),
    )


def _mark_judging(submission: Submission, executor: Executor) -> None:
    verdicts.mark_judging(submission, executor.clock.now())


def _end(submission: Submission, verdict: Verdict, executor: Executor) -> None:
    """Write the verdict; where that fails, that there is none. What cannot be written is for the recovery."""
    try:
        _store(submission, verdict, executor)
    except Exception:  # noqa: BLE001 - logged; the program ran, and its user gets an answer
        _log.exception("the verdict of submission %d could not be stored", submission.pk)
        try:
            _store(submission, Verdict.none(Reason.NOT_STORED), executor)
        except Exception:  # noqa: BLE001 - logged; the recovery ends it
            _log.exception("submission %d is left to the recovery", submission.pk)


def _store(submission: Submission, verdict: Verdict, executor: Executor) -> None:
    """A second try where the first met another transaction: the program need not run again for that."""
    try:
        verdicts.end(submission, verdict, executor.clock.now())
    except (Busy, OperationalError) as error:
        _log.warning("submission %d is written once more after %s", submission.pk, type(error).__name__)
        verdicts.end(submission, verdict, executor.clock.now())
