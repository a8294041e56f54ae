"""Exams: listed, kept by staff, taken by students."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from accounts.authentication import bearer, user_of
from config.fields import Id
from config.pages import Page, Paging
from config.responses import LOCKING, WITH_BODY, errors
from courses.models import Exam, ExamProblem, ExamSubmission
from courses.schemas.exams import (
    AnswersIn,
    AttemptOut,
    ExamChanges,
    ExamFilter,
    ExamIn,
    ExamOut,
    ExamProblemsIn,
    Nothing,
    QuestionOut,
    ResultOut,
    StatusFilter,
)
from courses.services import catalog, exams, questions
from courses.services.exams import GivenAnswer

router = Router(tags=["exams"], auth=bearer)


@router.get("/exams/", response={200: Page[ExamOut], **errors(401, 422)})
def list_exams(request: HttpRequest, paging: Query[Paging], wanted: Query[ExamFilter]) -> object:
    """Exams, the latest first. Who is not staff sees published ones only."""
    return exams.listed(
        user_of(request),
        course_id=wanted.course,
        status=wanted.status,
        page=paging.page,
        page_size=paging.page_size,
    )


@router.get("/courses/{course_id}/exams/", response={200: Page[ExamOut], **errors(401, 404, 422)})
def list_exams_of_course(
    request: HttpRequest, course_id: Path[Id], paging: Query[Paging], wanted: Query[StatusFilter]
) -> object:
    """The exams of a course."""
    course = catalog.course(course_id)
    return exams.listed(
        user_of(request),
        course_id=course.pk,
        status=wanted.status,
        page=paging.page,
        page_size=paging.page_size,
    )


@router.post("/exams/", response={201: ExamOut, **errors(401, 403, 404, *WITH_BODY)})
def create_exam(request: HttpRequest, payload: ExamIn) -> Status[Exam]:
    """Make an exam; for staff."""
    fields = payload.model_dump(exclude={"course_id"})
    return Status(201, exams.create(user_of(request), course_id=payload.course_id, fields=fields))


@router.get("/exams/{exam_id}/", response={200: ExamOut, **errors(401, 404)})
def show_exam(request: HttpRequest, exam_id: Path[Id]) -> Exam:
    """One exam."""
    return exams.find(user_of(request), exam_id)


@router.patch("/exams/{exam_id}/", response={200: ExamOut, **errors(401, 403, 404, LOCKING, *WITH_BODY)})
def change_exam(request: HttpRequest, exam_id: Path[Id], payload: ExamChanges) -> Exam:
    """Change an exam; for staff."""
    return exams.edit(user_of(request), exam_id, payload.model_dump(exclude_none=True))


@router.delete("/exams/{exam_id}/", response={204: None, **errors(401, 403, 404, LOCKING)})
def delete_exam(request: HttpRequest, exam_id: Path[Id]) -> Status[None]:
    """Delete an exam with its attempts; for staff."""
    exams.delete(user_of(request), exam_id)
    return Status(204, None)


@router.get("/exams/{exam_id}/problems/", response={200: list[QuestionOut], **errors(401, 403, 404)})
def list_exam_problems(request: HttpRequest, exam_id: Path[Id]) -> list[ExamProblem]:
    """The problems of an exam, for who has begun it and for staff; without their answers."""
    return questions.of_exam(user_of(request), exam_id)


@router.post(
    "/exams/{exam_id}/problems/",
    response={200: ExamOut, **errors(401, 403, 404, LOCKING, *WITH_BODY)},
)
def add_exam_problems(request: HttpRequest, exam_id: Path[Id], payload: ExamProblemsIn) -> Exam:
    """Put problems into an exam, which is worth the sum of their scores; for staff."""
    scores = {each.problem_id: each.score for each in payload.problems}
    return exams.add_problems(user_of(request), exam_id, scores)


@router.post(
    "/exams/{exam_id}/start",
    response={200: AttemptOut, 201: AttemptOut, **errors(401, 404, *WITH_BODY)},
)
def start_exam(
    request: HttpRequest,
    exam_id: Path[Id],
    payload: Nothing | None = None,  # noqa: ARG001 - a body may be sent, and says nothing
) -> Status[ExamSubmission]:
    """Begin an attempt: 201. Where one is in progress it is answered again: 200."""
    attempt, created = exams.start(user_of(request), exam_id)
    return Status(201 if created else 200, attempt)


@router.post("/exams/{exam_id}/submit", response={200: ResultOut, **errors(401, 404, LOCKING, *WITH_BODY)})
def submit_exam(request: HttpRequest, exam_id: Path[Id], payload: AnswersIn) -> ExamSubmission:
    """End the attempt that is in progress, and grade it."""
    answers = [GivenAnswer(**answer.model_dump()) for answer in payload.answers]
    return exams.submit(user_of(request), exam_id, answers)


@router.get("/exams/{exam_id}/results", response={200: ResultOut, **errors(401, 403, 404)})
def show_exam_results(request: HttpRequest, exam_id: Path[Id]) -> ExamSubmission:
    """The user's own attempt with its score."""
    return exams.results(user_of(request), exam_id)
