"""Threads and their replies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import StringConstraints

from config.fields import STORABLE, Body, BodyBool, BodyId, Text, Title
from courses.models import DiscussionReply

Words = Annotated[str, StringConstraints(pattern=STORABLE, min_length=1, max_length=65_536)]


class TopicIn(Body):
    """A new thread about what the path names."""

    title: Title
    content: Text = ""


class ThreadIn(TopicIn):
    """A new thread. It may be about a course, a chapter, a problem, or none of them."""

    course_id: BodyId | None = None
    chapter_id: BodyId | None = None
    problem_id: BodyId | None = None


class ThreadChanges(Body):
    """What is to be changed of a thread; pinning and archiving are for staff."""

    title: Title | None = None
    content: Text | None = None
    is_resolved: BodyBool | None = None
    is_pinned: BodyBool | None = None
    is_archived: BodyBool | None = None


class ThreadOut(Schema):
    id: int
    course_id: int | None
    chapter_id: int | None
    problem_id: int | None
    author_id: int
    author: str = Field(alias="author.username")
    title: str
    content: str
    is_pinned: bool
    is_resolved: bool
    is_archived: bool
    reply_count: int
    last_activity_at: datetime
    created_at: datetime
    updated_at: datetime


class ReplyIn(Body):
    content: Words
    mentioned_users: list[BodyId] = Field([], max_length=50)


class ReplyChanges(Body):
    content: Words


class ReplyOut(Schema):
    id: int
    thread_id: int
    author_id: int
    author: str = Field(alias="author.username")
    content: str
    mentioned_users: list[int]
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_mentioned_users(reply: DiscussionReply) -> list[int]:
        return sorted(user.pk for user in reply.mentioned_users.all())
