"""``manage.py demo``: fills the database with something to try, and says how.

Of most there are several, all the teacher's, so that ``schemathesis run`` finds and loses some.
"""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import User
from courses import demo, term


class Command(BaseCommand):
    help = "Add people, courses, problems, threads and exams to the database; prints ids and tokens."

    def handle(self, *_: object, **__: object) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        found = demo.fill()
        for name, token in found.tokens.items():
            self.stdout.write(f"{name:8} Authorization: Bearer {token}")
        for name in ("course", "problem", "choice_problem", "fillblank_problem", "thread", "exam"):
            self.stdout.write(f"{name}_id = {getattr(found, f'{name}_id')}")
        term.fill(User.objects.get(username="teacher"), User.objects.get(username="student"))
        self.stdout.write(f"export CAMPUS_TOKEN={found.tokens['teacher']}")
