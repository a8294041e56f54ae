"""The matrix: what the contracts declare, and what evidence there is of each answer. Empty cells first."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from troth.api import Api
from troth.evidence import Evidence, Verdict
from troth.exchange import SourceKind
from troth.reporting.faults import FaultRow, documents
from troth.reporting.report import KINDS, Coverage, counted


@dataclass(frozen=True, slots=True)
class Cell:
    """How many exchanges of one kind there are, by verdict."""

    proven: int = 0
    broken: int = 0
    unchecked: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One answer of one operation. ``declared``: the contract knows it."""

    api: str
    operation: str
    status: int
    cells: Mapping[SourceKind, Cell]
    declared: bool = True


def matrix(apis: Sequence[Api], evidence: Iterable[Evidence]) -> tuple[Row, ...]:
    """A row for each declared (operation, status) and each that was only seen; the empty ones first."""
    declared = [
        (api.name, operation.label, status)
        for api in apis
        for operation in api.everything
        for status in sorted(operation.answers)
    ]
    names = {api.name for api in apis}
    seen: dict[tuple[str, str, int], list[Evidence]] = {key: [] for key in declared}
    for each in evidence:
        # What was seen under a fault is no answer of the service: it has a table of its own.
        if each.api in names and each.kind is not SourceKind.FAULT:
            seen.setdefault((each.api, each.operation, each.status), []).append(each)
    known = set(declared)
    rows = [Row(*key, _cells(found), declared=key in known) for key, found in seen.items()]
    return tuple(sorted(rows, key=lambda row: bool(row.cells)))


def coverage(rows: Iterable[Row]) -> Coverage:
    """How many declared answers have evidence that held."""
    declared = [row for row in rows if row.declared]
    proven = [row for row in declared if any(cell.proven for cell in row.cells.values())]
    return Coverage(len(proven), len(declared))


def _cells(found: Iterable[Evidence]) -> Mapping[SourceKind, Cell]:
    verdicts: dict[SourceKind, list[Verdict]] = {}
    for each in found:
        verdicts.setdefault(each.kind, []).append(each.verdict)
    return {
        kind: Cell(*(held.count(verdict) for verdict in Verdict))
        for kind in KINDS
        if (held := verdicts.get(kind))
    }


def table(rows: Sequence[Row]) -> Table:
    """The rows with a column for each kind of evidence that there is."""
    kinds = _kinds(rows)
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("API", no_wrap=True)
    made.add_column("operation", no_wrap=True)
    made.add_column("status", justify="right")
    for kind in kinds:
        made.add_column(kind.value, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for row in rows:
        cells = [_shown(row.cells.get(kind)) for kind in kinds]
        made.add_row(row.api, row.operation, str(row.status), *cells, _remark(row))
    return made


def summary(rows: Sequence[Row]) -> str:
    """The last line: how much of what is declared has evidence."""
    total = coverage(rows)
    return f"{total.seen} of {counted(total.declared, 'answers')} of the contracts have evidence that held"


def render_json(rows: Sequence[Row], *, version: str, faults: Sequence[FaultRow] = ()) -> str:
    """The rows as one JSON document, with those of the operations under faults."""
    total = coverage(rows)
    document = {
        "format": 1,
        "troth": version,
        "coverage": {"seen": total.seen, "declared": total.declared},
        "rows": [_document(row) for row in rows],
        "faults": documents(faults),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _document(row: Row) -> dict[str, object]:
    evidence = {
        kind.value: {"proven": cell.proven, "broken": cell.broken, "could_not_check": cell.unchecked}
        for kind, cell in row.cells.items()
    }
    return {
        "api": row.api,
        "operation": row.operation,
        "status": row.status,
        "declared": row.declared,
        "evidence": evidence,
    }


def _kinds(rows: Iterable[Row]) -> tuple[SourceKind, ...]:
    found = {kind for row in rows for kind in row.cells}
    return tuple(kind for kind in KINDS if kind in found)


def _shown(cell: Cell | None) -> Text:
    if cell is None:
        return Text("·", style="dim")
    parts = [str(cell.proven)] if cell.proven else []
    if cell.broken:
        parts.append(f"{cell.broken} broken")
    if cell.unchecked:
        parts.append(f"{cell.unchecked} not checked")
    return Text(", ".join(parts), style="red" if cell.broken else "green" if cell.proven else "yellow")


def _remark(row: Row) -> Text:
    if not row.cells:
        return Text("no evidence", style="yellow")
    return Text("") if row.declared else Text("not in the contract", style="red")
