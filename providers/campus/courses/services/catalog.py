"""What there is to learn."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from config.errors import Unknown
from courses.models import Chapter, Course, Problem, TestCase


def courses() -> QuerySet[Course]:
    """Every course."""
    return Course.objects.all()


def course(course_id: int) -> Course:
    """One of them.

    Raises:
        Unknown: there is none of that id.
    """
    found = Course.objects.filter(pk=course_id).first()
    if found is None:
        raise Unknown("there is no such course")
    return found


def chapters(course_id: int) -> QuerySet[Chapter]:
    """The chapters of a course, in order.

    Raises:
        Unknown: there is no such course.
    """
    return Chapter.objects.filter(course=course(course_id))


def chapter(chapter_id: int) -> Chapter:
    """One chapter.

    Raises:
        Unknown: there is none of that id.
    """
    found = Chapter.objects.filter(pk=chapter_id).first()
    if found is None:
        raise Unknown("there is no such chapter")
    return found


def problems(chapter_id: int) -> QuerySet[Problem]:
    """The problems of a chapter.

    Raises:
        Unknown: there is no such chapter.
    """
    return Problem.objects.filter(chapter=chapter(chapter_id))


def problem(problem_id: int) -> Problem:
    """One problem, with what its kind has beside it, and as ``samples`` the test cases that may be seen.

    Raises:
        Unknown: there is none of that id.
    """
    samples = Prefetch(
        "algorithm_info__test_cases", TestCase.objects.filter(is_sample=True), to_attr="samples"
    )
    found = (
        Problem.objects.select_related("algorithm_info", "choice_info", "fillblank_info")
        .prefetch_related(samples)
        .filter(pk=problem_id)
        .first()
    )
    if found is None:
        raise Unknown("there is no such problem")
    return found
