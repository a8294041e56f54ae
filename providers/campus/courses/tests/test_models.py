"""What the models themselves hold, whatever a service does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from factory.django import DjangoModelFactory

from courses import factories, models

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)
FACTORIES = [
    each
    for each in vars(factories).values()
    if isinstance(each, type)
    and issubclass(each, DjangoModelFactory)
    and each.__module__ == factories.__name__
]


@pytest.mark.django_db
@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_every_factory_makes_a_row_that_can_be_shown(
    factory: type[DjangoModelFactory[models.Course]],
) -> None:
    made = factory.create()

    assert made.pk > 0
    assert len(str(made)) > 0


def test_every_model_has_a_factory() -> None:
    made = {factory._meta.model.__name__ for factory in FACTORIES}

    assert {name for name in models.__all__ if hasattr(getattr(models, name), "objects")} == made


@pytest.mark.django_db
def test_a_problem_outlives_its_chapter() -> None:
    chapter = factories.ChapterFactory.create()
    problem = factories.ProblemFactory.create(chapter=chapter)

    chapter.delete()

    problem.refresh_from_db()
    assert problem.chapter is None


@pytest.mark.django_db
def test_a_problem_is_in_an_exam_once() -> None:
    first = factories.ExamProblemFactory.create(order=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ExamProblemFactory.create(exam=first.exam, problem=first.problem, order=2)

    assert first.exam.exam_problems.count() == 1


@pytest.mark.django_db
def test_an_exam_takes_no_program() -> None:
    algorithm = factories.AlgorithmProblemFactory.create().problem

    with pytest.raises(ValidationError) as caught:
        factories.ExamProblemFactory.build(
            exam=factories.ExamFactory.create(), problem=algorithm
        ).full_clean()

    assert list(caught.value.message_dict) == ["problem"]


@pytest.mark.parametrize(
    ("start", "end", "field"),
    [(1, 1, "end_time"), (2, 1, "end_time"), (-1, 1, "start_time")],
    ids=["no time at all", "ends before", "starts in the past"],
)
@pytest.mark.case("A068")
@time_machine.travel(NOW, tick=False)
def test_the_times_of_a_new_exam_are_refused_by_name(start: int, end: int, field: str) -> None:
    exam = factories.ExamFactory.build(
        course=None, start_time=NOW + timedelta(hours=start), end_time=NOW + timedelta(hours=end)
    )

    with pytest.raises(ValidationError) as caught:
        exam.clean()

    assert list(caught.value.message_dict) == [field]


@pytest.mark.django_db
@pytest.mark.case("A068")
@time_machine.travel(NOW, tick=False)
def test_an_exam_that_has_begun_can_still_be_changed() -> None:
    exam = factories.ExamFactory.create(start_time=NOW - timedelta(hours=1))
    exam.title = "Another title"

    exam.full_clean()

    assert exam.start_time < NOW


@pytest.mark.needs("postgresql")
@pytest.mark.usefixtures("postgresql")
def test_the_fixture_of_postgresql_is_one() -> None:
    factories.CourseFactory.create()

    assert connection.vendor == "postgresql"
    assert models.Course.objects.count() == 1


@pytest.mark.needs("postgresql")
@pytest.mark.usefixtures("postgresql")
def test_the_fixture_of_postgresql_leaves_nothing_to_the_next_test() -> None:
    assert models.Course.objects.count() == 0


@pytest.mark.needs("postgresql")
@pytest.mark.usefixtures("postgresql")
def test_an_exam_ends_after_its_start_in_the_database_too() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.ExamFactory.create(start_time=NOW, end_time=NOW)

    assert models.Exam.objects.count() == 0
