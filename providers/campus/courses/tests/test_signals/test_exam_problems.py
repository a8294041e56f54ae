"""What an exam is worth, and what is cached of it."""

from __future__ import annotations

import logging

import factory
import pytest
import redis
from django.core import serializers
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as DjangoTestCase

from accounts.factories import UserFactory
from accounts.models import User
from config.errors import Unknown
from courses.factories import ChoiceProblemFactory, ExamFactory, ExamProblemFactory
from courses.models import Exam, ExamProblem
from courses.services import exams
from courses.tests.dumps import load
from courses.tests.judges import Failing

pytestmark = pytest.mark.django_db
committing = pytest.mark.django_db(transaction=True)
UPDATE = f'UPDATE "{Exam._meta.db_table}"'


def reachable(passing: int, total: int) -> int:
    """A passing score, or sixty percent where nobody could reach it."""
    return total * 6 // 10 if passing > total else passing


def worth(exam: Exam) -> tuple[int, int]:
    """Total and passing score, as the database has them."""
    found = Exam.objects.get(pk=exam.pk)
    return found.total_score, found.passing_score


@pytest.mark.parametrize("scores", [[1], [10, 20, 30], [1, 9998]])
@pytest.mark.case("A045")
def test_the_total_is_the_sum_of_the_scores(scores: list[int]) -> None:
    exam = ExamFactory.create()

    ExamProblemFactory.create_batch(len(scores), exam=exam, score=factory.Iterator(scores))

    assert worth(exam)[0] == sum(scores)


@pytest.mark.case("A045")
def test_a_score_that_changes_changes_the_total() -> None:
    exam = ExamProblemFactory.create(score=10).exam
    row = ExamProblemFactory.create(exam=exam, score=20)
    row.score = 50

    row.save()

    assert worth(exam)[0] == 60


@pytest.mark.parametrize("wrong", [0, 1000])
@pytest.mark.case("A045")
def test_the_total_is_that_of_the_database_and_not_some_more(wrong: int) -> None:
    exam = ExamProblemFactory.create(score=10).exam
    Exam.objects.update(total_score=wrong)

    ExamProblemFactory.create(exam=exam, score=20)

    assert worth(exam)[0] == 30


@pytest.mark.case("A045")
def test_problems_of_other_exams_are_not_added() -> None:
    other = ExamProblemFactory.create(score=10).exam

    exam = ExamProblemFactory.create(score=20).exam

    assert (worth(exam)[0], worth(other)[0]) == (20, 10)


@pytest.mark.case("A045")
def test_the_exam_in_memory_has_the_new_total_as_well() -> None:
    exam = ExamFactory.create()
    ExamProblemFactory.create(exam=exam, score=30)
    exam.title = "Another"

    exam.save()

    assert worth(exam) == (30, 18)


@pytest.mark.case("A045")
def test_when_the_total_changed_is_written_down() -> None:
    exam = ExamFactory.create()
    before = exam.updated_at

    ExamProblemFactory.create(exam=exam)

    exam.refresh_from_db()
    assert exam.updated_at > before


@pytest.mark.case("A045")
@pytest.mark.case("A071")
def test_a_problem_that_moves_counts_where_it_is() -> None:
    row = ExamProblemFactory.create(score=30)
    before, after = row.exam, ExamProblemFactory.create(score=5).exam
    row.exam = after

    row.save()

    assert (worth(before)[0], worth(after)[0]) == (0, 35)


@pytest.mark.case("A045")
def test_nothing_else_of_the_exam_is_written() -> None:
    exam = ExamFactory.create()
    Exam.objects.update(title="Changed meanwhile")

    ExamProblemFactory.create(exam=exam)

    assert Exam.objects.get().title == "Changed meanwhile"


# --- the passing score ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("passing", "score", "after"),
    [(60, 59, 35), (60, 60, 60), (60, 61, 60), (60, 1, 0), (60, 5, 3), (60, 7, 4), (0, 1, 0), (100, 99, 59)],
)
@pytest.mark.case("A048")
def test_a_passing_score_that_nobody_could_reach_falls_to_sixty_percent(
    passing: int, score: int, after: int
) -> None:
    exam = ExamFactory.create(passing_score=passing)

    ExamProblemFactory.create(exam=exam, score=score)

    assert worth(exam) == (score, after)


class TestAnyScores(DjangoTestCase):
    """For any scores that an exam may have."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(1, 3000), min_size=1, max_size=3), st.integers(0, 9999))
    @pytest.mark.case("A045")
    @pytest.mark.case("A048")
    def test_total_and_passing_score_follow(self, scores: list[int], passing: int) -> None:
        total = sum(scores)
        exam = ExamFactory.create(passing_score=passing)
        ExamProblem.objects.bulk_create(
            ExamProblem(exam=exam, problem=ChoiceProblemFactory.create().problem, score=score)
            for score in scores
        )

        exams.recompute([exam.pk])

        assert worth(exam) == (total, reachable(passing, total))


@pytest.mark.case("A048")
def test_a_passing_score_is_not_raised_again() -> None:
    exam = ExamFactory.create(passing_score=60)
    ExamProblemFactory.create(exam=exam, score=10)

    ExamProblemFactory.create(exam=exam, score=90)

    assert worth(exam) == (100, 6)


# --- deleting -------------------------------------------------------------------------------------


@pytest.mark.case("A050")
def test_a_deleted_problem_takes_its_score_along() -> None:
    exam = ExamProblemFactory.create(score=10).exam
    row = ExamProblemFactory.create(exam=exam, score=20)

    row.delete()

    assert worth(exam)[0] == 10


@pytest.mark.case("A050")
def test_a_problem_that_is_deleted_as_such_takes_its_score_along() -> None:
    exam = ExamProblemFactory.create(score=10).exam
    row = ExamProblemFactory.create(exam=exam, score=20)

    row.problem.delete()

    assert worth(exam)[0] == 10


@pytest.mark.case("A052")
def test_an_exam_without_problems_is_worth_nothing_and_always_passed() -> None:
    row = ExamProblemFactory.create(score=10)

    row.delete()

    assert worth(row.exam) == (0, 0)


@pytest.mark.case("A051")
def test_a_deletion_is_counted_even_where_signals_are_skipped() -> None:
    exam = ExamProblemFactory.create(score=10).exam
    row = ExamProblemFactory.create(exam=exam, score=20)
    exam._skip_exam_problem_signals = True

    row.delete()

    assert worth(exam)[0] == 10


@pytest.mark.case("A052")
def test_an_exam_that_goes_with_its_problems_is_not_written() -> None:
    exam = ExamProblemFactory.create().exam

    with CaptureQueriesContext(connection) as queries:
        exam.delete()

    assert not [query["sql"] for query in queries if query["sql"].startswith(UPDATE)]
    assert not ExamProblem.objects.exists()


@pytest.mark.case("A052")
def test_a_course_that_goes_takes_its_exams_along() -> None:
    exam = ExamProblemFactory.create().exam

    exam.course.delete()

    assert not Exam.objects.exists()
    assert not ExamProblem.objects.exists()


@pytest.mark.case("A052")
def test_an_exam_that_is_gone_is_passed_over() -> None:
    exams.recompute([404])

    assert not Exam.objects.exists()


# --- skipping -------------------------------------------------------------------------------------


@pytest.mark.case("A046")
def test_where_signals_are_skipped_the_total_waits_for_whoever_asks() -> None:
    exam = ExamProblemFactory.create(score=10).exam
    exam._skip_exam_problem_signals = True
    ExamProblemFactory.create_batch(3, exam=exam, score=20)
    before = worth(exam)

    exams.recompute([exam.pk])

    assert (before, worth(exam)) == ((10, 6), (70, 6))


@pytest.mark.case("A046")
def test_a_flag_that_is_off_again_skips_nothing() -> None:
    exam = ExamFactory.create()
    exam._skip_exam_problem_signals = True
    exam._skip_exam_problem_signals = False

    ExamProblemFactory.create(exam=exam, score=20)

    assert worth(exam)[0] == 20


@pytest.mark.case("A046")
def test_the_flag_is_that_of_one_exam_in_memory() -> None:
    exam = ExamFactory.create()
    exam._skip_exam_problem_signals = True

    ExamProblemFactory.create(exam=Exam.objects.get(), score=20)

    assert worth(exam)[0] == 20


@pytest.mark.case("A046")
def test_a_fixture_is_loaded_as_it_is() -> None:
    row = ExamProblemFactory.create(score=20)
    dump = serializers.serialize("json", [row])
    row.delete()
    Exam.objects.update(total_score=77)

    load(dump)

    assert (ExamProblem.objects.count(), worth(row.exam)[0]) == (1, 77)


# --- failures -------------------------------------------------------------------------------------


@pytest.mark.case("A062")
def test_a_total_that_cannot_be_written_is_logged_and_the_problem_saved(
    caplog: pytest.LogCaptureFixture,
) -> None:
    exam = ExamFactory.create()

    with connection.execute_wrapper(Failing(UPDATE)):
        ExamProblemFactory.create(exam=exam, score=20)

    assert (ExamProblem.objects.count(), worth(exam)[0]) == (1, 100)
    assert [record.levelno for record in caplog.records if record.name == "campus.signals"] == [logging.ERROR]
    assert str(exam.pk) in caplog.text


@pytest.mark.case("A062")
def test_a_total_that_could_not_be_written_is_repaired_by_the_next() -> None:
    exam = ExamFactory.create()
    with connection.execute_wrapper(Failing(UPDATE)):
        ExamProblemFactory.create(exam=exam, score=20)

    ExamProblemFactory.create(exam=exam, score=5)

    assert worth(exam)[0] == 25


@pytest.mark.case("A062")
def test_a_deletion_whose_total_cannot_be_written_is_logged_and_done(
    caplog: pytest.LogCaptureFixture,
) -> None:
    row = ExamProblemFactory.create(score=20)

    with connection.execute_wrapper(Failing(UPDATE)):
        row.delete()

    assert not ExamProblem.objects.exists()
    assert "was not recomputed" in caplog.text


@pytest.mark.case("A058")
def test_a_problem_that_is_rolled_back_is_not_in_the_total() -> None:
    exam = ExamProblemFactory.create(score=10).exam

    with transaction.atomic():
        ExamProblemFactory.create(exam=exam, score=20)
        transaction.set_rollback(True)

    assert worth(exam)[0] == 10


# --- the cache ------------------------------------------------------------------------------------


@pytest.fixture
def student(transactional_db: None) -> User:  # noqa: ARG001 - the user is a row
    return UserFactory.create()


def shown(student: User, exam: Exam) -> tuple[int, int]:
    """The total in the detail and in the list, as users get them."""
    return exams.find(student, exam.pk).total_score, exams.listed(student).items[0].total_score


@committing
@pytest.mark.usefixtures("each_store")
@pytest.mark.case("A049")
def test_a_new_score_is_seen_at_once_in_detail_and_list(student: User) -> None:
    exam = ExamProblemFactory.create(score=10).exam
    before = shown(student, exam)

    ExamProblemFactory.create(exam=exam, score=20)

    assert (before, shown(student, exam)) == ((10, 10), (30, 30))


@committing
@pytest.mark.usefixtures("each_store")
@pytest.mark.case("A049")
@pytest.mark.case("A051")
def test_a_deletion_is_seen_at_once_even_where_signals_are_skipped(student: User) -> None:
    row = ExamProblemFactory.create(score=10)
    shown(student, row.exam)
    row.exam._skip_exam_problem_signals = True

    row.delete()

    assert shown(student, row.exam) == (0, 0)


@committing
@pytest.mark.case("A049")
def test_detail_and_list_are_cached(student: User) -> None:
    exam = ExamProblemFactory.create(score=10).exam
    shown(student, exam)

    with CaptureQueriesContext(connection) as queries:
        found = shown(student, exam)

    assert (found, len(queries)) == ((10, 10), 0)


@committing
@pytest.mark.case("A049")
def test_an_edited_exam_is_seen_at_once(student: User) -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)
    shown(student, exam)

    exams.edit(teacher, exam.pk, {"title": "Another"})

    assert exams.find(student, exam.pk).title == exams.listed(student).items[0].title == "Another"


@committing
@pytest.mark.case("A049")
def test_an_exam_that_is_withdrawn_is_seen_no_more(student: User) -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)
    shown(student, exam)

    exams.edit(teacher, exam.pk, {"status": "archived"})

    assert exams.listed(student).count == 0
    with pytest.raises(Unknown):
        exams.find(student, exam.pk)


@committing
@pytest.mark.case("A049")
def test_that_an_exam_did_not_exist_is_forgotten_when_it_does(student: User) -> None:
    with pytest.raises(Unknown):
        exams.find(student, 77)

    ExamFactory.create(pk=77)

    assert exams.find(student, 77).pk == 77


@committing
@pytest.mark.case("A049")
def test_a_deleted_exam_is_seen_no_more(student: User) -> None:
    exam, teacher = ExamFactory.create(), UserFactory.create(teacher=True)
    shown(student, exam)

    exams.delete(teacher, exam.pk)

    assert exams.listed(student).count == 0
    with pytest.raises(Unknown):
        exams.find(student, exam.pk)


@committing
@pytest.mark.case("A059")
def test_staff_and_students_do_not_share_a_list(student: User) -> None:
    ExamFactory.create(draft=True)
    teacher = UserFactory.create(teacher=True)

    counts = [exams.listed(teacher).count, exams.listed(student).count, exams.listed(teacher).count]

    assert counts == [1, 0, 1]


@committing
@pytest.mark.case("A041")
def test_lists_of_another_status_course_or_page_are_other_lists(student: User) -> None:
    exam = ExamFactory.create()
    ExamFactory.create()
    teacher = UserFactory.create(teacher=True)

    found = [
        len(exams.listed(teacher).items),
        len(exams.listed(teacher, status="draft").items),
        len(exams.listed(teacher, course_id=exam.course_id).items),
        len(exams.listed(teacher, page=2).items),
        len(exams.listed(teacher, page_size=1).items),
        len(exams.listed(student).items),
    ]

    assert found == [2, 0, 1, 0, 1, 2]


@committing
@pytest.mark.usefixtures("nowhere")
@pytest.mark.case("A062")
@pytest.mark.case("A063")
def test_without_a_store_scores_are_saved_and_read(student: User) -> None:
    exam = ExamProblemFactory.create(score=10).exam

    ExamProblemFactory.create(exam=exam, score=20)

    assert shown(student, exam) == (30, 30)


@committing
@pytest.mark.case("A059")
def test_a_cache_that_was_corrupted_is_replaced(student: User, each_store: redis.Redis) -> None:
    exam = ExamProblemFactory.create(score=10).exam
    shown(student, exam)

    wrong = '{"until": 9e12, "value": {"total_score": "many"}}'
    each_store.mset(dict.fromkeys(each_store.scan_iter(match="*:exam*"), wrong))

    assert shown(student, exam) == (10, 10)
