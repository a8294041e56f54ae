"""What a team knows that it does not check: [[tool.troth.accept]] of pyproject.toml.

An acceptance takes findings that *could not be checked* out of the verdict and counts them. What is
broken cannot be accepted, and an acceptance that matches nothing is a finding itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.workspace import Acceptance

OF_THE_MACHINE = frozenset({"unavailable-here", "not-verified", "provider-unavailable", "record-unavailable"})
"""Codes that depend on the machine: an acceptance of these may match nothing where the tool is there."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding that the workspace accepts, and why."""

    finding: Finding
    reason: str


@dataclass(frozen=True, slots=True)
class Settled:
    """Results without what is accepted, and what that was."""

    results: tuple[StepResult, ...]
    accepted: tuple[Accepted, ...]


def settle(results: Sequence[StepResult], acceptances: Sequence[Acceptance], *, whole: bool) -> Settled:
    """Apply ``acceptances``. ``whole``: the run saw every API, so that an unused one can be told."""
    accepted: list[Accepted] = []
    used: set[Acceptance] = set()
    left = []
    for result in results:
        kept = []
        for finding in result.findings:
            found = _acceptance(finding, acceptances)
            if found is None:
                kept.append(finding)
            else:
                used.add(found)
                accepted.append(Accepted(finding, found.reason))
        left.append(replace(result, findings=tuple(kept)))
    if whole and acceptances:
        left.append(_of_settings(acceptances, used, results))
    return Settled(tuple(left), tuple(accepted))


def _acceptance(finding: Finding, acceptances: Iterable[Acceptance]) -> Acceptance | None:
    if finding.verdict is not Verdict.UNCHECKED:
        return None
    return next((each for each in acceptances if _fits(each, finding)), None)


def _fits(acceptance: Acceptance, finding: Finding) -> bool:
    return acceptance.code == finding.code and acceptance.scenario in ("", finding.scenario)


def _of_settings(
    acceptances: Sequence[Acceptance], used: set[Acceptance], results: Sequence[StepResult]
) -> StepResult:
    unused = [each for each in acceptances if each not in used and each.code not in OF_THE_MACHINE]
    findings = tuple(_unused(each, results) for each in unused)
    counts = Counts(len(acceptances), len(acceptances), len(acceptances) - len(unused))
    return StepResult("acceptances", "", counts, findings, unit="acceptances")


def _unused(acceptance: Acceptance, results: Sequence[StepResult]) -> Finding:
    broken = any(_fits(acceptance, finding) for result in results for finding in result.findings)
    said = "what is broken cannot be accepted" if broken else "it matches nothing"
    return Finding(
        "acceptance-unused",
        f"the acceptance of {acceptance.code!r}{_of(acceptance)} has no effect: {said}",
        scenario=acceptance.scenario,
        place="pyproject.toml [[tool.troth.accept]]",
        expected="a finding that could not be checked",
        actual="a broken one" if broken else "none",
    )


def _of(acceptance: Acceptance) -> str:
    return f" in {acceptance.scenario!r}" if acceptance.scenario else ""
