"""``manage.py close_attempts``: ends attempts at exams whose time is over. For a timer."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from courses.services.exams_attempts import close_overdue


class Command(BaseCommand):
    help = "End attempts at exams whose time is over, without answers."

    def handle(self, *_: Any, **__: Any) -> None:
        self.stdout.write(f"{close_overdue(timezone.now())} closed")
