"""``troth faults``."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Literal

from rich.table import Table

from troth.cli.output import Output
from troth.faults.catalogue import CATALOGUE, Fault


def run(*, format: Literal["text", "json"]) -> int:
    """Print the catalogue."""
    output = Output(format)
    if format == "json":
        output.document(_document())
    else:
        output.table(_table())
    return 0


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
