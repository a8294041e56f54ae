"""A fuzz run for people and programs: what was tried of each operation, and what it answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.table import Table
from rich.text import Text

from troth.fuzz.config import Budget
from troth.fuzz.exceptions import Use
from troth.fuzz.outcome import FuzzRun
from troth.fuzz.settings import Known
from troth.fuzz.strength import Tally
from troth.reporting.report import counted

_MOST = 8
"""Statuses of an operation that are shown to a person; JSON has all."""
Document = dict[str, object]


def table(tallies: Iterable[Tally]) -> Table:
    """A row for each operation: cases, those accepted of the positive ones, and each status."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("operation", overflow="fold", ratio=3)
    made.add_column("cases", justify="right", no_wrap=True)
    made.add_column("accepted", justify="right", no_wrap=True)
    made.add_column("answers", overflow="fold", ratio=2)
    for each in tallies:
        accepted = Text(f"{each.accepted} of {each.positive}", style="" if each.accepted else "yellow")
        made.add_row(each.operation, str(each.cases), accepted, answers(each.statuses))
    return made


def answers(statuses: Mapping[int, int]) -> str:
    """``200:12, 404:3``, and how many others there are beside the most frequent ones."""
    most = {status for status, _ in Counter(statuses).most_common(_MOST)}
    shown = [f"{status}:{count}" for status, count in statuses.items() if status in most]
    left = len(statuses) - len(most)
    return ", ".join([*shown, f"{left} others"] if left else shown)


def closing(ran: FuzzRun) -> str:
    """The last line: how much was tried, and how much of that says nothing."""
    weak = sum(1 for each in ran.tallies if not each.accepted)
    used = [each for each in ran.exceptions if each.count and each.holds]
    excepted = sum(each.count for each in used)
    said = [
        counted(len(ran.tallies), "operations"),
        counted(len(ran.sent), "cases"),
        f"{weak} weak",
        f"{counted(excepted, 'failures')} excepted by {counted(len(used), 'entries')}" if used else "",
        f"{len(ran.sent) / ran.seconds:.0f} cases a second" if ran.seconds else "",
        f"ended early: {ran.stopped}" if ran.stopped else "",
    ]
    return ", ".join(part for part in said if part)


def document(ran: FuzzRun, budget: Budget) -> Document:
    """What JSON has beside steps and findings."""
    phases = Counter(each.phase for each in ran.sent)
    states = Counter(each.given for each in ran.sent)
    return {
        "seed": budget.seed,
        "budget": {"max_examples": budget.max_examples, "seconds": budget.seconds},
        "place": ran.service.place,
        "version": ran.service.version,
        "seconds": round(ran.seconds, 3),
        "stopped": ran.stopped,
        "cases": len(ran.sent),
        "phases": dict(phases),
        "states": dict(states),
        "operations": [_operation(each) for each in ran.tallies],
        "exceptions": [_exception(each) for each in ran.exceptions],
    }


def _operation(tally: Tally) -> Document:
    return {
        "operation": tally.operation,
        "cases": tally.cases,
        "positive": tally.positive,
        "accepted": tally.accepted,
        "statuses": {str(status): count for status, count in tally.statuses.items()},
    }


def _exception(use: Use) -> Document:
    entry = use.entry
    return {
        "kind": "known" if isinstance(entry, Known) else "off",
        "operations": list(entry.operations),
        "check": entry.check,
        "statuses": list(entry.statuses),
        "reason": entry.reason,
        "failures": use.count,
        "holds": use.holds,
    }
