"""Verification of the pacts of a broker: each by the machinery that verifies pacts in files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from troth.api import Api
from troth.broker.fetched import Fetched, of_troth
from troth.errors import BrokenFile
from troth.events import Emit, Event, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.pacts.foreign import verify_files
from troth.pacts.outcome import Context
from troth.pacts.verify import STEP, Verification
from troth.target import Target


@dataclass(frozen=True)
class Verified:
    """A pact and what came of it, whether it is pending or not."""

    fetched: Fetched
    result: StepResult

    @property
    def holds(self) -> bool:
        """Whether every interaction was decided, and held."""
        counts = self.result.counts
        return self.result.verdict is Verdict.PROVEN and 0 < counts.attempted == counts.matched

    @property
    def decided(self) -> bool:
        """Whether the pact is known to hold, or not to."""
        return self.result.verdict is not Verdict.UNCHECKED and self.result.counts.decided > 0

    @property
    def pending(self) -> bool:
        """Whether the provider never held it, so that it may fail."""
        return self.fetched.listed.pending or self.fetched.listed.wip


def verify_fetched(
    api: Api, target: Target, pacts: Sequence[Fetched], emit: Emit = silent, *, url: str, reproduce: str
) -> tuple[Verified, ...]:
    """Verify each of ``pacts`` against ``target``; ``reproduce`` is the command that does it again."""
    emit(StepStarted(STEP, api.name, sum(each.size for each in pacts)))
    found = []
    for each in pacts:
        result = _verified(api, target, each, _progress(emit), url)
        found.append(Verified(each, _placed(result, each.place, reproduce)))
    return tuple(found)


def _progress(emit: Emit) -> Emit:
    """What a person sees of one pact of many: no beginning and no end of its own."""

    def tell(event: Event) -> None:
        if not isinstance(event, StepStarted | StepFinished):
            emit(event)

    return tell


def _verified(api: Api, target: Target, each: Fetched, emit: Emit, url: str) -> StepResult:
    refusal = each.refusal(api)
    if refusal:
        return _refused(api, each, refusal)
    with tempfile.TemporaryDirectory(prefix="troth-") as folder:
        path = Path(folder) / "pact.json"
        each.write(path)
        try:
            own = of_troth(path)
            if own is None:
                return verify_files(api, target, [path], emit, url=url)
            result = Verification(api, target, Context(api, each.place, url), emit).of(own, ())
        except BrokenFile as problem:
            return _refused(api, each, problem.message.partition(": ")[2])
    return result if own.pact.interactions else replace(result, findings=(_empty(api),))


def _refused(api: Api, each: Fetched, why: str) -> StepResult:
    message = f"{each.listed.name} of the broker cannot be verified: {why}"
    return StepResult(STEP, api.name, Counts(each.size), (Finding("pact-refused", message, api=api.name),))


def _empty(api: Api) -> Finding:
    return Finding("pact-empty", "the pact has no interactions, so it proves nothing", api=api.name)


def _placed(result: StepResult, place: str, reproduce: str) -> StepResult:
    """The same, with the pact's place on the broker instead of a file that is gone."""
    return replace(
        result,
        findings=tuple(replace(each, place=place, reproduce=reproduce) for each in result.findings),
        evidence=tuple(replace(each, place=place) for each in result.evidence),
    )


def summed_up(
    api: Api, found: Sequence[Verified], emit: Emit = silent, *, broker: str, reproduce: str
) -> StepResult:
    """All of it as one step. What a pending pact lacks is told, counted as skipped, and fails nothing.

    Without a pact it is red.
    """
    parts = [_softened(api, each) if each.pending else each.result for each in found]
    result = StepResult(STEP, api.name, Counts())
    for part in parts or [_missing(api, broker, reproduce)]:
        result = replace(
            result,
            counts=result.counts + part.counts,
            findings=result.findings + part.findings,
            evidence=result.evidence + part.evidence,
            told=result.told + part.told,
        )
    # What is said of a whole pact comes before what is said of its interactions.
    summaries = [each for each in result.told if each.code == "pact-pending"]
    result = replace(result, told=(*summaries, *(each for each in result.told if each not in summaries)))
    emit(StepFinished(result))
    return result


def _softened(api: Api, each: Verified) -> StepResult:
    """A pending pact's result: whatever it says, no reason for red."""
    fetched, counts = each.fetched, each.result.counts
    kind = "work in progress" if fetched.listed.wip else "pending"
    if each.holds:
        summary = f"{fetched.listed.name} is {kind}, and holds: {counts.matched} of {counts.attempted}"
        told = Finding("pact-pending", summary, api=api.name, place=fetched.place)
        return replace(each.result, told=(told,))
    summary = (
        f"{fetched.listed.name} is {kind}, and does not hold: {counts.matched} of {counts.attempted}"
        " interactions do. It fails nothing until it held once"
    )
    told = Finding("pact-pending", summary, api=api.name, place=fetched.place)
    details = tuple(replace(one, message=f"{kind}: {one.message}") for one in each.result.findings)
    return StepResult(
        STEP,
        api.name,
        Counts(counts.attempted, 0, 0, counts.attempted),
        evidence=tuple(_proven(each.result.evidence)),
        told=(told, *details),
    )


def _proven(evidence: Iterable[Evidence]) -> Iterable[Evidence]:
    """What a provider lacks of a pact that it never promised to hold is no evidence against it."""
    return (each for each in evidence if each.verdict is Verdict.PROVEN)


def _missing(api: Api, broker: str, reproduce: str) -> StepResult:
    finding = Finding(
        "pact-missing",
        f"the broker has no pact with {api.name} that the selectors choose, so that nothing is proven",
        api=api.name,
        expected="a pact",
        actual="none",
        place=broker,
        reproduce=reproduce,
    )
    return StepResult(STEP, api.name, Counts(), (finding,))
