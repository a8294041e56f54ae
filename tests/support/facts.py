"""Short ways to make findings, evidence and results."""

from __future__ import annotations

from datetime import UTC, datetime

from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind

NOON = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)

BROKEN = Finding(
    "body-missing",
    "the answer lacks a field that the contract requires",
    api="weather",
    scenario="an alert is set, read and dropped",
    operation="POST /alerts",
    path="$.id",
    expected="text",
    actual="nothing",
    place="cassettes/weather/alert.yaml:12",
    reproduce='curl -X POST "$URL/alerts"',
)
UNCHECKED = Finding(
    "state-unknown",
    "the service cannot be put in this state",
    api="weather",
    scenario="a forecast tells of rain",
    verdict=Verdict.UNCHECKED,
)


def seen(
    operation: str = "GET /alerts/{alert}",
    status: int = 200,
    *,
    kind: SourceKind = SourceKind.VERIFIED,
    verdict: Verdict = Verdict.PROVEN,
    when: datetime = NOON,
    scenario: str = "an alert is set, read and dropped",
    place: str = "providers/weather",
    api: str = "weather",
) -> Evidence:
    """Evidence of one exchange."""
    return Evidence(api, operation, status, kind, when, verdict, scenario, place)


def step(
    *findings: Finding,
    evidence: tuple[Evidence, ...] = (),
    name: str = "verification",
    api: str = "weather",
    counts: Counts | None = None,
) -> StepResult:
    """What one step came to: three of three, unless ``counts`` says otherwise."""
    return StepResult(name, api, counts or Counts(3, 3, 3), findings, evidence)
