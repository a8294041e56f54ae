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
    others = {"course", "exam", "problem", "start_time", "end_time"}

    row.clean_fields(exclude=others & {field.name for field in row._meta.fields})

    assert row._state.adding


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
    related = [each.name for each in row._meta.fields if each.is_relation]

    with pytest.raises(ValidationError) as caught:
        row.clean_fields(exclude=related)

    assert field in caught.value.message_dict


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
