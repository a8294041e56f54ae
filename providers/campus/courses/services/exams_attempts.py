"""Attempts at exams: begun once, ended once, graded when they end.

An attempt has its duration where the exam gives one, and ends with the exam in any case. Answers that come
later are graded as well: the attempt is then auto_submitted, which says that it was late. ``close_overdue``
ends what nobody sends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db import transaction
from django.db.models import QuerySet, prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from config.errors import Forbidden, Invalid, Unknown
from courses.models import (
    AttemptStatus,
    ChoiceProblem,
    Enrollment,
    Exam,
    ExamAnswer,
    ExamProblem,
    ExamStatus,
    ExamSubmission,
    FillBlankProblem,
    ProblemType,
)
from courses.services.grading import GivenAnswer, Mark, mark, share_of_blanks, share_of_choice
from courses.services.locks import lock, waiting

GRACE = timedelta(minutes=1)
"""For answers that are on their way when the time is over."""


def deadline(exam: Exam, started_at: datetime) -> datetime:
    """The last moment of an attempt, which is still in time."""
    end = exam.end_time.astimezone(UTC)
    if not exam.duration_minutes:
        return end
    # In UTC: in a time zone an hour may be missing from a night, or be there twice.
    return min(end, started_at.astimezone(UTC) + timedelta(minutes=exam.duration_minutes))


def start(user: User, exam_id: int, *, now: datetime | None = None) -> tuple[ExamSubmission, bool]:
    """The user's attempt, and whether it has begun just now; one that is in progress is returned again.

    Raises:
        Unknown: there is no such exam, or the user may not know of it.
        Invalid: the user does not take the course, has submitted already, or the exam is not open.
    """
    moment = timezone.now() if now is None else now
    exam = Exam.objects.filter(pk=exam_id).first()
    if exam is None or (exam.status != ExamStatus.PUBLISHED and not user.teaches):
        raise Unknown("there is no such exam")
    with transaction.atomic():
        # Its lock lets one user begin once, and holds the enrolment that the attempt stands on.
        enrolled = Enrollment.objects.filter(user=user, course=exam.course_id).values_list("pk", flat=True)
        for enrollment in lock(Enrollment.objects.all(), enrolled):
            return _begun(enrollment, exam, moment)
    raise Invalid("you do not take the course of this exam")


def submit(
    user: User, exam_id: int, answers: Sequence[GivenAnswer], *, now: datetime | None = None
) -> ExamSubmission:
    """End the attempt that is in progress, and grade it.

    Raises:
        Unknown: there is none, or a problem is not in the exam.
        Invalid: an answer does not fit its problem, or there are two to one problem.
    """
    moment = timezone.now() if now is None else now
    with transaction.atomic():
        running = _attempts(user, exam_id).filter(status=AttemptStatus.IN_PROGRESS)
        with waiting():
            attempt = running.select_for_update(no_key=True, of=("self",)).first()
        if attempt is None:
            raise Unknown("you have no attempt at this exam in progress")
        _end(attempt, answers, moment)
    return _as_shown(attempt)


def results(user: User, exam_id: int) -> ExamSubmission:
    """The user's own attempt. Where the exam shows no results, the attempt is without its scores.

    Raises:
        Unknown: there is none.
        Forbidden: it is in progress, and the exam shows no results.
    """
    attempt = _attempts(user, exam_id).first()
    if attempt is None:
        raise Unknown("you have made no attempt at this exam")
    if attempt.status == AttemptStatus.IN_PROGRESS and not attempt.exam.show_results_after_submit:
        raise Forbidden("this exam shows no results")
    return _as_shown(attempt)


def close_overdue(now: datetime, *, grace: timedelta = GRACE) -> int:
    """End, without answers, each attempt whose time was over ``grace`` ago; how many those were.

    Several may do it at once: each attempt is closed by one of them, and nobody waits.
    """
    running = ExamSubmission.objects.filter(status=AttemptStatus.IN_PROGRESS).select_related("exam")
    due = [each.pk for each in running if deadline(each.exam, each.started_at) + grace <= now]
    return sum(_close(attempt_id, now) for attempt_id in sorted(due))


def _close(attempt_id: int, now: datetime) -> bool:
    with transaction.atomic():
        running = ExamSubmission.objects.filter(pk=attempt_id, status=AttemptStatus.IN_PROGRESS)
        locked = running.select_related("exam").select_for_update(no_key=True, skip_locked=True, of=("self",))
        attempt = locked.first()
        if attempt is None:
            return False
        _end(attempt, [], now)
    return True


def _attempts(user: User, exam_id: int) -> QuerySet[ExamSubmission]:
    """At most one."""
    return ExamSubmission.objects.select_related("exam").filter(exam_id=exam_id, user=user)


def _begun(enrollment: Enrollment, exam: Exam, now: datetime) -> tuple[ExamSubmission, bool]:
    found = ExamSubmission.objects.select_related("exam").filter(exam=exam, user=enrollment.user_id).first()
    if found is None:
        if not exam.is_active(now):
            raise Invalid("the exam is not open")
        begun = ExamSubmission.objects.create(
            exam=exam, enrollment=enrollment, user_id=enrollment.user_id, started_at=now
        )
        return begun, True
    if found.status != AttemptStatus.IN_PROGRESS:
        raise Invalid("you have submitted your attempt already")
    return found, False


def _end(attempt: ExamSubmission, answers: Sequence[GivenAnswer], now: datetime) -> None:
    marked = _marked(attempt.exam, answers)
    ExamAnswer.objects.bulk_create(
        ExamAnswer(
            submission=attempt,
            problem_id=answer.problem_id,
            choice_answers=None if answer.choice_answers is None else list(answer.choice_answers),
            fillblank_answers=None if answer.fillblank_answers is None else list(answer.fillblank_answers),
            score=got.score,
            is_correct=got.is_correct,
            correct_percentage=got.correct_percentage,
        )
        for answer, got in marked
    )
    late = now > deadline(attempt.exam, attempt.started_at)
    attempt.status = AttemptStatus.AUTO_SUBMITTED if late else AttemptStatus.SUBMITTED
    attempt.submitted_at = now
    elapsed = now.astimezone(UTC) - attempt.started_at.astimezone(UTC)
    attempt.time_spent_seconds = max(0, int(elapsed.total_seconds()))
    attempt.total_score = sum((got.score for _, got in marked), Decimal(0))
    attempt.is_passed = attempt.total_score >= attempt.exam.passing_score
    attempt.save(update_fields=["status", "submitted_at", "time_spent_seconds", "total_score", "is_passed"])


def _marked(exam: Exam, answers: Sequence[GivenAnswer]) -> list[tuple[GivenAnswer, Mark]]:
    rows = ExamProblem.objects.filter(exam=exam).select_related(
        "problem__choice_info", "problem__fillblank_info"
    )
    asked = {row.problem_id: row for row in rows}
    marked: dict[int, tuple[GivenAnswer, Mark]] = {}
    for place, answer in enumerate(answers):
        row = asked.get(answer.problem_id)
        if row is None:
            raise Unknown(f"problem {answer.problem_id} is not in this exam")
        if answer.problem_id in marked:
            raise Invalid.field(f"answers.{place}.problem_id", "it is answered twice")
        marked[answer.problem_id] = answer, mark(_share(row, answer, f"answers.{place}"), row.score)
    return list(marked.values())


def _share(row: ExamProblem, answer: GivenAnswer, place: str) -> Fraction:
    problem = row.problem
    if answer.problem_type != problem.type:
        raise Invalid.field(f"{place}.problem_type", f"the problem is of type {problem.type}")
    if problem.type == ProblemType.CHOICE:
        chosen = _only(answer.choice_answers, answer.fillblank_answers, f"{place}.choice_answers")
        choice: ChoiceProblem | None = getattr(problem, "choice_info", None)
        return Fraction(0) if choice is None else share_of_choice(chosen, choice.correct_answers)
    texts = _only(answer.fillblank_answers, answer.choice_answers, f"{place}.fillblank_answers")
    blanks: FillBlankProblem | None = getattr(problem, "fillblank_info", None)
    if blanks is None:
        return Fraction(0)
    if len(texts) > len(blanks.blanks):
        raise Invalid.field(f"{place}.fillblank_answers", f"there are {len(blanks.blanks)} blanks")
    return share_of_blanks(texts, blanks.blanks)


def _only(wanted: Sequence[str] | None, other: Sequence[str] | None, place: str) -> Sequence[str]:
    if wanted is None or other is not None:
        raise Invalid.field(place, "answers to this problem belong here, and only here")
    return wanted


def _as_shown(attempt: ExamSubmission) -> ExamSubmission:
    """With its answers; where the exam shows no results, without their scores. It is not to be saved."""
    prefetch_related_objects([attempt], "answers")
    if not attempt.exam.show_results_after_submit:
        attempt.total_score = attempt.is_passed = None
        for answer in attempt.answers.all():
            answer.score = answer.is_correct = answer.correct_percentage = None
    return attempt
