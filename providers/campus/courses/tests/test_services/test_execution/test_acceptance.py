"""What an accepted submission brings, and a failed one does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.factories import UserFactory
from accounts.models import User
from contracts.judge0.status import Status
from courses.factories import EnrollmentFactory, ProblemProgressFactory, SubmissionFactory
from courses.models import (
    CodeDraft,
    Course,
    Enrollment,
    Problem,
    ProblemProgress,
    ProgressStatus,
    SaveType,
    Submission,
    SubmissionStatus,
)
from courses.services import verdicts
from courses.services.execution import Executor, Verdict
from courses.services.submissions import submit
from courses.tests.judges import Ran, Stage, a_problem

S = SubmissionStatus
NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
CODE = "def solve(a, b):\n    return a + b"
FAILURES = [status for status in S if status.final and status is not S.ACCEPTED]
pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def problem() -> Problem:
    return a_problem(("[1, 2]", "3"))


def accept(
    user: User, problem: Problem, milliseconds: float | None = 12.0, now: datetime = NOW
) -> Submission:
    """A submission that has just been accepted."""
    submission = SubmissionFactory.create(user=user, problem=problem, code=CODE)
    verdicts.end(submission, Verdict(S.ACCEPTED, execution_time=milliseconds), now)
    return submission


def course_of(problem: Problem) -> Course:
    """The course that a problem is in."""
    if problem.chapter is None:
        raise LookupError("it is an orphan")
    return problem.chapter.course


@pytest.mark.case("A087")
def test_its_code_is_kept_as_a_draft(user: User, problem: Problem) -> None:
    submission = accept(user, problem)

    draft = CodeDraft.objects.get()
    assert (draft.user, draft.problem, draft.code, draft.language) == (user, problem, CODE, "python")
    assert (draft.save_type, draft.submission) == (SaveType.SUBMISSION, submission)


@pytest.mark.case("A087")
def test_its_user_is_enrolled_in_the_course(user: User, problem: Problem) -> None:
    accept(user, problem)

    enrollment = Enrollment.objects.get()
    assert (enrollment.user, enrollment.course) == (user, course_of(problem))


@pytest.mark.case("A087")
def test_who_is_enrolled_stays_so(user: User, problem: Problem) -> None:
    before = EnrollmentFactory.create(user=user, course=course_of(problem))

    accept(user, problem)

    assert Enrollment.objects.get() == before


@pytest.mark.case("A065")
@pytest.mark.case("A087")
def test_the_problem_is_solved(user: User, problem: Problem) -> None:
    submission = accept(user, problem)

    progress = ProblemProgress.objects.get()
    assert (progress.status, progress.attempts, progress.best_submission) == (
        ProgressStatus.SOLVED,
        1,
        submission,
    )
    assert (progress.last_attempted_at, progress.solved_at) == (NOW, NOW)


@pytest.mark.case("A065")
def test_it_was_solved_when_it_was_solved_first(user: User, problem: Problem) -> None:
    accept(user, problem)
    accept(user, problem, now=LATER)

    progress = ProblemProgress.objects.get()
    assert (progress.last_attempted_at, progress.solved_at, progress.attempts) == (LATER, NOW, 2)


@pytest.mark.case("A065")
def test_the_times_of_progress_are_those_of_the_clock_that_judged(
    user: User, problem: Problem, stage: Stage, executor: Executor
) -> None:
    stage.takes(1)
    stage.tells(Ran(Status.PROCESSING))
    stage.tells(Ran())

    submit(user, problem, CODE, executor=executor)

    progress = ProblemProgress.objects.get()
    assert progress.last_attempted_at == progress.solved_at == stage.time.now()


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        (12.0, 11.9, "second"),
        (12.0, 12.0, "first"),
        (12.0, 12.1, "first"),
        (12.0, None, "first"),
        (None, 12.0, "second"),
        (None, None, "first"),
    ],
)
@pytest.mark.case("A087")
def test_only_a_faster_one_is_the_best(
    first: float | None, second: float | None, best: str, user: User, problem: Problem
) -> None:
    accepted = {"first": accept(user, problem, first), "second": accept(user, problem, second)}

    assert ProblemProgress.objects.get().best_submission == accepted[best]


@pytest.mark.case("A087")
def test_the_best_is_found_again_after_it_was_deleted(user: User, problem: Problem) -> None:
    accept(user, problem, 1.0).delete()

    slower = accept(user, problem, 90.0)

    assert ProblemProgress.objects.get().best_submission == slower


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.case("A087")
def test_a_failure_brings_nothing(failure: SubmissionStatus, user: User, problem: Problem) -> None:
    submission = SubmissionFactory.create(user=user, problem=problem)

    verdicts.end(submission, Verdict(failure, execution_time=1.0), NOW)

    assert not CodeDraft.objects.exists()
    assert not Enrollment.objects.exists()
    assert not ProblemProgress.objects.exists()


@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.case("A087")
def test_a_failure_changes_no_progress(failure: SubmissionStatus, user: User, problem: Problem) -> None:
    accept(user, problem)
    before = ProblemProgress.objects.values().get()

    verdicts.end(
        SubmissionFactory.create(user=user, problem=problem), Verdict(failure, execution_time=1.0), LATER
    )

    assert ProblemProgress.objects.values().get() == before


def test_the_progress_of_others_stays_as_it_is(user: User, problem: Problem) -> None:
    other = ProblemProgressFactory.create(problem=problem)

    accept(user, problem)

    other.refresh_from_db()
    assert (other.status, other.attempts) == (ProgressStatus.NOT_STARTED, 0)


def test_an_orphan_has_no_course_to_be_enrolled_in(user: User, problem: Problem) -> None:
    Problem.objects.update(chapter=None)

    accept(user, problem)

    assert CodeDraft.objects.count() == 1
    assert not Enrollment.objects.exists()


def test_a_row_without_a_problem_brings_nothing(user: User) -> None:
    submission = SubmissionFactory.create(user=user, problem=None)

    verdicts.end(submission, Verdict(S.ACCEPTED), NOW)

    assert not CodeDraft.objects.exists()
