"""What several connections to a real PostgreSQL see of each other, wait for, and leave."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from django.test import Client

from accounts.factories import UserFactory
from accounts.models import User
from accounts.services import issue
from courses.factories import (
    ChoiceProblemFactory,
    CourseFactory,
    DiscussionReplyFactory,
    DiscussionThreadFactory,
    EnrollmentFactory,
    ExamFactory,
    ExamProblemFactory,
    ProblemProgressFactory,
)
from courses.models import (
    DiscussionReply,
    DiscussionThread,
    Enrollment,
    Exam,
    ExamProblem,
    ExamSubmission,
    ProgressStatus,
)
from courses.services import discussions, enrolments, exams
from courses.services.exams_attempts import close_overdue
from courses.services.locks import lock
from courses.tests.transactions import Together, held, impatient, meanwhile, outcome

pytestmark = [pytest.mark.needs("postgresql"), pytest.mark.usefixtures("postgresql")]
START = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
MANY = 8


def reply_count(thread: DiscussionThread) -> int:
    return DiscussionThread.objects.get(pk=thread.pk).reply_count


def total(exam: Exam) -> int:
    return Exam.objects.get(pk=exam.pk).total_score


def add_problem(exam: Exam, score: int) -> None:
    """As somebody else does it, who knows nothing of the exam in our memory."""
    problem = ChoiceProblemFactory.create().problem
    ExamProblem.objects.create(exam=Exam.objects.get(pk=exam.pk), problem=problem, score=score)


def add_reply(thread: DiscussionThread, author: User) -> None:
    DiscussionReply.objects.create(thread_id=thread.pk, author_id=author.pk, content="Look here.")


# --- counters -------------------------------------------------------------------------------------


@pytest.mark.case("A036")
@pytest.mark.case("A071")
def test_parallel_replies_are_all_counted(together: Together) -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    together([partial(add_reply, thread, author)] * MANY)

    assert (thread.replies.count(), reply_count(thread)) == (MANY, MANY)


@pytest.mark.case("A036")
def test_parallel_replies_through_the_service_are_all_counted(together: Together) -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    together([partial(discussions.add_reply, author, thread.pk, content="Hey")] * MANY)

    assert reply_count(thread) == MANY


@pytest.mark.case("A039")
def test_fifty_replies_of_five_users_in_quick_succession_are_fifty(together: Together) -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    def ten() -> None:
        for _ in range(10):
            add_reply(thread, author)

    together([ten] * 5)

    found = DiscussionThread.objects.get()
    assert found.reply_count == 50
    assert found.last_activity_at >= DiscussionReply.objects.latest("created_at").created_at


@pytest.mark.case("A071")
def test_replies_that_come_and_go_at_once_are_counted(together: Together) -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()
    leaving = DiscussionReplyFactory.create_batch(MANY // 2, thread=thread)

    together(
        [each.delete for each in leaving] + [partial(add_reply, thread, author) for _ in range(MANY // 2)]
    )

    assert (thread.replies.count(), reply_count(thread)) == (MANY // 2, MANY // 2)


@pytest.mark.case("A036")
@pytest.mark.case("A071")
def test_a_reply_that_waited_for_another_counts_both() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    with (
        held(partial(add_reply, thread, author)) as other,
        meanwhile(partial(add_reply, thread, author)) as waiting,
    ):
        other.commit()
        waiting.result(timeout=10)

    assert reply_count(thread) == 2


@pytest.mark.case("A047")
@pytest.mark.case("A071")
def test_scores_that_are_saved_in_parallel_are_all_in_the_total(together: Together) -> None:
    exam = ExamFactory.create()

    together([partial(add_problem, exam, score) for score in range(1, MANY + 1)])

    assert total(exam) == sum(range(1, MANY + 1))


@pytest.mark.case("A047")
def test_scores_that_change_in_parallel_are_all_in_the_total(together: Together) -> None:
    exam = ExamFactory.create()
    rows = ExamProblemFactory.create_batch(MANY, exam=exam, score=10)

    def raise_score(row: ExamProblem) -> None:
        mine = ExamProblem.objects.get(pk=row.pk)
        mine.score += row.order % 7 + 1
        mine.save()

    together([partial(raise_score, row) for row in rows])

    assert total(exam) == sum(exam.exam_problems.values_list("score", flat=True)) > 10 * MANY


@pytest.mark.case("A071")
def test_problems_that_come_and_go_at_once_are_in_the_total(together: Together) -> None:
    exam = ExamFactory.create()
    leaving = ExamProblemFactory.create_batch(MANY // 2, exam=exam, score=7)

    together([each.delete for each in leaving] + [partial(add_problem, exam, 5) for _ in range(MANY // 2)])

    assert total(exam) == 5 * MANY // 2


@pytest.mark.case("A047")
def test_problems_in_bulk_and_one_by_one_are_in_the_total(together: Together) -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)
    scores = {ChoiceProblemFactory.create().problem.pk: 10 for _ in range(3)}

    together([partial(exams.add_problems, teacher, exam.pk, scores), partial(add_problem, exam, 5)])

    assert total(exam) == 35


# --- what is gone ---------------------------------------------------------------------------------


@pytest.mark.case("A037")
def test_a_reply_to_a_thread_that_is_being_deleted_is_refused() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()
    reply = partial(discussions.add_reply, author, thread.pk, content="Hey")

    with (
        held(partial(discussions.delete_thread, thread.author, thread.pk)) as deletion,
        meanwhile(reply) as replying,
    ):
        deletion.commit()
        found = replying.result(timeout=10)

    assert (found, DiscussionReply.objects.count()) == ("Unknown", 0)


@pytest.mark.case("A037")
def test_a_deletion_waits_for_a_reply_and_takes_it_along() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    with (
        held(partial(discussions.add_reply, author, thread.pk, content="Hey")) as reply,
        meanwhile(partial(discussions.delete_thread, thread.author, thread.pk)) as deletion,
    ):
        reply.commit()
        found = deletion.result(timeout=10)

    assert found == "done"
    assert (DiscussionThread.objects.count(), DiscussionReply.objects.count()) == (0, 0)


@pytest.mark.case("A037")
def test_a_count_that_meets_a_deletion_writes_nothing_and_fails_at_nothing() -> None:
    thread = DiscussionReplyFactory.create().thread
    gone = thread.pk

    with (
        held(partial(discussions.delete_thread, thread.author, gone)) as deletion,
        meanwhile(partial(discussions.recount, [gone])) as counting,
    ):
        deletion.commit()
        found = counting.result(timeout=10)

    assert (found, DiscussionThread.objects.count()) == ("done", 0)


# --- once, and not twice --------------------------------------------------------------------------


def test_of_parallel_starts_one_begins_the_attempt(together: Together) -> None:
    enrolled = EnrollmentFactory.create()
    exam = ExamFactory.create(course=enrolled.course)

    found = together([partial(exams.start, enrolled.user, exam.pk)] * MANY)

    assert sorted(created for _, created in found) == [False] * (MANY - 1) + [True]
    assert ExamSubmission.objects.count() == 1


def test_of_parallel_submissions_one_is_taken(together: Together) -> None:
    enrolled = EnrollmentFactory.create()
    exam = ExamFactory.create(course=enrolled.course)
    exams.start(enrolled.user, exam.pk)

    found = together([partial(outcome, partial(exams.submit, enrolled.user, exam.pk, []))] * MANY)

    assert sorted(found) == ["Unknown"] * (MANY - 1) + ["done"]


@pytest.mark.case("A067")
def test_of_parallel_timers_each_attempt_is_closed_by_one(together: Together) -> None:
    exam = ExamFactory.create(start_time=START, end_time=START + timedelta(hours=1))
    students = [EnrollmentFactory.create(course=exam.course).user for _ in range(MANY)]
    attempts = [exams.start(student, exam.pk, now=START)[0] for student in students]

    found = together([partial(close_overdue, START + timedelta(days=1))] * 4)

    assert sum(found) == len(attempts)
    assert set(ExamSubmission.objects.values_list("status", flat=True)) == {"auto_submitted"}


@pytest.mark.case("A067")
def test_a_timer_leaves_an_attempt_alone_that_is_being_submitted() -> None:
    enrolled = EnrollmentFactory.create()
    exam = ExamFactory.create(course=enrolled.course, start_time=START, end_time=START + timedelta(hours=1))
    exams.start(enrolled.user, exam.pk, now=START)

    with held(partial(exams.submit, enrolled.user, exam.pk, [], now=START)) as submission:
        closed = close_overdue(START + timedelta(days=1))
        submission.commit()

    assert (closed, ExamSubmission.objects.get().status) == (0, "submitted")


def test_of_parallel_enrolments_one_is_taken(together: Together) -> None:
    user, course = UserFactory.create(), CourseFactory.create()

    found = together([partial(outcome, partial(enrolments.enroll, user, course.pk))] * MANY)

    assert sorted(found) == ["Invalid"] * (MANY - 1) + ["done"]


# --- what is seen ---------------------------------------------------------------------------------


@pytest.mark.case("A073")
def test_what_is_not_committed_is_not_seen() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    with held(partial(add_reply, thread, author)) as writer:
        before = reply_count(thread), thread.replies.count()
        writer.commit()

    assert (before, (reply_count(thread), thread.replies.count())) == ((0, 0), (1, 1))


@pytest.mark.case("A058")
@pytest.mark.case("A073")
def test_what_is_rolled_back_is_never_seen() -> None:
    exam = ExamProblemFactory.create(score=10).exam

    with held(partial(add_problem, exam, 20)) as writer:
        before = total(exam)
        writer.roll_back()

    assert (before, total(exam)) == (10, 10)


@pytest.mark.usefixtures("each_store")
@pytest.mark.case("A054")
@pytest.mark.case("A073")
@pytest.mark.case("A074")
def test_what_was_cached_before_a_commit_is_not_seen_after_it() -> None:
    user, course = UserFactory.create(), CourseFactory.create()

    with held(partial(enrolments.enroll, user, course.pk)) as writer:
        before = enrolments.listed(user).count, enrolments.listed(user).count
        writer.commit()

    assert before == (0, 0)
    assert [row.course for row in enrolments.listed(user).items] == [course]


@pytest.mark.usefixtures("each_store")
@pytest.mark.case("A054")
@pytest.mark.case("A074")
def test_a_reader_that_read_before_a_commit_caches_nothing_after_it() -> None:
    user, course = UserFactory.create(), CourseFactory.create()

    with held(partial(enrolments.listed, user)) as reader:
        enrolments.enroll(user, course.pk)
        reader.commit()

    assert [row.course for row in enrolments.listed(user).items] == [course]


@pytest.mark.usefixtures("each_store")
@pytest.mark.case("A074")
def test_after_racing_writers_and_readers_the_cache_has_what_the_database_has(together: Together) -> None:
    exam, student = ExamFactory.create(), UserFactory.create()

    def read() -> list[int]:
        return [exams.find(student, exam.pk).total_score for _ in range(5)]

    together([partial(add_problem, exam, score) for score in range(1, 5)] + [read] * 4)

    assert exams.find(student, exam.pk).total_score == total(exam) == 10
    assert exams.listed(student).items[0].total_score == 10


def shown_over_the_api(token: str, chapter_id: int) -> tuple[set[int], set[int], set[str]]:
    """Of whom the enrolments are, which problems were tried, and the statuses in a chapter."""
    client = Client(headers={"Authorization": f"Bearer {token}"})

    def items(path: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(client.get(f"/api/v1{path}").content)["items"]
        return found

    return (
        {int(str(each["user_id"])) for each in items("/enrollments/")},
        {int(str(each["problem_id"])) for each in items("/problem-progress/")},
        {str(each["status"]) for each in items(f"/chapters/{chapter_id}/problems/")},
    )


@pytest.mark.usefixtures("each_store")
@pytest.mark.case("A072")
def test_parallel_calls_of_several_users_show_each_their_own(together: Together) -> None:
    statuses = [ProgressStatus.SOLVED, ProgressStatus.FAILED, ProgressStatus.IN_PROGRESS] * 2
    first = ProblemProgressFactory.create(status=statuses[0])
    course, problem = first.enrollment.course, first.problem
    rows = [first] + [
        ProblemProgressFactory.create(enrollment__course=course, problem=problem, status=status)
        for status in statuses[1:]
    ]
    users = [row.enrollment.user for row in rows]

    found = together([partial(shown_over_the_api, issue(user)[0], problem.chapter_id or 0) for user in users])

    assert found == [
        ({user.pk}, {problem.pk}, {status.value}) for user, status in zip(users, statuses, strict=True)
    ]


# --- locks ----------------------------------------------------------------------------------------


def hold_thread(thread: DiscussionThread) -> list[DiscussionThread]:
    return lock(DiscussionThread.objects.all(), [thread.pk])


def hold_exam(exam: Exam) -> list[Exam]:
    return lock(Exam.objects.all(), [exam.pk])


@pytest.mark.case("A075")
def test_who_waits_too_long_for_a_thread_fails_and_leaves_nothing() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()
    reply = partial(discussions.add_reply, author, thread.pk, content="Hey")

    with held(partial(hold_thread, thread)):
        found = impatient(reply)

    assert (found, thread.replies.count(), reply_count(thread)) == ("Busy", 0, 0)


@pytest.mark.case("A075")
def test_a_signal_that_waits_too_long_takes_its_reply_along() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    with held(partial(hold_thread, thread)):
        found = impatient(partial(add_reply, thread, author))

    assert (found, thread.replies.count()) == ("Busy", 0)


@pytest.mark.case("A075")
def test_who_waits_too_long_for_an_exam_fails_and_leaves_nothing() -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)

    with held(partial(hold_exam, exam)):
        found = impatient(partial(exams.edit, teacher, exam.pk, {"title": "Mine"}))

    assert (found, Exam.objects.filter(title="Mine").count()) == ("Busy", 0)


@pytest.mark.case("A075")
def test_who_waits_too_long_for_an_attempt_fails_and_leaves_nothing() -> None:
    enrolled = EnrollmentFactory.create()
    exam = ExamFactory.create(course=enrolled.course)
    attempt, _ = exams.start(enrolled.user, exam.pk)

    with held(partial(lock, ExamSubmission.objects.all(), [attempt.pk])):
        found = impatient(partial(exams.submit, enrolled.user, exam.pk, []))

    assert (found, ExamSubmission.objects.get().status) == ("Busy", "in_progress")


@pytest.mark.case("A061")
@pytest.mark.case("A075")
def test_who_failed_succeeds_once_the_lock_is_free() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()
    reply = partial(discussions.add_reply, author, thread.pk, content="Hey")
    with held(partial(hold_thread, thread)):
        impatient(reply)

    found = impatient(reply)

    assert (found, reply_count(thread)) == ("done", 1)


@pytest.mark.case("A075")
def test_who_waits_within_the_limit_succeeds() -> None:
    thread, author = DiscussionThreadFactory.create(), UserFactory.create()

    with (
        held(partial(hold_thread, thread)) as holder,
        meanwhile(partial(discussions.add_reply, author, thread.pk, content="Hey")) as waiting,
    ):
        holder.commit()
        found = waiting.result(timeout=10)

    assert (found, reply_count(thread)) == ("done", 1)


@pytest.mark.case("A075")
def test_a_lock_of_one_thread_holds_up_no_other() -> None:
    thread, other = DiscussionThreadFactory.create_batch(2)

    with held(partial(hold_thread, thread)):
        found = impatient(partial(discussions.add_reply, thread.author, other.pk, content="Hey"))

    assert found == "done"


@pytest.mark.case("A075")
def test_a_lock_of_a_thread_holds_up_no_reader() -> None:
    thread = DiscussionReplyFactory.create().thread

    with held(partial(hold_thread, thread)):
        found = impatient(lambda: list(discussions.replies(thread.author, thread.pk)))

    assert found == "done"


@pytest.mark.case("A061")
def test_a_transaction_that_failed_leaves_its_locks_free() -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)

    with held(partial(add_problem, exam, 20)) as failing:
        failing.roll_back()
        found = impatient(partial(exams.edit, teacher, exam.pk, {"title": "Another"}))

    assert (found, total(exam)) == ("done", 100)


@pytest.mark.case("A076")
def test_replies_that_move_both_ways_at_once_wait_for_each_other(together: Together) -> None:
    one, other = DiscussionThreadFactory.create_batch(2)
    there = DiscussionReplyFactory.create_batch(MANY // 2, thread=one)
    back = DiscussionReplyFactory.create_batch(MANY // 2, thread=other)

    def move(reply: DiscussionReply, target: DiscussionThread) -> None:
        mine = DiscussionReply.objects.get(pk=reply.pk)
        mine.thread_id = target.pk
        mine.save()

    together([partial(move, each, other) for each in there] + [partial(move, each, one) for each in back])

    assert (reply_count(one), reply_count(other)) == (MANY // 2, MANY // 2)


@pytest.mark.case("A076")
def test_problems_that_move_both_ways_at_once_wait_for_each_other(together: Together) -> None:
    one, other = ExamFactory.create_batch(2)
    there = ExamProblemFactory.create_batch(MANY // 2, exam=one, score=3)
    back = ExamProblemFactory.create_batch(MANY // 2, exam=other, score=4)

    def move(row: ExamProblem, target: Exam) -> None:
        mine = ExamProblem.objects.get(pk=row.pk)
        mine.exam_id = target.pk
        mine.save()

    together([partial(move, each, other) for each in there] + [partial(move, each, one) for each in back])

    assert (total(one), total(other)) == (4 * MANY // 2, 3 * MANY // 2)


@pytest.mark.case("A076")
def test_locks_that_are_asked_for_in_opposite_order_are_taken_in_one(together: Together) -> None:
    ids = [thread.pk for thread in DiscussionThreadFactory.create_batch(5)]

    def locked(wanted: list[int]) -> list[int]:
        with transaction.atomic():
            return [each.pk for each in lock(DiscussionThread.objects.all(), wanted)]

    found = together([partial(locked, ids), partial(locked, ids[::-1])] * 4)

    assert found == [sorted(ids)] * MANY


@pytest.mark.case("A076")
def test_a_parent_is_locked_before_its_child() -> None:
    reply = DiscussionReplyFactory.create()

    with held(partial(hold_thread, reply.thread)):
        deleting = impatient(reply.delete)
        # Were the reply locked by now, this would wait for it.
        changed = impatient(lambda: DiscussionReply.objects.filter(pk=reply.pk).update(content="Mine"))

    assert (deleting, changed) == ("Busy", "done")


@pytest.mark.case("A076")
def test_a_child_whose_deletion_waits_for_its_parent_is_not_held(together: Together) -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)
    rows = ExamProblemFactory.create_batch(4, exam=exam, score=5)

    def rescore() -> None:
        with transaction.atomic():
            hold_exam(exam)
            exam.exam_problems.update(score=6)
            exams.recompute([exam.pk])

    together([each.delete for each in rows[:2]] + [rescore] * 2)

    assert total(exam) == sum(exam.exam_problems.values_list("score", flat=True)) == 12
    assert exams.find(teacher, exam.pk).total_score == 12


@pytest.mark.case("A061")
def test_enrolments_that_fail_midway_leave_none_behind() -> None:
    users, course = UserFactory.create_batch(3), CourseFactory.create()

    with held(partial(enrolments.enroll_all, users, course.pk)) as failing:
        failing.roll_back()
        again = enrolments.enroll_all(users, course.pk)

    assert (again, Enrollment.objects.count()) == (3, 3)
