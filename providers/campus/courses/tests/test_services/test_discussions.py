"""Threads and replies: who reads, writes, changes and deletes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.factories import UserFactory
from accounts.models import User
from config.errors import Forbidden, Invalid, Unknown
from courses.factories import (
    ChapterFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    ProblemFactory,
)
from courses.models import DiscussionReply, DiscussionThread
from courses.schemas.discussions import ReplyOut, ThreadOut
from courses.services import discussions

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def user() -> User:
    return UserFactory.create()


@pytest.fixture
def teacher() -> User:
    return UserFactory.create(teacher=True)


@pytest.fixture
def thread(user: User) -> DiscussionThread:
    """The user's own."""
    return DiscussionThreadFactory.create(author=user)


@pytest.fixture
def reply(user: User) -> DiscussionReply:
    """The user's own, in a thread of another."""
    return DiscussionReplyFactory.create(author=user)


# --- threads --------------------------------------------------------------------------------------


def test_pinned_threads_come_before_the_latest_active(user: User) -> None:
    old = DiscussionThreadFactory.create(last_activity_at=NOW - timedelta(days=2))
    new = DiscussionThreadFactory.create(last_activity_at=NOW)
    pinned = DiscussionThreadFactory.create(last_activity_at=NOW - timedelta(days=9), is_pinned=True)

    assert list(discussions.threads(user)) == [pinned, new, old]


def test_threads_about_a_course(user: User) -> None:
    DiscussionThreadFactory.create()
    wanted = DiscussionThreadFactory.create()

    assert list(discussions.threads(user, course_id=wanted.course_id)) == [wanted]


def test_threads_about_a_chapter(user: User) -> None:
    DiscussionThreadFactory.create()
    wanted = DiscussionThreadFactory.create(course=None, chapter=ChapterFactory.create())

    assert list(discussions.threads(user, chapter_id=wanted.chapter_id)) == [wanted]


def test_threads_about_a_problem(user: User) -> None:
    DiscussionThreadFactory.create()
    wanted = DiscussionThreadFactory.create(course=None, problem=ProblemFactory.create())

    assert list(discussions.threads(user, problem_id=wanted.problem_id)) == [wanted]


@pytest.mark.parametrize("what", ["course_id", "chapter_id", "problem_id"])
def test_threads_about_what_does_not_exist_are_unknown(what: str, user: User) -> None:
    with pytest.raises(Unknown):
        discussions.threads(user, **{what: 404})


def test_a_thread_that_does_not_exist_is_unknown(user: User) -> None:
    with pytest.raises(Unknown):
        discussions.thread(user, 404)


def test_a_thread_about_nothing_in_particular_is_opened(user: User) -> None:
    opened = discussions.open_thread(user, title="Hello", content="Is anybody here?")

    found = DiscussionThread.objects.get()
    assert found == opened
    assert (found.author, found.title, found.content, found.reply_count) == (
        user,
        "Hello",
        "Is anybody here?",
        0,
    )
    assert (found.course, found.chapter, found.problem) == (None, None, None)


def test_a_thread_about_a_problem_is_opened(user: User) -> None:
    problem = ProblemFactory.create()

    opened = discussions.open_thread(user, title="Why?", content="", problem_id=problem.pk)

    assert (opened.problem, opened.course) == (problem, None)


@pytest.mark.parametrize("what", ["course_id", "chapter_id", "problem_id"])
@pytest.mark.case("A032")
def test_no_thread_is_opened_about_what_does_not_exist(what: str, user: User) -> None:
    with pytest.raises(Unknown):
        discussions.open_thread(user, title="Why?", content="", **{what: 404})

    assert not DiscussionThread.objects.exists()


def test_a_thread_is_changed_by_its_author(user: User, thread: DiscussionThread) -> None:
    changed = discussions.edit_thread(user, thread.pk, {"title": "Solved: why?", "is_resolved": True})

    thread.refresh_from_db()
    assert changed == thread
    assert (thread.title, thread.is_resolved, thread.content) == (
        "Solved: why?",
        True,
        "Why does my loop not end?",
    )


def test_a_thread_is_changed_by_no_other(thread: DiscussionThread) -> None:
    with pytest.raises(Forbidden):
        discussions.edit_thread(UserFactory.create(), thread.pk, {"title": "Mine"})


@pytest.mark.parametrize("what", ["is_pinned", "is_archived"])
def test_an_author_neither_pins_nor_archives(what: str, user: User, thread: DiscussionThread) -> None:
    with pytest.raises(Forbidden):
        discussions.edit_thread(user, thread.pk, {"title": "Look here", what: True})

    thread.refresh_from_db()
    assert (thread.title, getattr(thread, what)) != ("Look here", True)


@pytest.mark.parametrize("what", ["is_pinned", "is_archived", "is_resolved"])
def test_staff_change_any_thread(what: str, teacher: User, thread: DiscussionThread) -> None:
    changed = discussions.edit_thread(teacher, thread.pk, {what: True})

    assert getattr(changed, what) is True


def test_a_change_writes_nothing_else_of_the_thread(user: User, thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create(thread=thread)
    before = DiscussionThread.objects.get()

    discussions.edit_thread(user, thread.pk, {"title": "Another"})

    after = DiscussionThread.objects.get()
    assert (after.reply_count, after.last_activity_at) == (1, before.last_activity_at)
    assert after.updated_at > before.updated_at


def test_a_thread_that_does_not_exist_is_not_changed(teacher: User) -> None:
    with pytest.raises(Unknown):
        discussions.edit_thread(teacher, 404, {"title": "Mine"})


def test_a_thread_is_deleted_by_its_author_with_its_replies(user: User, thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create(thread=thread)

    discussions.delete_thread(user, thread.pk)

    assert not DiscussionThread.objects.exists()
    assert not DiscussionReply.objects.exists()


def test_staff_delete_any_thread(teacher: User, thread: DiscussionThread) -> None:
    discussions.delete_thread(teacher, thread.pk)

    assert not DiscussionThread.objects.exists()


def test_a_thread_is_deleted_by_no_other(thread: DiscussionThread) -> None:
    with pytest.raises(Forbidden):
        discussions.delete_thread(UserFactory.create(), thread.pk)

    assert DiscussionThread.objects.exists()


def test_a_thread_that_does_not_exist_is_not_deleted(teacher: User) -> None:
    with pytest.raises(Unknown):
        discussions.delete_thread(teacher, 404)


# --- replies --------------------------------------------------------------------------------------


def test_replies_come_oldest_first(user: User, thread: DiscussionThread) -> None:
    second = DiscussionReplyFactory.create(thread=thread, created_at=NOW)
    first = DiscussionReplyFactory.create(thread=thread, created_at=NOW - timedelta(hours=1))
    DiscussionReplyFactory.create()

    assert list(discussions.replies(user, thread.pk)) == [first, second]


def test_replies_of_a_thread_that_does_not_exist_are_unknown(user: User) -> None:
    with pytest.raises(Unknown):
        discussions.replies(user, 404)


def test_a_reply_is_found_in_its_thread(user: User, reply: DiscussionReply) -> None:
    assert discussions.reply(user, reply.thread_id, reply.pk) == reply


def test_a_reply_is_not_found_in_another_thread(
    user: User, reply: DiscussionReply, thread: DiscussionThread
) -> None:
    with pytest.raises(Unknown):
        discussions.reply(user, thread.pk, reply.pk)


@pytest.mark.case("A034")
def test_a_reply_is_added(thread: DiscussionThread) -> None:
    author, mentioned = UserFactory.create(), UserFactory.create_batch(2)

    added = discussions.add_reply(
        author, thread.pk, content="Look at its condition.", mentioned_users=[each.pk for each in mentioned]
    )

    thread.refresh_from_db()
    assert (added.author, added.thread, added.content) == (author, thread, "Look at its condition.")
    assert set(added.mentioned_users.all()) == set(mentioned)
    assert thread.reply_count == 1


def test_a_user_who_is_mentioned_twice_is_mentioned(thread: DiscussionThread, user: User) -> None:
    added = discussions.add_reply(user, thread.pk, content="Hey", mentioned_users=[user.pk, user.pk])

    assert list(added.mentioned_users.all()) == [user]


@pytest.mark.case("A058")
def test_nobody_who_does_not_exist_is_mentioned(thread: DiscussionThread, user: User) -> None:
    with pytest.raises(Invalid) as caught:
        discussions.add_reply(user, thread.pk, content="Hey", mentioned_users=[user.pk, 404])

    thread.refresh_from_db()
    assert list(caught.value.fields) == ["mentioned_users"]
    assert (thread.replies.count(), thread.reply_count) == (0, 0)


def test_an_archived_thread_takes_no_reply(user: User) -> None:
    archived = DiscussionThreadFactory.create(author=user, is_archived=True)

    with pytest.raises(Forbidden):
        discussions.add_reply(user, archived.pk, content="One more")

    assert not archived.replies.exists()


def test_a_thread_that_does_not_exist_takes_no_reply(user: User) -> None:
    with pytest.raises(Unknown):
        discussions.add_reply(user, 404, content="Hey")


@pytest.mark.case("A035")
def test_a_reply_is_changed_by_its_author(user: User, reply: DiscussionReply) -> None:
    discussions.edit_reply(user, reply.thread_id, reply.pk, content="I was wrong.")

    reply.refresh_from_db()
    assert (reply.content, reply.thread.reply_count) == ("I was wrong.", 1)


def test_staff_change_any_reply(teacher: User, reply: DiscussionReply) -> None:
    changed = discussions.edit_reply(teacher, reply.thread_id, reply.pk, content="Removed.")

    assert changed.content == "Removed."


def test_a_reply_is_changed_by_no_other(reply: DiscussionReply) -> None:
    with pytest.raises(Forbidden):
        discussions.edit_reply(reply.thread.author, reply.thread_id, reply.pk, content="Mine")


def test_a_reply_of_another_thread_is_not_changed(
    user: User, reply: DiscussionReply, thread: DiscussionThread
) -> None:
    with pytest.raises(Unknown):
        discussions.edit_reply(user, thread.pk, reply.pk, content="Mine")


@pytest.mark.case("A034")
def test_a_reply_is_deleted_by_its_author(user: User, reply: DiscussionReply) -> None:
    discussions.delete_reply(user, reply.thread_id, reply.pk)

    thread = DiscussionThread.objects.get()
    assert (thread.replies.count(), thread.reply_count) == (0, 0)


def test_a_reply_is_deleted_by_no_other(reply: DiscussionReply) -> None:
    with pytest.raises(Forbidden):
        discussions.delete_reply(UserFactory.create(), reply.thread_id, reply.pk)

    assert DiscussionReply.objects.exists()


def test_a_reply_of_another_thread_is_not_deleted(
    user: User, reply: DiscussionReply, thread: DiscussionThread
) -> None:
    with pytest.raises(Unknown):
        discussions.delete_reply(user, thread.pk, reply.pk)


# --- what lists cost ------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 200])
def test_a_list_of_threads_costs_one_query_however_long(
    count: int, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    DiscussionThreadFactory.create_batch(count)

    with django_assert_num_queries(1):
        shown = [ThreadOut.from_orm(each) for each in discussions.threads(user)]

    assert len(shown) == count


@pytest.mark.parametrize("count", [2, 200])
def test_a_list_of_replies_costs_three_queries_however_long(
    count: int, user: User, thread: DiscussionThread, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    replies = DiscussionReply.objects.bulk_create(
        DiscussionReply(thread=thread, author=user, content=str(number)) for number in range(count)
    )
    mention = DiscussionReply.mentioned_users.through
    mention.objects.bulk_create(mention(discussionreply=each, user=user) for each in replies)

    with django_assert_num_queries(3):
        shown = [ReplyOut.from_orm(each) for each in discussions.replies(user, thread.pk)]

    assert [each.mentioned_users for each in shown] == [[user.pk]] * count
