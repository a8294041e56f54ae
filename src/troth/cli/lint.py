"""``troth lint``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from troth.cli.output import console
from troth.cli.streams import print_document
from troth.errors import UsageProblem
from troth.quality import baseline, report
from troth.quality.outcome import LintRun
from troth.quality.project import project_at
from troth.quality.run import lint


def run(
    paths: Sequence[Path],
    *,
    select: Sequence[str],
    ignore: Sequence[str],
    fail_on: str | None,
    known: Path | None,
    write: Path | None,
    cache: bool,
    verbose: bool,
    format: Literal["text", "json", "junit"],
) -> int:
    """Lint ``paths``, print what is found, and return the exit status.

    Raises:
        UsageProblem: a path, a rule or the baseline is not there.
        BrokenFile: the settings or the baseline cannot be read.
    """
    if known is not None and write is not None:
        raise UsageProblem("--baseline and --write-baseline: one of them, not both")
    given: dict[str, object] = {"select": list(select), "ignore": list(ignore), "fail_on": fail_on}
    project = project_at(Path.cwd(), {name: value for name, value in given.items() if value})
    made = lint(list(paths) or [Path()], project, known=known, keep=cache)
    if write is not None:
        baseline.write(made.smells, write)
        made = replace(made, smells=(), baselined=made.smells)
    _show(made, verbose=verbose, format=format)
    return report.exit_status(made)


def _show(made: LintRun, *, verbose: bool, format: Literal["text", "json", "junit"]) -> None:
    match format:
        case "json":
            print_document(report.render_json(made, version=version("troth")))
        case "junit":
            print_document(report.render_junit(made))
        case "text":
            target = console(sys.stdout)
            for line in report.lines(made, verbose=verbose):
                target.print(line, soft_wrap=True)
