"""When a submission is written, and that no transaction is held while the judge works."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.factories import UserFactory
from config.errors import Unknown
from consumers.judge0.solutions import ADDITION
from contracts.judge0.status import Status
from courses.factories import SubmissionFactory
from courses.models import Enrollment, Problem, Submission, SubmissionStatus
from courses.services import verdicts
from courses.services.execution import Executor
from courses.services.submissions import submit
from courses.tests.judges import Ran, Stage, Watching, a_problem

S = SubmissionStatus
THREE = [("[1, 2]", "3"), ("[2, 2]", "4"), ("[3, 3]", "6")]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.case("A026")
@pytest.mark.case("A027")
def test_it_is_pending_until_the_judge_has_taken_it(stage: Stage, watched: Watching) -> None:
    stage.judges(Ran(Status.WRONG_ANSWER))
    user, problem = UserFactory.create(), a_problem(THREE[0])
    seen: list[tuple[str, object]] = []

    def look(moment: str) -> None:
        columns = "user_id", "problem_id", "language", "code", "status"
        seen.append((moment, Submission.objects.values_list(*columns).get()))

    submit(user, problem, ADDITION, executor=watched(look))

    row = (user.pk, problem.pk, "python", ADDITION)
    assert seen == [("submit", (*row, S.PENDING)), ("results", (*row, S.JUDGING))]


def test_no_transaction_is_open_while_the_judge_works(stage: Stage, watched: Watching) -> None:
    stage.judges(Ran())
    problem = a_problem(THREE[0])
    seen: list[bool] = []

    submit(
        UserFactory.create(),
        problem,
        ADDITION,
        executor=watched(lambda _: seen.append(connection.in_atomic_block)),
    )

    assert seen == [False, False]


def test_within_a_transaction_nothing_is_submitted(stage: Stage, executor: Executor) -> None:
    user, problem = UserFactory.create(), a_problem(THREE[0])

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        submit(user, problem, ADDITION, executor=executor)

    assert not Submission.objects.exists()
    assert stage.judge0.calls == []


@pytest.mark.case("A032")
def test_for_a_user_who_does_not_exist_there_is_no_row(stage: Stage, executor: Executor) -> None:
    user, problem = UserFactory.create(), a_problem(THREE[0])
    user.delete()
    user.pk = 4711

    with pytest.raises(IntegrityError):
        submit(user, problem, ADDITION, executor=executor)

    assert not Submission.objects.exists()
    assert stage.judge0.calls == []


@pytest.mark.case("A032")
def test_for_a_problem_that_does_not_exist_there_is_no_row(stage: Stage, executor: Executor) -> None:
    user, problem = UserFactory.create(), a_problem(THREE[0])
    gone = problem.pk
    problem.delete()
    problem.pk = gone

    with pytest.raises(IntegrityError):
        submit(user, problem, ADDITION, executor=executor)

    assert not Submission.objects.exists()
    assert stage.judge0.calls == []


@pytest.mark.case("A033")
def test_a_problem_that_goes_while_the_judge_works_takes_the_submission_along(
    stage: Stage, watched: Watching
) -> None:
    stage.judges(Ran())
    problem = a_problem(THREE[0])
    gone = {"submit": Problem.objects.none(), "results": Problem.objects.filter(pk=problem.pk)}

    with pytest.raises(Unknown):
        submit(
            UserFactory.create(), problem, ADDITION, executor=watched(lambda moment: gone[moment].delete())
        )

    assert not Submission.objects.exists()
    assert not Enrollment.objects.exists()


def test_within_a_transaction_nothing_is_marked_as_taken() -> None:
    submission = SubmissionFactory.create()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        verdicts.mark_judging(submission, submission.created_at)

    submission.refresh_from_db()
    assert submission.status == S.PENDING
