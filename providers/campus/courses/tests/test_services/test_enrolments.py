"""Who takes which course."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from accounts.factories import UserFactory
from accounts.models import User
from config.errors import Invalid, Unknown
from courses.factories import CourseFactory, EnrollmentFactory, ProblemProgressFactory
from courses.models import Enrollment, ProblemProgress
from courses.services import enrolments
from courses.services.cache_rows import Listed

pytestmark = pytest.mark.django_db
THEN = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def teacher() -> User:
    return UserFactory.create(teacher=True)


def test_a_user_sees_their_own_the_newest_first(user: User) -> None:
    EnrollmentFactory.create()
    first, second = EnrollmentFactory.create_batch(2, user=user)

    assert list(enrolments.visible(user)) == [second, first]


def test_staff_see_those_of_all(teacher: User) -> None:
    found = EnrollmentFactory.create_batch(2)

    assert set(enrolments.visible(teacher)) == set(found)


def test_a_page_of_ones_own(user: User) -> None:
    first, _ = EnrollmentFactory.create_batch(2, user=user)
    EnrollmentFactory.create()

    assert enrolments.listed(user, page=2, page_size=1) == Listed(2, [first])


def test_a_page_of_those_of_all(teacher: User) -> None:
    first, _ = EnrollmentFactory.create_batch(2)

    assert enrolments.listed(teacher, page=2, page_size=1) == Listed(2, [first])


def test_that_of_another_user_is_unknown(user: User) -> None:
    other = EnrollmentFactory.create()

    with pytest.raises(Unknown):
        enrolments.find(user, other.pk)


def test_staff_find_that_of_another_user(teacher: User) -> None:
    other = EnrollmentFactory.create()

    assert enrolments.find(teacher, other.pk) == other


@time_machine.travel(THEN, tick=False)
def test_a_user_takes_a_course(user: User) -> None:
    course = CourseFactory.create()

    taken = enrolments.enroll(user, course.pk)

    assert Enrollment.objects.get() == taken
    assert (taken.user, taken.course) == (user, course)
    assert taken.enrolled_at == THEN


def test_a_course_is_taken_once(user: User) -> None:
    course = CourseFactory.create()
    enrolments.enroll(user, course.pk)

    with pytest.raises(Invalid) as caught:
        enrolments.enroll(user, course.pk)

    assert list(caught.value.fields) == ["course_id"]
    assert Enrollment.objects.count() == 1


def test_a_course_that_does_not_exist_is_not_taken(user: User) -> None:
    with pytest.raises(Unknown):
        enrolments.enroll(user, 404)


@pytest.mark.case("A056")
def test_many_users_take_a_course_at_once() -> None:
    course, users = CourseFactory.create(), UserFactory.create_batch(3)

    count = enrolments.enroll_all(users, course.pk)

    assert count == 3
    assert set(course.enrollments.values_list("user", flat=True)) == {user.pk for user in users}


@pytest.mark.case("A056")
def test_of_many_users_those_who_take_it_already_stay_as_they_are(user: User) -> None:
    before = EnrollmentFactory.create(user=user, enrolled_at=THEN)

    count = enrolments.enroll_all([user, UserFactory.create(), user], before.course_id)

    before.refresh_from_db()
    assert (count, before.enrolled_at) == (1, THEN)


def test_nobody_at_all_takes_a_course() -> None:
    assert enrolments.enroll_all([], CourseFactory.create().pk) == 0


def test_many_users_do_not_take_what_does_not_exist(user: User) -> None:
    with pytest.raises(Unknown):
        enrolments.enroll_all([user], 404)


@pytest.mark.parametrize("count", [2, 200])
@pytest.mark.case("A056")
def test_many_users_cost_as_many_statements_as_few(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    course, users = CourseFactory.create(), UserFactory.create_batch(count)

    with django_assert_num_queries(6):
        enrolments.enroll_all(users, course.pk)

    assert course.enrollments.count() == count


def test_opening_a_course_is_noted(user: User) -> None:
    taken = EnrollmentFactory.create(user=user)

    enrolments.touch(user, taken.pk, now=THEN)

    taken.refresh_from_db()
    assert taken.last_accessed_at == THEN
    assert taken.enrolled_at != THEN


def test_nobody_opens_the_course_of_another(user: User) -> None:
    with pytest.raises(Unknown):
        enrolments.touch(user, EnrollmentFactory.create().pk)


def test_who_leaves_a_course_loses_what_was_reached_in_it(user: User) -> None:
    progress = ProblemProgressFactory.create(enrollment__user=user)

    enrolments.leave(user, progress.enrollment_id)

    assert not Enrollment.objects.exists()
    assert not ProblemProgress.objects.exists()


def test_nobody_leaves_for_another(user: User) -> None:
    other = EnrollmentFactory.create()

    with pytest.raises(Unknown):
        enrolments.leave(user, other.pk)

    assert Enrollment.objects.get() == other
