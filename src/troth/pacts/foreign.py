"""Pacts of others, V2 to V4: verified as they are, without the states that only ours have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from troth.api import Api
from troth.errors import CouldNotCheck, TrothError
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.pacts.engine import Result, run_verifier
from troth.pacts.outcome import Context, judged_findings, pact_findings, problem_finding
from troth.pacts.read import read_document
from troth.provider import JsonScalar
from troth.proxy import Judged
from troth.scenario import State
from troth.states import is_scalar
from troth.target import Target, open_proxy

STEP = "verification"


def verify_files(
    api: Api, target: Target, paths: Sequence[Path], emit: Emit = silent, *, url: str = ""
) -> StepResult:
    """Replay the pacts at ``paths`` against ``target``.

    Raises:
        BrokenFile: one is not there, no pact, or of a version other than V2 to V4.
    """
    sizes = [_size(path) for path in paths]
    emit(StepStarted(STEP, api.name, sum(sizes)))
    counts, findings, evidence = Counts(), list[Finding](), list[Evidence]()
    for path in paths:
        part = _verified(api, target, path, Context(api, str(path), url), emit)
        counts += part.counts
        findings += part.findings
        evidence += part.evidence
    result = StepResult(STEP, api.name, counts, tuple(findings), tuple(evidence))
    emit(StepFinished(result))
    return result


def _size(path: Path) -> int:
    interactions = read_document(path)["interactions"]
    return len(interactions) if isinstance(interactions, list) else 0


def _verified(api: Api, target: Target, path: Path, context: Context, emit: Emit) -> StepResult:
    desk = _Desk(target)
    kind = SourceKind.VERIFIED if target.kind is SourceKind.SIMULATED else target.kind
    party = read_document(path)["provider"]
    provider = str(party["name"]) if isinstance(party, dict) else api.name
    with open_proxy(api, target, kind=kind, state_handler=desk.answer) as proxy:
        results = run_verifier(path, provider=provider, url=proxy.url, state_url=proxy.state_url)
        judged, troubles = proxy.seen, proxy.troubles
    findings = list(judged_findings(context, judged, ""))
    findings += [problem_finding(context, problem, "", "") for problem in [*desk.problems, *troubles]]
    # One call for each interaction; where some made none, nobody can tell whose the others are.
    own = [[each] for each in judged] if len(judged) == len(results) else [[] for _ in results]
    explained = bool(desk.problems or troubles)
    for result, seen in zip(results, own, strict=True):
        findings += [] if explained and not seen else pact_findings(context, result, None, seen)
        emit(Advanced(result.description))
    if not results:
        findings.append(context.finding("pact-empty", "the pact has no interactions, so it proves nothing"))
    passed = sum(1 for result, seen in zip(results, own, strict=True) if _clean(result, seen))
    counts = Counts(len(results), len(results), passed)
    return StepResult(STEP, api.name, counts, tuple(findings), tuple(_evidence(api, judged, context)))


def _clean(result: Result, seen: Sequence[Judged]) -> bool:
    return result.passed and not any(each.mismatches for each in seen)


def _evidence(api: Api, judged: Sequence[Judged], context: Context) -> list[Evidence]:
    now = datetime.now(UTC)
    return [
        Evidence(
            api.name,
            found[0].label,
            each.exchange.response.status,
            each.exchange.source.kind,
            now,
            Verdict.BROKEN if each.mismatches else Verdict.PROVEN,
            place=context.place,
        )
        for each in judged
        if (found := api.find(each.exchange.request.method, each.exchange.request.url)) is not None
    ]


class _Desk:
    """Sets each state as it is asked for."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.problems: list[TrothError] = []

    def answer(self, name: str, params: Mapping[str, object]) -> Mapping[str, JsonScalar]:
        state = State(name, {key: value for key, value in params.items() if is_scalar(value)})
        try:
            return self._set(state)
        except TrothError as problem:
            self.problems.append(problem)
            raise

    def _set(self, state: State) -> Mapping[str, JsonScalar]:
        if self._target.states is not None:
            return self._target.states.set(state)
        if state.name and state.name not in self._target.held:
            raise CouldNotCheck(f"the state {state.name!r} cannot be set at {self._target.url}")
        return {}
