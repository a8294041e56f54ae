"""What is cached of problems and of how far users are, when that changes."""

from __future__ import annotations

import logging

import pytest
import redis
from django.core import serializers
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from courses.factories import EnrollmentFactory, ProblemFactory, ProblemProgressFactory
from courses.models import Enrollment, Problem, ProblemProgress, ProgressStatus
from courses.services import progress
from courses.services.cache import Cache, View
from courses.tests.dumps import load
from courses.tests.judges import Failing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def row(transactional_db: None) -> ProblemProgress:  # noqa: ARG001 - it is a row
    """Of a user who has tried a problem."""
    return ProblemProgressFactory.create(status=ProgressStatus.IN_PROGRESS)


@pytest.fixture
def kept(each_store: redis.Redis, settings: Settings) -> Cache:
    """What is cached, on both stores."""
    return Cache(each_store, settings.CACHE_PREFIX)


def chapter_of(row: ProblemProgress) -> int:
    assert row.problem.chapter_id
    return row.problem.chapter_id


def save_as(row: ProblemProgress, status: ProgressStatus) -> None:
    row.status = status
    row.save()


def read(row: ProblemProgress) -> dict[int, str]:
    """As its user sees it; all three views are cached by that."""
    progress.problems(chapter_of(row))
    progress.unlocked(row.enrollment.user, row.enrollment.course_id)
    return progress.statuses(row.enrollment.user, chapter_of(row))


def keys_of(row: ProblemProgress, kept: Cache) -> dict[View, str]:
    """The keys of those views."""
    user = row.enrollment.user_id
    return {
        View.PROBLEMS: kept.key(View.PROBLEMS, chapter_of(row), {"page": 1, "page_size": 20}),
        View.PROBLEM_STATUS: kept.key(View.PROBLEM_STATUS, f"{chapter_of(row)}.{user}"),
        View.UNLOCKED: kept.key(View.UNLOCKED, f"{row.enrollment.course_id}.{user}"),
    }


def left(row: ProblemProgress, kept: Cache) -> set[View]:
    """Which of them are still cached."""
    return {view for view, key in keys_of(row, kept).items() if kept.store.exists(key)}


def test_what_is_read_is_cached(row: ProblemProgress, kept: Cache) -> None:
    read(row)

    assert left(row, kept) == {View.PROBLEMS, View.PROBLEM_STATUS, View.UNLOCKED}


def test_what_is_cached_costs_the_look_for_its_chapter_alone(row: ProblemProgress) -> None:
    read(row)

    with CaptureQueriesContext(connection) as queries:
        progress.statuses(row.enrollment.user, chapter_of(row))
        progress.problems(chapter_of(row))

    assert len(queries) == 1


@pytest.mark.case("A040")
def test_saved_progress_drops_lists_of_problems_and_statuses(row: ProblemProgress, kept: Cache) -> None:
    read(row)

    row.save()

    assert left(row, kept) == {View.UNLOCKED}


@pytest.mark.case("A040")
def test_saved_progress_is_seen_at_once(row: ProblemProgress) -> None:
    before = read(row)
    row.status = ProgressStatus.FAILED

    row.save()

    assert (before, read(row)) == ({row.problem_id: "in_progress"}, {row.problem_id: "failed"})


@pytest.mark.case("A040")
def test_new_progress_is_seen_at_once(row: ProblemProgress) -> None:
    read(row)
    another = ProblemFactory.create(chapter=row.problem.chapter)

    ProblemProgressFactory.create(enrollment=row.enrollment, problem=another, status=ProgressStatus.FAILED)

    assert read(row) == {row.problem_id: "in_progress", another.pk: "failed"}


@pytest.mark.case("A040")
def test_lists_of_problems_of_every_chapter_are_dropped(row: ProblemProgress, kept: Cache) -> None:
    other = ProblemProgressFactory.create()
    read(other)

    row.save()

    assert View.PROBLEMS not in left(other, kept)


@pytest.mark.case("A040")
def test_statuses_of_other_users_stay(row: ProblemProgress, kept: Cache) -> None:
    other = ProblemProgressFactory.create(
        enrollment=EnrollmentFactory.create(course=row.enrollment.course), problem=row.problem
    )
    read(other)

    row.status = ProgressStatus.SOLVED
    row.save()

    assert left(other, kept) == {View.PROBLEM_STATUS, View.UNLOCKED}


@pytest.mark.case("A040")
@pytest.mark.case("A042")
def test_unrelated_keys_stay(row: ProblemProgress, kept: Cache) -> None:
    unrelated = [kept.key("problems-of-the-week", 1), kept.key(View.EXAMS, "all"), kept.key("problem", 1)]
    kept.store.mset(dict.fromkeys(unrelated, "anything"))

    row.save()

    assert kept.store.exists(*unrelated) == len(unrelated)


@pytest.mark.case("A040")
def test_a_solved_problem_makes_what_is_open_stale(row: ProblemProgress, kept: Cache) -> None:
    read(row)
    row.status = ProgressStatus.SOLVED

    row.save()

    assert left(row, kept) == set()


@pytest.mark.case("A040")
def test_deleted_progress_drops_all_three(row: ProblemProgress, kept: Cache) -> None:
    read(row)
    keys = keys_of(row, kept)

    row.delete()

    assert kept.store.exists(*keys.values()) == 0


@pytest.mark.case("A040")
def test_progress_that_goes_with_its_enrolment_drops_all_three(row: ProblemProgress, kept: Cache) -> None:
    read(row)
    keys = keys_of(row, kept)

    row.enrollment.delete()

    assert kept.store.exists(*keys.values()) == 0


@pytest.mark.usefixtures("row")
@pytest.mark.case("A062")
def test_progress_with_a_problem_of_no_chapter_is_saved() -> None:
    Problem.objects.update(chapter=None)
    orphan = ProblemProgress.objects.get()
    orphan.status = ProgressStatus.SOLVED

    orphan.save()

    assert ProblemProgress.objects.get().status == ProgressStatus.SOLVED


@pytest.mark.case("A043")
def test_of_several_saves_in_a_transaction_nothing_is_dropped_before_the_commit(
    row: ProblemProgress, kept: Cache
) -> None:
    read(row)

    with transaction.atomic():
        save_as(row, ProgressStatus.FAILED)
        save_as(row, ProgressStatus.SOLVED)
        before = left(row, kept)

    assert before == {View.PROBLEMS, View.PROBLEM_STATUS, View.UNLOCKED}
    assert left(row, kept) == set()


@pytest.mark.case("A043")
@pytest.mark.case("A058")
def test_a_transaction_that_fails_drops_nothing(row: ProblemProgress, kept: Cache) -> None:
    read(row)

    with transaction.atomic():
        row.save()
        transaction.set_rollback(True)

    assert left(row, kept) == {View.PROBLEMS, View.PROBLEM_STATUS, View.UNLOCKED}


@pytest.mark.usefixtures("nowhere")
@pytest.mark.case("A062")
def test_without_a_store_progress_is_saved_and_that_is_logged(
    row: ProblemProgress, caplog: pytest.LogCaptureFixture
) -> None:
    row.status = ProgressStatus.SOLVED

    row.save()

    assert ProblemProgress.objects.get().status == ProgressStatus.SOLVED
    assert {record.levelno for record in caplog.records if record.name == "campus.cache"} == {logging.WARNING}


@pytest.mark.case("A062")
def test_a_handler_that_fails_is_logged_and_progress_saved(
    row: ProblemProgress, caplog: pytest.LogCaptureFixture
) -> None:
    fresh = ProblemProgress.objects.get()
    fresh.status = ProgressStatus.SOLVED

    with connection.execute_wrapper(Failing(f'SELECT "{Problem._meta.db_table}"')):
        fresh.save()

    row.refresh_from_db()
    assert row.status == ProgressStatus.SOLVED
    assert [record.name for record in caplog.records if record.levelno == logging.ERROR] == ["campus.signals"]


@pytest.mark.usefixtures("nowhere")
@pytest.mark.case("A063")
def test_without_a_store_users_read_on(row: ProblemProgress) -> None:
    assert read(row) == {row.problem_id: "in_progress"}
    assert progress.problems(chapter_of(row)).items == [row.problem]


def test_a_fixture_is_loaded_as_it_is(row: ProblemProgress, kept: Cache) -> None:
    read(row)
    dump = serializers.serialize("json", [row])

    load(dump)

    assert left(row, kept) == {View.PROBLEMS, View.PROBLEM_STATUS, View.UNLOCKED}


# --- in bulk --------------------------------------------------------------------------------------


@pytest.mark.case("A040")
def test_progress_that_is_changed_in_bulk_is_dropped_on_request(row: ProblemProgress, kept: Cache) -> None:
    other = ProblemProgressFactory.create()
    read(row)
    read(other)
    ProblemProgress.objects.update(status=ProgressStatus.SOLVED)

    progress.forget(ProblemProgress.objects.all())

    assert (left(row, kept), left(other, kept)) == (set(), set())


@pytest.mark.case("A040")
def test_on_request_only_the_named_progress_is_dropped(row: ProblemProgress, kept: Cache) -> None:
    other = ProblemProgressFactory.create()
    read(other)

    progress.forget([row])

    assert left(other, kept) == {View.PROBLEM_STATUS, View.UNLOCKED}


# --- the catalogue --------------------------------------------------------------------------------


def test_a_changed_problem_is_seen_at_once(row: ProblemProgress) -> None:
    read(row)
    row.problem.title = "Another"

    row.problem.save()

    assert [problem.title for problem in progress.problems(chapter_of(row)).items] == ["Another"]


def test_a_deleted_problem_is_seen_no_more(row: ProblemProgress) -> None:
    chapter = chapter_of(row)
    read(row)

    row.problem.delete()

    assert progress.problems(chapter).items == []


def test_a_problem_that_moves_takes_its_statuses_along(row: ProblemProgress) -> None:
    target = ProblemFactory.create().chapter
    assert target
    before = progress.statuses(row.enrollment.user, target.pk)
    row.problem.chapter = target

    row.problem.save()

    assert before == {}
    assert progress.statuses(row.enrollment.user, target.pk) == {row.problem_id: "in_progress"}


def test_a_new_chapter_is_open_at_once(row: ProblemProgress) -> None:
    user, course = row.enrollment.user, row.enrollment.course
    ProblemProgress.objects.update(status=ProgressStatus.SOLVED)
    read(row)

    new = ProblemFactory.create(chapter__course=course, chapter__order=10_000).chapter

    assert new is not None
    assert progress.unlocked(user, course.pk) == [chapter_of(row), new.pk]


def test_a_deleted_chapter_is_no_more_open(row: ProblemProgress) -> None:
    read(row)
    assert row.problem.chapter

    row.problem.chapter.delete()

    assert progress.unlocked(row.enrollment.user, row.enrollment.course_id) == []


# --- what it costs --------------------------------------------------------------------------------


def cost_of_saving(enrolled: Enrollment, count: int) -> int:
    """How many statements so many new rows of progress take."""
    problems = [ProblemFactory.create() for _ in range(count)]
    with CaptureQueriesContext(connection) as queries:
        for problem in problems:
            ProblemProgressFactory.create(enrollment=enrolled, problem=problem)
    return len(queries)


@pytest.mark.case("A044")
def test_the_cost_of_progress_grows_linearly(row: ProblemProgress) -> None:
    few, many = cost_of_saving(row.enrollment, 3), cost_of_saving(row.enrollment, 30)

    assert many == 10 * few
