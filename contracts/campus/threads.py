"""Threads and their replies."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.campus.texts import (
    SOURCE,
    Count,
    Id,
    KnownId,
    SentText,
    SentTitle,
    SentWords,
    ShownText,
    absent,
)
from troth.fields import Payload, Timestamp


class ThreadPath(Payload, source=SOURCE):
    thread_id: Id


class CourseThreadsPath(Payload, source=SOURCE):
    course_id: Id


class NewThread(Payload, source=SOURCE):
    """About a course, a chapter, a problem, or nothing in particular."""

    title: SentTitle
    content: SentText = ""
    course_id: Id | None = None
    chapter_id: Id | None = None
    problem_id: Id | None = None


class ThreadChanges(Payload, source=SOURCE):
    """Pinning and archiving are for staff."""

    title: SentTitle = absent()
    content: SentText = absent()
    is_resolved: bool = absent()
    is_pinned: bool = absent()
    is_archived: bool = absent()


class Thread(Payload, source=SOURCE):
    id: KnownId
    course_id: KnownId | None
    chapter_id: KnownId | None
    problem_id: KnownId | None
    author_id: KnownId
    author: str
    """The name of the user."""
    title: ShownText
    content: ShownText
    is_pinned: bool
    is_resolved: bool
    is_archived: bool
    reply_count: Count
    last_activity_at: Timestamp
    created_at: Timestamp


class NewReply(Payload, source=SOURCE):
    content: SentWords
    mentioned_users: Annotated[list[Id], Field(max_length=50)] = absent()


class Reply(Payload, source=SOURCE):
    id: KnownId
    thread_id: KnownId
    author_id: KnownId
    author: str
    content: ShownText
    mentioned_users: list[KnownId]
    created_at: Timestamp
