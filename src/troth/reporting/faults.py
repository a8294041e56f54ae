"""Operations and faults: how many promises hold, and what they are in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from troth.api import Api
from troth.evidence import Evidence, Verdict
from troth.exchange import SourceKind
from troth.faults.catalogue import CATALOGUE, FAULT, Kind, fault
from troth.promise import ByFault, Outcome, Promises
from troth.reporting.report import counted

if TYPE_CHECKING:
    # With all that runs scenarios behind it, which the matrix has no need of.
    from troth.resilience.cell import Cell
    from troth.resilience.table import Table as Cells

_STYLES = {Verdict.PROVEN: "green", Verdict.BROKEN: "bold red", Verdict.UNCHECKED: "yellow"}
_KINDS = {each.name: each.kind for each in CATALOGUE}


@dataclass(frozen=True, slots=True)
class Square:
    """The faults of one kind that strike one operation, by how many of them hold."""

    held: int = 0
    broken: int = 0
    unchecked: int = 0

    @property
    def total(self) -> int:
        """How many there are."""
        return self.held + self.broken + self.unchecked


@dataclass(frozen=True, slots=True)
class FaultRow:
    """One operation under all faults."""

    api: str
    operation: str
    squares: Mapping[Kind, Square]


def fault_rows(apis: Sequence[Api], evidence: Iterable[Evidence]) -> tuple[FaultRow, ...]:
    """A row for each operation of the APIs that were ever run under faults; those without evidence first."""
    found: dict[tuple[str, str], dict[Kind, list[Verdict]]] = {}
    for each in evidence:
        kind = _kind(each)
        if kind is not None:
            found.setdefault((each.api, each.operation), {}).setdefault(kind, []).append(each.verdict)
    tried = {api for api, _ in found}
    rows = [
        FaultRow(api.name, operation.label, _squares(found.get((api.name, operation.label), {})))
        for api in apis
        if api.name in tried
        for operation in api.operations
    ]
    return tuple(sorted(rows, key=lambda row: bool(row.squares)))


def _kind(each: Evidence) -> Kind | None:
    """The kind of the fault; None of other evidence, and of a fault that is no more."""
    if each.kind is not SourceKind.FAULT:
        return None
    return _KINDS.get(each.place.removeprefix(FAULT).partition(":")[0])


def _squares(verdicts: Mapping[Kind, Sequence[Verdict]]) -> Mapping[Kind, Square]:
    return {
        kind: Square(*(verdicts[kind].count(verdict) for verdict in Verdict))
        for kind in Kind
        if kind in verdicts
    }


def table(rows: Sequence[FaultRow]) -> Table:
    """Operations down, kinds of faults across: ``5/5`` where all five hold."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("API", no_wrap=True)
    made.add_column("operation", no_wrap=True)
    kinds = [kind for kind in Kind if any(kind in row.squares for row in rows)]
    for kind in kinds:
        made.add_column(kind.value, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for row in rows:
        remark = Text("") if row.squares else Text("no fault was tried", style="yellow")
        made.add_row(row.api, row.operation, *(_shown(row.squares.get(kind)) for kind in kinds), remark)
    return made


def _shown(square: Square | None) -> Text:
    if square is None:
        return Text("·", style="dim")
    style = "bold red" if square.broken else "yellow" if square.unchecked else "green"
    return Text(f"{square.held}/{square.total}", style=style)


def summary(rows: Sequence[FaultRow]) -> str:
    """The last line: how much of what could strike is known to be met as promised."""
    squares = [square for row in rows for square in row.squares.values()]
    held, total = sum(each.held for each in squares), sum(each.total for each in squares)
    untried = sum(not row.squares for row in rows)
    said = f"{held} of {total} faults are met as the consumers promise"
    return f"{said}; not tried: {counted(untried, 'operations')}" if untried else said


def documents(rows: Iterable[FaultRow]) -> list[dict[str, object]]:
    """The rows for JSON."""
    return [
        {
            "api": row.api,
            "operation": row.operation,
            "faults": {
                kind.value: {"held": it.held, "broken": it.broken, "could_not_check": it.unchecked}
                for kind, it in row.squares.items()
            },
        }
        for row in rows
    ]


# --- one run ---------------------------------------------------------------------------------------


def promised(promises: Promises) -> Table:
    """What is promised, in words: by kind and by name for reads and writes, then by operation."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    made.add_column("promised under", no_wrap=True)
    made.add_column("reads")
    made.add_column("writes")
    for key in _keys(promises.reads, promises.writes):
        made.add_row(key, _words(promises.reads, key), _words(promises.writes, key))
    for operation, table in promises.operations.items():
        for key in _keys(table):
            said = _words(table, key)
            row = (said, "") if promises.repeatable(operation) else ("", said)
            made.add_row(f"{operation.name}: {key}", *row)
    return made


def reasons(promises: Promises) -> Iterator[str]:
    """Why something may be sent twice."""
    for operation, reason in promises.idempotent.items():
        yield f"{operation.name} may be done twice: {reason}"
    said: dict[str, list[str]] = {}
    for where, table in _tables(promises):
        for key, value in table.items():
            if isinstance(value, Outcome) and value.repeats:
                said.setdefault(value.repeats, []).append(f"{where}{key}")
    for reason, keys in said.items():
        yield f"may be sent again under {', '.join(dict.fromkeys(keys))}: {reason}"


def _tables(promises: Promises) -> Iterator[tuple[str, ByFault]]:
    yield from (("", promises.reads), ("", promises.writes))
    yield from ((f"{operation.name}: ", table) for operation, table in promises.operations.items())


def _keys(*tables: ByFault) -> tuple[str, ...]:
    """The keys in the order of the catalogue: a kind, then its faults."""
    known = [
        name for kind in Kind for name in (kind.value, *(it.name for it in CATALOGUE if it.kind is kind))
    ]
    found = {str(key) for table in tables for key in table}
    return tuple(sorted(found, key=lambda key: (known.index(key.partition(":")[0]), key)))


def _words(table: ByFault, key: str) -> str:
    if key not in table:
        # Where one class is told by name, the other may be by kind.
        kind = None if key in list(Kind) else fault(key).kind
        return _words(table, kind) if kind is not None and kind in table else "·"
    value = table[key]
    if not isinstance(value, Outcome) or value.once == value.lasting:
        return (value.once if isinstance(value, Outcome) else value).words
    return f"{value.once.words}; {value.lasting.words} where it lasts"


def details(cells: Iterable[Cell]) -> Table:
    """Cell by cell: what is promised, and what happened."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("operation", "fault", "strikes", "promised", "happened"):
        made.add_column(name, no_wrap=True)
    for cell in cells:
        said = cell.promised.words if cell.promised is not None else "nothing"
        happened = Text(cell.happened, style=_STYLES[cell.verdict])
        made.add_row(cell.operation.label, cell.fault.full_name, cell.times.value, said, happened)
    return made


def cell_documents(cells: Cells) -> list[dict[str, object]]:
    """The cells for JSON."""
    return [
        {
            "operation": cell.operation.name,
            "fault": cell.fault.full_name,
            "kind": cell.fault.kind.value,
            "strikes": cell.times.value,
            "scenario": cell.scenario,
            "promised": cell.promised.words if cell.promised is not None else None,
            "happened": cell.happened,
            "verdict": cell.verdict.value,
        }
        for cell in cells.cells
    ]
