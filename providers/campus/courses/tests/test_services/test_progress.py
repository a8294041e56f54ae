"""How far users are."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.factories import UserFactory
from accounts.models import User
from config.errors import Unknown
from courses.factories import (
    ChapterFactory,
    ChapterProgressFactory,
    CourseFactory,
    EnrollmentFactory,
    ProblemFactory,
    ProblemProgressFactory,
)
from courses.models import Chapter, Course, Enrollment, ProgressStatus
from courses.services import progress
from courses.services.cache_rows import Listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolled() -> Enrollment:
    return EnrollmentFactory.create()


@pytest.fixture
def user(enrolled: Enrollment) -> User:
    return enrolled.user


@pytest.fixture
def course(enrolled: Enrollment) -> Course:
    return enrolled.course


def chapter_of(course: Course, order: int, problems: int = 1) -> Chapter:
    chapter = ChapterFactory.create(course=course, order=order)
    ProblemFactory.create_batch(problems, chapter=chapter)
    return chapter


def reach(enrolled: Enrollment, chapter: Chapter, status: ProgressStatus, count: int = 1) -> None:
    """Come to that status with the first problems of a chapter."""
    for problem in chapter.problems.order_by("id")[:count]:
        ProblemProgressFactory.create(enrollment=enrolled, problem=problem, status=status)


def test_progress_by_chapters_is_ones_own(enrolled: Enrollment, user: User) -> None:
    own = ChapterProgressFactory.create(enrollment=enrolled)
    ChapterProgressFactory.create()

    assert list(progress.of_chapters(user)) == [own]


def test_progress_by_problems_is_ones_own(enrolled: Enrollment, user: User) -> None:
    own = ProblemProgressFactory.create(enrollment=enrolled)
    ProblemProgressFactory.create()

    assert list(progress.of_problems(user)) == [own]


def test_staff_too_see_their_own_progress_only() -> None:
    ProblemProgressFactory.create()

    assert not progress.of_problems(UserFactory.create(teacher=True)).exists()


def test_a_page_of_the_problems_of_a_chapter() -> None:
    chapter = ChapterFactory.create()
    first, second = ProblemFactory.create_batch(2, chapter=chapter)
    ProblemFactory.create()

    assert progress.problems(chapter.pk, page=1, page_size=1) == Listed(2, [first])
    assert progress.problems(chapter.pk, page=2, page_size=1) == Listed(2, [second])


def test_problems_of_a_chapter_that_does_not_exist_are_unknown() -> None:
    with pytest.raises(Unknown):
        progress.problems(404)


def test_statuses_are_those_of_the_user_in_the_chapter(
    enrolled: Enrollment, user: User, course: Course
) -> None:
    chapter, other = chapter_of(course, 0, problems=3), chapter_of(course, 1)
    reach(enrolled, chapter, ProgressStatus.SOLVED, count=2)
    reach(enrolled, other, ProgressStatus.SOLVED)
    reach(EnrollmentFactory.create(course=course), chapter, ProgressStatus.FAILED, count=3)

    found = progress.statuses(user, chapter.pk)

    first, second, _ = chapter.problems.order_by("id")
    assert found == {first.pk: "solved", second.pk: "solved"}


def test_who_has_tried_nothing_has_no_statuses(user: User, course: Course) -> None:
    assert progress.statuses(user, chapter_of(course, 0).pk) == {}


def test_at_first_the_first_chapter_is_open(user: User, course: Course) -> None:
    second, first = chapter_of(course, 2), chapter_of(course, 1)

    assert progress.unlocked(user, course.pk) == [first.pk]
    assert second.pk not in progress.unlocked(user, course.pk)


def test_a_chapter_that_is_solved_whole_opens_the_next(
    enrolled: Enrollment, user: User, course: Course
) -> None:
    first, second, _ = (chapter_of(course, order, problems=2) for order in range(3))
    reach(enrolled, first, ProgressStatus.SOLVED, count=2)

    assert progress.unlocked(user, course.pk) == [first.pk, second.pk]


@pytest.mark.parametrize(
    ("status", "count"), [(ProgressStatus.SOLVED, 1), (ProgressStatus.FAILED, 2)], ids=["a half", "failed"]
)
def test_a_chapter_that_is_not_solved_opens_nothing(
    status: ProgressStatus, count: int, enrolled: Enrollment, user: User, course: Course
) -> None:
    first, _ = (chapter_of(course, order, problems=2) for order in range(2))
    reach(enrolled, first, status, count=count)

    assert progress.unlocked(user, course.pk) == [first.pk]


def test_what_others_solved_opens_nothing(user: User, course: Course) -> None:
    first, _ = (chapter_of(course, order) for order in range(2))
    reach(EnrollmentFactory.create(course=course), first, ProgressStatus.SOLVED)

    assert progress.unlocked(user, course.pk) == [first.pk]


def test_a_chapter_without_problems_is_no_obstacle(user: User, course: Course) -> None:
    chapters = [chapter_of(course, 0, problems=0), chapter_of(course, 1)]

    assert progress.unlocked(user, course.pk) == [chapter.pk for chapter in chapters]


def test_a_course_without_chapters_has_none_open(user: User, course: Course) -> None:
    assert progress.unlocked(user, course.pk) == []


def test_chapters_of_a_course_that_does_not_exist_are_unknown(user: User) -> None:
    with pytest.raises(Unknown):
        progress.unlocked(user, 404)


@pytest.mark.parametrize("count", [2, 200])
def test_what_is_open_costs_two_queries_however_long_the_course(
    count: int, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    course = CourseFactory.create()
    Chapter.objects.bulk_create(Chapter(course=course, order=order) for order in range(count))

    with django_assert_num_queries(2):
        found = progress.unlocked(user, course.pk)

    assert len(found) == count
