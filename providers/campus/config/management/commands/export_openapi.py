"""``manage.py export_openapi`` writes contracts/campus/openapi.json; ``--check`` tells if it is stale."""

from __future__ import annotations

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from config import openapi

NAME = "contracts/campus/openapi.json"


class Command(BaseCommand):
    help = "Write the OpenAPI document of the service to contracts/campus/openapi.json."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail if the file is stale.")

    def handle(self, *_: object, check: bool = False, **__: object) -> None:
        if not openapi.is_stale():
            self.stdout.write(f"{NAME} is up to date")
            return
        if check:
            raise CommandError(f"{NAME} is stale: python providers/campus/manage.py export_openapi")
        openapi.FILE.parent.mkdir(parents=True, exist_ok=True)
        openapi.FILE.write_text(openapi.document(), encoding="utf-8")
        self.stdout.write(f"wrote {NAME}")
