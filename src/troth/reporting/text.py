"""A run as text for a person: counts first, then one example of each finding, then what it all shows."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from rich.text import Text

from troth.evidence import Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.reporting.report import FUZZ, KINDS, Group, Report, counted, grouped

STYLES = {Verdict.PROVEN: "green", Verdict.BROKEN: "bold red", Verdict.UNCHECKED: "yellow"}

_DETAILS = ("scenario", "expected", "actual", "place", "reproduce")
_SHOWN = {"place": "source"}
_UNITS = {SourceKind.FAULT: "faults", SourceKind.FUZZED: "answers"}
_FEW = 6
"""How much of what is not red is shown to a person who did not ask for it."""


def lines(report: Report) -> Iterator[Text]:
    """The report, line by line, with styles that a terminal may show."""
    yield from _steps(report)
    for group in grouped(report.findings):
        yield Text("")
        yield from _finding(group)
    yield from _told(report)
    yield Text("")
    yield from summary(report)


def _steps(report: Report) -> Iterator[Text]:
    width = max((len(result.step) for result in report.results), default=0)
    by_api = itertools.groupby(report.results, key=lambda result: result.api)
    for api, results in by_api:
        yield Text(api or "workspace", style="bold")
        yield from (_step(result, width) for result in results)


def _step(result: StepResult, width: int) -> Text:
    verdict, counts = result.verdict, result.counts
    line = Text(f"  {result.step.ljust(width)}  ")
    line.append(verdict.value.ljust(15), style=STYLES[verdict])
    line.append(f"  {counts.matched} of {counted(counts.attempted, result.unit)}")
    undecided = counts.attempted - counts.decided - counts.skipped
    if undecided > 0:
        line.append(f", {undecided} not decided")
    if counts.skipped:
        line.append(f", {counts.skipped} skipped")
    return line


def _finding(group: Group) -> Iterator[Text]:
    finding = group.example
    head = Text().append(finding.verdict.value.upper(), style=STYLES[finding.verdict])
    for part in (finding.code, finding.api, finding.operation, finding.path):
        head.append(f"  {part}" if part else "", style="bold" if part == finding.code else "")
    if group.size > 1:
        head.append(f"  (and {group.size - 1} more like it)")
    yield head
    yield Text(f"  {_indented(finding.message)}")
    if group.operations and finding.code.startswith(FUZZ):
        yield Text(f"    {'in'.ljust(9)}  {counted(len(group.operations), 'operations')}: ", end="").append(
            ", ".join(group.operations)
        )
    yield from _details(finding)


def _details(finding: Finding) -> Iterator[Text]:
    for name in _DETAILS:
        value = getattr(finding, name)
        if value:
            yield Text(f"    {_SHOWN.get(name, name).ljust(9)}  {_indented(value, 15)}")


def _told(report: Report) -> Iterator[Text]:
    """What is worth knowing and not red, in short."""
    found = grouped(finding for result in report.results for finding in result.told)
    shown = found if report.verbose else found[:_FEW]
    for group in shown:
        finding = group.example
        yield Text("")
        parts = (finding.code, finding.api, finding.operation, finding.path)
        yield Text("  ".join(["INFO", *(part for part in parts if part)]))
        yield Text(f"  {_indented(finding.message)}")
        if report.verbose:
            yield from _details(finding)
    if len(shown) < len(found):
        yield Text("")
        yield Text(f"INFO  {len(found) - len(shown)} more: -v shows each")


def _accepted(report: Report) -> Iterator[Text]:
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for each in report.accepted:
        finding = each.finding
        place = " ".join(filter(None, (finding.operation, finding.path)))
        what = finding.scenario or place or finding.message
        how = "not checked, accepted" if finding.verdict is Verdict.UNCHECKED else "accepted"
        key = (how, finding.code, "" if not report.verbose and report.closing else what, each.reason)
        groups.setdefault(key, []).append(finding)
    for (how, code, what, reason), found in groups.items():
        yield Text(f"{how}: {code}, {what or counted(len(found), 'differences')}: {reason}")


def _indented(text: str, by: int = 2) -> str:
    return text.replace("\n", "\n" + " " * by)


def summary(report: Report) -> Iterator[Text]:
    """The last lines: what was proven and from what, what was not checked, and the verdict."""
    for kind, number in report.proven.items():
        yield Text(f"{counted(number, _UNITS.get(kind, 'interactions'))} {KINDS[kind]}")
    if report.only_simulated:
        yield Text("nothing of this comes from a real service: troth record API --live, or --url URL")
    if report.coverage is not None:
        yield Text(
            f"{report.coverage.seen} of {report.coverage.declared} answers of the contracts have evidence;"
            " the others: troth matrix"
        )
    yield from _accepted(report)
    yield _last(report)


def _last(report: Report) -> Text:
    findings = report.findings
    line = Text().append(report.verdict.value.upper(), style=STYLES[report.verdict])
    if report.closing:
        return line.append(f": {report.closing}{_apis(report)}")
    broken = sum(finding.verdict is Verdict.BROKEN for finding in findings)
    parts = [
        f"{counted(report.interactions, 'interactions')} proven",
        f"{broken} broken" if broken else "",
        f"{len(findings) - broken} could not be checked" if len(findings) > broken else "",
        f"{len(report.accepted)} accepted as not checked" if report.accepted else "",
    ]
    return line.append(": " + ", ".join(part for part in parts if part) + _apis(report))


def _apis(report: Report) -> str:
    names = sorted({result.api for result in report.results if result.api})
    return f" ({', '.join(names)})" if names else " (no step was run)"
