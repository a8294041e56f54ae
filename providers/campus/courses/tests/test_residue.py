"""What tests are made of: rows that are valid, at the edges too; and that none leaves anything behind."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model
from factory.django import DjangoModelFactory

from accounts.models import User
from config.store import store
from courses import factories
from courses.models import (
    Chapter,
    ChoiceProblem,
    Course,
    DiscussionReply,
    Enrollment,
    Exam,
    ExamProblem,
    FillBlankProblem,
    Problem,
    ProblemProgress,
)
from courses.services import enrolments

MADE: list[type[DjangoModelFactory[Model]]] = [
    made
    for _, made in sorted(vars(factories).items())
    if isinstance(made, type) and made.__module__ == factories.__name__
]


def refused(row: Model) -> set[str]:
    """The columns whose values are not valid; what a row refers to is not asked."""
    try:
        row.clean_fields(exclude={each.name for each in row._meta.fields if each.is_relation})
    except ValidationError as error:
        return set(error.message_dict)
    return set()


@pytest.mark.django_db
@pytest.mark.parametrize("made", MADE, ids=lambda made: made.__name__)
@pytest.mark.case("A081")
def test_what_a_factory_makes_is_valid(made: type[DjangoModelFactory[Model]]) -> None:
    row = made.create()

    # Times in the past are refused of new exams only, and passwords of factories are none.
    row.clean_fields(exclude=["password"])
    row.validate_constraints()

    assert row.pk is not None


@pytest.mark.django_db
@pytest.mark.case("A081")
def test_variants_of_problems_have_what_their_kind_needs() -> None:
    choice = factories.ChoiceProblemFactory.create()
    text = factories.FillBlankProblemFactory.create()

    assert set(ChoiceProblem.objects.get().correct_answers) <= set(choice.options)
    assert all(FillBlankProblem.objects.get().blanks)
    assert (choice.problem.type, text.problem.type) == ("choice", "fillblank")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row",
    [
        Course(title="x" * 200),
        Chapter(title="x" * 200, order=0),
        Problem(title="x" * 200, type="choice", difficulty=1),
        ExamProblem(score=1, order=0),
        Exam(title="x" * 200, duration_minutes=0, passing_score=0, total_score=0),
    ],
    ids=lambda row: type(row).__name__,
)
@pytest.mark.case("A081")
def test_the_edge_of_what_is_valid_is_valid(row: Model) -> None:
    assert refused(row) - {"start_time", "end_time"} == set()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (Course(title="x" * 201), "title"),
        (Course(title=""), "title"),
        (Chapter(title="x", order=-1), "order"),
        (Problem(title="x", type="essay"), "type"),
        (Problem(title="x", type="choice", difficulty=0), "difficulty"),
        (ExamProblem(score=0), "score"),
        (DiscussionReply(content=""), "content"),
        (ProblemProgress(status="lost"), "status"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
@pytest.mark.case("A081")
def test_what_is_behind_the_edge_is_not(row: Model, field: str) -> None:
    assert field in refused(row)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.case("A082")
def test_a_test_that_commits_finds_nothing_of_the_one_before(turn: int) -> None:
    before = User.objects.count(), Enrollment.objects.count(), store().keys("*")

    row = factories.EnrollmentFactory.create(user__username=f"turn{turn}")
    enrolments.listed(row.user)

    assert before == (0, 0, [])
    assert store().keys("*") != []


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.case("A082")
def test_a_test_that_is_rolled_back_finds_nothing_of_the_one_before(turn: int) -> None:
    before = User.objects.count(), Enrollment.objects.count(), store().keys("*")

    factories.EnrollmentFactory.create(user__username=f"turn{turn}")

    assert before == (0, 0, [])
    assert Enrollment.objects.count() == 1
