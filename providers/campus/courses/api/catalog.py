"""Reading courses, chapters and problems."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router

from accounts.authentication import bearer, user_of
from config.fields import Id
from config.pages import Page, Paging, page_of
from config.responses import errors
from courses.models import Chapter, Course, Problem, ProblemType, ProgressStatus
from courses.schemas.content import ChapterOut, CourseOut, ProblemOut, ProblemRow, UnlockedOut
from courses.services import catalog, progress

router = Router(tags=["catalog"], auth=bearer)


@router.get("/courses/", response={200: Page[CourseOut], **errors(401, 422)})
def list_courses(request: HttpRequest, paging: Query[Paging]) -> object:  # noqa: ARG001 - ninja passes it
    """Every course, by title."""
    return page_of(catalog.courses(), paging)


@router.get("/courses/{course_id}/", response={200: CourseOut, **errors(401, 404)})
def show_course(request: HttpRequest, course_id: Path[Id]) -> Course:  # noqa: ARG001 - ninja passes it
    """One course."""
    return catalog.course(course_id)


@router.get("/courses/{course_id}/chapters/", response={200: Page[ChapterOut], **errors(401, 404, 422)})
def list_chapters(
    request: HttpRequest,  # noqa: ARG001 - ninja passes it
    course_id: Path[Id],
    paging: Query[Paging],
) -> object:
    """The chapters of a course, in order."""
    return page_of(catalog.chapters(course_id), paging)


@router.get("/courses/{course_id}/unlocked/", response={200: UnlockedOut, **errors(401, 404)})
def show_unlocked(request: HttpRequest, course_id: Path[Id]) -> UnlockedOut:
    """The chapters that are open to the user: the first, and each whose predecessors are solved."""
    return UnlockedOut(chapter_ids=progress.unlocked(user_of(request), course_id))


@router.get("/chapters/{chapter_id}/", response={200: ChapterOut, **errors(401, 404)})
def show_chapter(request: HttpRequest, chapter_id: Path[Id]) -> Chapter:  # noqa: ARG001 - ninja passes it
    """One chapter."""
    return catalog.chapter(chapter_id)


@router.get("/chapters/{chapter_id}/problems/", response={200: Page[ProblemRow], **errors(401, 404, 422)})
def list_problems(request: HttpRequest, chapter_id: Path[Id], paging: Query[Paging]) -> object:
    """The problems of a chapter, each with how far the user is."""
    listed = progress.problems(chapter_id, page=paging.page, page_size=paging.page_size)
    statuses = progress.statuses(user_of(request), chapter_id)
    return Page[ProblemRow](count=listed.count, items=[_row(problem, statuses) for problem in listed.items])


@router.get("/problems/{problem_id}/", response={200: ProblemOut, **errors(401, 404)})
def show_problem(request: HttpRequest, problem_id: Path[Id]) -> Problem:  # noqa: ARG001 - ninja passes it
    """One problem."""
    return catalog.problem(problem_id)


def _row(problem: Problem, statuses: dict[int, str]) -> ProblemRow:
    return ProblemRow(
        id=problem.pk,
        chapter_id=problem.chapter_id,
        type=ProblemType(problem.type),
        title=problem.title,
        difficulty=problem.difficulty,
        status=ProgressStatus(statuses.get(problem.pk, ProgressStatus.NOT_STARTED)),
    )
