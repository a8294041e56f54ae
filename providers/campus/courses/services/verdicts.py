"""Writes how a submission stands. What has ended is never written again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from courses.models import Submission, SubmissionStatus
from courses.services.acceptance import record_acceptance
from courses.services.execution import Verdict

UNENDED = (SubmissionStatus.PENDING, SubmissionStatus.JUDGING)


def mark_judging(submission: Submission, now: datetime) -> bool:
    """The judge has taken it, or some more of it; False if it has ended by now.

    Raises:
        RuntimeError: a transaction is open, which would be held while the judge works.
    """
    with transaction.atomic(durable=True):
        return _write(submission, now, status=SubmissionStatus.JUDGING)


def end(submission: Submission, verdict: Verdict, now: datetime) -> bool:
    """Its verdict, and what an accepted one brings, all or nothing; False if it had ended before."""
    with transaction.atomic():
        written = _write(
            submission,
            now,
            status=verdict.status,
            output=verdict.output,
            error=verdict.error,
            execution_time=verdict.execution_time,
            memory_used=verdict.memory_used,
        )
        if written and verdict.status is SubmissionStatus.ACCEPTED:
            submission.refresh_from_db()
            record_acceptance(submission, now)
        return written


def _write(submission: Submission, now: datetime, **values: object) -> bool:
    """One UPDATE that looks at the status itself, so that of two writers only one ends it."""
    unended = Submission.objects.filter(pk=submission.pk, status__in=UNENDED)
    return unended.update(updated_at=now, **values) == 1
