"""How verdicts and what they bring are written: at once, together, and once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Model
from django.db.models.signals import post_save

from accounts.factories import UserFactory
from courses.factories import CodeDraftFactory, ProblemProgressFactory, SubmissionFactory
from courses.models import CodeDraft, Enrollment, Problem, ProblemProgress, Submission, SubmissionStatus
from courses.services import verdicts
from courses.services.execution import Executor, Verdict
from courses.services.judging import Reason
from courses.services.submissions import submit
from courses.tests.judges import Failing, Ran, Stage, a_problem

S = SubmissionStatus
NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
CODE = "def solve(a, b):\n    return a + b"
CASE = ("[1, 2]", "3")
ENDED = [status for status in S if status.final]
ACCEPTED = Verdict(S.ACCEPTED, "3", "", 12.0, 3.0)
pytestmark = pytest.mark.django_db


def brought() -> tuple[int, int, int]:
    """How many drafts, enrolments and progresses there are."""
    return CodeDraft.objects.count(), Enrollment.objects.count(), ProblemProgress.objects.count()


@contextmanager
def connected(receiver: Callable[..., None], model: type[Model]) -> Iterator[None]:
    """A receiver that hears of each row of a model that is saved."""
    post_save.connect(receiver, sender=model)
    try:
        yield
    finally:
        post_save.disconnect(receiver, sender=model)


def columns(submission: Submission) -> Mapping[str, object]:
    """The row, as it is in the database."""
    return Submission.objects.filter(pk=submission.pk).values().get()


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.case("A029")
def test_a_verdict_is_never_overwritten(status: SubmissionStatus) -> None:
    submission = SubmissionFactory.create(status=status)
    before = columns(submission)

    assert not verdicts.end(submission, ACCEPTED, NOW)
    assert not verdicts.mark_judging(submission, NOW)
    assert columns(submission) == before
    assert brought() == (0, 0, 0)


@pytest.mark.parametrize("status", [S.PENDING, S.JUDGING])
@pytest.mark.case("A027")
def test_what_has_not_ended_gets_its_verdict(status: SubmissionStatus) -> None:
    submission = SubmissionFactory.create(status=status)

    ended = verdicts.end(submission, ACCEPTED, NOW)

    row = columns(submission)
    assert (row["status"], row["output"], row["execution_time"], row["memory_used"]) == (
        S.ACCEPTED,
        "3",
        12.0,
        3.0,
    )
    assert (ended, row["updated_at"]) == (True, NOW)


@pytest.mark.case("A027")
def test_a_sign_of_life_moves_the_time_of_the_row() -> None:
    submission = SubmissionFactory.create()

    verdicts.mark_judging(submission, NOW)
    verdicts.mark_judging(submission, NOW + timedelta(seconds=30))

    row = columns(submission)
    assert (row["status"], row["updated_at"]) == (S.JUDGING, NOW + timedelta(seconds=30))


@pytest.mark.parametrize("status", ENDED)
@pytest.mark.case("A084")
def test_each_verdict_is_the_string_that_is_stored(status: SubmissionStatus) -> None:
    submission = SubmissionFactory.create()

    verdicts.end(submission, Verdict(status), NOW)

    assert columns(submission)["status"] == status.value


# --- together or not at all -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        'INSERT INTO "courses_codedraft"',
        'INSERT INTO "courses_enrollment"',
        'INSERT INTO "courses_problemprogress"',
        'UPDATE "courses_problemprogress"',
    ],
)
@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A028")
@pytest.mark.case("A031")
def test_where_a_write_fails_nothing_of_the_verdict_remains(
    statement: str, stage: Stage, executor: Executor, caplog: pytest.LogCaptureFixture
) -> None:
    stage.judges(Ran(stdout="3\n"))
    user, problem = UserFactory.create(), a_problem(CASE)

    with connection.execute_wrapper(Failing(statement)):
        found = submit(user, problem, CODE, executor=executor)

    assert brought() == (0, 0, 0)
    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.NOT_STORED)
    assert (found.output, found.execution_time, found.memory_used) == ("", None, None)
    assert "disk full" in caplog.text


@pytest.mark.parametrize("model", [CodeDraft, Enrollment, ProblemProgress])
@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A028")
def test_a_receiver_that_fails_rolls_the_verdict_back_as_well(
    model: type[Model], stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran(stdout="3\n"))
    user, problem = UserFactory.create(), a_problem(CASE)

    def fail(**_: object) -> None:
        raise DatabaseError("no such disk")

    with connected(fail, model):
        found = submit(user, problem, CODE, executor=executor)

    assert brought() == (0, 0, 0)
    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.NOT_STORED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A028")
@pytest.mark.case("A057")
def test_where_nothing_can_be_written_the_submission_waits_for_the_recovery(
    stage: Stage, executor: Executor
) -> None:
    stage.takes(1)
    user, problem = UserFactory.create(), a_problem(CASE)

    with connection.execute_wrapper(Failing('UPDATE "courses_submission"', times=3)):
        found = submit(user, problem, CODE, executor=executor)

    assert found.status == S.PENDING
    assert brought() == (0, 0, 0)


@pytest.mark.parametrize(("times", "status"), [(1, S.ACCEPTED), (2, S.INTERNAL_ERROR)])
@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A028")
def test_a_verdict_that_met_another_transaction_is_written_once_more(
    times: int, status: SubmissionStatus, stage: Stage, executor: Executor
) -> None:
    stage.judges(Ran(stdout="3\n"))
    user, problem = UserFactory.create(), a_problem(CASE)
    deadlock = Failing('INSERT INTO "courses_problemprogress"', times, OperationalError)

    with connection.execute_wrapper(deadlock):
        found = submit(user, problem, CODE, executor=executor)

    assert found.status == status
    assert ProblemProgress.objects.count() == int(status is S.ACCEPTED)


@pytest.mark.django_db(transaction=True)
@pytest.mark.case("A031")
def test_after_a_write_that_failed_the_next_submission_is_judged(stage: Stage, executor: Executor) -> None:
    stage.judges(Ran(stdout="3\n"))
    stage.judges(Ran(stdout="3\n"), first=2)
    user, problem = UserFactory.create(), a_problem(CASE)

    with connection.execute_wrapper(Failing('INSERT INTO "courses_problemprogress"')):
        submit(user, problem, CODE, executor=executor)
    found = submit(user, problem, CODE, executor=executor)

    assert found.status == S.ACCEPTED
    assert brought() == (1, 1, 1)


# --- what goes with what --------------------------------------------------------------------------


@pytest.mark.case("A033")
def test_a_problem_takes_its_submissions_along() -> None:
    submission = SubmissionFactory.create(accepted=True)
    other = SubmissionFactory.create()

    Problem.objects.filter(submissions=submission).delete()

    assert list(Submission.objects.all()) == [other]


@pytest.mark.case("A033")
def test_a_user_takes_their_submissions_along() -> None:
    submission = SubmissionFactory.create(accepted=True)
    other = SubmissionFactory.create()

    submission.user.delete()

    assert list(Submission.objects.all()) == [other]


@pytest.mark.case("A033")
def test_a_draft_and_a_progress_outlive_their_submission() -> None:
    submission = SubmissionFactory.create(accepted=True)
    draft = CodeDraftFactory.create(submission=submission)
    progress = ProblemProgressFactory.create(best_submission=submission)

    submission.delete()

    draft.refresh_from_db()
    progress.refresh_from_db()
    assert (draft.submission, progress.best_submission) == (None, None)
