"""What is cached of a user's courses."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from courses.models import Enrollment
from courses.services import enrolments


@receiver(post_save, sender=Enrollment)
def forget_list(*, instance: Enrollment, created: bool, **_: Any) -> None:
    """Only a new one changes what is in the list; ``enrolments.touch`` forgets it itself."""
    if created:
        enrolments.forget([instance.user_id])


@receiver(post_delete, sender=Enrollment)
def forget_list_without(*, instance: Enrollment, **_: Any) -> None:
    enrolments.forget([instance.user_id])
