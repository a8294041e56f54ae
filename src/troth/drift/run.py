"""``drift``: a contract beside its vendor's own document, as one step of a run."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from troth.api import Api, Operation
from troth.drift.accept import Sorted, sort, unused
from troth.drift.compare_shapes import Tally
from troth.drift.described import Described, Description
from troth.drift.deviation import Culprit, Deviation, Tier, missing, uncompared, undocumented
from troth.drift.document import Document
from troth.drift.match import Index
from troth.drift.operations import OperationComparison
from troth.drift.ours import Contract, contract
from troth.drift.vendor import describe
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.workspace import DriftAcceptance

_LISTED = 8
"""Names that one message lists before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What a comparison came to. ``closing`` is its last line."""

    result: StepResult
    accepted: tuple[tuple[Finding, str], ...]
    """What the workspace accepts, and why."""
    closing: str


def drift(
    api: Api,
    document: Document,
    *,
    acceptances: Sequence[DriftAcceptance] = (),
    only: str = "",
    emit: Emit = silent,
) -> Drift:
    """Compare the contract of ``api`` with what ``document`` describes.

    ``only`` picks operations by a part of their name or label, or by a glob; acceptances are then not
    asked whether they still match.

    Raises:
        BrokenFile: the document cannot be read as what it says it is.
        UnknownName: no operation is called like ``only``.
    """
    chosen = api.like(only)
    run = _Run(api, describe(document), contract(api), only)
    emit(StepStarted("drift", api.name, len(chosen)))
    for operation in chosen:
        run.compare(operation)
        emit(Advanced(operation.label))
    if not only:
        run.whole()
    found = run.settled([each for each in acceptances if each.api == api.name])
    emit(StepFinished(found.result))
    return found


class _Run:
    def __init__(self, api: Api, vendor: Description, ours: Contract, only: str) -> None:
        self._api = api
        self._vendor = vendor
        self._ours = ours
        self._only = only
        self._index = Index(vendor.operations)
        self._tally = Tally()
        self._comparison = OperationComparison(vendor, ours, self._tally)
        self._differences: list[Deviation] = []
        self._compared: list[Described] = []

    def compare(self, operation: Operation) -> None:
        """Compare one operation of ours with the vendor's, if there is one."""
        mine = self._ours.operations[operation.name]
        theirs = self._index.find(mine)
        if theirs is None:
            told = "the document does not have this operation"
            found = undocumented(told, operation.label)
            self._differences.append(replace(found, operation=operation.label, path="operation"))
            return
        self._compared.append(theirs)
        if theirs.doubt:
            found = replace(uncompared(theirs.doubt), path="operation", pointer=theirs.pointer)
            self._differences.append(replace(found, operation=operation.label))
            return
        self._differences += self._comparison.compare(theirs, mine)

    def whole(self) -> None:
        """What can be told only of the whole document."""
        self._differences += self._of_the_document()

    def _of_the_document(self) -> Iterator[Deviation]:
        met = {each.pointer for each in self._compared}
        unmet = [each for each in self._vendor.operations if each.pointer not in met]
        others = [each.label for each in unmet if not each.doubt]
        if others:
            told = f"{_counted(others, 'operations')} of the document that our contract does not have"
            yield replace(
                missing("response", f"{told}: {', '.join(others)}", str(len(others))), path="operations"
            )
        declared = {each.name for mine in self._ours.operations.values() for each in mine.parameters}
        shared = [each.name for each in self._vendor.shared if each.name not in declared]
        if shared:
            told = f"{_counted(shared, 'parameters')} of every operation that our contract does not have"
            yield replace(
                missing("request", f"{told}: {', '.join(shared)}", str(len(shared))), path="parameters"
            )
        if self._tally.presence:
            told = f"the document never says which fields are there: {self._tally.presence} that we require"
            yield replace(uncompared(told), path="required fields")
        if self._tally.limits:
            told = f"{self._tally.limits} patterns, lengths and bounds that one side states alone"
            yield replace(uncompared(told), path="limits")

    # --- the result -------------------------------------------------------------------------------

    def settled(self, acceptances: Sequence[DriftAcceptance]) -> Drift:
        """The result, with what is accepted taken out."""
        sorted_ = sort(self._differences, acceptances)
        decided = self._tally.fields - self._tally.undecided
        if not decided:
            return self._nothing()
        errors = [each for each in sorted_.left if each.tier is Tier.ERROR]
        told = [each for each in sorted_.left if each.tier is Tier.INFO]
        findings = [self._finding(*group) for group in _grouped(errors)]
        if not self._only:
            findings += [unused(each) for each in sorted_.unused]
        accepted = tuple(
            (self._finding(difference, ()), acceptance.reason) for difference, acceptance in sorted_.accepted
        )
        result = StepResult(
            "drift",
            self._api.name,
            self._counts(errors, decided),
            tuple(findings),
            unit="fields",
            told=tuple(self._finding(*group) for group in _grouped(told)),
        )
        return Drift(result, accepted, self._closing(sorted_, len(self._compared)))

    def _counts(self, errors: Sequence[Deviation], decided: int) -> Counts:
        broken = {(each.operation, each.path) for each in errors}
        return Counts(self._tally.fields, decided, max(0, decided - len(broken)))

    def _closing(self, found: Sorted, operations: int) -> str:
        tiers = Counter(each.tier for each in found.left)
        parts = [
            f"{_number(operations, 'operations')} and {_number(self._tally.fields, 'fields')} compared",
            f"{_number(tiers[Tier.ERROR], 'errors')}{_culprits(found.left, Tier.ERROR)}",
            f"{tiers[Tier.INFO]} for information{_culprits(found.left, Tier.INFO)}",
        ]
        if found.accepted:
            reasons = len({acceptance for _, acceptance in found.accepted})
            parts.append(f"{len(found.accepted)} accepted by {_number(reasons, 'acceptances')}")
        return "; ".join(parts)

    def _nothing(self) -> Drift:
        """No field of any operation was compared: that says nothing of either side."""
        known = self._vendor.operations[0].label if self._vendor.operations else "none"
        asked = self._differences[0].operation if self._differences else ""
        finding = Finding(
            "no-evidence",
            "nothing could be compared: is it the document of this API?",
            api=self._api.name,
            operation=asked,
            expected="an operation of ours in the document, with something to compare",
            actual=f"{len(self._vendor.operations)} operations, such as {known}",
            place=self._document.name,
            verdict=Verdict.UNCHECKED,
        )
        told = tuple(self._finding(*group) for group in _grouped(self._differences))
        result = StepResult("drift", self._api.name, Counts(), (finding,), unit="fields", told=told)
        return Drift(result, (), "nothing was compared")

    @property
    def _document(self) -> Document:
        return self._vendor.reader.document

    def _finding(self, difference: Deviation, others: Sequence[str]) -> Finding:
        also = f" (also {_listed(others)})" if others else ""
        verdicts = {Tier.ERROR: Verdict.BROKEN, Tier.INFO: Verdict.PROVEN}
        unchecked = difference.culprit is Culprit.UNCOMPARED
        chosen = f" -k {shlex.quote(difference.operation)}" if difference.operation else ""
        return Finding(
            difference.code,
            f"{difference.culprit}: {difference.message}{also}",
            api=self._api.name,
            operation=difference.operation,
            path=difference.path,
            expected=f"{difference.expected} (the document)" if difference.expected else "",
            actual=f"{difference.actual} (ours{_of_model(difference)})" if difference.actual else "",
            place=self._document.place(difference.pointer) if difference.pointer else self._document.name,
            reproduce=f"troth drift {self._api.name} --spec {shlex.quote(self._document.name)}{chosen}",
            verdict=Verdict.UNCHECKED if unchecked else verdicts[difference.tier],
        )


def _grouped(differences: Iterable[Deviation]) -> Iterator[tuple[Deviation, list[str]]]:
    """The same difference of several operations once, with the further operations that have it."""
    groups: dict[tuple[str, ...], list[Deviation]] = {}
    for each in differences:
        place = (each.model, each.field) if each.model else ("", each.path)
        key = (each.code, *place, each.value, each.message, each.expected, each.actual, each.culprit)
        groups.setdefault(key, []).append(each)
    for first, *rest in groups.values():
        yield first, list(dict.fromkeys(each.operation for each in rest if each.operation != first.operation))


def _of_model(difference: Deviation) -> str:
    return f", {difference.model}" if difference.model else ""


def _culprits(differences: Iterable[Deviation], tier: Tier) -> str:
    counted = Counter(each.culprit for each in differences if each.tier is tier)
    shown = ", ".join(f"{counted[culprit]} {culprit}" for culprit in Culprit if counted[culprit])
    return f" ({shown})" if shown else ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more


def _counted(names: Sequence[str], unit: str) -> str:
    return _number(len(names), unit)


def _number(number: int, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
