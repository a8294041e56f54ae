"""``troth triage``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from troth.cassettes import check_cassettes
from troth.cli.output import Output
from troth.errors import CouldNotCheck, UsageProblem
from troth.events import Noted, silent
from troth.evidence import Evidence, Finding
from troth.evidence_store import evidence_path, merge_evidence
from troth.quality.pytest_settings import read_pytest_settings
from troth.quality.triage import report as shown
from troth.quality.triage.answers import unreached
from troth.quality.triage.changed import Changed, changed_tests
from troth.quality.triage.compare import Batch, Comparison, compare
from troth.quality.triage.coverage_json import read_report, write_report
from troth.quality.triage.measured import Measured, total
from troth.quality.triage.plan import Plan, plan
from troth.quality.triage.run import Ran, Runner, merged
from troth.quality.triage.settings import TriageSettings, read_settings
from troth.quality.triage.suite import Suite, read_suite
from troth.workspace import Workspace


def run(
    report: Path | None,
    *,
    pair: tuple[Path, Path] | None,
    execute: bool,
    since: str,
    command: str,
    evidence: Sequence[Path],
    output: Output,
) -> int:
    """Print what to test next, or what a batch of tests amounted to, and return the exit status.

    Raises:
        UsageProblem: the options contradict each other, or a report is not there.
        BrokenFile: a report is none, or an empty one.
        CouldNotCheck: something that is needed to run the tests is missing.
    """
    _refuse(report, pair=pair, execute=execute, command=command)
    workspace = Workspace.find()
    triage = _Triage(workspace, output)
    if pair is not None:
        return triage.compare(*pair, since=since, command=command)
    if execute:
        return triage.execute(report, since=since, evidence=evidence)
    return triage.plan(read_report(report or workspace.root / "coverage.json", workspace.root), evidence)


def _refuse(report: Path | None, *, pair: tuple[Path, Path] | None, execute: bool, command: str) -> None:
    if pair is not None and (report is not None or execute):
        raise UsageProblem(
            "--compare takes two reports, and nothing beside", hint="leave out REPORT and --run"
        )
    if command and pair is None:
        raise UsageProblem(
            "--command tells what ran between the two reports of --compare", hint="leave it out"
        )


class _Triage:
    def __init__(self, workspace: Workspace, output: Output) -> None:
        self.workspace = workspace
        self.root = workspace.root
        self.output = output
        self.settings: TriageSettings = read_settings(self.root / "pyproject.toml", workspace.settings.triage)
        self.pytest = read_pytest_settings(self.root)

    def plan(self, measured: Measured, evidence: Sequence[Path]) -> int:
        """Print what to test next. A plan is no failure: it is what one came to see."""
        suite = self._suite(measured.files)
        apis = tuple(self.workspace.apis.values())
        missing = unreached(apis, self._evidence(evidence), suite)
        self._print_plan(plan(measured, suite, self.settings, missing))
        return 0

    def compare(self, before: Path, after: Path, *, since: str, command: str) -> int:
        """Print what changed between two reports."""
        old, new = read_report(before, self.root), read_report(after, self.root)
        try:
            added = changed_tests(self.root, self.pytest, since).added
        except CouldNotCheck as error:
            self.output.emit(Noted(f"nobody knows which tests are new: {error.message}"))
            added = None
        tests = self._suite({*old.files, *new.files}).tests if added else ()
        return self._print_comparison(compare(old, new, Batch(added, command, tests), self.settings))

    def execute(self, report: Path | None, *, since: str, evidence: Sequence[Path]) -> int:
        """Run the changed test files; compare with ``report``, or plan from the run alone."""
        before = read_report(report, self.root) if report is not None else None
        changed = changed_tests(self.root, self.pytest, since)
        if not changed.files:
            raise UsageProblem(
                f"no test file is new or changed since {since}, so there is nothing to run",
                hint="write a test first, or name an earlier commit with --since",
            )
        branch = before is None or before.branch
        folder = self.workspace.state_folder / "triage"
        runner = Runner(self.root, folder, branch, self.pytest.plugins_off)
        self.output.emit(Noted(f"running {', '.join(changed.files)}"))
        ran = runner.run(changed.files)
        if before is None:
            return self._planned(ran, evidence)
        return self._compared(before, ran, changed)

    def _planned(self, ran: Ran, evidence: Sequence[Path]) -> int:
        if not ran.passed:
            self._print_comparison(_failed_alone(ran, self.workspace))
            return 1
        return self.plan(ran.measured, evidence)

    def _compared(self, before: Measured, ran: Ran, changed: Changed) -> int:
        after = merged(before, ran.measured)
        kept = self.workspace.state_folder / "triage" / "coverage.json"
        write_report(kept, after)
        batch = Batch(changed.added, ran.command, self._suite(after.files).tests)
        found = compare(before, after, batch, self.settings)
        if not ran.passed:
            found = replace(found, findings=(_failed(ran, self.workspace), *found.findings))
        self.output.emit(Noted(f"both together are in {self.workspace.relative(kept)}"))
        return self._print_comparison(found)

    def _suite(self, targets: Iterable[str]) -> Suite:
        wanted = [path for path in targets if not self.settings.excludes(path)]
        suite = read_suite(self.root, self.pytest, self.settings, wanted)
        for name in suite.unread:
            self.output.emit(Noted(f"{name} is no Python, so its tests are not known"))
        return suite

    def _evidence(self, others: Sequence[Path]) -> Iterable[Evidence]:
        stored = merge_evidence(evidence_path(self.root), others)
        now = datetime.now(UTC)
        apis = self.workspace.apis.values()
        recorded = (check_cassettes(self.workspace, api, now=now, emit=silent).evidence for api in apis)
        return [*stored, *(each for found in recorded for each in found)]

    def _print_plan(self, made: Plan) -> None:
        output = self.output
        if output.format == "json":
            output.document(shown.render_plan(made, version=version("troth")))
            return
        if made.targets:
            output.table(shown.table(made))
        for part in (shown.next_batch(made), shown.answers(made)):
            lines = list(part)
            if lines:
                output.say("\n" + "\n".join(lines))
        output.say(f"\n{shown.closing(made)}")

    def _print_comparison(self, found: Comparison) -> int:
        if self.output.format == "json":
            self.output.document(shown.render_comparison(found, version=version("troth")))
        else:
            for line in (*shown.blocks(found), *shown.verdict(found)):
                self.output.say(line)
        return shown.EXIT_STATUS[found.verdict]


def _failed(ran: Ran, workspace: Workspace) -> Finding:
    return Finding(
        "tests-failed",
        f"the tests of the batch do not pass; what pytest said is in {workspace.relative(ran.log)}",
        expected="every test passes",
        actual=", ".join(ran.failed) or f"pytest ended with {ran.status}",
        reproduce=ran.command,
    )


def _failed_alone(ran: Ran, workspace: Workspace) -> Comparison:
    """There is nothing to compare with, and no plan is made of a run that failed."""
    nothing = total(())
    return Comparison((), nothing, nothing, (_failed(ran, workspace),), None, ran.command)
