"""Results of verification, published to the broker that the pacts came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from troth.api import Api
from troth.broker.broker import Broker
from troth.broker.verify import Verified
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Finding, StepResult, Verdict

STEP = "publication"


@dataclass(frozen=True, slots=True)
class ProviderVersion:
    """What was verified: a version of the provider, and the branch that it is of."""

    number: str
    branch: str


def publish_results(
    broker: Broker,
    api: Api,
    found: Sequence[Verified],
    version: ProviderVersion,
    emit: Emit = silent,
    *,
    verifier: str,
) -> StepResult:
    """Tell the broker, of each pact, whether ``version`` holds it; ``verifier`` is the version of troth.

    A pact of which something was not decided gets no result, and a result that the broker does not take is
    a finding.
    """
    emit(StepStarted(STEP, api.name, len(found)))
    lost = tuple(_published(broker, api, found, version, verifier, emit))
    findings = tuple(each for each, told in lost if not told)
    tellings = tuple(each for each, told in lost if told)
    undecided = sum(each.verdict is Verdict.UNCHECKED for each in findings)
    counts = Counts(len(found), len(found) - undecided - len(tellings), len(found) - len(lost), len(tellings))
    result = StepResult(STEP, api.name, counts, findings, unit="results", told=tellings)
    emit(StepFinished(result))
    return result


def _published(
    broker: Broker,
    api: Api,
    found: Sequence[Verified],
    version: ProviderVersion,
    verifier: str,
    emit: Emit,
) -> Iterator[tuple[Finding, bool]]:
    """What was not published, and whether that is only told."""
    try:
        # First: what is pending for a branch depends on the results of its versions.
        broker.put_on_branch(api.name, version.branch, version.number)
    except CouldNotCheck as problem:
        yield from ((_lost(api, each, str(problem)), False) for each in found)
        return
    for each in found:
        if each.decided:
            try:
                broker.put_result(
                    each.fetched.hal, success=each.holds, version=version.number, verifier=verifier
                )
            except CouldNotCheck as problem:
                yield _lost(api, each, str(problem)), False
        else:
            yield _undecided(api, each), each.pending
        emit(Advanced(each.fetched.listed.name))


def _undecided(api: Api, each: Verified) -> Finding:
    why = "what was not decided is neither a success nor a failure"
    return replace(_lost(api, each, why), verdict=Verdict.UNCHECKED)


def _lost(api: Api, each: Verified, why: str) -> Finding:
    return Finding(
        "not-published",
        f"the result of {each.fetched.listed.name} was not published: {why}",
        api=api.name,
        expected="a broker that takes it",
        actual="nothing was published",
        place=each.fetched.place,
    )
