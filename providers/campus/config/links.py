"""Which operation goes on from which answer, for the OpenAPI document: its ``links``.

They are for who walks through the API by program: what an answer names can be asked for, changed and ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

OWN = "$response.body#/id"
FIRST = "$response.body#/items/0/id"
"""Of a page; where it is empty, there is nothing to go on with."""
ASKED = "$request.path."

_COURSE = (
    "show_course",
    "show_unlocked",
    "list_chapters",
    "list_exams_of_course",
    "list_threads_of_course",
    "create_thread_about_course",
    "enroll",
)
_CHAPTER = ("show_chapter", "list_problems", "list_threads_of_chapter", "create_thread_about_chapter")
_PROBLEM = (
    "show_problem",
    "list_threads_of_problem",
    "create_thread_about_problem",
    "solve_problem",
    "upload_solution",
)
_SUBMISSION = ("show_submission", "show_result")
_THREAD = ("show_thread", "change_thread", "list_replies", "create_reply")
_REPLY = ("show_reply", "change_reply")
_ENROLMENT = ("show_enrollment", "touch_enrollment")
_EXAM = ("show_exam", "list_exam_problems", "show_exam_results", "start_exam")
_ATTEMPT = ("list_exam_problems", "submit_exam", "show_exam_results")
_KEPT_EXAM = ("show_exam", "change_exam", "add_exam_problems", "list_exam_problems", "start_exam")


@dataclass(frozen=True, slots=True)
class Link:
    """From an answer of ``source`` to ``target``; ``parameters``: what the target takes to expressions."""

    source: str
    status: int
    target: str
    parameters: tuple[tuple[str, str], ...]


def _links(sources: Iterable[str], status: int, targets: Iterable[str], **parameters: str) -> Iterator[Link]:
    for source in sources:
        for target in targets:
            yield Link(source, status, target, tuple(parameters.items()))


def _made(sources: Iterable[str], targets: Iterable[str], ended: str, name: str) -> Iterator[Link]:
    """What was made can be used, and ended."""
    yield from _links(sources, 201, (*targets, ended), **{name: OWN})


def links() -> Iterator[Link]:
    """All of them."""
    yield from _of_content()
    yield from _of_submissions()
    yield from _of_discussions()
    yield from _of_enrolments()
    yield from _of_exams()
    yield from _made(("create_token",), (), "revoke_token", "token_id")
    yield from _links(("list_tokens",), 200, ("revoke_token",), token_id=FIRST)


def _of_content() -> Iterator[Link]:
    yield from _links(("list_courses",), 200, _COURSE, course_id=FIRST)
    yield from _links(("list_chapters",), 200, _CHAPTER, chapter_id=FIRST)
    yield from _links(("show_unlocked",), 200, _CHAPTER, chapter_id="$response.body#/chapter_ids/0")
    yield from _links(("list_problems",), 200, _PROBLEM, problem_id=FIRST)
    of_progress = "$response.body#/items/0/"
    yield from _links(
        ("list_chapter_progress",), 200, ("show_chapter",), chapter_id=f"{of_progress}chapter_id"
    )
    yield from _links(
        ("list_problem_progress",), 200, ("show_problem",), problem_id=f"{of_progress}problem_id"
    )


def _of_submissions() -> Iterator[Link]:
    made = ("create_submission", "solve_problem", "upload_solution")
    yield from _links(made, 201, _SUBMISSION, submission_id=OWN)
    yield from _links(("list_submissions",), 200, _SUBMISSION, submission_id=FIRST)


def _of_discussions() -> Iterator[Link]:
    abouts = ("course", "chapter", "problem")
    made = ("create_thread", *(f"create_thread_about_{about}" for about in abouts))
    listed = ("list_threads", *(f"list_threads_of_{about}" for about in abouts))
    yield from _made(made, _THREAD, "delete_thread", "thread_id")
    yield from _links(listed, 200, _THREAD, thread_id=FIRST)
    thread = "$response.body#/thread_id"
    yield from _links(("create_reply",), 201, (*_REPLY, "delete_reply"), thread_id=thread, reply_id=OWN)
    yield from _links(("list_replies",), 200, _REPLY, thread_id=f"{ASKED}thread_id", reply_id=FIRST)


def _of_enrolments() -> Iterator[Link]:
    yield from _made(("create_enrollment", "enroll"), _ENROLMENT, "delete_enrollment", "enrollment_id")
    yield from _links(("list_enrollments",), 200, _ENROLMENT, enrollment_id=FIRST)


def _of_exams() -> Iterator[Link]:
    yield from _made(("create_exam",), _KEPT_EXAM, "delete_exam", "exam_id")
    yield from _links(("list_exams", "list_exams_of_course"), 200, _EXAM, exam_id=FIRST)
    yield from _links(("start_exam",), 200, _ATTEMPT, exam_id=f"{ASKED}exam_id")
    yield from _links(("start_exam",), 201, _ATTEMPT, exam_id=f"{ASKED}exam_id")
    yield from _links(("submit_exam",), 200, ("show_exam_results",), exam_id="$response.body#/exam_id")
