"""Threads and replies."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from accounts.authentication import bearer, user_of
from config.fields import Id
from config.pages import Page, Paging, page_of
from config.responses import LOCKING, WITH_BODY, errors
from courses.models import DiscussionReply, DiscussionThread
from courses.schemas.discussions import (
    ReplyChanges,
    ReplyIn,
    ReplyOut,
    ThreadChanges,
    ThreadIn,
    ThreadOut,
    TopicIn,
)
from courses.services import discussions

router = Router(tags=["discussions"], auth=bearer)


@router.get("/threads/", response={200: Page[ThreadOut], **errors(401, 422)})
def list_threads(request: HttpRequest, paging: Query[Paging]) -> object:
    """Every thread, pinned ones first, then those that were active last."""
    return page_of(discussions.threads(user_of(request)), paging)


@router.post("/threads/", response={201: ThreadOut, **errors(401, 404, *WITH_BODY)})
def create_thread(request: HttpRequest, payload: ThreadIn) -> Status[DiscussionThread]:
    """Open a thread."""
    return Status(201, discussions.open_thread(user_of(request), **payload.model_dump()))


@router.get("/courses/{course_id}/threads/", response={200: Page[ThreadOut], **errors(401, 404, 422)})
def list_threads_of_course(request: HttpRequest, course_id: Path[Id], paging: Query[Paging]) -> object:
    """The threads about a course."""
    return page_of(discussions.threads(user_of(request), course_id=course_id), paging)


@router.post("/courses/{course_id}/threads/", response={201: ThreadOut, **errors(401, 404, *WITH_BODY)})
def create_thread_about_course(
    request: HttpRequest, course_id: Path[Id], payload: TopicIn
) -> Status[DiscussionThread]:
    """Open a thread about a course."""
    user = user_of(request)
    return Status(201, discussions.open_thread(user, course_id=course_id, **payload.model_dump()))


@router.get("/chapters/{chapter_id}/threads/", response={200: Page[ThreadOut], **errors(401, 404, 422)})
def list_threads_of_chapter(request: HttpRequest, chapter_id: Path[Id], paging: Query[Paging]) -> object:
    """The threads about a chapter."""
    return page_of(discussions.threads(user_of(request), chapter_id=chapter_id), paging)


@router.post("/chapters/{chapter_id}/threads/", response={201: ThreadOut, **errors(401, 404, *WITH_BODY)})
def create_thread_about_chapter(
    request: HttpRequest, chapter_id: Path[Id], payload: TopicIn
) -> Status[DiscussionThread]:
    """Open a thread about a chapter."""
    user = user_of(request)
    return Status(201, discussions.open_thread(user, chapter_id=chapter_id, **payload.model_dump()))


@router.get("/problems/{problem_id}/threads/", response={200: Page[ThreadOut], **errors(401, 404, 422)})
def list_threads_of_problem(request: HttpRequest, problem_id: Path[Id], paging: Query[Paging]) -> object:
    """The threads about a problem."""
    return page_of(discussions.threads(user_of(request), problem_id=problem_id), paging)


@router.post("/problems/{problem_id}/threads/", response={201: ThreadOut, **errors(401, 404, *WITH_BODY)})
def create_thread_about_problem(
    request: HttpRequest, problem_id: Path[Id], payload: TopicIn
) -> Status[DiscussionThread]:
    """Open a thread about a problem."""
    user = user_of(request)
    return Status(201, discussions.open_thread(user, problem_id=problem_id, **payload.model_dump()))


@router.get("/threads/{thread_id}/", response={200: ThreadOut, **errors(401, 404)})
def show_thread(request: HttpRequest, thread_id: Path[Id]) -> DiscussionThread:
    """One thread."""
    return discussions.thread(user_of(request), thread_id)


@router.patch(
    "/threads/{thread_id}/", response={200: ThreadOut, **errors(401, 403, 404, LOCKING, *WITH_BODY)}
)
def change_thread(request: HttpRequest, thread_id: Path[Id], payload: ThreadChanges) -> DiscussionThread:
    """Change one's own thread; staff may change any, and pin and archive it."""
    changes = payload.model_dump(exclude_none=True)
    return discussions.edit_thread(user_of(request), thread_id, changes)


@router.delete("/threads/{thread_id}/", response={204: None, **errors(401, 403, 404, LOCKING)})
def delete_thread(request: HttpRequest, thread_id: Path[Id]) -> Status[None]:
    """Delete one's own thread with its replies; staff may delete any."""
    discussions.delete_thread(user_of(request), thread_id)
    return Status(204, None)


@router.get("/threads/{thread_id}/replies/", response={200: Page[ReplyOut], **errors(401, 404, 422)})
def list_replies(request: HttpRequest, thread_id: Path[Id], paging: Query[Paging]) -> object:
    """The replies of a thread, oldest first."""
    return page_of(discussions.replies(user_of(request), thread_id), paging)


@router.post(
    "/threads/{thread_id}/replies/",
    response={201: ReplyOut, **errors(401, 403, 404, LOCKING, *WITH_BODY)},
)
def create_reply(request: HttpRequest, thread_id: Path[Id], payload: ReplyIn) -> Status[DiscussionReply]:
    """Reply to a thread that is not archived."""
    user = user_of(request)
    return Status(201, discussions.add_reply(user, thread_id, **payload.model_dump()))


@router.get("/threads/{thread_id}/replies/{reply_id}/", response={200: ReplyOut, **errors(401, 404)})
def show_reply(request: HttpRequest, thread_id: Path[Id], reply_id: Path[Id]) -> DiscussionReply:
    """One reply."""
    return discussions.reply(user_of(request), thread_id, reply_id)


@router.patch(
    "/threads/{thread_id}/replies/{reply_id}/",
    response={200: ReplyOut, **errors(401, 403, 404, LOCKING, *WITH_BODY)},
)
def change_reply(
    request: HttpRequest, thread_id: Path[Id], reply_id: Path[Id], payload: ReplyChanges
) -> DiscussionReply:
    """Change one's own reply; staff may change any."""
    return discussions.edit_reply(user_of(request), thread_id, reply_id, content=payload.content)


@router.delete(
    "/threads/{thread_id}/replies/{reply_id}/", response={204: None, **errors(401, 403, 404, LOCKING)}
)
def delete_reply(request: HttpRequest, thread_id: Path[Id], reply_id: Path[Id]) -> Status[None]:
    """Delete one's own reply; staff may delete any."""
    discussions.delete_reply(user_of(request), thread_id, reply_id)
    return Status(204, None)
