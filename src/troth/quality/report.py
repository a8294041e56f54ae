"""A run of the linter as text, JSON or JUnit."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator

from rich.text import Text

from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.quality.outcome import Excepted, LintRun
from troth.quality.rule import Severity, Smell
from troth.reporting import junit
from troth.reporting.report import EXIT_STATUS, Report, counted
from troth.reporting.text import STYLES as VERDICT_STYLES

STANDARD = "docs/testing-standard.md"
FORMAT = 1
"""Raised when a key of the JSON document changes its meaning."""
STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}


def verdict(run: LintRun) -> Verdict:
    """Broken when a problem fails the run; could not check when a file or a linter could not be asked."""
    if run.failing:
        return Verdict.BROKEN
    return Verdict.UNCHECKED if run.unchecked or run.missing else Verdict.PROVEN


def exit_status(run: LintRun) -> int:
    """0 proven, 1 broken, 3 could not check."""
    return EXIT_STATUS[verdict(run)]


def section_link(section: str) -> str:
    """Where a section of the standard stands."""
    return f"{STANDARD}#{re.sub(r'[^a-z0-9 -]', '', section.lower()).replace(' ', '-')}"


def lines(run: LintRun, *, verbose: bool) -> Iterator[Text]:
    """The report for a person: each problem, what could not be checked, what is excepted, the counts."""
    shown = [smell for smell in run.smells if verbose or smell.severity.rank <= _shown_from(run).rank]
    for smell in shown:
        yield from _problem(smell)
    if len(shown) < len(run.smells):
        yield Text(f"{len(run.smells) - len(shown)} for information: -v shows each", style="dim")
    for path in run.empty:
        yield Text(f"{path}: no test file")
    for each in _unchecked(run):
        yield Text(f"{each.place + ': ' if each.place else ''}could not check: {each.message}", "yellow")
    if verbose:
        yield from _excepted(run)
    yield last_line(run)


def _shown_from(run: LintRun) -> Severity:
    """A person sees what fails, errors and warnings; the rest when asked for."""
    return max((Severity.WARNING, run.fail_on), key=lambda severity: severity.rank)


def _problem(smell: Smell) -> Iterator[Text]:
    line = Text(f"{smell.place}: ").append(smell.severity.value, style=STYLES[smell.severity])
    yield line.append(f" {smell.rule} {smell.message}")
    yield Text(f"    {smell.hint} ({section_link(smell.section)})", style="dim")


def _excepted(run: LintRun) -> Iterator[Text]:
    for how, excepted in (("comment", run.suppressed), ("settings", run.by_path)):
        for each in excepted:
            yield Text(f"{each.smell.place}: excepted by {how}: {each.smell.rule} {each.reason}")


def last_line(run: LintRun) -> Text:
    """The verdict, and every count that it rests on."""
    found = verdict(run)
    said = ", ".join(
        (
            counted(run.count(Severity.ERROR), "errors"),
            counted(run.count(Severity.WARNING), "warnings"),
            f"{run.count(Severity.INFO)} for information",
        )
    )
    where = f"in {counted(run.tests, 'tests')} of {counted(len(run.files), 'files')}"
    unchecked = len(run.unchecked) + len(run.missing)
    lacking = f"; {unchecked} could not be checked" if unchecked else ""
    line = Text().append(found.value.upper(), style=VERDICT_STYLES[found])
    return line.append(f": {said} {where}{lacking}; {_exceptions(run)}")


def _exceptions(run: LintRun) -> str:
    by = {
        "by comments": len(run.suppressed),
        "by settings": len(run.by_path),
        "by the baseline": len(run.baselined),
    }
    parts = ", ".join(f"{number} {how}" for how, number in by.items() if number)
    return counted(sum(by.values()), "exceptions") + (f" ({parts})" if parts else "")


def _unchecked(run: LintRun) -> Iterator[Finding]:
    for file in run.unchecked:
        yield Finding("lint-unread", file.unchecked, place=file.path, verdict=Verdict.UNCHECKED)
    for said in run.missing:
        yield Finding("lint-tool-missing", said, verdict=Verdict.UNCHECKED)


def render_json(run: LintRun, *, version: str) -> str:
    """The run as a document. docs/lint.md describes its keys; they are only ever added to."""
    document = {
        "format": FORMAT,
        "troth": version,
        "verdict": verdict(run).value,
        "exit_status": exit_status(run),
        "files": len(run.files),
        "cached": run.cached,
        "tests": run.tests,
        "counts": {severity.value: run.count(severity) for severity in Severity},
        "fail_on": run.fail_on.value,
        "empty": list(run.empty),
        "problems": [_as_json(smell) for smell in run.smells],
        "unchecked": [{"path": each.place, "message": each.message} for each in _unchecked(run)],
        "exceptions": {
            "comments": list(map(_excepted_json, run.suppressed)),
            "settings": list(map(_excepted_json, run.by_path)),
            "baseline": [_as_json(smell) for smell in run.baselined],
        },
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _as_json(smell: Smell) -> dict[str, object]:
    return {**dataclasses.asdict(smell), "standard": section_link(smell.section)}


def _excepted_json(excepted: Excepted) -> dict[str, object]:
    return {**_as_json(excepted.smell), "reason": excepted.reason}


def render_junit(run: LintRun) -> str:
    """The run as JUnit: a test case for each file that has a problem. What does not fail is in system-out."""
    failing = set(run.failing)
    counts = Counts(run.tests, run.tests, run.tests - len({(each.path, each.line) for each in failing}))
    broken = tuple(_finding(smell) for smell in run.smells if smell in failing)
    result = StepResult(
        "lint",
        "",
        counts,
        (*broken, *_unchecked(run)),
        unit="tests",
        told=tuple(_finding(smell) for smell in run.smells if smell not in failing),
    )
    return junit.render(Report((result,)))


def _finding(smell: Smell) -> Finding:
    return Finding(
        smell.rule,
        smell.message,
        scenario=smell.path,
        expected=f"{smell.hint} ({section_link(smell.section)})",
        actual=smell.severity.value,
        place=smell.place,
    )
