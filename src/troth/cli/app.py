"""The ``troth`` command: its commands in the order of the help, and what becomes of errors.

What a command takes and its help stand in ``commands``; what it does is imported when it runs.

Exit status: 0 proven, 1 broken, 2 usage, 3 could not check.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from troth.cli.commands import apis, broker, contracts, suites
from troth.cli.session import Session
from troth.cli.streams import open_closed_streams
from troth.errors import CouldNotCheck, TrothError

app = typer.Typer(
    name="troth",
    # Rich help costs a quarter of a second; plain help reads as well.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"troth {version('troth')}")
        raise typer.Exit


@app.callback()
def troth(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=lambda value: _version(wanted=value),
            help="Show the version and exit.",
        ),
    ] = False,
) -> None:
    """Mocks of external HTTP APIs that can be believed.

    A team writes its use of an API once, as a scenario. From it troth records a cassette, generates a
    pact, replays a mock in unit tests, and verifies the provider.

    \b
    Examples:
      troth check                          all that can be proved offline; the gate for CI
      troth record judge0                  record cassettes again, against the fake
      troth verify judge0 --url URL        pact verification against staging
      troth fuzz campus                    schemathesis on the OpenAPI document, in process
      troth serve judge0 --port 8123       the fake on a socket
      troth matrix                         which answers have evidence, and which have none

    Exit status: 0 proven, 1 broken, 2 usage, 3 could not check.
    """


app.command()(apis.check)
app.command()(apis.record)
app.command()(apis.verify)
app.command()(apis.fuzz)
app.command()(broker.publish)
app.command()(broker.can_i_deploy)
app.command()(apis.serve)
app.command()(contracts.matrix)
app.command()(contracts.openapi)
app.command()(contracts.drift)
app.command()(suites.triage)
app.command()(apis.faults)
app.command()(suites.lint)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; no exception leaves it."""
    open_closed_streams()
    session = Session()
    args = None if arguments is None else list(arguments)
    try:
        # An error must not leave a terminal without its cursor.
        with session.opened:
            typer.main.get_command(app).main(args=args, prog_name="troth", obj=session)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 2
    except TrothError as error:
        sys.stderr.write(f"troth: {session.masked(str(error))}\n")
        return 3 if isinstance(error, CouldNotCheck) else 2
    except Exception as error:  # noqa: BLE001 - The last resort: it is told, with its place.
        if os.environ.get("TROTH_DEBUG") == "1":
            sys.stderr.write(session.masked("".join(traceback.format_exception(error))))
        sys.stderr.write(f"troth: {session.masked(_unexpected(error))}\n")
        return 2
    return 0


def _unexpected(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    where = "" if last is None else f" at {last.tb_frame.f_code.co_filename}:{last.tb_lineno}"
    return (
        f"an error that troth did not expect: {type(error).__name__}: {error}{where}\n"
        "  TROTH_DEBUG=1 shows the whole traceback"
    )
