"""Each handler is missed where it is not connected: what it does, nothing else does."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from django.db import connection
from django.db.models import Model
from django.db.models.signals import ModelSignal, post_delete, post_save, pre_delete, pre_save
from django.test.utils import CaptureQueriesContext

from courses import signals
from courses.factories import (
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamProblemFactory,
    ProblemProgressFactory,
)
from courses.models import (
    Chapter,
    DiscussionReply,
    DiscussionThread,
    Enrollment,
    Exam,
    ExamProblem,
    Problem,
    ProblemProgress,
)
from courses.services import enrolments, exams, progress

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.case("A078")]

Handler = Callable[..., None]
Probe = Callable[[], bool]


def a_new_reply_is_counted() -> bool:
    reply = DiscussionReplyFactory.create()
    return DiscussionThread.objects.get(pk=reply.thread_id).reply_count == 1


def a_deleted_reply_is_not_counted() -> bool:
    reply = DiscussionReplyFactory.create()
    reply.delete()
    return DiscussionThread.objects.get(pk=reply.thread_id).reply_count == 0


def a_reply_that_moved_away_is_not_counted() -> bool:
    reply = DiscussionReplyFactory.create()
    before, reply.thread = reply.thread, DiscussionThreadFactory.create()
    reply.save()
    return DiscussionThread.objects.get(pk=before.pk).reply_count == 0


def a_thread_is_taken_before_its_reply_goes() -> bool:
    return _first_is_taken(DiscussionThread, DiscussionReplyFactory.create())


def a_new_score_is_added() -> bool:
    row = ExamProblemFactory.create(score=7)
    return Exam.objects.get(pk=row.exam_id).total_score == 7


def a_deleted_score_is_not_added() -> bool:
    row = ExamProblemFactory.create(score=7)
    row.delete()
    return Exam.objects.get(pk=row.exam_id).total_score == 0


def a_score_that_moved_away_is_not_added() -> bool:
    row = ExamProblemFactory.create(score=7)
    before, row.exam = row.exam, ExamFactory.create()
    row.save()
    return Exam.objects.get(pk=before.pk).total_score == 0


def an_exam_is_taken_before_its_problem_goes() -> bool:
    return _first_is_taken(Exam, ExamProblemFactory.create())


def a_renamed_exam_is_seen() -> bool:
    exam = ExamFactory.create()
    reader = EnrollmentFactory.create().user
    exams.find(reader, exam.pk)
    exam.title = "Another"
    exam.save()
    return exams.find(reader, exam.pk).title == "Another"


def saved_progress_is_seen() -> bool:
    row = ProblemProgressFactory.create(status="in_progress")
    _statuses(row)
    row.status = "solved"
    row.save()
    return _statuses(row) == ["solved"]


def deleted_progress_is_seen() -> bool:
    row = ProblemProgressFactory.create(status="in_progress")
    _statuses(row)
    row.delete()
    return _statuses(row) == []


def a_new_enrolment_is_seen() -> bool:
    row = EnrollmentFactory.create()
    enrolments.listed(row.user)
    EnrollmentFactory.create(user=row.user)
    return enrolments.listed(row.user).count == 2


def a_deleted_enrolment_is_seen() -> bool:
    row = EnrollmentFactory.create()
    enrolments.listed(row.user)
    row.delete()
    return enrolments.listed(row.user).count == 0


def a_renamed_problem_is_seen() -> bool:
    problem = ProblemProgressFactory.create().problem
    assert problem.chapter_id
    progress.problems(problem.chapter_id)
    problem.title = "Another"
    problem.save()
    return progress.problems(problem.chapter_id).items[0].title == "Another"


def _statuses(row: ProblemProgress) -> list[str]:
    assert row.problem.chapter_id
    return list(progress.statuses(row.enrollment.user, row.problem.chapter_id).values())


def _first_is_taken(parent: type[Model], child: Model) -> bool:
    """Whether the parent is selected before its child is deleted."""
    with CaptureQueriesContext(connection) as queries:
        child.delete()
    statements = [query["sql"] for query in queries]
    selected = next(i for i, sql in enumerate(statements) if f'FROM "{parent._meta.db_table}"' in sql)
    deleted = next(i for i, sql in enumerate(statements) if sql.startswith("DELETE"))
    return selected < deleted


TABLE: Sequence[tuple[Handler, Probe, Sequence[ModelSignal], Sequence[type[Model]]]] = (
    (signals.discussions.lock_threads, a_reply_that_moved_away_is_not_counted, [pre_save], [DiscussionReply]),
    (signals.discussions.count_replies, a_new_reply_is_counted, [post_save], [DiscussionReply]),
    (
        signals.discussions.lock_thread,
        a_thread_is_taken_before_its_reply_goes,
        [pre_delete],
        [DiscussionReply],
    ),
    (signals.discussions.count_remaining, a_deleted_reply_is_not_counted, [post_delete], [DiscussionReply]),
    (signals.exams.lock_exams, a_score_that_moved_away_is_not_added, [pre_save], [ExamProblem]),
    (signals.exams.add_up, a_new_score_is_added, [post_save], [ExamProblem]),
    (signals.exams.lock_exam, an_exam_is_taken_before_its_problem_goes, [pre_delete], [ExamProblem]),
    (signals.exams.add_up_remaining, a_deleted_score_is_not_added, [post_delete], [ExamProblem]),
    (signals.exams.forget_exam, a_renamed_exam_is_seen, [post_save, post_delete], [Exam]),
    (signals.progress.forget_saved, saved_progress_is_seen, [post_save], [ProblemProgress]),
    (signals.progress.forget_deleted, deleted_progress_is_seen, [post_delete], [ProblemProgress]),
    (signals.enrolments.forget_list, a_new_enrolment_is_seen, [post_save], [Enrollment]),
    (signals.enrolments.forget_list_without, a_deleted_enrolment_is_seen, [post_delete], [Enrollment]),
    (
        signals.catalog.forget_problems,
        a_renamed_problem_is_seen,
        [post_save, post_delete],
        [Problem, Chapter],
    ),
)
"""A handler, what it brings about, and what it is connected to."""
NAMED = pytest.mark.parametrize(
    ("handler", "probe", "to", "senders"),
    TABLE,
    ids=[f"{row[0].__module__}.{row[0].__name__}" for row in TABLE],
)


@contextmanager
def without(
    handler: Handler, to: Sequence[ModelSignal], senders: Sequence[type[Model]]
) -> Iterator[list[bool | None]]:
    """Where it was connected, it is not; whether it had been."""
    places = [(signal, sender) for signal in to for sender in senders]
    were = [signal.disconnect(handler, sender=sender) for signal, sender in places]
    try:
        yield were
    finally:
        for signal, sender in places:
            signal.connect(handler, sender=sender)


@NAMED
def test_a_handler_brings_something_about(
    handler: Handler, probe: Probe, to: Sequence[ModelSignal], senders: Sequence[type[Model]]
) -> None:
    with_it = probe()
    with without(handler, to, senders) as were:
        without_it = probe()

    assert (with_it, without_it) == (True, False)
    assert all(were)


def test_every_handler_is_in_the_table() -> None:
    modules = [getattr(signals, name) for name in signals.__all__]

    found = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }

    assert found == {row[0] for row in TABLE}
