"""Who takes which course."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from config.errors import Invalid, Unknown
from courses.models import Enrollment
from courses.services import catalog
from courses.services.cache import View, after_commit, shared
from courses.services.cache_rows import Listed, cached_page
from courses.services.locks import lock


def visible(user: User) -> QuerySet[Enrollment]:
    """The user's own, newest first; those of all for staff."""
    return Enrollment.objects.all() if user.teaches else Enrollment.objects.filter(user=user)


def listed(user: User, *, page: int = 1, page_size: int = 20) -> Listed[Enrollment]:
    """A page of them. Who sees those of all gets them from the database, all others from the cache."""
    rows = visible(user)
    if user.teaches:
        start = (page - 1) * page_size
        return Listed(rows.count(), list(rows[start : start + page_size]))
    return cached_page(View.ENROLLMENTS, user.pk, rows, page=page, page_size=page_size)


def find(user: User, enrollment_id: int) -> Enrollment:
    """One of them.

    Raises:
        Unknown: there is none of that id, or it is another user's.
    """
    found = visible(user).filter(pk=enrollment_id).first()
    if found is None:
        raise Unknown("there is no such enrolment")
    return found


def enroll(user: User, course_id: int) -> Enrollment:
    """Take a course.

    Raises:
        Unknown: there is no such course.
        Invalid: the user takes it already.
    """
    course = catalog.course(course_id)
    with transaction.atomic():
        found, created = Enrollment.objects.get_or_create(user=user, course=course)
    if not created:
        raise Invalid.field("course_id", "you take this course already")
    return found


def enroll_all(users: Iterable[User], course_id: int) -> int:
    """Let many users take a course, with a fixed number of statements; how many of them took it not yet.

    Raises:
        Unknown: there is no such course.
    """
    course = catalog.course(course_id)
    wanted = {user.pk: user for user in users}
    with transaction.atomic():
        before = Enrollment.objects.filter(course=course).count()
        Enrollment.objects.bulk_create(
            [Enrollment(user=user, course=course) for _, user in sorted(wanted.items())],
            ignore_conflicts=True,
        )
        # Rows that are made in bulk fire no signals.
        forget(wanted)
        return Enrollment.objects.filter(course=course).count() - before


def touch(user: User, enrollment_id: int, *, now: datetime | None = None) -> Enrollment:
    """The course was opened.

    Raises:
        Unknown: there is no such enrolment, or it is another user's.
    """
    found = find(user, enrollment_id)
    found.last_accessed_at = timezone.now() if now is None else now
    with transaction.atomic():
        found.save(update_fields=["last_accessed_at"])
        # Its signal forgets new rows only, and the list shows when each course was opened.
        forget([found.user_id])
    return found


def leave(user: User, enrollment_id: int) -> None:
    """Leave a course; what was reached in it is lost.

    Raises:
        Unknown: there is no such enrolment, or it is another user's.
    """
    with transaction.atomic():
        for found in lock(visible(user), [enrollment_id]):
            found.delete()
            return
    raise Unknown("there is no such enrolment")


def forget(user_ids: Iterable[int]) -> None:
    """Drop the cached lists of these users after the commit; for bulk paths, which fire no signals."""
    after_commit(*(partial(_drop, user_id) for user_id in user_ids))


def _drop(user_id: int) -> None:
    shared().drop_all(View.ENROLLMENTS, user_id)
