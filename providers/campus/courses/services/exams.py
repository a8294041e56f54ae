"""Exams. Staff keep them; everybody else sees those that are published."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.models import User
from config.errors import Forbidden, Invalid, Unknown
from courses.models import Exam, ExamProblem, ExamStatus, Problem, ProblemType
from courses.services import catalog
from courses.services.cache import View, shared
from courses.services.cache_rows import Listed, RowCodec, cached_page
from courses.services.exams_attempts import close_overdue, results, start, submit
from courses.services.exams_totals import recompute
from courses.services.grading import GivenAnswer
from courses.services.locks import lock

__all__ = [
    "GivenAnswer",
    "add_problems",
    "close_overdue",
    "create",
    "delete",
    "edit",
    "find",
    "listed",
    "recompute",
    "results",
    "start",
    "submit",
    "visible",
]

HIGHEST_TOTAL = 9999
"""What the score of an attempt can hold."""


def visible(user: User, *, course_id: int | None = None, status: str | None = None) -> QuerySet[Exam]:
    """Exams, the latest first, of one course or all, in one status or any that the user may see."""
    found = Exam.objects.all() if user.teaches else Exam.objects.filter(status=ExamStatus.PUBLISHED)
    if course_id is not None:
        found = found.filter(course=course_id)
    return found if status is None else found.filter(status=status)


def listed(
    user: User,
    *,
    course_id: int | None = None,
    status: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> Listed[Exam]:
    """A page of them, from the cache; all users who see the same exams share it."""
    whose = f"{'staff' if user.teaches else 'public'}.{'all' if course_id is None else course_id}"
    rows = visible(user, course_id=course_id, status=status)
    parameters = {} if status is None else {"status": str(status)}
    return cached_page(View.EXAMS, whose, rows, page=page, page_size=page_size, parameters=parameters)


def find(user: User, exam_id: int) -> Exam:
    """One of them, from the cache.

    Raises:
        Unknown: there is none of that id, or the user may not know of it.
    """
    found = shared().get(View.EXAM, exam_id, RowCodec(Exam), lambda: Exam.objects.filter(pk=exam_id).first())
    if found is None or (found.status != ExamStatus.PUBLISHED and not user.teaches):
        raise Unknown("there is no such exam")
    return found


def create(user: User, *, course_id: int, fields: Mapping[str, object]) -> Exam:
    """A new exam, without problems.

    Raises:
        Forbidden: the user is not staff.
        Unknown: there is no such course.
        Invalid: its times make no sense.
    """
    _staff_only(user)
    exam = Exam(course=catalog.course(course_id), **fields)
    _check(exam)
    exam.save()
    return exam


def edit(user: User, exam_id: int, changes: Mapping[str, object]) -> Exam:
    """Change an exam.

    Raises:
        Forbidden: the user is not staff.
        Unknown: there is none of that id.
        Invalid: its times make no sense.
    """
    _staff_only(user)
    with transaction.atomic():
        exam = _locked(exam_id)
        for name, value in changes.items():
            setattr(exam, name, value)
        _check(exam)
        exam.save(update_fields=[*changes, "updated_at"])
    return exam


def delete(user: User, exam_id: int) -> None:
    """Delete an exam with its attempts.

    Raises:
        Forbidden: the user is not staff.
        Unknown: there is none of that id.
    """
    _staff_only(user)
    with transaction.atomic():
        _locked(exam_id).delete()


def add_problems(user: User, exam_id: int, scores: Mapping[int, int]) -> Exam:
    """Put problems behind those that an exam has, in one statement: id to score. The exam, with its total.

    Raises:
        Forbidden: the user is not staff.
        Unknown: there is no such exam, or no such problem.
        Invalid: a problem is in the exam already or is solved in code, or a score is out of range.
    """
    _staff_only(user)
    with transaction.atomic():
        exam = _locked(exam_id)
        _check_scores(exam, scores)
        problems = _problems(exam, scores)
        last = exam.exam_problems.aggregate(last=Max("order"))["last"]
        first = 0 if last is None else last + 1
        ExamProblem.objects.bulk_create(
            ExamProblem(exam=exam, problem=problem, score=scores[problem.pk], order=order)
            for order, problem in enumerate(problems, first)
        )
        # Rows that are made in bulk fire no signals.
        recompute([exam.pk])
        exam.refresh_from_db()
    return exam


def _staff_only(user: User) -> None:
    if not user.teaches:
        raise Forbidden("exams are kept by staff")


def _locked(exam_id: int) -> Exam:
    for exam in lock(Exam.objects.all(), [exam_id]):
        return exam
    raise Unknown("there is no such exam")


def _check(exam: Exam) -> None:
    try:
        exam.clean()
    except ValidationError as error:
        fields = {name: "; ".join(messages) for name, messages in error.message_dict.items()}
        named = "; ".join(f"{name}: {message}" for name, message in fields.items())
        raise Invalid(named, fields) from error


def _check_scores(exam: Exam, scores: Mapping[int, int]) -> None:
    for problem_id, score in scores.items():
        if score < 1:
            raise Invalid.field("score", f"that of problem {problem_id} is below 1")
    total = sum(exam.exam_problems.values_list("score", flat=True)) + sum(scores.values())
    if total > HIGHEST_TOTAL:
        raise Invalid.field("score", f"an exam is worth {HIGHEST_TOTAL} at most")


def _problems(exam: Exam, wanted: Mapping[int, int]) -> list[Problem]:
    """Those problems, in the order in which they are named."""
    found = Problem.objects.in_bulk(list(wanted))
    inside = set(exam.exam_problems.filter(problem__in=wanted).values_list("problem_id", flat=True))
    for problem_id in wanted:
        if problem_id not in found:
            raise Unknown(f"there is no problem {problem_id}")
        if problem_id in inside:
            raise Invalid.field("problem_id", f"problem {problem_id} is in the exam already")
        if found[problem_id].type == ProblemType.ALGORITHM:
            raise Invalid.field("problem_id", f"problem {problem_id} is solved in code")
    return [found[problem_id] for problem_id in wanted]
