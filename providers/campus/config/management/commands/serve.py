"""``manage.py serve``: the service as it would be deployed, on granian.

One process by default: the embedded store is one of a process, so more of them need REDIS_URL.
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Serve campus on granian; its database is migrated first."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8130)
        parser.add_argument("--socket", type=Path, help="Listen on this Unix socket instead.")
        parser.add_argument(
            "--workers", type=int, default=1, help="Processes; more than one needs REDIS_URL."
        )
        parser.add_argument("--threads", type=int, default=16, help="Requests at a time in one process.")

    def handle(
        self,
        *_: object,
        host: str,
        port: int,
        socket: Path | None,
        workers: int,
        threads: int,
        **__: object,
    ) -> None:
        from granian import Granian
        from granian.constants import Interfaces

        if workers > 1 and not settings.REDIS_URL:
            raise CommandError("several workers need one store: set REDIS_URL")
        call_command("migrate", verbosity=0, interactive=False)
        self.stdout.write(f"campus at {socket or f'http://{host}:{port}'}, its API below /api/v1")
        server = Granian(
            "config.wsgi:application",
            address=host,
            port=port,
            uds=socket,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=threads,
            log_access=False,
        )
        server.serve()
