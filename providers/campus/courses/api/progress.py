"""Enrolments, and how far one is."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from accounts.authentication import bearer, user_of
from config.fields import Id
from config.pages import Page, Paging, page_of
from config.responses import WITH_BODY, errors
from courses.models import Enrollment
from courses.schemas.exams import Nothing
from courses.schemas.progress import ChapterProgressOut, EnrollmentIn, EnrollmentOut, ProblemProgressOut
from courses.services import enrolments, progress

router = Router(tags=["progress"], auth=bearer)


@router.get("/enrollments/", response={200: Page[EnrollmentOut], **errors(401, 422)})
def list_enrollments(request: HttpRequest, paging: Query[Paging]) -> object:
    """The courses that the user takes, newest first; those of all for staff."""
    return enrolments.listed(user_of(request), page=paging.page, page_size=paging.page_size)


@router.post("/enrollments/", response={201: EnrollmentOut, **errors(401, 404, *WITH_BODY)})
def create_enrollment(request: HttpRequest, payload: EnrollmentIn) -> Status[Enrollment]:
    """Take a course. A second time is refused with 400."""
    return Status(201, enrolments.enroll(user_of(request), payload.course_id))


@router.post("/courses/{course_id}/enroll", response={201: EnrollmentOut, **errors(401, 404, *WITH_BODY)})
def enroll(
    request: HttpRequest,
    course_id: Path[Id],
    payload: Nothing | None = None,  # noqa: ARG001 - a body may be sent, and says nothing
) -> Status[Enrollment]:
    """Take the course. A second time is refused with 400."""
    return Status(201, enrolments.enroll(user_of(request), course_id))


@router.get("/enrollments/{enrollment_id}/", response={200: EnrollmentOut, **errors(401, 404)})
def show_enrollment(request: HttpRequest, enrollment_id: Path[Id]) -> Enrollment:
    """One enrolment."""
    return enrolments.find(user_of(request), enrollment_id)


@router.patch("/enrollments/{enrollment_id}/", response={200: EnrollmentOut, **errors(401, 404, *WITH_BODY)})
def touch_enrollment(
    request: HttpRequest,
    enrollment_id: Path[Id],
    payload: Nothing | None = None,  # noqa: ARG001 - a body may be sent, and says nothing
) -> Enrollment:
    """Note that the course was opened now."""
    return enrolments.touch(user_of(request), enrollment_id)


@router.delete("/enrollments/{enrollment_id}/", response={204: None, **errors(401, 404)})
def delete_enrollment(request: HttpRequest, enrollment_id: Path[Id]) -> Status[None]:
    """Leave a course; progress in it is lost."""
    enrolments.leave(user_of(request), enrollment_id)
    return Status(204, None)


@router.get("/chapter-progress/", response={200: Page[ChapterProgressOut], **errors(401, 422)})
def list_chapter_progress(request: HttpRequest, paging: Query[Paging]) -> object:
    """The user's own progress, chapter by chapter."""
    return page_of(progress.of_chapters(user_of(request)), paging)


@router.get("/problem-progress/", response={200: Page[ProblemProgressOut], **errors(401, 422)})
def list_problem_progress(request: HttpRequest, paging: Query[Paging]) -> object:
    """The user's own progress, problem by problem."""
    return page_of(progress.of_problems(user_of(request)), paging)
