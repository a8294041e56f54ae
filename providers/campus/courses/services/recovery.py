"""Ends submissions whose judging was interrupted, such as by the end of its process."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from courses.models import Submission, SubmissionStatus
from courses.services.judging import Reason
from courses.services.verdicts import UNENDED

_log = logging.getLogger("campus.recovery")

GRACE = timedelta(minutes=5)
"""Longer than the judge is waited for between two signs of life of a submission."""


def recover_stuck(now: datetime, *, grace: timedelta = GRACE) -> int:
    """End as internal_error what gave no sign of life for ``grace``; how many that were.

    Programs are not run again: nobody waits for their verdict any more, and their user may send them again.
    """
    stuck = Submission.objects.filter(status__in=UNENDED, updated_at__lt=now - grace)
    count = stuck.update(
        status=SubmissionStatus.INTERNAL_ERROR,
        output="",
        error=Reason.INTERRUPTED.value,
        execution_time=None,
        memory_used=None,
        updated_at=now,
    )
    if count:
        _log.warning("%d submissions whose judging was interrupted were ended", count)
    return count
