"""What only real transactions and several connections show."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.factories import UserFactory
from contracts.judge0.operations import get_batch
from contracts.judge0.payloads import Outcome, SubmissionBatch
from courses.factories import SubmissionFactory
from courses.models import CodeDraft, Enrollment, ProblemProgress, Submission, SubmissionStatus
from courses.services import verdicts
from courses.services.execution import Executor, Verdict
from courses.services.judging import Reason
from courses.services.recovery import GRACE, recover_stuck
from courses.services.submissions import submit
from courses.tests.judges import Failing, Ran, Stage, Watching, a_problem, token
from troth.exchange import Exchange

S = SubmissionStatus
CASE = ("[1, 2]", "3")
CODE = "def solve(a, b):\n    return a + b"
ACCEPTED, FAILED = Verdict(S.ACCEPTED, "3", "", 12.0, 3.0), Verdict.none(Reason.TIMED_OUT)
Together = Callable[[Sequence[Callable[[], Any]]], list[Any]]
pytestmark = [pytest.mark.needs("postgresql"), pytest.mark.usefixtures("postgresql")]


def offer(stage: Stage, count: int) -> None:
    """So many batches of one program may come; who asks with the token of one is told what that printed."""
    for number in range(count):
        stage.takes(1, first=number)
        shown = SubmissionBatch[Outcome](submissions=[Ran(stdout=f"under {token(number)}").outcome(number)])
        stage.judge0.reply(get_batch, 200, shown, query={"tokens": token(number)})


def tokens_by_code(stage: Stage) -> dict[str, str]:
    """What each user wrote, and the token under which the judge took it."""
    taken = [call for call in stage.judge0.calls if call.request.method == "POST"]
    return {_code(call): json.loads(call.response.body)[0]["token"] for call in taken}


def _code(call: Exchange) -> str:
    """What the user wrote, of what was sent."""
    source = json.loads(call.request.body)["submissions"][0]["source_code"]
    return base64.b64decode(source).decode().partition("\n\n\ndef _campus_main")[0]


def _lockable() -> int:
    """How many submissions could be locked at once; one that is locked already is an error."""
    with transaction.atomic():
        return len(Submission.objects.select_for_update(nowait=True))


def _status() -> str:
    return Submission.objects.get().status


@pytest.mark.case("A010")
def test_submissions_at_the_same_time_get_each_its_own_verdict(stage: Stage, together: Together) -> None:
    offer(stage, 6)
    user, problem = UserFactory.create(), a_problem(CASE)
    codes = [f"def solve(a, b):\n    return {number}" for number in range(6)]

    found = together([partial(submit, user, problem, code) for code in codes])

    printed = {row.code: row.output.rpartition(" ")[2] for row in Submission.objects.all()}
    assert [row.code for row in found] == codes
    assert printed == tokens_by_code(stage)
    assert len(set(printed.values())) == len({row.pk for row in found}) == 6


@pytest.mark.case("A010")
@pytest.mark.case("A087")
def test_acceptances_at_the_same_time_are_all_counted(together: Together) -> None:
    user, problem = UserFactory.create(), a_problem(CASE)
    rows = [SubmissionFactory.create(user=user, problem=problem) for _ in range(6)]
    now = rows[0].created_at

    ends = [Verdict(S.ACCEPTED, execution_time=float(10 + place)) for place in range(6)]

    together([partial(verdicts.end, row, end, now) for row, end in zip(rows, ends, strict=True)])

    progress = ProblemProgress.objects.get()
    assert (progress.attempts, progress.best_submission) == (6, rows[0])
    assert (Enrollment.objects.count(), CodeDraft.objects.count()) == (1, 6)


@pytest.mark.parametrize("order", [(ACCEPTED, FAILED), (FAILED, ACCEPTED)] * 2, ids=range(4))
@pytest.mark.case("A029")
def test_of_two_writers_one_ends_a_submission(order: tuple[Verdict, Verdict], together: Together) -> None:
    row = SubmissionFactory.create(status=S.JUDGING, problem=a_problem(CASE))

    won = together([partial(verdicts.end, row, each, row.created_at) for each in order])

    row.refresh_from_db()
    winner = order[won.index(True)]
    assert sorted(won) == [False, True]
    assert Verdict(S(row.status), row.output, row.error, row.execution_time, row.memory_used) == winner
    assert ProblemProgress.objects.count() == CodeDraft.objects.count() == int(winner is ACCEPTED)


@pytest.mark.case("A029")
@pytest.mark.case("A057")
def test_either_a_verdict_or_the_recovery_ends_a_submission(together: Together) -> None:
    row = SubmissionFactory.create(status=S.JUDGING, problem=a_problem(CASE))
    now = row.updated_at + 2 * GRACE

    won = together([lambda: verdicts.end(row, ACCEPTED, now), lambda: recover_stuck(now) == 1])

    row.refresh_from_db()
    assert sorted(won) == [False, True]
    assert row.status == [S.ACCEPTED, S.INTERNAL_ERROR][won.index(True)]


@pytest.mark.case("A027")
def test_another_connection_reads_each_status_as_it_comes(
    stage: Stage, watched: Watching, together: Together
) -> None:
    stage.judges(Ran())
    user, problem = UserFactory.create(), a_problem(CASE)
    seen: list[Any] = []

    def look(_: str) -> None:
        seen.extend(together([lambda: Submission.objects.values_list("status", "updated_at").get()]))

    ended = submit(user, problem, CODE, executor=watched(look))

    (pending, created), (judging, marked) = seen
    assert [pending, judging, ended.status] == [S.PENDING, S.JUDGING, S.ACCEPTED]
    assert created != marked


@pytest.mark.case("A026")
def test_no_row_is_locked_while_the_judge_works(stage: Stage, watched: Watching, together: Together) -> None:
    stage.judges(Ran())
    user, problem = UserFactory.create(), a_problem(CASE)
    locked: list[int] = []

    def look(_: str) -> None:
        locked.extend(together([_lockable]))

    submit(user, problem, CODE, executor=watched(look))

    assert locked == [1, 1]


@pytest.mark.parametrize(
    "statement", ['INSERT INTO "courses_codedraft"', 'INSERT INTO "courses_problemprogress"']
)
@pytest.mark.case("A028")
@pytest.mark.case("A031")
def test_where_a_write_fails_no_other_connection_sees_a_part_of_it(
    statement: str, stage: Stage, executor: Executor, together: Together
) -> None:
    stage.judges(Ran())
    user, problem = UserFactory.create(), a_problem(CASE)

    with connection.execute_wrapper(Failing(statement)):
        submit(user, problem, CODE, executor=executor)

    (seen,) = together([lambda: (CodeDraft.objects.count(), Enrollment.objects.count(), _status())])
    assert seen == (0, 0, S.INTERNAL_ERROR)
