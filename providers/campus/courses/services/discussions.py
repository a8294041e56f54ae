"""Threads and their replies. Whoever is signed in reads all of them.

How many replies a thread has is kept by their signals; see ``recount`` for what fires none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from accounts.models import User
from config.errors import Forbidden, Invalid, Unknown
from courses.models import Chapter, Course, DiscussionReply, DiscussionThread, Problem
from courses.services.locks import lock

_FOR_STAFF = frozenset({"is_pinned", "is_archived"})
_SUBJECTS: Mapping[str, type[Course] | type[Chapter] | type[Problem]] = {
    "course": Course,
    "chapter": Chapter,
    "problem": Problem,
}


def threads(
    user: User,  # noqa: ARG001 - anyone may read
    *,
    course_id: int | None = None,
    chapter_id: int | None = None,
    problem_id: int | None = None,
) -> QuerySet[DiscussionThread]:
    """All of them, or those about a course, a chapter, a problem; pinned first, then the latest active.

    Raises:
        Unknown: there is no such course, chapter or problem.
    """
    about = _existing(course=course_id, chapter=chapter_id, problem=problem_id)
    return DiscussionThread.objects.select_related("author").filter(**about)


def thread(user: User, thread_id: int) -> DiscussionThread:
    """One of them.

    Raises:
        Unknown: there is none of that id.
    """
    found = threads(user).filter(pk=thread_id).first()
    if found is None:
        raise Unknown("there is no such thread")
    return found


def open_thread(
    user: User,
    *,
    title: str,
    content: str,
    course_id: int | None = None,
    chapter_id: int | None = None,
    problem_id: int | None = None,
) -> DiscussionThread:
    """A new thread, about something or about nothing in particular.

    Raises:
        Unknown: there is no such course, chapter or problem.
    """
    about = _existing(course=course_id, chapter=chapter_id, problem=problem_id)
    return DiscussionThread.objects.create(author=user, title=title, content=content, **about)


def edit_thread(user: User, thread_id: int, changes: Mapping[str, str | bool]) -> DiscussionThread:
    """Change the user's own thread; staff may change any, and pin and archive it.

    Raises:
        Unknown: there is none of that id.
        Forbidden: it is another's, or the change is for staff.
    """
    with transaction.atomic():
        found = _locked(thread_id)
        _may_change(user, found)
        if not user.teaches and _FOR_STAFF & set(changes):
            raise Forbidden("only staff pin and archive threads")
        for name, value in changes.items():
            setattr(found, name, value)
        found.save(update_fields=[*changes, "updated_at"])
    return thread(user, thread_id)


def delete_thread(user: User, thread_id: int) -> None:
    """Delete the user's own thread with its replies; staff may delete any.

    Raises:
        Unknown: there is none of that id.
        Forbidden: it is another's.
    """
    with transaction.atomic():
        found = _locked(thread_id)
        _may_change(user, found)
        found.delete()


def replies(user: User, thread_id: int) -> QuerySet[DiscussionReply]:
    """The replies of a thread, oldest first.

    Raises:
        Unknown: there is no such thread.
    """
    return (
        DiscussionReply.objects.select_related("author")
        .prefetch_related("mentioned_users")
        .filter(thread=thread(user, thread_id))
    )


def reply(user: User, thread_id: int, reply_id: int) -> DiscussionReply:
    """One of them.

    Raises:
        Unknown: there is none of that id in that thread.
    """
    found = replies(user, thread_id).filter(pk=reply_id).first()
    if found is None:
        raise Unknown("there is no such reply")
    return found


def add_reply(
    user: User, thread_id: int, *, content: str, mentioned_users: Sequence[int] = ()
) -> DiscussionReply:
    """A new reply.

    Raises:
        Unknown: there is no such thread.
        Forbidden: it is archived.
        Invalid: one of the mentioned users does not exist.
    """
    with transaction.atomic():
        found = _locked(thread_id)
        if found.is_archived:
            raise Forbidden("the thread is archived")
        mentioned = _users(mentioned_users)
        added = DiscussionReply.objects.create(thread=found, author=user, content=content)
        added.mentioned_users.set(mentioned)
    return added


def edit_reply(user: User, thread_id: int, reply_id: int, *, content: str) -> DiscussionReply:
    """Change what the user's own reply says; staff may change any.

    Raises:
        Unknown: there is none of that id in that thread.
        Forbidden: it is another's.
    """
    with transaction.atomic():
        _locked(thread_id)
        found = reply(user, thread_id, reply_id)
        _may_change(user, found)
        found.content = content
        found.save(update_fields=["content", "updated_at"])
    return found


def delete_reply(user: User, thread_id: int, reply_id: int) -> None:
    """Delete the user's own reply; staff may delete any.

    Raises:
        Unknown: there is none of that id in that thread.
        Forbidden: it is another's.
    """
    with transaction.atomic():
        _locked(thread_id)
        found = reply(user, thread_id, reply_id)
        _may_change(user, found)
        found.delete()


def recount(thread_ids: Iterable[int]) -> None:
    """Write down how many replies threads have, and that something happened in them now.

    For signals, and for whoever has written replies in bulk, which fires none. Threads that are gone are
    passed over.
    """
    with transaction.atomic():
        # The count is taken by a statement that starts once the lock is held: an UPDATE that waited for the
        # row itself would still count what was there before it waited.
        locked = [found.pk for found in lock(DiscussionThread.objects.all(), thread_ids)]
        of_thread = DiscussionReply.objects.filter(thread=OuterRef("pk")).order_by().values("thread")
        count = Subquery(of_thread.annotate(count=Count("pk")).values("count"), output_field=IntegerField())
        DiscussionThread.objects.filter(pk__in=locked).update(
            reply_count=Coalesce(count, 0),
            last_activity_at=Greatest("last_activity_at", Value(timezone.now())),
        )


def _locked(thread_id: int) -> DiscussionThread:
    for found in lock(DiscussionThread.objects.all(), [thread_id]):
        return found
    raise Unknown("there is no such thread")


def _may_change(user: User, what: DiscussionThread | DiscussionReply) -> None:
    if what.author_id != user.pk and not user.teaches:
        raise Forbidden("it is another user's")


def _users(ids: Sequence[int]) -> list[User]:
    found = list(User.objects.filter(pk__in=ids))
    if missing := sorted(set(ids) - {user.pk for user in found}):
        raise Invalid.field("mentioned_users", f"there is no user {missing[0]}")
    return found


def _existing(**ids: int | None) -> dict[str, Course | Chapter | Problem]:
    """The rows of those ids that are given, by the name of what they are."""
    found: dict[str, Course | Chapter | Problem] = {}
    for name, identity in ids.items():
        if identity is None:
            continue
        row = _SUBJECTS[name]._default_manager.filter(pk=identity).first()
        if row is None:
            raise Unknown(f"there is no such {name}")
        found[name] = row
    return found
