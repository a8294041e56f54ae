"""Attempts at exams, from their start to their score."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command

from accounts.factories import UserFactory
from accounts.models import User
from config.errors import Forbidden, Invalid, Unknown
from courses.factories import (
    ChoiceProblemFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamProblemFactory,
    ExamSubmissionFactory,
    FillBlankProblemFactory,
    ProblemFactory,
)
from courses.models import AttemptStatus, Exam, ExamAnswer, ExamStatus, ExamSubmission, ProblemType
from courses.services import exams
from courses.services.exams_attempts import GRACE, close_overdue, deadline
from courses.services.grading import GivenAnswer

pytestmark = pytest.mark.django_db
START = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
END = START + timedelta(hours=3)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)


@pytest.fixture
def exam() -> Exam:
    """From START to END, an hour for each attempt."""
    return ExamFactory.create(start_time=START, end_time=END, duration_minutes=60)


@pytest.fixture
def student(exam: Exam) -> User:
    """Takes the course."""
    return EnrollmentFactory.create(course=exam.course).user


@pytest.fixture
def choice(exam: Exam) -> int:
    """The id of a problem for 10 points: b and c are right."""
    return ExamProblemFactory.create(exam=exam, score=10).problem_id


@pytest.fixture
def text(exam: Exam) -> int:
    """The id of a problem for 5 points: O(n) or linear, then stack."""
    return ExamProblemFactory.create(
        exam=exam, score=5, problem=FillBlankProblemFactory.create().problem
    ).problem_id


def chosen(problem_id: int, *keys: str) -> GivenAnswer:
    return GivenAnswer(problem_id, "choice", choice_answers=list(keys))


def filled(problem_id: int, *texts: str) -> GivenAnswer:
    return GivenAnswer(problem_id, "fillblank", fillblank_answers=list(texts))


# --- start ----------------------------------------------------------------------------------------


def test_a_new_attempt_is_in_progress(exam: Exam, student: User) -> None:
    attempt, created = exams.start(student, exam.pk, now=START)

    assert created
    assert (attempt.status, attempt.started_at, attempt.submitted_at) == ("in_progress", START, None)
    assert (attempt.user, attempt.enrollment.course, attempt.total_score) == (student, exam.course, None)


def test_an_attempt_in_progress_is_returned_again(exam: Exam, student: User) -> None:
    first, _ = exams.start(student, exam.pk, now=START)

    again, created = exams.start(student, exam.pk, now=START + MINUTE)

    assert not created
    assert (again, again.started_at) == (first, START)


@pytest.mark.parametrize("now", [START, END], ids=["at the start", "at the end"])
@pytest.mark.case("A068")
def test_both_ends_of_the_window_are_in_it(now: datetime, exam: Exam, student: User) -> None:
    _, created = exams.start(student, exam.pk, now=now)

    assert created


@pytest.mark.parametrize("now", [START - TICK, END + TICK], ids=["before", "after"])
@pytest.mark.case("A068")
def test_outside_the_window_no_attempt_begins(now: datetime, exam: Exam, student: User) -> None:
    with pytest.raises(Invalid, match="not open"):
        exams.start(student, exam.pk, now=now)

    assert not ExamSubmission.objects.exists()


def test_who_does_not_take_the_course_begins_no_attempt(exam: Exam) -> None:
    with pytest.raises(Invalid, match="course"):
        exams.start(UserFactory.create(), exam.pk, now=START)


def test_who_takes_another_course_begins_no_attempt(exam: Exam) -> None:
    with pytest.raises(Invalid, match="course"):
        exams.start(EnrollmentFactory.create().user, exam.pk, now=START)


def test_who_has_submitted_does_not_begin_again(exam: Exam, student: User) -> None:
    exams.start(student, exam.pk, now=START)
    exams.submit(student, exam.pk, [], now=START + MINUTE)

    with pytest.raises(Invalid, match="already"):
        exams.start(student, exam.pk, now=START + 2 * MINUTE)


@pytest.mark.parametrize("status", [ExamStatus.DRAFT, ExamStatus.ARCHIVED])
def test_an_exam_that_a_student_does_not_see_is_unknown(
    status: ExamStatus, exam: Exam, student: User
) -> None:
    Exam.objects.update(status=status)

    with pytest.raises(Unknown):
        exams.start(student, exam.pk, now=START)


def test_staff_do_not_begin_a_draft_either(exam: Exam) -> None:
    teacher = EnrollmentFactory.create(course=exam.course, user__teacher=True).user
    Exam.objects.update(status=ExamStatus.DRAFT)

    with pytest.raises(Invalid, match="not open"):
        exams.start(teacher, exam.pk, now=START)


def test_an_exam_that_does_not_exist_is_not_begun(student: User) -> None:
    with pytest.raises(Unknown):
        exams.start(student, 404, now=START)


@time_machine.travel(START, tick=False)
def test_without_a_clock_it_begins_now(student: User) -> None:
    exam = ExamFactory.create(
        course=student.enrollments.get().course, start_time=START, end_time=START + timedelta(hours=1)
    )

    attempt, _ = exams.start(student, exam.pk)

    assert attempt.started_at == START


# --- deadlines ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "started", "expected"),
    [
        (60, START, START + timedelta(hours=1)),
        (60, START + timedelta(hours=2, minutes=30), END),
        (180, START, END),
        (0, START, END),
        (0, END, END),
    ],
    ids=["its duration", "cut by the end", "both at once", "no duration", "begun at the end"],
)
@pytest.mark.case("A089")
def test_an_attempt_ends_with_its_duration_or_with_the_exam(
    minutes: int, started: datetime, expected: datetime
) -> None:
    exam = Exam(start_time=START, end_time=END, duration_minutes=minutes)

    assert deadline(exam, started) == expected


@pytest.mark.parametrize(
    "started",
    [datetime(2031, 3, 30, 1, 30), datetime(2031, 10, 26, 2, 30), datetime(2031, 10, 26, 2, 30, fold=1)],
    ids=["an hour is missing", "an hour comes twice", "in the second of the two"],
)
@pytest.mark.case("A070")
def test_a_change_of_the_clocks_neither_gives_nor_takes_an_hour(started: datetime) -> None:
    begun = started.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    exam = Exam(start_time=begun, end_time=begun.astimezone(UTC) + timedelta(days=1), duration_minutes=120)

    found = deadline(exam, begun)

    assert found - begun.astimezone(UTC) == timedelta(hours=2)


@pytest.mark.case("A070")
def test_the_time_that_was_spent_is_absolute(exam: Exam, student: User) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begun = datetime(2031, 10, 26, 1, 30, tzinfo=berlin)
    Exam.objects.update(start_time=begun, end_time=begun + timedelta(days=1))
    exams.start(student, exam.pk, now=begun)

    attempt = exams.submit(student, exam.pk, [], now=datetime(2031, 10, 26, 2, 30, fold=1, tzinfo=berlin))

    assert (attempt.time_spent_seconds, attempt.status) == (7200, AttemptStatus.AUTO_SUBMITTED)


@pytest.mark.parametrize(
    ("minutes", "after", "status"),
    [
        (60, timedelta(hours=1), AttemptStatus.SUBMITTED),
        (60, timedelta(hours=1) + TICK, AttemptStatus.AUTO_SUBMITTED),
        (60, timedelta(hours=1) + SECOND, AttemptStatus.AUTO_SUBMITTED),
        (0, timedelta(hours=3), AttemptStatus.SUBMITTED),
        (0, timedelta(hours=3) + SECOND, AttemptStatus.AUTO_SUBMITTED),
        (600, timedelta(hours=3), AttemptStatus.SUBMITTED),
        (600, timedelta(hours=3) + SECOND, AttemptStatus.AUTO_SUBMITTED),
    ],
)
@pytest.mark.case("A064")
@pytest.mark.case("A089")
def test_who_submits_in_time_has_submitted(
    minutes: int, after: timedelta, status: AttemptStatus, exam: Exam, student: User
) -> None:
    Exam.objects.update(duration_minutes=minutes)
    exams.start(student, exam.pk, now=START)

    attempt = exams.submit(student, exam.pk, [], now=START + after)

    attempt.refresh_from_db()
    assert (attempt.status, attempt.submitted_at) == (status, START + after)


# --- submit ---------------------------------------------------------------------------------------


def test_a_whole_exam_is_graded(exam: Exam, student: User, choice: int, text: int) -> None:
    exams.start(student, exam.pk, now=START)

    exams.submit(student, exam.pk, [chosen(choice, "c", "b"), filled(text, "linear", "queue")], now=START)

    attempt = ExamSubmission.objects.get()
    answers = ExamAnswer.objects.values_list("problem", "score", "is_correct", "correct_percentage")
    assert (attempt.total_score, attempt.is_passed) == (Decimal("12.50"), True)
    assert list(answers) == [(choice, Decimal(10), True, 100.0), (text, Decimal("2.50"), False, 50.0)]


def test_what_was_answered_is_kept(exam: Exam, student: User, choice: int, text: int) -> None:
    exams.start(student, exam.pk, now=START)

    attempt = exams.submit(student, exam.pk, [chosen(choice, "a"), filled(text, "", "x")], now=START)

    kept = [(each.choice_answers, each.fillblank_answers) for each in attempt.answers.all()]
    assert kept == [(["a"], None), (None, ["", "x"])]


@pytest.mark.parametrize(("passing", "passed"), [(10, True), (11, False)])
def test_who_reaches_the_passing_score_passes(
    passing: int, *, passed: bool, exam: Exam, student: User, choice: int, text: int
) -> None:
    Exam.objects.update(passing_score=passing)
    exams.start(student, exam.pk, now=START)

    attempt = exams.submit(student, exam.pk, [chosen(choice, "b", "c"), filled(text, "?")], now=START)

    assert (attempt.total_score, attempt.is_passed) == (Decimal(10), passed)


def test_an_attempt_without_answers_is_worth_nothing(exam: Exam, student: User, choice: int) -> None:
    exams.start(student, exam.pk, now=START)

    attempt = exams.submit(student, exam.pk, [], now=START + 90 * SECOND)

    assert (attempt.total_score, attempt.is_passed, attempt.time_spent_seconds) == (Decimal(0), False, 90)
    assert choice not in [answer.problem_id for answer in attempt.answers.all()]


def test_an_attempt_is_submitted_once(exam: Exam, student: User) -> None:
    exams.start(student, exam.pk, now=START)
    exams.submit(student, exam.pk, [], now=START)

    with pytest.raises(Unknown):
        exams.submit(student, exam.pk, [], now=START)


def test_who_has_not_begun_submits_nothing(exam: Exam, student: User) -> None:
    with pytest.raises(Unknown):
        exams.submit(student, exam.pk, [], now=START)


def test_nobody_submits_the_attempt_of_another(exam: Exam, student: User) -> None:
    exams.start(student, exam.pk, now=START)

    with pytest.raises(Unknown):
        exams.submit(UserFactory.create(), exam.pk, [], now=START)

    assert ExamSubmission.objects.get().status == AttemptStatus.IN_PROGRESS


@pytest.mark.case("A058")
def test_a_problem_that_is_not_in_the_exam_is_unknown(exam: Exam, student: User, choice: int) -> None:
    exams.start(student, exam.pk, now=START)
    other = ChoiceProblemFactory.create().problem

    with pytest.raises(Unknown):
        exams.submit(student, exam.pk, [chosen(choice, "b"), chosen(other.pk, "b")], now=START)

    assert ExamSubmission.objects.get().status == AttemptStatus.IN_PROGRESS
    assert not ExamAnswer.objects.exists()


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ([GivenAnswer(1, "fillblank", fillblank_answers=["b"])], "answers.0.problem_type"),
        ([GivenAnswer(1, "choice")], "answers.0.choice_answers"),
        ([GivenAnswer(1, "choice", fillblank_answers=["b"])], "answers.0.choice_answers"),
        ([GivenAnswer(1, "choice", ["b"], ["b"])], "answers.0.choice_answers"),
        ([GivenAnswer(1, "choice", ["b"]), GivenAnswer(1, "choice", ["c"])], "answers.1.problem_id"),
        ([GivenAnswer(2, "fillblank")], "answers.0.fillblank_answers"),
        ([GivenAnswer(2, "fillblank", ["b"], ["b"])], "answers.0.fillblank_answers"),
        ([GivenAnswer(2, "fillblank", None, ["1", "2", "3"])], "answers.0.fillblank_answers"),
        ([GivenAnswer(1, "choice", ["b"]), GivenAnswer(2, "choice", ["b"])], "answers.1.problem_type"),
    ],
)
def test_an_answer_that_does_not_fit_its_problem_is_refused_by_name(
    answers: list[GivenAnswer], field: str, exam: Exam, student: User
) -> None:
    ExamProblemFactory.create(exam=exam, problem=ChoiceProblemFactory.create(problem__id=1).problem)
    ExamProblemFactory.create(exam=exam, problem=FillBlankProblemFactory.create(problem__id=2).problem)
    exams.start(student, exam.pk, now=START)

    with pytest.raises(Invalid) as caught:
        exams.submit(student, exam.pk, answers, now=START)

    assert list(caught.value.fields) == [field]
    assert ExamSubmission.objects.get().status == AttemptStatus.IN_PROGRESS


@pytest.mark.parametrize("kind", [ProblemType.CHOICE, ProblemType.FILL_BLANK])
def test_a_problem_without_its_solution_is_worth_nothing(
    kind: ProblemType, exam: Exam, student: User
) -> None:
    bare = ExamProblemFactory.create(exam=exam, problem=ProblemFactory.create(type=kind)).problem_id
    answers = {ProblemType.CHOICE: chosen(bare, "a"), ProblemType.FILL_BLANK: filled(bare, "a")}
    exams.start(student, exam.pk, now=START)

    attempt = exams.submit(student, exam.pk, [answers[kind]], now=START)

    assert attempt.total_score == 0


# --- results --------------------------------------------------------------------------------------


def test_results_are_those_of_the_submission(exam: Exam, student: User, choice: int) -> None:
    exams.start(student, exam.pk, now=START)
    exams.submit(student, exam.pk, [chosen(choice, "b", "c")], now=START)

    found = exams.results(student, exam.pk)

    assert (found.status, found.total_score, found.is_passed) == ("submitted", Decimal(10), True)
    assert [answer.score for answer in found.answers.all()] == [10]


def test_an_attempt_in_progress_has_no_score_yet(exam: Exam, student: User) -> None:
    exams.start(student, exam.pk, now=START)

    found = exams.results(student, exam.pk)

    assert (found.status, found.total_score, found.is_passed) == ("in_progress", None, None)


def test_without_an_attempt_there_are_no_results(exam: Exam, student: User) -> None:
    with pytest.raises(Unknown):
        exams.results(student, exam.pk)


def test_the_results_of_others_are_not_shown(exam: Exam, student: User) -> None:
    ExamSubmissionFactory.create(exam=exam)

    with pytest.raises(Unknown):
        exams.results(student, exam.pk)


def test_where_results_are_hidden_an_attempt_in_progress_is_forbidden(exam: Exam, student: User) -> None:
    Exam.objects.update(show_results_after_submit=False)
    exams.start(student, exam.pk, now=START)

    with pytest.raises(Forbidden):
        exams.results(student, exam.pk)


def test_where_results_are_hidden_scores_are_stored_and_not_shown(
    exam: Exam, student: User, choice: int
) -> None:
    Exam.objects.update(show_results_after_submit=False)
    exams.start(student, exam.pk, now=START)

    at_once = exams.submit(student, exam.pk, [chosen(choice, "b", "c")], now=START)
    later = exams.results(student, exam.pk)

    shown = [(each.total_score, each.is_passed, each.answers.all()[0].score) for each in (at_once, later)]
    assert shown == [(None, None, None), (None, None, None)]
    assert ExamSubmission.objects.get().total_score == 10


# --- attempts that nobody ends --------------------------------------------------------------------


@pytest.mark.case("A067")
def test_before_its_time_an_attempt_is_not_closed(exam: Exam, student: User) -> None:
    exams.start(student, exam.pk, now=START)

    closed = close_overdue(START + timedelta(hours=1) + GRACE - TICK)

    assert closed == 0
    assert ExamSubmission.objects.get().status == AttemptStatus.IN_PROGRESS


@pytest.mark.usefixtures("choice")
@pytest.mark.case("A067")
def test_when_its_time_has_come_an_attempt_is_closed_once(exam: Exam, student: User) -> None:
    exams.start(student, exam.pk, now=START)
    due = START + timedelta(hours=1) + GRACE

    closed = [close_overdue(due), close_overdue(due), close_overdue(due + MINUTE)]

    attempt = ExamSubmission.objects.get()
    assert closed == [1, 0, 0]
    assert (attempt.status, attempt.submitted_at) == (AttemptStatus.AUTO_SUBMITTED, due)
    assert (attempt.total_score, attempt.is_passed) == (Decimal(0), False)


@pytest.mark.case("A067")
@pytest.mark.case("A089")
def test_only_attempts_that_are_due_are_closed(exam: Exam, student: User) -> None:
    due, _ = exams.start(student, exam.pk, now=START)
    other = EnrollmentFactory.create(course=exam.course).user
    exams.start(other, exam.pk, now=START + timedelta(hours=1))

    close_overdue(START + timedelta(hours=1) + GRACE)

    assert list(ExamSubmission.objects.exclude(status="in_progress")) == [due]


def test_an_attempt_that_was_submitted_is_not_closed(exam: Exam, student: User, choice: int) -> None:
    exams.start(student, exam.pk, now=START)
    exams.submit(student, exam.pk, [chosen(choice, "b", "c")], now=START)

    close_overdue(END + timedelta(days=1))

    attempt = ExamSubmission.objects.get()
    assert (attempt.status, attempt.total_score) == (AttemptStatus.SUBMITTED, Decimal(10))


@pytest.mark.case("A067")
def test_the_command_for_a_timer_closes_what_is_due(capsys: pytest.CaptureFixture[str]) -> None:
    exam = ExamFactory.create(over=True)
    ExamSubmissionFactory.create(exam=exam, started_at=exam.start_time)

    call_command("close_attempts")

    assert capsys.readouterr().out == "1 closed\n"
    assert ExamSubmission.objects.get().status == AttemptStatus.AUTO_SUBMITTED
