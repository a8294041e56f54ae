"""Enrolments and progress over the API."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from accounts.models import User
from courses.factories import (
    ChapterFactory,
    ChapterProgressFactory,
    CourseFactory,
    EnrollmentFactory,
    ProblemFactory,
    ProblemProgressFactory,
)
from courses.models import Course, Enrollment

JSON = "application/json"


def take(api: Client, course: Course, *, path: str) -> int:
    body = {} if "enroll" in path.rsplit("/", 1)[-1] else {"course_id": course.pk}
    answered = api.post(f"/api/v1/{path.format(id=course.pk)}", body, content_type=JSON)
    return answered.status_code


@pytest.mark.parametrize("path", ["enrollments/", "courses/{id}/enroll"])
def test_a_course_is_taken_once(api: Client, user: User, path: str) -> None:
    course = CourseFactory.create()

    answered = [take(api, course, path=path), take(api, course, path=path)]

    assert answered == [201, 400]
    assert Enrollment.objects.get().user == user


def test_a_course_can_be_taken_without_a_body(api: Client) -> None:
    course = CourseFactory.create()

    answered = api.generic("POST", f"/api/v1/courses/{course.pk}/enroll")

    assert (answered.status_code, answered.json()["course_id"]) == (201, course.pk)


@pytest.mark.parametrize("path", ["enrollments/", "courses/{id}/enroll"])
def test_a_course_that_is_not_there_cannot_be_taken(api: Client, path: str) -> None:
    assert take(api, Course(pk=1), path=path) == 404
    assert not Enrollment.objects.exists()


@pytest.mark.case("A053")
def test_a_new_enrolment_is_in_the_list_at_once(
    api: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    course = CourseFactory.create()
    before = api.get("/api/v1/enrollments/").json()["count"]

    with django_capture_on_commit_callbacks(execute=True):
        take(api, course, path="enrollments/")

    assert before == 0
    assert [each["course_id"] for each in api.get("/api/v1/enrollments/").json()["items"]] == [course.pk]


def test_one_sees_ones_own_enrolments_where_staff_sees_every_one(
    api: Client, staff: Client, user: User
) -> None:
    own = EnrollmentFactory.create(user=user)
    other = EnrollmentFactory.create()

    assert [each["id"] for each in api.get("/api/v1/enrollments/").json()["items"]] == [own.pk]
    assert staff.get("/api/v1/enrollments/").json()["count"] == 2
    assert staff.get(f"/api/v1/enrollments/{other.pk}/").json()["user_id"] == other.user_id


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
@pytest.mark.case("A072")
def test_an_enrolment_of_another_is_a_404(api: Client, method: str) -> None:
    other = EnrollmentFactory.create()

    assert getattr(api, method)(f"/api/v1/enrollments/{other.pk}/").status_code == 404
    assert Enrollment.objects.count() == 1


def test_an_enrolment_is_touched_and_ended(api: Client, user: User) -> None:
    own = EnrollmentFactory.create(user=user)
    path = f"/api/v1/enrollments/{own.pk}/"

    touched = api.generic("PATCH", path)
    left = api.delete(path)

    assert (touched.status_code, left.status_code) == (200, 204)
    assert touched.json()["last_accessed_at"] > touched.json()["enrolled_at"]
    assert not Enrollment.objects.exists()


def test_progress_is_ones_own(api: Client, user: User) -> None:
    problem = ProblemProgressFactory.create(enrollment__user=user, status="solved", attempts=3)
    chapter = ChapterProgressFactory.create(enrollment__user=user, completed=True)
    ProblemProgressFactory.create()
    ChapterProgressFactory.create()

    problems = api.get("/api/v1/problem-progress/").json()
    chapters = api.get("/api/v1/chapter-progress/").json()

    assert [(each["id"], each["status"], each["attempts"]) for each in problems["items"]] == [
        (problem.pk, "solved", 3)
    ]
    assert [(each["id"], each["completed"]) for each in chapters["items"]] == [(chapter.pk, True)]


def test_the_next_chapter_opens_when_the_one_before_is_solved(
    api: Client, user: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    course = CourseFactory.create()
    first, second = (ChapterFactory.create(course=course, order=order) for order in (1, 2))
    problem = ProblemFactory.create(chapter=first)
    enrollment = EnrollmentFactory.create(user=user, course=course)
    path = f"/api/v1/courses/{course.pk}/unlocked/"
    ProblemFactory.create(chapter=second)

    before = api.get(path).json()
    with django_capture_on_commit_callbacks(execute=True):
        ProblemProgressFactory.create(enrollment=enrollment, problem=problem, status="solved")

    assert before == {"chapter_ids": [first.pk]}
    assert api.get(path).json() == {"chapter_ids": [first.pk, second.pk]}


@pytest.mark.parametrize("rows", [2, 100])
@pytest.mark.parametrize(
    ("path", "factory"),
    [("problem-progress/", ProblemProgressFactory), ("chapter-progress/", ChapterProgressFactory)],
)
def test_progress_takes_as_many_queries_however_much_there_is(
    api: Client,
    user: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
    path: str,
    factory: type[ProblemProgressFactory | ChapterProgressFactory],
    rows: int,
) -> None:
    factory.create_batch(rows, enrollment=EnrollmentFactory.create(user=user))

    with django_assert_max_num_queries(3):
        api.get(f"/api/v1/{path}?page_size=100")


@pytest.mark.parametrize("rows", [2, 100])
def test_enrolments_take_as_many_queries_however_many_there_are(
    staff: Client, django_assert_max_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    EnrollmentFactory.create_batch(rows)

    with django_assert_max_num_queries(3):
        staff.get("/api/v1/enrollments/?page_size=100")
