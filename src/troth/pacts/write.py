"""Write the pacts of an API: generated from the recordings, and only once the scenarios proved them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from troth.api import Api
from troth.cassettes.write import replace_file
from troth.errors import BrokenFile
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.pacts.files import Source, committed, consumers, sources
from troth.pacts.generate import NotGenerated, generate
from troth.pacts.keep import still_holds
from troth.pacts.model import AnyInteraction, Pact, example_values
from troth.pacts.relay import Proof, prove
from troth.workspace import Workspace

STEP = "pacts"


@dataclass(frozen=True)
class Proven:
    """The interactions of one scenario, and what came of proving them."""

    interactions: tuple[AnyInteraction, ...]
    proof: Proof


def write_pacts(workspace: Workspace, api: Api, emit: Emit = silent) -> StepResult:
    """Write the pact of each consumer of ``api`` from its cassettes; a pact with a finding is not written.

    Raises:
        BrokenFile: a cassette cannot be read.
    """
    found = {name: sources(workspace, each) for name, each in consumers(workspace, api).items()}
    emit(StepStarted(STEP, api.name, sum(map(len, found.values()))))
    result = StepResult(STEP, api.name, Counts())
    for consumer, recorded in found.items():
        if recorded:
            one = write_pact(workspace, api, consumer, recorded, emit)
            result = joined(result, one)
    emit(StepFinished(result))
    return result


def write_pact(
    workspace: Workspace, api: Api, consumer: str, recorded: Sequence[Source], emit: Emit = silent
) -> StepResult:
    """Write the pact of one consumer, whole, if every scenario proves its part; old examples that still
    satisfy the rules are kept."""
    path = workspace.pact_path(api, consumer)
    old = _old(workspace, api, consumer)
    proven = []
    for source in recorded:
        proven.append(_proven(source, old, consumer))
        emit(Advanced(source.scenario.name))
    result = counted(api, list(zip(recorded, proven, strict=True)), workspace.relative(path))
    if not result.findings:
        interactions = tuple(each for one in proven for each in one.interactions)
        text = Pact(consumer, api.name, interactions).text()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            replace_file(path, text)
    return result


def counted(api: Api, proven: Sequence[tuple[Source, Proven]], place: str) -> StepResult:
    """What the proofs amount to."""
    result = StepResult(STEP, api.name, Counts())
    for source, one in proven:
        steps = len(one.interactions)
        good = 0 if one.proof.findings else steps
        one_result = StepResult(
            STEP,
            api.name,
            Counts(steps, steps, good),
            tuple(replace(each, place=each.place or place) for each in one.proof.findings),
            _evidence(api, source, one),
        )
        result = joined(result, one_result)
    return result


def joined(first: StepResult, second: StepResult) -> StepResult:
    """Both results as one."""
    return replace(
        first,
        counts=first.counts + second.counts,
        findings=first.findings + second.findings,
        evidence=first.evidence + second.evidence,
    )


def proven_by(source: Source, steps: Sequence[AnyInteraction], consumer: str) -> Proven:
    """Prove the interactions of one scenario."""
    interactions = tuple(steps)
    values = {**source.recorded.values, **example_values(interactions)}
    return Proven(interactions, prove(source.scenario, interactions, values, consumer=consumer))


def _proven(source: Source, old: Pact | None, consumer: str) -> Proven:
    """The old interactions if they still hold and prove themselves, else the new ones."""
    api = source.scenario.api
    try:
        new = generate(api, source.recorded)
    except NotGenerated as problem:
        return Proven((), Proof((), (_not_generated(source, problem),)))
    kept = old.of(source.scenario.name) if old is not None else ()
    if kept and still_holds(api, kept, new, source.recorded):
        attempt = proven_by(source, kept, consumer)
        if not attempt.proof.findings:
            return attempt
    return proven_by(source, new, consumer)


def _not_generated(source: Source, problem: NotGenerated) -> Finding:
    return Finding(
        "pact-not-generated",
        problem.message,
        api=source.scenario.api.name,
        scenario=source.scenario.name,
        place=source.cassette,
        reproduce=f"troth record {source.scenario.api.name} {shlex.quote(source.scenario.name)}",
    )


def _old(workspace: Workspace, api: Api, consumer: str) -> Pact | None:
    path = workspace.pact_path(api, consumer)
    if not path.is_file():
        return None
    try:
        found = committed(path)
    except BrokenFile:
        return None  # it is written anew
    return None if found.edited else found.pact


def _evidence(api: Api, source: Source, one: Proven) -> tuple[Evidence, ...]:
    now = datetime.now(UTC)
    verdict = Verdict.BROKEN if one.proof.findings else Verdict.PROVEN
    return tuple(
        Evidence(
            api.name,
            _label(api, judged.exchange.request.method, judged.exchange.request.url),
            judged.exchange.response.status,
            judged.exchange.source.kind,
            now,
            verdict,
            source.scenario.name,
            judged.exchange.source.place,
        )
        for judged in one.proof.judged
    )


def _label(api: Api, method: str, url: str) -> str:
    found = api.find(method, url)
    return found[0].label if found else "undeclared"
