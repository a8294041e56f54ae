"""A fuzz run for people and programs: what was tried of each operation, and what it answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rich.table import Table
from rich.text import Text

from troth.fuzz.strength import Tally


def table(tallies: Iterable[Tally]) -> Table:
    """A row for each operation: cases, those accepted of the positive ones, and each status."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("operation", no_wrap=True)
    made.add_column("cases", justify="right")
    made.add_column("accepted", justify="right", no_wrap=True)
    made.add_column("answers", no_wrap=True)
    for each in tallies:
        accepted = Text(f"{each.accepted} of {each.positive}", style="" if each.accepted else "yellow")
        made.add_row(each.operation, str(each.cases), accepted, answers(each.statuses))
    return made


def answers(statuses: Mapping[int, int]) -> str:
    """``200: 12, 404: 3``."""
    return ", ".join(f"{status}: {count}" for status, count in statuses.items())


def documents(tallies: Iterable[Tally]) -> list[dict[str, object]]:
    """The rows, for JSON."""
    return [
        {
            "operation": each.operation,
            "cases": each.cases,
            "positive": each.positive,
            "accepted": each.accepted,
            "statuses": {str(status): count for status, count in each.statuses.items()},
        }
        for each in tallies
    ]
