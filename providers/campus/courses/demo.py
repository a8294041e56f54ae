"""Something to try: people with tokens, a course with problems of each kind, a thread, an exam."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.factories import OrganisationFactory, UserFactory
from accounts.models import Role, User
from accounts.services import issue
from courses.factories import (
    AlgorithmProblemFactory,
    ChapterFactory,
    ChoiceProblemFactory,
    CourseFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamProblemFactory,
    FillBlankProblemFactory,
    TestCaseFactory,
)
from courses.models import Chapter, Exam, Problem

PEOPLE = {"student": Role.STUDENT, "teacher": Role.TEACHER, "tutor": Role.TUTOR, "parent": Role.PARENT}
CASES = (("[1, 2]", "3"), ("[-4, 4]", "0"), ("[1000000, 1]", "1000001"))
"""Input and output of a program that adds; the first may be seen."""


@dataclass(frozen=True, slots=True)
class Demo:
    """What there is to try."""

    tokens: dict[str, str]
    """Of each person, by name, in plain."""
    course_id: int
    problem_id: int
    choice_problem_id: int
    fillblank_problem_id: int
    thread_id: int
    exam_id: int


@transaction.atomic
def fill() -> Demo:
    """Add a demonstration, beside whatever is there. People are the same each time, with new tokens."""
    people = {name: person(name, role) for name, role in PEOPLE.items()}
    course = CourseFactory.create(title="Algorithms", description="From loops to graphs.")
    chapter = ChapterFactory.create(course=course, title="Sums", order=1)
    addition = adding(chapter)
    choice = ChoiceProblemFactory.create(
        problem__chapter=chapter, problem__title="Sort", problem__content="Which of these take n log n?"
    ).problem
    blank = FillBlankProblemFactory.create(
        problem__chapter=chapter, problem__title="Search", problem__content="It takes ___, on a ___."
    ).problem
    EnrollmentFactory.create(user=people["student"], course=course)
    thread = DiscussionThreadFactory.create(
        course=None, problem=addition, author=people["student"], title="Why is it wrong?"
    )
    DiscussionReplyFactory.create(thread=thread, author=people["teacher"])
    exam = open_exam(chapter, choice, blank)
    return Demo(
        tokens={name: issue(user, name="demo")[0] for name, user in people.items()},
        course_id=course.pk,
        problem_id=addition.pk,
        choice_problem_id=choice.pk,
        fillblank_problem_id=blank.pk,
        thread_id=thread.pk,
        exam_id=exam.pk,
    )


def person(name: str, role: Role) -> User:
    """The user of that name; made if there is none."""
    found = User.objects.filter(username=name).first()
    if found is not None:
        return found
    return UserFactory.create(
        username=name,
        role=role,
        organisation=OrganisationFactory.create(name="The school of the demonstration"),
    )


def adding(chapter: Chapter) -> Problem:
    """A problem that ``def solve(a, b): return a + b`` solves."""
    info = AlgorithmProblemFactory.create(
        problem__chapter=chapter, problem__title="Add", problem__content="Return the sum of two numbers."
    )
    for number, (given, expected) in enumerate(CASES):
        TestCaseFactory.create(
            problem=info, input_data=given, expected_output=expected, is_sample=number == 0
        )
    return info.problem


def open_exam(chapter: Chapter, choice: Problem, blank: Problem) -> Exam:
    """An exam with two questions, open for a week."""
    exam = ExamFactory.create(
        course=chapter.course,
        title="Sums and sorting",
        end_time=timezone.now() + timedelta(days=7),
        duration_minutes=60,
    )
    ExamProblemFactory.create(exam=exam, problem=choice, score=10, order=1)
    ExamProblemFactory.create(exam=exam, problem=blank, score=10, order=2)
    exam.refresh_from_db()
    return exam
