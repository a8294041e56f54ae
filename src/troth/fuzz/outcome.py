"""What a run amounts to: findings, evidence, and how strong it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from troth.api import Api
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.fuzz.case import Sent, Trouble
from troth.fuzz.document import Document
from troth.fuzz.exceptions import Exceptions, Use
from troth.fuzz.findings import Found
from troth.fuzz.judged import operation_of
from troth.fuzz.making import Unreached
from troth.fuzz.service import Service
from troth.fuzz.strength import Tally, weaknesses

STEP = "fuzzing"


@dataclass(frozen=True)
class FuzzRun:
    """What became of a run."""

    document: Document
    service: Service
    sent: tuple[Sent, ...]
    """What failed may have been sent many times: all of it is here."""
    tallies: tuple[Tally, ...]
    result: StepResult
    exceptions: tuple[Use, ...]
    """The entries of fuzz.toml against failures, and how often each was needed."""
    stopped: str = ""
    """Why it ended early; empty if it did not."""
    seconds: float = 0.0
    found: tuple[Found, ...] = ()
    """The causes of what failed."""


@dataclass(frozen=True)
class Seen:
    """What a run saw, before it is told."""

    sent: Sequence[Sent]
    tallies: Sequence[Tally]
    troubles: Sequence[Trouble]
    unreached: Sequence[Unreached]
    found: Sequence[Found]
    """The causes of what failed."""
    said: Sequence[Finding]
    """What is broken, or could not be checked, for other reasons."""
    told: Sequence[Finding]
    """What is worth knowing."""


def result_of(
    api: Api,
    service: Service,
    seen: Seen,
    exceptions: Exceptions,
    *,
    now: datetime,
    reproduce: str,
) -> StepResult:
    """The run as a step; ``reproduce`` is its command."""
    findings = (
        *(each.finding for each in seen.found),
        *exceptions.expired(api.name),
        *seen.said,
        *(_unreached(api.name, each) for each in seen.unreached),
        *(_troubled(api.name, each, reproduce) for each in dict.fromkeys(seen.troubles)),
        *weaknesses(api.name, seen.tallies, reproduce),
    )
    broken = sum(1 for each in seen.sent if each.failures)
    return StepResult(
        STEP,
        api.name,
        Counts(len(seen.sent), len(seen.sent), len(seen.sent) - broken),
        findings,
        tuple(_evidence(api, service, seen.sent, now)),
        unit="cases",
        told=(*seen.told, *exceptions.unused(api.name, _tried(seen.tallies))),
        cases=tuple(each.operation for each in seen.tallies),
    )


def _tried(counted: Sequence[Tally]) -> frozenset[str]:
    return frozenset(each.operation for each in counted if each.cases)


def _evidence(api: Api, service: Service, sent: Sequence[Sent], now: datetime) -> Iterator[Evidence]:
    worst: Counter[tuple[str, int]] = Counter()
    for each in sent:
        operation = operation_of(api, each, service.url)
        if operation is not None:
            worst[operation.label, each.status] += bool(each.failures)
    for (label, status), failed in worst.items():
        verdict = Verdict.BROKEN if failed else Verdict.PROVEN
        yield Evidence(api.name, label, status, SourceKind.FUZZED, now, verdict, place=service.place)


def _unreached(api: str, told: Unreached) -> Finding:
    return Finding(
        "fuzz-state-unreached",
        f"the state {told.one.given!r} did not provoke what it is there for: {told.why}",
        api=api,
        operation=min(told.one.labels),
        expected=f"an answer with {', '.join(map(str, told.one.statuses))}",
        actual=told.why,
        place=f"contracts/{api}/fuzz.toml",
        verdict=Verdict.UNCHECKED,
    )


def _troubled(api: str, trouble: Trouble, reproduce: str) -> Finding:
    return Finding(
        "fuzz-trouble",
        f"it could not be tried: {trouble.message}",
        api=api,
        operation=trouble.operation,
        reproduce=reproduce,
        verdict=Verdict.UNCHECKED,
    )
