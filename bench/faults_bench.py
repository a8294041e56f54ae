"""What the table of faults costs: each API of the workspace, whole, in one process.

    .venv/bin/python -m bench.faults_bench [--json] [API ...]

A cell is one use of an operation under one fault, once or for good. ``reading`` is what happens before the
first cell: cassettes are read and judged, and each use is run without a fault.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.table import Table

from troth.events import Advanced, Event, StepStarted
from troth.resilience import run_table
from troth.workspace import Workspace

WANTED = 60.0
"""Seconds for all tables together, computed: one process does it all, so that a machine with nothing else to
do takes as long."""


@dataclass(frozen=True)
class Cost:
    """One table. Seconds, of which ``cpu`` were computed; ``cell`` is the mean of these, in milliseconds."""

    api: str
    operations: int
    cells: int
    reading: float
    total: float
    cpu: float
    cell: float
    held: bool


def measure(workspace: Workspace, name: str) -> Cost:
    """Run the table of an API."""
    marks: list[float] = []

    def mark(event: Event) -> None:
        # Outside of a cell: inside of one the clock is virtual.
        if isinstance(event, StepStarted | Advanced):
            marks.append(time.perf_counter())

    start, busy = time.perf_counter(), time.process_time()
    table = run_table(workspace, workspace.api(name), now=datetime.now(UTC), emit=mark)
    total, cpu = time.perf_counter() - start, time.process_time() - busy
    reading = marks[0] - start
    operations = len({cell.operation.name for cell in table.cells})
    each = cpu / max(1, len(table.cells)) * 1_000
    return Cost(name, operations, len(table.cells), reading, total, cpu, each, not table.result.findings)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("api", nargs="*", help="all by default")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    workspace = Workspace.find()
    costs = [measure(workspace, name) for name in asked.api or ("judge0", "kms", "pachca")]
    total = sum(cost.cpu for cost in costs)
    within = total <= WANTED and all(cost.held for cost in costs)
    if asked.json:
        print(json.dumps({"tables": [asdict(cost) for cost in costs], "total": total, "within": within}))
    else:
        show(costs, total)
    return 0 if within else 1


def show(costs: list[Cost], total: float) -> None:
    """Print the figures."""
    table = Table("API", "operations", "cells", "reading, s", "all, s", "CPU, s", "a cell, ms")
    for cost in costs:
        figures = (f"{cost.reading:.1f}", f"{cost.total:.1f}", f"{cost.cpu:.1f}", f"{cost.cell:.1f}")
        table.add_row(cost.api, str(cost.operations), str(cost.cells), *figures)
    console = Console()
    console.print(table)
    console.print(f"together: {total:.1f} s of CPU (at most {WANTED:.0f})")


if __name__ == "__main__":
    sys.exit(main())
