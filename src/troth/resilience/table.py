"""Every operation of a consumer under every fault of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from troth.api import Api, Operation
from troth.errors import UsageProblem
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.faults import off_contract
from troth.faults.catalogue import CATALOGUE, FAULT, Fault, fault
from troth.mock.library import Library
from troth.raised import told
from troth.resilience.cell import Cell, Row, Times, applies, run_cell
from troth.resilience.declared import Declared, declared
from troth.resilience.stage import Seen, Stage
from troth.resilience.uses import Plan, Use, planned
from troth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the table is run; no operations are all of them."""

    operations: tuple[Operation, ...] = ()
    faults: tuple[Fault, ...] = CATALOGUE
    every_place: bool = False
    """Break each place of an answer that a fault can break, and not only the first."""

    @classmethod
    def of(cls, api: Api, only: str = "", names: Sequence[str] = (), *, every_place: bool = False) -> Choice:
        """The operations that are called like ``only``, and the faults of these names.

        Raises:
            UnknownName: no operation, or no fault, is called so.
            UsageProblem: the contract has no such place.
        """
        operations = api.like(only) if only else ()
        found = tuple(dict.fromkeys(map(fault, names)))
        for each in found:
            if each.has_places:
                off_contract.refuse_unknown_place(api, each, None)
        return cls(operations, found or CATALOGUE, every_place)

    @property
    def whole(self) -> bool:
        """Whether it is everything."""
        return not self.operations and self.faults == CATALOGUE

    def takes(self, operation: Operation) -> bool:
        """Whether the operation is meant."""
        return not self.operations or operation in self.operations


@dataclass(frozen=True, slots=True)
class Table:
    """Every cell that was run, and what it all came to."""

    choice: Choice
    consumers: tuple[Declared, ...]
    cells: tuple[Cell, ...]
    result: StepResult = field(repr=False)


def run_table(
    workspace: Workspace,
    api: Api,
    *,
    now: datetime,
    choice: Choice | None = None,
    emit: Emit = silent,
) -> Table:
    """Run the table of ``api``. ``now`` has a time zone.

    Raises:
        UsageProblem: no consumer promises anything, or the choice leaves nothing to run.
        BrokenFile: a cassette cannot be read.
    """
    consumers = declared(workspace, api)
    if not consumers:
        raise UsageProblem(
            f"{api.name}: no consumer says what it promises",
            hint="declare it in consumers/<consumer>/promises.py; docs/faults.md shows how",
        )
    choice = choice or Choice()
    library = Library(workspace, lambda: now)
    runs = [_Run(api, each, library, choice) for each in consumers]
    emit(StepStarted("faults", api.name, sum(run.size for run in runs)))
    cells = tuple(cell for run in runs for cell in run.cells(emit))
    findings = tuple(finding for run in runs for finding in run.findings())
    if not (choice.whole or cells or findings):
        raise UsageProblem(
            f"{api.name}: nothing is left to run",
            hint="the fault cannot strike what this operation answers; troth faults lists the others",
        )
    result = _result(api, cells, findings, now)
    emit(StepFinished(result))
    return Table(choice, consumers, cells, result)


class _Run:
    """The cells of one consumer."""

    def __init__(self, api: Api, consumer: Declared, library: Library, choice: Choice) -> None:
        self._api = api
        self._promises = consumer.promises
        self._choice = choice
        self._stage = Stage.of(api, library, consumer.promises.deadline)
        self._plan = _chosen(planned(api, consumer.scenarios, library), choice)
        self._usual: dict[str, Seen] = {}
        self._rows = tuple(row for use in self._plan.uses if (row := self._row(use)) is not None)
        self._squares = tuple(self._applying())

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self._squares)

    def _row(self, use: Use) -> Row | None:
        """None where the scenario does not even hold without a fault."""
        seen = self._seen(use)
        first = next(
            (each for each in seen.calls if self._is_of(use, each.request.method, each.request.url)), None
        )
        return Row(use, seen, first) if first is not None and seen.error is None else None

    def _seen(self, use: Use) -> Seen:
        name = use.scenario.name
        if name not in self._usual:
            self._usual[name] = self._stage.run(use.scenario)
        return self._usual[name]

    def _is_of(self, use: Use, method: str, url: str) -> bool:
        found = self._api.find(method, url)
        return found is not None and found[0] is use.operation

    def _applying(self) -> Iterator[tuple[Row, Fault, Times]]:
        for row in self._rows:
            for named in self._choice.faults:
                for struck in self._placed(row, named):
                    if applies(self._api, row, struck):
                        yield from ((row, struck, times) for times in Times)

    def _placed(self, row: Row, named: Fault) -> tuple[Fault, ...]:
        if not (self._choice.every_place and named.has_places and not named.place):
            return (named,)
        found = off_contract.places(self._api, named, row.first.response, row.first.request)
        return tuple(replace(named, place=place) for place in found)

    def cells(self, emit: Emit) -> Iterator[Cell]:
        """Run them, one by one."""
        for row, struck, times in self._squares:
            cell = run_cell(self._stage, self._promises, row, struck, times)
            emit(Advanced(f"{row.use.operation.label}: {struck.full_name}"))
            yield cell

    def findings(self) -> Iterator[Finding]:
        """What keeps operations and scenarios from being run."""
        for use in self._plan.uses:
            seen = self._seen(use)
            if seen.error is not None or seen.endless:
                yield self._failed(use, seen)
        for operation in self._plan.refused:
            why = "each scenario that calls it is refused the first time"
            # The name in the place of a scenario's, so that an acceptance can name it.
            yield self._uncovered(why, operation=operation.label, scenario=operation.name)
        for unplayed in self._plan.unplayed:
            scenario = unplayed.scenario
            yield self._uncovered(unplayed.why, scenario=scenario.name, place=scenario.place)

    def _failed(self, use: Use, seen: Seen) -> Finding:
        how = told(seen.error) if seen.error is not None else seen.endless
        return Finding(
            "scenario-failed",
            "the scenario does not hold against its recording, with no fault at all",
            api=self._api.name,
            scenario=use.scenario.name,
            operation=use.operation.label,
            expected="that it holds",
            actual=how,
            place=use.scenario.place,
            reproduce=f'troth record {self._api.name} "{use.scenario.name}"',
        )

    def _uncovered(self, why: str, *, operation: str = "", scenario: str = "", place: str = "") -> Finding:
        return Finding(
            "fault-not-covered",
            f"no fault was tried: {why}",
            api=self._api.name,
            operation=operation,
            scenario=scenario,
            place=place,
            verdict=Verdict.UNCHECKED,
        )


def _chosen(plan: Plan, choice: Choice) -> Plan:
    if choice.whole:
        return plan
    return Plan(
        tuple(each for each in plan.uses if choice.takes(each.operation)),
        tuple(each for each in plan.refused if choice.takes(each)),
        () if choice.operations else plan.unplayed,
    )


def _result(api: Api, cells: Sequence[Cell], findings: Iterable[Finding], now: datetime) -> StepResult:
    found = (*(each for cell in cells for each in cell.findings), *findings)
    verdicts = [cell.verdict for cell in cells]
    unchecked = verdicts.count(Verdict.UNCHECKED)
    counts = Counts(len(cells), len(cells) - unchecked, verdicts.count(Verdict.PROVEN))
    evidence = tuple(_evidence(api, cells, now))
    return StepResult("faults", api.name, counts, found, evidence, unit="promises")


def _evidence(api: Api, cells: Iterable[Cell], now: datetime) -> Iterator[Evidence]:
    """One for each operation and fault: whether it strikes once or lasts, both have to hold."""
    squares: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        squares.setdefault((cell.operation.label, cell.fault.full_name), []).append(cell)
    for (label, name), found in squares.items():
        verdicts = {cell.verdict for cell in found}
        worst = next(each for each in (Verdict.BROKEN, Verdict.UNCHECKED, Verdict.PROVEN) if each in verdicts)
        yield Evidence(api.name, label, 0, SourceKind.FAULT, now, worst, place=f"{FAULT}{name}")
