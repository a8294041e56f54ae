"""The operations of campus that campus-web uses.

Left out are those for staff, files, courses and chapters to read, and lists about one chapter or problem. The
document of all operations, openapi.json, is the service's own; this contract must agree with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.campus.accounts import Health, LogIn, NewToken, User
from contracts.campus.conditions import (
    answers_are_the_sent_ones,
    changes_are_made,
    code_fits_the_status,
    exams_are_the_asked_ones,
    excluded_fields_are_left_out,
    page_is_the_asked_one,
    program_is_the_sent_one,
    run_is_kept_for_a_problem,
)
from contracts.campus.exams import Attempt, Exam, ExamPath, ExamsQuery, Question, Result, SentAnswers
from contracts.campus.failures import failures
from contracts.campus.paging import Page, PageQuery
from contracts.campus.progress import (
    ChapterProgress,
    Enrollment,
    EnrollmentPath,
    NewEnrollment,
    ProblemProgress,
)
from contracts.campus.submissions import (
    FreeRun,
    NewSubmission,
    Submission,
    SubmissionPath,
    SubmissionQuery,
    SubmissionsQuery,
    Verdict,
)
from contracts.campus.texts import SOURCE
from contracts.campus.threads import (
    CourseThreadsPath,
    NewReply,
    NewThread,
    Reply,
    Thread,
    ThreadChanges,
    ThreadPath,
)
from troth.api import Api, Condition, Echo, Empty, HeaderToken, Operation

campus = Api(
    "campus",
    server="https://campus.example",
    version="1",
    auth=(HeaderToken("Authorization", env="CAMPUS_TOKEN", prefix="Bearer "),),
)


def _operation(
    method: str,
    path: str,
    *,
    name: str,
    summary: str,
    responses: Mapping[int, object],
    conditions: tuple[Condition, ...] = (),
    **details: Any,
) -> Operation:
    """An operation below the version; the rule for errors holds for each."""
    return campus.operation(
        method,
        f"/api/v1{path}",
        name=name,
        summary=summary,
        source=SOURCE,
        responses=responses,
        conditions=(code_fits_the_status, *conditions),
        **details,
    )


# --- submissions ----------------------------------------------------------------------------------

create_submission = _operation(
    "POST",
    "/submissions/",
    name="create_submission",
    summary="Judge a program for a problem, or run it freely",
    body=NewSubmission,
    responses={200: FreeRun, 201: Submission, **failures(404, 429, body=True)},
    echoes=(Echo("$.problem_id", "$.problem_id"),),
    conditions=(run_is_kept_for_a_problem, program_is_the_sent_one),
)

list_submissions = _operation(
    "GET",
    "/submissions/",
    name="list_submissions",
    summary="A page of the user's submissions, newest first",
    query=SubmissionsQuery,
    responses={200: Page[Submission], **failures(422)},
    conditions=(page_is_the_asked_one, excluded_fields_are_left_out),
)

show_submission = _operation(
    "GET",
    "/submissions/{submission_id}/",
    name="show_submission",
    summary="A submission of the user",
    params=SubmissionPath,
    query=SubmissionQuery,
    responses={200: Submission, **failures(404, 422)},
    echoes=(Echo("path submission_id", "$.id"),),
    conditions=(excluded_fields_are_left_out,),
)

show_result = _operation(
    "GET",
    "/submissions/{submission_id}/result/",
    name="show_result",
    summary="The verdict of a submission",
    params=SubmissionPath,
    responses={200: Verdict, **failures(404)},
    echoes=(Echo("path submission_id", "$.id"),),
)

# --- threads --------------------------------------------------------------------------------------

list_threads_of_course = _operation(
    "GET",
    "/courses/{course_id}/threads/",
    name="list_threads_of_course",
    summary="A page of the threads about a course",
    params=CourseThreadsPath,
    query=PageQuery,
    responses={200: Page[Thread], **failures(404, 422)},
    conditions=(page_is_the_asked_one,),
)

create_thread = _operation(
    "POST",
    "/threads/",
    name="create_thread",
    summary="Open a thread",
    body=NewThread,
    responses={201: Thread, **failures(404, body=True)},
    echoes=tuple(
        Echo(f"$.{name}", f"$.{name}")
        for name in ("title", "content", "course_id", "chapter_id", "problem_id")
    ),
)

show_thread = _operation(
    "GET",
    "/threads/{thread_id}/",
    name="show_thread",
    summary="A thread",
    params=ThreadPath,
    responses={200: Thread, **failures(404)},
    echoes=(Echo("path thread_id", "$.id"),),
)

change_thread = _operation(
    "PATCH",
    "/threads/{thread_id}/",
    name="change_thread",
    summary="Change one's own thread",
    params=ThreadPath,
    body=ThreadChanges,
    responses={200: Thread, **failures(403, 404, 429, body=True)},
    echoes=(Echo("path thread_id", "$.id"),),
    conditions=(changes_are_made,),
)

delete_thread = _operation(
    "DELETE",
    "/threads/{thread_id}/",
    name="delete_thread",
    summary="Delete one's own thread with its replies",
    params=ThreadPath,
    responses={204: Empty, **failures(403, 404, 429)},
)

list_replies = _operation(
    "GET",
    "/threads/{thread_id}/replies/",
    name="list_replies",
    summary="A page of the replies of a thread, oldest first",
    params=ThreadPath,
    query=PageQuery,
    responses={200: Page[Reply], **failures(404, 422)},
    conditions=(page_is_the_asked_one,),
)

create_reply = _operation(
    "POST",
    "/threads/{thread_id}/replies/",
    name="create_reply",
    summary="Reply to a thread that is not archived",
    params=ThreadPath,
    body=NewReply,
    responses={201: Reply, **failures(403, 404, 429, body=True)},
    echoes=(Echo("path thread_id", "$.thread_id"), Echo("$.content", "$.content")),
)

# --- exams ----------------------------------------------------------------------------------------

list_exams = _operation(
    "GET",
    "/exams/",
    name="list_exams",
    summary="A page of exams, the latest first; published ones",
    query=ExamsQuery,
    responses={200: Page[Exam], **failures(422)},
    conditions=(page_is_the_asked_one, exams_are_the_asked_ones),
)

list_exam_problems = _operation(
    "GET",
    "/exams/{exam_id}/problems/",
    name="list_exam_problems",
    summary="The problems of an exam that the user has begun",
    params=ExamPath,
    responses={200: list[Question], **failures(403, 404)},
)

start_exam = _operation(
    "POST",
    "/exams/{exam_id}/start",
    name="start_exam",
    summary="Begin an attempt: 201; the one that is in progress: 200",
    params=ExamPath,
    responses={200: Attempt, 201: Attempt, **failures(404, body=True)},
)

submit_exam = _operation(
    "POST",
    "/exams/{exam_id}/submit",
    name="submit_exam",
    summary="End the attempt that is in progress",
    params=ExamPath,
    body=SentAnswers,
    responses={200: Result, **failures(404, 429, body=True)},
    echoes=(Echo("path exam_id", "$.exam_id"),),
    conditions=(answers_are_the_sent_ones,),
)

show_exam_results = _operation(
    "GET",
    "/exams/{exam_id}/results",
    name="show_exam_results",
    summary="The user's own attempt with its score",
    params=ExamPath,
    responses={200: Result, **failures(403, 404)},
    echoes=(Echo("path exam_id", "$.exam_id"),),
)

# --- enrolments and progress ----------------------------------------------------------------------

list_enrollments = _operation(
    "GET",
    "/enrollments/",
    name="list_enrollments",
    summary="A page of the courses that the user takes",
    query=PageQuery,
    responses={200: Page[Enrollment], **failures(422)},
    conditions=(page_is_the_asked_one,),
)

create_enrollment = _operation(
    "POST",
    "/enrollments/",
    name="create_enrollment",
    summary="Take a course",
    body=NewEnrollment,
    responses={201: Enrollment, **failures(404, body=True)},
    echoes=(Echo("$.course_id", "$.course_id"),),
)

delete_enrollment = _operation(
    "DELETE",
    "/enrollments/{enrollment_id}/",
    name="delete_enrollment",
    summary="Leave a course",
    params=EnrollmentPath,
    responses={204: Empty, **failures(404)},
)

list_chapter_progress = _operation(
    "GET",
    "/chapter-progress/",
    name="list_chapter_progress",
    summary="A page of the user's progress, chapter by chapter",
    query=PageQuery,
    responses={200: Page[ChapterProgress], **failures(422)},
    conditions=(page_is_the_asked_one,),
)

list_problem_progress = _operation(
    "GET",
    "/problem-progress/",
    name="list_problem_progress",
    summary="A page of the user's progress, problem by problem",
    query=PageQuery,
    responses={200: Page[ProblemProgress], **failures(422)},
    conditions=(page_is_the_asked_one,),
)

# --- accounts and health --------------------------------------------------------------------------

create_token = _operation(
    "POST",
    "/tokens/",
    name="create_token",
    summary="Log in: a token for a password",
    body=LogIn,
    responses={201: NewToken, **failures(429, body=True)},
    echoes=(Echo("$.name", "$.name"),),
)

show_me = _operation(
    "GET",
    "/users/me/",
    name="show_me",
    summary="Whose token it is",
    responses={200: User, **failures()},
)

health = _operation(
    "GET",
    "/health",
    name="health",
    summary="Whether the service can work",
    responses={200: Health, 503: Health},
)
