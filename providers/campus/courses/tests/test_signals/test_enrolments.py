"""What is cached of the courses that a user takes."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest
import redis
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.factories import UserFactory
from accounts.models import User
from courses.factories import CourseFactory, EnrollmentFactory
from courses.models import Course, Enrollment
from courses.services import enrolments
from courses.services.cache import Cache, View

pytestmark = pytest.mark.django_db(transaction=True)
THEN = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def kept(each_store: redis.Redis, settings: Settings) -> Cache:
    """What is cached, on both stores."""
    return Cache(each_store, settings.CACHE_PREFIX)


@pytest.fixture
def user(transactional_db: None) -> User:  # noqa: ARG001 - the user is a row
    return UserFactory.create()


@pytest.fixture
def other(transactional_db: None) -> User:  # noqa: ARG001 - the user is a row
    return UserFactory.create()


def is_kept(user: User, kept: Cache) -> bool:
    key = kept.key(View.ENROLLMENTS, user.pk, {"page": 1, "page_size": 20})
    return bool(kept.store.exists(key))


def courses_of(user: User) -> list[Course]:
    """As the user sees them; the list is cached by that."""
    return [row.course for row in enrolments.listed(user).items]


def test_a_list_is_cached(user: User) -> None:
    courses_of(user)

    with CaptureQueriesContext(connection) as queries:
        courses_of(user)

    assert len(queries) == 0


@pytest.mark.case("A053")
def test_a_new_enrolment_is_seen_at_once(user: User, kept: Cache) -> None:
    before = courses_of(user)
    cached = is_kept(user, kept)

    new = EnrollmentFactory.create(user=user)

    assert (before, cached) == ([], True)
    assert courses_of(user) == [new.course]


@pytest.mark.case("A053")
def test_every_page_of_the_list_is_dropped(user: User, kept: Cache) -> None:
    enrolments.listed(user, page=2, page_size=5)

    EnrollmentFactory.create(user=user)

    assert list(kept.store.scan_iter(match=f"*:{View.ENROLLMENTS.value}:{user.pk}:*")) == []


@pytest.mark.case("A053")
def test_lists_of_other_users_stay(user: User, other: User, kept: Cache) -> None:
    courses_of(other)

    EnrollmentFactory.create(user=user)

    assert is_kept(other, kept)


@pytest.mark.case("A042")
@pytest.mark.case("A053")
def test_lists_of_users_whose_ids_begin_alike_stay(kept: Cache) -> None:
    short, long = UserFactory.create(pk=7), UserFactory.create(pk=77)
    courses_of(long)

    EnrollmentFactory.create(user=short)

    assert is_kept(long, kept)


@pytest.mark.case("A055")
def test_a_changed_enrolment_drops_nothing(user: User, kept: Cache) -> None:
    row = EnrollmentFactory.create(user=user)
    courses_of(user)

    row.save()

    assert is_kept(user, kept)


@pytest.mark.case("A055")
def test_that_a_course_was_opened_is_seen_at_once(user: User) -> None:
    row = EnrollmentFactory.create(user=user)
    courses_of(user)

    enrolments.touch(user, row.pk, now=THEN)

    assert enrolments.listed(user).items[0].last_accessed_at == THEN


def test_an_enrolment_that_ended_is_seen_no_more(user: User) -> None:
    row = EnrollmentFactory.create(user=user)
    courses_of(user)

    enrolments.leave(user, row.pk)

    assert courses_of(user) == []


@pytest.mark.case("A054")
def test_before_the_commit_nothing_is_dropped(user: User, kept: Cache) -> None:
    courses_of(user)

    with transaction.atomic():
        EnrollmentFactory.create(user=user)
        before = is_kept(user, kept)

    assert (before, is_kept(user, kept)) == (True, False)


@pytest.mark.case("A054")
@pytest.mark.case("A058")
def test_after_a_rollback_nothing_is_dropped(user: User, kept: Cache) -> None:
    courses_of(user)

    with transaction.atomic():
        EnrollmentFactory.create(user=user)
        transaction.set_rollback(True)

    assert is_kept(user, kept)
    assert courses_of(user) == []


@pytest.mark.case("A054")
def test_what_a_transaction_reads_of_itself_is_not_kept_where_it_fails(user: User) -> None:
    with transaction.atomic():
        EnrollmentFactory.create(user=user)
        within = len(courses_of(user))
        transaction.set_rollback(True)

    assert (within, courses_of(user)) == (1, [])


@pytest.mark.case("A088")
def test_of_several_enrolments_in_a_transaction_each_list_is_dropped(
    user: User, other: User, kept: Cache
) -> None:
    courses_of(user)
    courses_of(other)

    with transaction.atomic():
        EnrollmentFactory.create(user=user)
        EnrollmentFactory.create(user=other)

    assert (is_kept(user, kept), is_kept(other, kept)) == (False, False)


@pytest.mark.case("A056")
@pytest.mark.case("A088")
def test_enrolments_in_bulk_drop_each_list_as_well(user: User, other: User, kept: Cache) -> None:
    courses_of(user)
    courses_of(other)

    enrolments.enroll_all([user, other], CourseFactory.create().pk)

    assert (is_kept(user, kept), is_kept(other, kept)) == (False, False)


@pytest.mark.case("A056")
def test_rows_that_are_made_in_bulk_elsewhere_are_dropped_on_request(user: User, kept: Cache) -> None:
    courses_of(user)
    Enrollment.objects.bulk_create([Enrollment(user=user, course=CourseFactory.create())])
    before = is_kept(user, kept)

    enrolments.forget([user.pk])

    assert (before, len(courses_of(user))) == (True, 1)


def cost_of_enrolling(count: int) -> int:
    """How many statements so many new enrolments take, one by one."""
    users, course = UserFactory.create_batch(count), CourseFactory.create()
    with CaptureQueriesContext(connection) as queries:
        for each in users:
            EnrollmentFactory.create(user=each, course=course)
    return len(queries)


@pytest.mark.case("A056")
def test_enrolments_one_by_one_cost_linearly() -> None:
    few, many = cost_of_enrolling(3), cost_of_enrolling(30)

    assert many == 10 * few


@pytest.mark.usefixtures("nowhere")
@pytest.mark.case("A062")
def test_without_a_store_an_enrolment_is_saved_and_that_is_logged(
    user: User, caplog: pytest.LogCaptureFixture
) -> None:
    row = EnrollmentFactory.create(user=user)

    assert courses_of(user) == [row.course]
    assert {record.levelno for record in caplog.records if record.name == "campus.cache"} == {logging.WARNING}
