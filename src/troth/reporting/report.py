"""What every writer reads: the results of a run, and the counts drawn from them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from troth.acceptance import Accepted
from troth.evidence import Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind

EXIT_STATUS = {Verdict.PROVEN: 0, Verdict.BROKEN: 1, Verdict.UNCHECKED: 3}

KINDS: Mapping[SourceKind, str] = {
    SourceKind.LIVE: "seen on a real service",
    SourceKind.RECORDED: "recorded from a real service",
    SourceKind.VERIFIED: "verified against our provider",
    SourceKind.SIMULATED: "SIMULATED, answered by a fake",
    SourceKind.PACT: "played against Pact",
    SourceKind.FUZZED: "fuzzed",
    SourceKind.SYNTHETIC: "SYNTHETIC, backed by no recording",
    SourceKind.FAULT: "met as the consumer promises",
}
"""How each kind of evidence is told to a person, strongest first."""

FAULTS = "faults"
"""The step that runs each operation under each fault."""
FUZZ = "fuzz-"
"""Begins the codes of what a fuzz run found."""

_REAL = (SourceKind.LIVE, SourceKind.RECORDED)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the contract's (operation, status) pairs have any evidence."""

    seen: int
    declared: int


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one class: the first stands for all of them."""

    example: Finding
    size: int
    operations: tuple[str, ...] = ()
    """Where it was found, if one class spans operations."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    results: tuple[StepResult, ...]
    accepted: tuple[Accepted, ...] = ()
    notes: tuple[str, ...] = ()
    coverage: Coverage | None = None
    closing: str = ""
    """What the last line says, where a run is not about interactions."""
    verbose: bool = False
    """Whether a person wants to see all of what is no reason for red."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is broken, then what could not be checked."""
        found = [finding for result in self.results for finding in result.findings]
        return tuple(sorted(found, key=lambda finding: finding.verdict is not Verdict.BROKEN))

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """Every judged exchange of the run."""
        return tuple(each for result in self.results for each in result.evidence)

    @property
    def verdict(self) -> Verdict:
        """The worst of the steps. A run without a step has proven nothing."""
        verdicts = {result.verdict for result in self.results} or {Verdict.BROKEN}
        order = (Verdict.BROKEN, Verdict.UNCHECKED, Verdict.PROVEN)
        return next(verdict for verdict in order if verdict in verdicts)

    @property
    def exit_status(self) -> int:
        """0 proven, 1 broken, 3 could not check."""
        return EXIT_STATUS[self.verdict]

    @property
    def proven(self) -> Mapping[SourceKind, int]:
        """How many exchanges held, by kind of evidence, strongest first."""
        counted = Counter(each.kind for each in self.evidence if each.verdict is Verdict.PROVEN)
        return {kind: counted[kind] for kind in KINDS if counted[kind]}

    @property
    def interactions(self) -> int:
        """How many interactions are proven: those of scenarios of which nothing is broken, each once
        however many kinds of evidence there are of it."""
        seen: dict[tuple[str, str], Counter[SourceKind]] = {}
        for each in self.evidence:
            if each.verdict is Verdict.PROVEN and each.kind is not SourceKind.FAULT:
                seen.setdefault((each.api, each.scenario), Counter())[each.kind] += 1
        broken = self._broken()
        return sum(max(kinds.values()) for scenario, kinds in seen.items() if scenario not in broken)

    def _broken(self) -> frozenset[tuple[str, str]]:
        # What a client does under a fault says nothing of the answers that it is given without one.
        of_answers = [result for result in self.results if result.step != FAULTS]
        findings = (each for result in of_answers for each in result.findings)
        evidence = (each for result in of_answers for each in result.evidence)
        facts: tuple[Finding | Evidence, ...] = (*findings, *evidence)
        return frozenset((each.api, each.scenario) for each in facts if each.verdict is Verdict.BROKEN)

    @property
    def only_simulated(self) -> bool:
        """Whether nothing here comes from a real service."""
        answered = [kind for kind in self.proven if kind is not SourceKind.FAULT]
        return bool(answered) and not any(kind in _REAL for kind in answered)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Findings by class: the same code at the same place of the same operation.

    Under faults the class is what happened in the place of what was promised, whatever operation was struck;
    of what a fuzz run found it is the cause, which may stand in what operations have in common.
    """
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        key = (finding.api, finding.code, *_place(finding))
        groups.setdefault(key, []).append(finding)
    return tuple(_group(found) for found in groups.values())


def _group(found: Sequence[Finding]) -> Group:
    operations = tuple(dict.fromkeys(finding.operation for finding in found if finding.operation))
    return Group(found[0], len(found), operations if len(operations) > 1 else ())


def _place(finding: Finding) -> tuple[str, ...]:
    if finding.code.startswith(FUZZ):
        # What stands before its count is the same wherever the cause is.
        return finding.message.partition(" (")[0], _schema(finding)
    if not finding.code.startswith("fault-"):
        return finding.operation, finding.path
    fault, happened = finding.path.partition(",")[0], finding.actual.partition(": ")[0]
    return (fault, finding.expected, happened) if fault else (finding.operation,)


def _schema(finding: Finding) -> str:
    """What a member of a body breaks: the line of a schema that operations share, or its own path."""
    if not finding.path.startswith("$"):
        return finding.path
    return finding.place if re.search(r":\d+: ", finding.place) else re.sub(r"\[\d+\]", "[*]", finding.path)


def counted(number: int, unit: str) -> str:
    """``1 interaction``, ``2 interactions``: units are given in the plural."""
    return f"{number} {_singular(unit) if number == 1 else unit}"


def _singular(unit: str) -> str:
    return unit[:-3] + "y" if unit.endswith("ies") else unit.removesuffix("s")
