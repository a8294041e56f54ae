"""A plan and a comparison as text for a person, and as JSON. docs/triage.md describes both."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from troth.evidence import Finding, Verdict
from troth.quality.triage.compare import Block, Comparison
from troth.quality.triage.kinds import Kind
from troth.quality.triage.measured import Function, Share, arrow, spans
from troth.quality.triage.plan import Part, Plan, Target

FORMAT = 1
EXIT_STATUS: Mapping[Verdict, int] = {Verdict.PROVEN: 0, Verdict.BROKEN: 1, Verdict.UNCHECKED: 3}
_SHORT = {Kind.HAPPY: "happy", Kind.EDGE: "edge", Kind.ERROR: "error"}


def table(plan: Plan) -> Table:
    """Every target in its order, with the batch that its tests belong to."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name, side in _COLUMNS.items():
        if name != "branches" or plan.branch:
            made.add_column(name, justify=side, no_wrap=True)  # type: ignore[arg-type]
    batch = _first_batch(plan)
    for target in plan.targets:
        file = target.file
        cells = [file.path, target.layer or "other", f"{file.share.percent} %", str(len(file.missing_lines))]
        cells += [str(len(file.missing_branches))] if plan.branch else []
        cells += [str(target.wanted), str(batch[file.path]), _kinds(target)]
        made.add_row(*cells)
    return made


_COLUMNS = {
    "file": "left",
    "layer": "left",
    "covered": "right",
    "lines": "right",
    "branches": "right",
    "tests": "right",
    "batch": "right",
    "no test of": "left",
}


def _kinds(target: Target) -> str:
    if len(target.missing) == len(Kind):
        return "anything"
    return ", ".join(_SHORT[kind] for kind in target.missing)


def _first_batch(plan: Plan) -> dict[str, int]:
    found: dict[str, int] = {}
    for number, parts in enumerate(plan.batches, start=1):
        for part in parts:
            found.setdefault(part.target.file.path, number)
    return found


def next_batch(plan: Plan) -> Iterator[str]:
    """The first batch, line by line: what each of its files wants."""
    if not plan.batches:
        return
    parts = plan.batches[0]
    yield f"Batch 1 of {len(plan.batches)}: {_counted(sum(part.tests for part in parts), 'test')}"
    for part in parts:
        yield ""
        yield from _wants(part)


def _wants(part: Part) -> Iterator[str]:
    target = part.target
    more = f", {part.tests} of {target.wanted} tests" if part.tests < target.wanted else ""
    yield f"{target.file.path}: {target.file.share}{more}"
    for function in target.file.missed_functions[: part.tests]:
        yield f"  {function.name or 'outside of any function'}: {_missed(function)}"
    for kind in target.missing:
        yield f"  no test of the {kind}" if kind is Kind.HAPPY else f"  no test of {_ARTICLE[kind]}"


def _missed(function: Function) -> str:
    """Its lines, and the branches from lines that were reached: of the others nothing else is to be said."""
    lines = function.missing_lines
    branches = sorted(each for each in function.missing_branches if each[0] not in lines)
    parts = [f"lines {spans(lines)}"] if lines else []
    parts += [f"branches {', '.join(map(arrow, branches))}"] if branches else []
    return "; ".join(parts)


_ARTICLE = {Kind.EDGE: "an edge case", Kind.ERROR: "error handling"}


def answers(plan: Plan) -> Iterator[str]:
    """The errors of APIs that nothing reaches, an operation a line."""
    found: dict[tuple[str, str], list[int]] = {}
    for each in plan.unreached:
        found.setdefault((each.api, each.operation), []).append(each.status)
    if found:
        yield "Errors of an API that no test reaches:"
    for (api, operation), statuses in found.items():
        yield f"  {api}  {operation}: {', '.join(map(str, statuses))}"


def closing(plan: Plan) -> str:
    """The last line: how much there is to do, and of what."""
    wanted = sum(target.wanted for target in plan.targets)
    parts = [
        f"{_counted(wanted, 'test')} in {_counted(len(plan.batches), 'batch', 'batches')}"
        f" for {len(plan.targets)} of {_counted(plan.files, 'file')}",
        f"{plan.total} of {'lines and branches' if plan.branch else 'lines'} covered",
        f"{_counted(len(plan.unreached), 'error')} of APIs without a test" if plan.unreached else "",
        f"{_counted(plan.excluded, 'file')} left out" if plan.excluded else "",
    ]
    return ", ".join(filter(None, parts))


def render_plan(plan: Plan, *, version: str) -> str:
    """The plan as one JSON document."""
    document = {
        "format": FORMAT,
        "troth": version,
        "total": _share(plan.total),
        "files": plan.files,
        "excluded": plan.excluded,
        "targets": [_target(each) for each in plan.targets],
        "batches": [
            [{"path": part.target.file.path, "tests": part.tests} for part in parts] for parts in plan.batches
        ],
        "unreached": [dataclasses.asdict(each) for each in plan.unreached],
    }
    return _text(document)


def _target(target: Target) -> dict[str, Any]:
    file = target.file
    return {
        "path": file.path,
        "layer": target.layer,
        **_share(file.share),
        "missing_lines": sorted(file.missing_lines),
        "missing_branches": sorted(file.missing_branches),
        "functions": [
            {
                "name": each.name,
                "missing_lines": sorted(each.missing_lines),
                "missing_branches": sorted(each.missing_branches),
            }
            for each in file.missed_functions
        ],
        "has_tests": target.has_tests,
        "missing_kinds": [kind.value for kind in target.missing],
        "wanted_tests": target.wanted,
    }


def blocks(found: Comparison) -> Iterator[str]:
    """The report of a batch as Markdown: a header for each file, and what was done for it."""
    for block in found.blocks:
        yield f"### File: {block.path}"
        yield f"- tests added: {_added(block, known=found.added is not None)}"
        yield f"- coverage before: {_measured(block.before)}"
        yield f"- coverage after: {_measured(block.after)}{_gain(block)}"
        yield f"- command executed: {f'`{found.command}`' if found.command else 'not told (--command)'}"
        yield ""


def _added(block: Block, *, known: bool) -> str:
    if not known:
        return "not known (no git here)"
    names = "".join(f"\n  - {place}" for place in block.added)
    return f"{len(block.added)}{names}"


def _measured(share: Share | None) -> str:
    return str(share) if share is not None else "not measured"


def _gain(block: Block) -> str:
    return f", new: lines {spans(block.reached)}" if block.reached else ""


def verdict(found: Comparison) -> Iterator[str]:
    """What speaks against the batch, and the last line."""
    for finding in found.findings:
        yield f"{finding.verdict.value.upper()}  {finding.code}"
        yield f"  {finding.message}"
        yield from _details(finding)
        yield ""
    added = _counted(len(found.added), "test") + " added" if found.added is not None else ""
    change = f"coverage of {_counted(len(found.blocks), 'file')} {found.before} before, {found.after} after"
    change = change if found.blocks else ""
    word = {Verdict.PROVEN: "accepted", Verdict.BROKEN: "rejected", Verdict.UNCHECKED: "not decided"}
    reasons = ", ".join(dict.fromkeys(each.code for each in found.findings))
    said = f"the batch is {word[found.verdict]}{f' ({reasons})' if reasons else ''}"
    yield f"{found.verdict.value.upper()}: {'; '.join(filter(None, (said, change, added)))}"


def _details(finding: Finding) -> Iterator[str]:
    for name in ("expected", "actual"):
        if getattr(finding, name):
            yield f"    {name.ljust(9)}  {getattr(finding, name)}"


def render_comparison(found: Comparison, *, version: str) -> str:
    """The comparison as one JSON document."""
    document = {
        "format": FORMAT,
        "troth": version,
        "verdict": found.verdict.value,
        "exit_status": EXIT_STATUS[found.verdict],
        "before": _share(found.before),
        "after": _share(found.after),
        "added": None if found.added is None else list(found.added),
        "command": found.command,
        "files": [_block(each) for each in found.blocks],
        "findings": [
            {name: value for name, value in dataclasses.asdict(each).items() if value}
            for each in found.findings
        ],
    }
    return _text(document)


def _block(block: Block) -> dict[str, Any]:
    return {
        "path": block.path,
        "before": _share(block.before) if block.before is not None else None,
        "after": _share(block.after) if block.after is not None else None,
        "reached_lines": sorted(block.reached),
        "added": list(block.added),
    }


def _share(share: Share) -> dict[str, Any]:
    return {"percent": float(share.part * 100), "covered": share.covered, "whole": share.whole}


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
