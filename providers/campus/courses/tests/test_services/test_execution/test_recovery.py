"""Submissions whose judging was interrupted do not stay so."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from courses.factories import SubmissionFactory
from courses.models import ProblemProgress, Submission, SubmissionStatus
from courses.services import verdicts
from courses.services.execution import Verdict
from courses.services.judging import Reason
from courses.services.recovery import GRACE, recover_stuck

S = SubmissionStatus
NOW = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - GRACE - timedelta(seconds=1)
pytestmark = pytest.mark.django_db


def left(status: SubmissionStatus, moment: datetime = LONG_AGO) -> Submission:
    """A submission whose last sign of life was then."""
    submission = SubmissionFactory.create(status=status, output="3", execution_time=1.0, memory_used=1.0)
    Submission.objects.filter(pk=submission.pk).update(updated_at=moment)
    return submission


@pytest.mark.parametrize("status", [S.PENDING, S.JUDGING])
@pytest.mark.case("A057")
@pytest.mark.case("A030")
def test_what_was_interrupted_ends_as_an_internal_error(status: SubmissionStatus) -> None:
    submission = left(status)

    assert recover_stuck(NOW) == 1
    submission.refresh_from_db()
    assert (submission.status, submission.error) == (S.INTERNAL_ERROR, Reason.INTERRUPTED)
    assert (submission.output, submission.execution_time, submission.memory_used) == ("", None, None)
    assert submission.updated_at == NOW


@pytest.mark.parametrize("status", [S.PENDING, S.JUDGING])
@pytest.mark.case("A057")
def test_what_another_process_works_on_is_left_to_it(status: SubmissionStatus) -> None:
    submission = left(status, NOW - GRACE)

    assert recover_stuck(NOW) == 0
    submission.refresh_from_db()
    assert submission.status == status


@pytest.mark.parametrize("status", [status for status in S if status.final])
@pytest.mark.case("A029")
def test_what_has_ended_stays_as_it_is(status: SubmissionStatus) -> None:
    submission = left(status)

    assert recover_stuck(NOW) == 0
    submission.refresh_from_db()
    assert (submission.status, submission.updated_at) == (status, LONG_AGO)


@pytest.mark.case("A057")
def test_a_second_recovery_finds_nothing() -> None:
    left(S.JUDGING)
    left(S.PENDING)

    assert [recover_stuck(NOW), recover_stuck(NOW)] == [2, 0]


@pytest.mark.case("A029")
@pytest.mark.case("A057")
def test_a_verdict_that_comes_after_the_recovery_changes_nothing() -> None:
    submission = left(S.JUDGING)
    recover_stuck(NOW)

    assert not verdicts.end(submission, Verdict(S.ACCEPTED), NOW)
    submission.refresh_from_db()
    assert submission.status == S.INTERNAL_ERROR
    assert not ProblemProgress.objects.exists()


@pytest.mark.case("A057")
def test_a_sign_of_life_keeps_the_recovery_away() -> None:
    submission = left(S.JUDGING)
    verdicts.mark_judging(submission, NOW - timedelta(seconds=1))

    assert recover_stuck(NOW) == 0


@pytest.mark.case("A057")
def test_the_command_ends_what_was_interrupted() -> None:
    submission = left(S.JUDGING, datetime(2020, 1, 1, tzinfo=UTC))
    said = io.StringIO()

    call_command("recover_submissions", stdout=said)

    submission.refresh_from_db()
    assert (submission.status, said.getvalue()) == (S.INTERNAL_ERROR, "1 ended\n")


@pytest.mark.case("A057")
def test_the_command_takes_another_grace() -> None:
    left(S.JUDGING, datetime(2020, 1, 1, tzinfo=UTC))
    said = io.StringIO()

    call_command("recover_submissions", "--after", "1e9", stdout=said)

    assert said.getvalue() == "0 ended\n"
