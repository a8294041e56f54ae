"""``manage.py demo``: fills the database with something to try, and says how.

Of most there are several, all the teacher's, so that ``schemathesis run`` finds and loses some.
"""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import User
from accounts.schemas import EXAMPLE_NAME, EXAMPLE_PASSWORD
from courses import demo, term


class Command(BaseCommand):
    help = "Add people, courses, problems, threads and exams to the database; prints ids and tokens."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--example-password",
            action="store_true",
            help="Let the teacher log in with the password that stands in the document, for anyone to read.",
        )

    def handle(self, *_: object, example_password: bool = False, **__: object) -> None:
        call_command("migrate", verbosity=0, interactive=False)
        found = demo.fill()
        for name, token in found.tokens.items():
            self.stdout.write(f"{name:8} Authorization: Bearer {token}")
        for name in ("course", "problem", "choice_problem", "fillblank_problem", "thread", "exam"):
            self.stdout.write(f"{name}_id = {getattr(found, f'{name}_id')}")
        teacher = User.objects.get(username=EXAMPLE_NAME)
        term.fill(teacher, User.objects.get(username="student"))
        if example_password:
            teacher.set_password(EXAMPLE_PASSWORD)
            teacher.save()
        self.stdout.write(f"export CAMPUS_TOKEN={found.tokens['teacher']}")
