"""``troth faults``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from rich.table import Table

from troth.api import Api
from troth.cli.output import Format, Output
from troth.errors import UsageProblem
from troth.faults.catalogue import CATALOGUE, Fault
from troth.reporting import faults
from troth.reporting.report import counted
from troth.resilience import Choice, run_table
from troth.resilience import Table as Ran
from troth.workspace import Workspace


def catalogue(*, chosen: bool, format: Format) -> int:
    """Print the catalogue. ``chosen``: an option asks for a part of a table.

    Raises:
        UsageProblem: an option that asks for more than a list.
    """
    if chosen:
        raise UsageProblem(
            "-k, --fault and --places choose what is run of an API", hint="troth faults API ..."
        )
    if format == "junit":
        raise UsageProblem("the list of faults has no verdict", hint="troth faults API --format junit")
    output = Output(format)
    if format == "json":
        output.document(_document())
    else:
        output.table(_table())
    return 0


def run(api: str, *, only: str, names: Sequence[str], places: bool, output: Output) -> int:
    """Run the operations of ``api`` under faults, and return the exit status.

    Raises:
        UnknownName: no operation or no fault is called so.
        UsageProblem: nothing is promised, or nothing is left to run.
    """
    workspace = Workspace.find()
    contract = workspace.api(api)
    choice = Choice.of(contract, only, names, every_place=places)
    ran = run_table(workspace, contract, now=datetime.now(UTC), choice=choice, emit=output.emit)
    if output.format == "text":
        _show(ran, contract, output)
    counts = ran.result.counts
    closing = f"{counts.matched} of {counted(counts.attempted, 'promises')} kept"
    return output.finish([ran.result], closing=closing, further={"cells": faults.cell_documents(ran)})


def _show(ran: Ran, contract: Api, output: Output) -> None:
    if not ran.choice.whole:
        output.table(faults.details(ran.cells))
        output.say("")
        return
    output.table(faults.table(faults.fault_rows([contract], ran.result.evidence)))
    for each in ran.consumers:
        output.say("")
        output.table(faults.promised(each.promises))
        for reason in faults.reasons(each.promises):
            output.say(reason)
    output.say("")


def _table() -> Table:
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("fault", "kind", "processed", "what a client sees"):
        made.add_column(name, no_wrap=True)
    for each in CATALOGUE:
        made.add_row(_shown_name(each), each.kind.value, each.processed.value, each.looks)
    return made


def _shown_name(fault: Fault) -> str:
    return f"{fault.name}[:PLACE]" if fault.has_places else fault.name


def _document() -> str:
    faults = [
        {
            "name": each.name,
            "kind": each.kind.value,
            "processed": each.processed.value,
            "looks": each.looks,
            "places": each.has_places,
        }
        for each in CATALOGUE
    ]
    document = {"format": 1, "troth": version("troth"), "faults": faults}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
