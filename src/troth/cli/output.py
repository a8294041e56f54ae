"""Where a command prints: results on standard output, progress on standard error, no secret on either."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import IO, Literal, TypeAlias

from rich.console import Console
from rich.table import Table

from troth.acceptance import Accepted, Settled, settle
from troth.cli.streams import print_document, read_by_nobody
from troth.events import Event, Noted
from troth.evidence import StepResult
from troth.evidence_store import append_evidence
from troth.reporting import json, junit, text
from troth.reporting.mask import Mask
from troth.reporting.progress import Display, display
from troth.reporting.report import Coverage, Report
from troth.workspace import Acceptance

Format: TypeAlias = Literal["text", "json", "junit"]


class Output:
    """What a command prints in one format.

    ``accept`` are the acceptances of the workspace; ``evidence`` is the file to which ``finish`` adds
    what the run saw. Events may come from any thread.
    """

    def __init__(
        self,
        format: Format = "text",
        *,
        mask: Mask | None = None,
        accept: Sequence[Acceptance] = (),
        evidence: Path | None = None,
    ) -> None:
        self.format = format
        self._mask = mask or Mask({})
        self._accept = accept
        self._evidence = evidence
        self._notes: list[str] = []
        self._display: Display | None = None

    def emit(self, event: Event) -> None:
        """Show progress. It is an ``events.Emit``."""
        if isinstance(event, Noted):
            event = Noted(self._mask.text(event.text))
            if event.text in self._notes:
                return
            self._notes.append(event.text)
        if self._display is None:
            self._display = display(console(sys.stderr))
        self._display.show(event)

    def say(self, text: str) -> None:
        """Print a line for a person: on standard output as text, else beside the document."""
        self.close()
        stream = sys.stdout if self.format == "text" else sys.stderr
        console(stream).print(self._mask.text(text), soft_wrap=True)

    def document(self, text: str) -> None:
        """Print a finished document as it is."""
        self.close()
        print_document(text)

    def table(self, table: Table) -> None:
        """Print a table, as wide as it is where nobody looks at a terminal."""
        self.close()
        target = console(sys.stdout)
        if not target.is_terminal:
            target.width = 1000
        target.print(table)

    def finish(
        self,
        results: Sequence[StepResult],
        *,
        whole: bool = False,
        coverage: Coverage | None = None,
        accepted: Sequence[Accepted] = (),
        closing: str = "",
        verbose: bool = False,
        further: Mapping[str, object] | None = None,
    ) -> int:
        """Keep what was seen, print the report, and return the exit status.

        ``whole``: every API of the workspace took part, so that an unused acceptance can be told.
        ``accepted`` is what the command took out of ``results`` itself, ``closing`` its own last line,
        ``further`` what it adds to the JSON document; no text of others may be in it.
        """
        self.close()
        settled = settle(results, self._accept, whole=whole)
        settled = replace(settled, accepted=(*settled.accepted, *accepted))
        report = replace(self._report(settled, coverage), closing=closing, verbose=verbose)
        self._keep(report)
        match self.format:
            case "json":
                self.document(json.render(report, version=version("troth"), further=further))
            case "junit":
                self.document(junit.render(report))
            case "text":
                target = console(sys.stdout)
                for line in text.lines(report):
                    target.print(line, soft_wrap=True)
        return report.exit_status

    def _keep(self, report: Report) -> None:
        if self._evidence is None:
            return
        try:
            append_evidence(self._evidence, report.evidence)
        except OSError as error:
            # The results are still true; only the next matrix will not know of them.
            self.emit(Noted(f"what was seen is not kept: {self._evidence}: {error.strerror}"))
            self.close()

    def close(self) -> None:
        """End the progress display."""
        if self._display is not None:
            self._display.close()
            self._display = None

    def _report(self, settled: Settled, coverage: Coverage | None) -> Report:
        return Report(
            tuple(map(self._mask.result, settled.results)),
            tuple(map(self._mask.accepted, settled.accepted)),
            tuple(self._notes),
            coverage,
        )


def console(stream: IO[str]) -> Console:
    """A console on ``stream``: colour only on a terminal, none with NO_COLOR, no guessing at markup."""
    return _PatientConsole(file=stream, highlight=False, markup=False, emoji=False)


class _PatientConsole(Console):
    """A console whose run goes on where its reader went away, as with ``| head -1``."""

    def on_broken_pipe(self) -> None:
        """Print nothing more."""
        self.quiet = True
        read_by_nobody()
