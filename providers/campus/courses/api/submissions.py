"""Programs: sent in, run, judged, read again."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, Status
from ninja.decorators import decorate_view

from accounts.authentication import bearer, user_of
from config.bodies import multipart_only, refuse_other_fields
from config.fields import Id
from config.pages import Page, Paging, page_of
from config.responses import WITH_BODY, errors
from config.throttles import PerMinute
from courses.models import Submission
from courses.schemas.submissions import (
    Excluding,
    FreeRunOut,
    SolutionFile,
    SolutionIn,
    SourceFile,
    SubmissionIn,
    SubmissionOut,
    VerdictOut,
    shown,
)
from courses.services import catalog, history, submissions

router = Router(tags=["submissions"], auth=bearer)
_limited = PerMinute("SUBMISSIONS_PER_MINUTE")
_NO_OTHER_FIELDS = {"additionalProperties": False}
"""As the form has it, which ninja forgets where it puts the file in."""


@router.post(
    "/submissions/",
    response={200: FreeRunOut, 201: SubmissionOut, **errors(401, 404, 429, *WITH_BODY)},
    throttle=_limited,
)
def create_submission(request: HttpRequest, payload: SubmissionIn) -> Status[object]:
    """Judge a program for a problem: 201, whatever its verdict. Without a problem it is only run: 200.

    Where the judge cannot be reached the verdict is internal_error, and says so.
    """
    if payload.problem_id is None:
        return Status(200, submissions.run_freely(payload.code, payload.language))
    return Status(201, _judged(request, payload.problem_id, payload.code, payload.language))


@router.post(
    "/problems/{problem_id}/submissions/",
    response={201: SubmissionOut, **errors(401, 404, 429, *WITH_BODY)},
    throttle=_limited,
)
def solve_problem(request: HttpRequest, problem_id: Path[Id], payload: SolutionIn) -> Status[Submission]:
    """Judge a program for the problem: 201, whatever its verdict."""
    return Status(201, _judged(request, problem_id, payload.code, payload.language))


@router.post(
    "/problems/{problem_id}/submissions/upload/",
    response={201: SubmissionOut, **errors(401, 404, 429, *WITH_BODY)},
    throttle=_limited,
    openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": _NO_OTHER_FIELDS}}}},
)
@decorate_view(multipart_only)
def upload_solution(
    request: HttpRequest,
    problem_id: Path[Id],
    code: File[SourceFile],
    form: Form[SolutionFile],
) -> Status[Submission]:
    """Judge a program that is sent as a file."""
    refuse_other_fields(request, ("code", *SolutionFile.model_fields))
    return Status(201, _judged(request, problem_id, code.read(), form.language))


@router.get("/submissions/", response={200: Page[SubmissionOut], **errors(401, 422)}, exclude_unset=True)
def list_submissions(request: HttpRequest, paging: Query[Paging], excluding: Query[Excluding]) -> object:
    """The user's own submissions, newest first; those of all for staff."""
    page = page_of(history.visible(user_of(request)).defer(*excluding.names), paging)
    page["items"] = [shown(each, excluding) for each in page["items"]]
    return page


@router.get(
    "/submissions/{submission_id}/",
    response={200: SubmissionOut, **errors(401, 404, 422)},
    exclude_unset=True,
)
def show_submission(request: HttpRequest, submission_id: Path[Id], excluding: Query[Excluding]) -> object:
    """One submission."""
    return shown(history.find(user_of(request), submission_id), excluding)


@router.get("/submissions/{submission_id}/result/", response={200: VerdictOut, **errors(401, 404)})
def show_result(request: HttpRequest, submission_id: Path[Id]) -> Submission:
    """The verdict of a submission."""
    return history.find(user_of(request), submission_id)


def _judged(request: HttpRequest, problem_id: int, code: str | bytes, language: str) -> Submission:
    return submissions.submit(user_of(request), catalog.problem(problem_id), code, language)
