"""Whether a version may be deployed beside what is in an environment already: one question to a broker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from troth.broker.broker import Broker
from troth.broker.said import complaints
from troth.errors import CouldNotCheck
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.jsontext import Json

STEP = "deployment"


@dataclass(frozen=True, slots=True)
class Deployment:
    """The broker's answer, and how a last line says it."""

    result: StepResult
    closing: str


def can_i_deploy(broker: Broker, pacticipant: str, version: str, environment: str) -> Deployment:
    """Ask for ``version`` of ``pacticipant`` in ``environment``.

    Raises:
        CouldNotCheck: the broker does not know one of them, does not answer, or contradicts itself.
    """
    document = broker.matrix(pacticipant, version, environment).document
    outcomes = [_success(each) for each in _considered(document.get("matrix"))]
    deployable, reasons = _answer(broker, document, outcomes)
    what = f"{pacticipant} {version}"
    if deployable:
        closing = f"{what} may be deployed to {environment}: {reasons[0]}"
        findings: tuple[Finding, ...] = ()
    elif deployable is None:
        closing = f"nobody can say whether {what} may be deployed to {environment}"
        message = "\n".join((closing, *reasons))
        findings = (
            Finding("deployment-unknown", message, place=broker.access.url, verdict=Verdict.UNCHECKED),
        )
    else:
        closing = f"{what} must not be deployed to {environment}"
        findings = (Finding("not-deployable", "\n".join((closing, *reasons)), place=broker.access.url),)
    decided = [each for each in outcomes if each is not None]
    counts = Counts(len(outcomes), len(decided), decided.count(True))
    return Deployment(StepResult(STEP, pacticipant, counts, findings, unit="results"), closing)


def _answer(
    broker: Broker, document: Mapping[str, Json], outcomes: Sequence[bool | None]
) -> tuple[bool | None, tuple[str, ...]]:
    """Yes, no, or None where results are missing; and why."""
    summary = document.get("summary")
    if not isinstance(summary, dict) or "deployable" not in summary:
        raise CouldNotCheck(f"the matrix of {broker.access.url} does not say what may be deployed")
    deployable = summary["deployable"]
    if not (deployable is None or isinstance(deployable, bool)):
        raise CouldNotCheck(f"the matrix of {broker.access.url} says neither yes nor no")
    if deployable and not all(outcomes):
        raise CouldNotCheck("the broker contradicts itself: it says yes, and lists a result that is none")
    reasons = broker.clean.lines(dict.fromkeys([*complaints(summary), *complaints(document)]))
    return deployable, reasons or ("the broker gives no reason",)


def _considered(matrix: Json) -> Sequence[Mapping[str, Json]]:
    rows = matrix if isinstance(matrix, list) else []
    return [each for each in rows if isinstance(each, dict) and each.get("ignored") is not True]


def _success(row: Mapping[str, Json]) -> bool | None:
    """Whether a provider held a pact; None where it was never verified."""
    found = row.get("verificationResult")
    success = found.get("success") if isinstance(found, dict) else None
    return success if isinstance(success, bool) else None
