"""``manage.py recover_submissions``: ends what an interrupted process left unended. For a timer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from courses.services.recovery import GRACE, recover_stuck


class Command(BaseCommand):
    help = "End submissions as internal_error whose judging was interrupted."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after",
            type=float,
            default=GRACE.total_seconds(),
            metavar="SECONDS",
            help="how long a submission must have given no sign of life",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        count = recover_stuck(timezone.now(), grace=timedelta(seconds=options["after"]))
        self.stdout.write(f"{count} ended")
