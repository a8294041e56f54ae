"""The commands that read test suites: triage, lint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from troth.cli.options import EvidenceFiles, Format, TextOrJson
from troth.cli.session import end, workspace_output


def triage(
    context: typer.Context,
    report: Annotated[
        Path | None,
        typer.Argument(
            metavar="REPORT", help="The JSON report of coverage.py; coverage.json in the root by default."
        ),
    ] = None,
    *,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--compare", metavar="BEFORE AFTER", help="Tell what a batch did between two reports."),
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Run the test files that changed, and no other, with coverage.")
    ] = False,
    since: Annotated[
        str, typer.Option(metavar="COMMIT", help="What tests are new against; HEAD by default.")
    ] = "HEAD",
    command: Annotated[
        str, typer.Option(metavar="TEXT", help="The command that ran between two reports, to be told.")
    ] = "",
    evidence: EvidenceFiles = None,
    format: TextOrJson = "text",
) -> None:
    """Say what to test next.

    The files that coverage.py measured, the least covered first, with the functions, lines and branches
    that no test reaches, the kinds of test that are missing, and the errors of the APIs that nothing
    shows; in batches of 20 tests at most. A batch after which coverage did not rise is rejected.

    \b
    Examples:
      troth triage coverage.json
      troth triage coverage.json --run
      troth triage --compare before.json after.json
      troth triage coverage.json --format json
    """
    output = workspace_output(context, format, None)
    from troth.cli import triage as command_of_triage

    status = command_of_triage.run(
        report,
        pair=compare,
        execute=run,
        since=since,
        command=command,
        evidence=evidence or [],
        output=output,
    )
    end(status)


def lint(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Folders and files of tests. The current folder by default."),
    ] = None,
    *,
    select: Annotated[
        list[str] | None,
        typer.Option(metavar="RULE", help="Only this rule, or this group of rules. Repeatable."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="RULE", help="Not this rule, or this group. Repeatable.")
    ] = None,
    fail_on: Annotated[
        Literal["error", "warning", "info"] | None,
        typer.Option("--fail-on", help="From which severity on a problem fails the run; warning by default."),
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Problems that are known, and do not fail.")
    ] = None,
    write_baseline: Annotated[
        Path | None,
        typer.Option("--write-baseline", metavar="FILE", help="Write what is found there as known."),
    ] = None,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Look at each file anew.")] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Show what is excepted, with the reasons.")
    ] = False,
    format: Format = "text",
) -> None:
    """Look for what is wrong with tests.

    Each problem names a rule of docs/testing-standard.md and what to do. [tool.troth.lint] chooses rules,
    severities and thresholds; # troth: ignore[Q201] and a reason makes an exception, which is counted.

    \b
    Examples:
      troth lint tests
      troth lint tests --select Q2 --select Q301
      troth lint tests --fail-on info
      troth lint tests --write-baseline lint-baseline.json
      troth lint tests --baseline lint-baseline.json --format json
    """
    from troth.cli import lint as command

    status = command.run(
        paths or [],
        select=select or [],
        ignore=ignore or [],
        fail_on=fail_on,
        known=baseline,
        write=write_baseline,
        cache=not no_cache,
        verbose=verbose,
        format=format,
    )
    end(status)
