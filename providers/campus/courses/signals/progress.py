"""What is cached of a user's progress."""

from __future__ import annotations

import logging
from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from courses.models import ProblemProgress, ProgressStatus
from courses.services import progress

_log = logging.getLogger("campus.signals")


@receiver(post_save, sender=ProblemProgress)
def forget_saved(*, instance: ProblemProgress, raw: bool, **_: Any) -> None:
    """A solved problem may open the next chapter."""
    if not raw:
        _forget(instance, opens=instance.status == ProgressStatus.SOLVED)


@receiver(post_delete, sender=ProblemProgress)
def forget_deleted(*, instance: ProblemProgress, **_: Any) -> None:
    """A chapter that was open may be closed again."""
    _forget(instance, opens=True)


def _forget(instance: ProblemProgress, *, opens: bool) -> None:
    try:
        progress.forget_one(instance, opens=opens)
    except Exception:  # noqa: BLE001 - logged; progress is worth more than what is cached of it
        _log.exception("what is cached of progress %s was not dropped", instance.pk)
