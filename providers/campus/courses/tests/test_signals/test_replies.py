"""How many replies a thread has, and when something last happened in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import serializers
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.factories import UserFactory
from config.errors import Unknown
from courses.factories import DiscussionReplyFactory, DiscussionThreadFactory
from courses.models import Course, DiscussionReply, DiscussionThread
from courses.services import discussions
from courses.tests.dumps import load
from courses.tests.judges import Failing

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
UPDATE = f'UPDATE "{DiscussionThread._meta.db_table}"'


@pytest.fixture
def thread() -> DiscussionThread:
    with time_machine.travel(NOW, tick=False):
        return DiscussionThreadFactory.create()


def state(thread: DiscussionThread) -> tuple[int, datetime]:
    """As the database has it."""
    found = DiscussionThread.objects.get(pk=thread.pk)
    return found.reply_count, found.last_activity_at


@time_machine.travel(NOW + HOUR, tick=False)
@pytest.mark.case("A034")
@pytest.mark.case("A035")
def test_a_new_reply_is_counted_and_is_the_last_activity(thread: DiscussionThread) -> None:
    reply = DiscussionReplyFactory.create(thread=thread)

    assert state(thread) == (1, NOW + HOUR)
    assert state(thread)[1] >= reply.created_at


@pytest.mark.parametrize("wrong", [0, 7, 10_000])
@pytest.mark.case("A034")
def test_the_count_is_that_of_the_database_and_not_one_more(wrong: int, thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create(thread=thread)
    DiscussionThread.objects.update(reply_count=wrong)

    DiscussionReplyFactory.create(thread=thread)

    assert state(thread)[0] == 2


@pytest.mark.case("A034")
def test_replies_of_other_threads_do_not_count(thread: DiscussionThread) -> None:
    other = DiscussionReplyFactory.create()

    DiscussionReplyFactory.create(thread=thread)

    assert (state(thread)[0], state(other.thread)[0]) == (1, 1)


@pytest.mark.case("A035")
def test_an_edit_changes_no_count(thread: DiscussionThread) -> None:
    reply = DiscussionReplyFactory.create(thread=thread)
    reply.content = "I was wrong."

    with time_machine.travel(NOW + HOUR, tick=False):
        reply.save()

    assert state(thread) == (1, NOW + HOUR)


@pytest.mark.case("A034")
def test_a_deleted_reply_is_not_counted(thread: DiscussionThread) -> None:
    reply, _ = DiscussionReplyFactory.create_batch(2, thread=thread)

    with time_machine.travel(NOW + HOUR, tick=False):
        reply.delete()

    assert state(thread) == (1, NOW + HOUR)


@pytest.mark.case("A034")
def test_after_the_last_reply_none_are_left(thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create(thread=thread).delete()

    assert state(thread)[0] == 0


@pytest.mark.case("A034")
def test_replies_that_are_deleted_together_are_not_counted(thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create_batch(3, thread=thread)

    DiscussionReply.objects.filter(pk__gt=DiscussionReply.objects.earliest("pk").pk).delete()

    assert state(thread)[0] == 1


@pytest.mark.case("A034")
def test_replies_that_go_with_their_author_are_not_counted(thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create(thread=thread)
    leaving = UserFactory.create()
    DiscussionReplyFactory.create_batch(2, thread=thread, author=leaving)

    leaving.delete()

    assert state(thread)[0] == 1


@pytest.mark.case("A034")
@pytest.mark.case("A071")
def test_a_reply_that_moves_is_counted_where_it_is(thread: DiscussionThread) -> None:
    reply = DiscussionReplyFactory.create(thread=thread)
    other = DiscussionThreadFactory.create()
    reply.thread = other

    reply.save()

    assert (state(thread)[0], state(other)[0]) == (0, 1)


@pytest.mark.case("A035")
def test_nothing_else_of_the_thread_is_written(thread: DiscussionThread) -> None:
    DiscussionThread.objects.update(title="Changed meanwhile")

    DiscussionReplyFactory.create(thread=thread)

    found = DiscussionThread.objects.get()
    assert (found.title, found.updated_at) == ("Changed meanwhile", thread.updated_at)


@pytest.mark.case("A037")
def test_a_thread_that_goes_with_its_replies_is_not_written(thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create_batch(3, thread=thread)

    with CaptureQueriesContext(connection) as queries:
        thread.delete()

    assert not [query["sql"] for query in queries if query["sql"].startswith(UPDATE)]
    assert not DiscussionReply.objects.exists()


@pytest.mark.case("A037")
def test_a_course_that_goes_takes_threads_and_replies_along(thread: DiscussionThread) -> None:
    DiscussionReplyFactory.create_batch(2, thread=thread)

    with CaptureQueriesContext(connection) as queries:
        Course.objects.all().delete()

    assert not [query["sql"] for query in queries if query["sql"].startswith(UPDATE)]
    assert not DiscussionThread.objects.exists()


@pytest.mark.case("A037")
def test_a_thread_that_is_gone_is_passed_over(thread: DiscussionThread) -> None:
    gone = thread.pk
    thread.delete()

    with CaptureQueriesContext(connection) as queries:
        discussions.recount([gone])

    assert not DiscussionThread.objects.exists()
    assert len(queries) <= 4


@pytest.mark.case("A038")
@pytest.mark.case("A058")
def test_a_reply_whose_count_cannot_be_written_is_not_saved(thread: DiscussionThread) -> None:
    def reply() -> None:
        with connection.execute_wrapper(Failing(UPDATE)):
            DiscussionReplyFactory.create(thread=thread)

    with pytest.raises(DatabaseError, match="disk full"):
        reply()

    assert not DiscussionReply.objects.exists()
    assert state(thread) == (0, NOW)


@pytest.mark.case("A038")
def test_a_reply_whose_deletion_cannot_be_counted_stays(thread: DiscussionThread) -> None:
    reply = DiscussionReplyFactory.create(thread=thread)

    def delete() -> None:
        with transaction.atomic(), connection.execute_wrapper(Failing(UPDATE)):
            reply.delete()

    with pytest.raises(DatabaseError, match="disk full"):
        delete()

    assert DiscussionReply.objects.count() == 1
    assert state(thread)[0] == 1


@pytest.mark.case("A038")
@pytest.mark.case("A061")
def test_after_a_failure_the_next_reply_is_counted(thread: DiscussionThread) -> None:
    def reply() -> None:
        with connection.execute_wrapper(Failing(UPDATE)):
            discussions.add_reply(thread.author, thread.pk, content="Lost")

    with pytest.raises(DatabaseError):
        reply()
    discussions.add_reply(thread.author, thread.pk, content="Kept")

    assert state(thread)[0] == 1


@pytest.mark.case("A038")
@pytest.mark.case("A058")
def test_a_reply_that_is_rolled_back_later_is_not_counted(thread: DiscussionThread) -> None:
    with transaction.atomic():
        DiscussionReplyFactory.create(thread=thread)
        transaction.set_rollback(True)

    assert state(thread) == (0, NOW)


@pytest.mark.case("A039")
def test_fifty_replies_in_quick_succession_are_fifty(thread: DiscussionThread) -> None:
    with time_machine.travel(NOW + HOUR, tick=True):
        last = DiscussionReplyFactory.create_batch(50, thread=thread)[-1]

    count, active = state(thread)
    assert count == 50
    assert active >= last.created_at


@pytest.mark.case("A039")
def test_the_newest_time_wins_whichever_is_written_last(thread: DiscussionThread) -> None:
    with time_machine.travel(NOW + HOUR, tick=False):
        DiscussionReplyFactory.create(thread=thread)
    with time_machine.travel(NOW + HOUR / 2, tick=False):
        DiscussionReplyFactory.create(thread=thread)

    assert state(thread) == (2, NOW + HOUR)


@pytest.mark.case("A034")
def test_a_fixture_is_loaded_as_it_is(thread: DiscussionThread) -> None:
    reply = DiscussionReplyFactory.create(thread=thread)
    dump = serializers.serialize("json", [reply])
    reply.delete()
    DiscussionThread.objects.update(reply_count=5)

    load(dump)

    assert (DiscussionReply.objects.count(), state(thread)[0]) == (1, 5)


@pytest.mark.case("A034")
def test_replies_that_were_made_in_bulk_are_counted_on_request(thread: DiscussionThread) -> None:
    DiscussionReply.objects.bulk_create(
        DiscussionReply(thread=thread, author=thread.author, content=str(number)) for number in range(3)
    )
    before = state(thread)[0]

    discussions.recount([thread.pk])

    assert (before, state(thread)[0]) == (0, 3)


def test_several_threads_are_recounted_at_once() -> None:
    threads = [DiscussionReplyFactory.create().thread, DiscussionThreadFactory.create()]
    DiscussionThread.objects.update(reply_count=9)

    discussions.recount([each.pk for each in threads])

    assert [state(each)[0] for each in threads] == [1, 0]


@pytest.mark.case("A037")
def test_nobody_replies_in_a_thread_that_is_gone(thread: DiscussionThread) -> None:
    author, gone = thread.author, thread.pk
    thread.delete()

    with pytest.raises(Unknown):
        discussions.add_reply(author, gone, content="Hello?")
