"""What is cached of problems and chapters."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from courses.models import Chapter, Problem
from courses.services import progress


@receiver((post_save, post_delete), sender=Problem)
@receiver((post_save, post_delete), sender=Chapter)
def forget_problems(**_: Any) -> None:
    progress.forget_problems()
