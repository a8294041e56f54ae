"""Submissions, read again."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from config.errors import Unknown
from courses.models import Submission


def visible(user: User) -> QuerySet[Submission]:
    """The user's own, newest first; those of all for staff."""
    return Submission.objects.all() if user.teaches else Submission.objects.filter(user=user)


def find(user: User, submission_id: int) -> Submission:
    """One of them.

    Raises:
        Unknown: there is none of that id, or it is another user's.
    """
    found = visible(user).filter(pk=submission_id).first()
    if found is None:
        raise Unknown("there is no such submission")
    return found
