"""What is known: judged exchanges, findings, and what a step of a run amounted to.

The matrix, drift, ageing and the reports are group-bys over evidence. What an API does wrong is a
finding, never an exception.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from troth.exchange import SourceKind


class Verdict(StrEnum):
    """What a check decided."""

    PROVEN = "proven"
    BROKEN = "broken"
    UNCHECKED = "could not check"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One judged exchange, without its content. ``operation`` is a label, ``POST /submissions``."""

    api: str
    operation: str
    status: int
    kind: SourceKind
    when: datetime
    verdict: Verdict
    scenario: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or something that could not be checked. ``code`` is stable: docs/findings.md.

    ``message`` is one sentence: what happened and, where it helps, why. ``place`` is a file with its
    line or a URL; ``reproduce`` a command. Nothing here may hold a secret.
    """

    code: str
    message: str
    api: str = ""
    scenario: str = ""
    operation: str = ""
    path: str = ""
    expected: str = ""
    actual: str = ""
    place: str = ""
    reproduce: str = ""
    verdict: Verdict = Verdict.BROKEN


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a step did. Zero attempted is red."""

    attempted: int = 0
    decided: int = 0
    matched: int = 0
    skipped: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.attempted + other.attempted,
            self.decided + other.decided,
            self.matched + other.matched,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step (cassettes, pacts, verification …) of a run amounted to."""

    step: str
    api: str
    counts: Counts
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = field(default=(), repr=False)
    unit: str = "interactions"
    told: tuple[Finding, ...] = field(default=(), repr=False)
    """What is worth knowing, and no reason for red: it has no part in the verdict."""
    cases: tuple[str, ...] = field(default=(), repr=False)
    """What was tried, by name, where evidence alone does not name all of it."""

    @property
    def verdict(self) -> Verdict:
        """Broken when a finding is; could not check when one says so; else proven."""
        verdicts = {finding.verdict for finding in self.findings}
        for verdict in (Verdict.BROKEN, Verdict.UNCHECKED):
            if verdict in verdicts:
                return verdict
        return Verdict.PROVEN
