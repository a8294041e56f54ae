"""Verification: pacts replayed against a provider, every real answer judged as well."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from troth.api import Api
from troth.errors import UnknownName
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.pacts.engine import Result, run_verifier
from troth.pacts.files import Committed, committed, pact_files
from troth.pacts.generate import exchange_of
from troth.pacts.model import AnyInteraction, Pact
from troth.pacts.outcome import Context, judged_findings, pact_findings, problem_finding
from troth.pacts.states import Seen, StateDesk
from troth.proxy import Judged
from troth.steps import NotDelivered, Recording, Steps
from troth.target import Target, open_proxy
from troth.workspace import Workspace

STEP = "verification"
BATCH = 20
"""Pact's cost for one interaction grows with their number in a file: 5 ms in 24, 18 ms in 500."""


def verify(
    workspace: Workspace,
    api: Api,
    target: Target,
    emit: Emit = silent,
    *,
    scenarios: Sequence[str] = (),
    url: str = "",
) -> StepResult:
    """Replay the workspace's pacts with ``api`` against ``target``, or those of ``scenarios`` alone.

    ``url`` is the server that the user named; findings name it in the command that reproduces them.

    Raises:
        UnknownName: a scenario has no interactions.
        BrokenFile: a pact cannot be read.
    """
    found = [committed(path) for path in pact_files(workspace, api)]
    _refuse_unknown(found, scenarios)
    total = sum(len(_chosen(each.pact, scenarios)) for each in found)
    emit(StepStarted(STEP, api.name, total))
    parts = [
        Verification(api, target, Context(api, workspace.relative(each.path), url), emit).of(each, scenarios)
        for each in found
    ]
    result = _joined(api, parts)
    if not found or not total:
        result = _joined(api, [*parts, _empty(api, workspace)])
    emit(StepFinished(result))
    return result


class Verification:
    """One pact against one provider."""

    def __init__(self, api: Api, target: Target, context: Context, emit: Emit) -> None:
        self._api = api
        self._target = target
        self._context = context
        self._emit = emit
        self._told: set[tuple[str, str, str, str]] = set()
        """What was said of each scenario: code, scenario, operation and path."""

    def of(self, source: Committed, scenarios: Sequence[str]) -> StepResult:
        chosen = _chosen(source.pact, scenarios)
        possible = [each for each in chosen if _settable(self._target, each)]
        skipped = [self._unsettable(each) for each in chosen if each not in possible]
        if not possible:
            return StepResult(STEP, self._api.name, Counts(len(chosen), 0, 0, len(skipped)), tuple(skipped))
        results, seen = self._run(Pact(source.pact.consumer, source.pact.provider, tuple(possible)))
        by_name = {result.description: result for result in results}
        outcomes = [self._outcome(each, by_name.get(each.description), seen) for each in possible]
        findings = (*(finding for one in outcomes for finding in one.findings), *skipped)
        matched = sum(1 for one in outcomes if not one.findings)
        undecided = sum(1 for one in outcomes if one.unchecked)
        counts = Counts(len(chosen), len(possible) - undecided, matched, len(skipped) + undecided)
        evidence = tuple(each for one in outcomes for each in one.evidence)
        return StepResult(STEP, self._api.name, counts, findings, evidence)

    def _run(self, pact: Pact) -> tuple[list[Result], Mapping[tuple[str, int], Seen]]:
        examples = {
            name: Recording([exchange_of(self._api, each) for each in pact.of(name)], pact.values(name))
            for name in {each.scenario for each in pact.interactions}
        }
        desk = StateDesk(self._api, self._target, Steps(lambda scenario: examples[scenario]))
        kind = SourceKind.VERIFIED if self._target.kind is SourceKind.SIMULATED else self._target.kind
        with (
            tempfile.TemporaryDirectory(prefix="troth-") as folder,
            open_proxy(
                self._api,
                self._target,
                kind=kind,
                state_handler=desk.answer,
                message_handler=desk.deliver,
                fill=desk.fill,
            ) as proxy,
        ):
            desk.open(proxy)
            path = Path(folder) / "pact.json"
            results: list[Result] = []
            for batch in _batches(pact.interactions):
                path.write_text(replace(pact, interactions=batch).text(), encoding="utf-8")
                results += run_verifier(
                    path,
                    provider=pact.provider,
                    url=proxy.url,
                    state_url=proxy.state_url,
                    message_url=proxy.message_url if self._api.inbox is not None else None,
                )
                for each in batch:
                    self._emit(Advanced(each.description))
            desk.finish()
        return results, desk.seen

    def _outcome(
        self, interaction: AnyInteraction, result: Result | None, all_seen: Mapping[tuple[str, int], Seen]
    ) -> _Outcome:
        seen = all_seen.get((interaction.scenario, interaction.step), Seen())
        findings = tuple(self._findings(interaction, result, seen))
        verdicts = {finding.verdict for finding in findings}
        verdict = (
            Verdict.BROKEN
            if Verdict.BROKEN in verdicts
            else Verdict.UNCHECKED
            if verdicts
            else Verdict.PROVEN
        )
        return _Outcome(findings, tuple(self._evidence(interaction, seen.judged, verdict)), verdict)

    def _findings(self, interaction: AnyInteraction, result: Result | None, seen: Seen) -> Iterator[Finding]:
        scenario, step = interaction.scenario, interaction.description.rpartition(" / ")[2]
        for each in judged_findings(self._context, seen.replayed, scenario):
            if _gist(each) not in self._told:
                yield self._noted(each)
        for each in judged_findings(self._context, seen.judged, scenario):
            yield self._noted(each)
        if seen.problem is not None:
            known = any(told_of == scenario for _, told_of, _, _ in self._told)
            found = problem_finding(self._context, seen.problem, scenario, step, explained=known)
            yield self._noted(found) if isinstance(seen.problem, NotDelivered) else found
        elif result is None:
            yield self._context.finding("not-verified", f"Pact did not replay {step}", scenario)
        else:
            for each in pact_findings(self._context, result, interaction, seen.judged):
                yield self._noted(each)

    def _noted(self, finding: Finding) -> Finding:
        self._told.add(_gist(finding))
        return finding

    def _evidence(
        self, interaction: AnyInteraction, judged: Sequence[Judged], verdict: Verdict
    ) -> Iterator[Evidence]:
        now = datetime.now(UTC)
        for each in judged:
            request = each.exchange.request
            found = self._api.find(request.method, request.url)
            yield Evidence(
                self._api.name,
                found[0].label if found is not None else "undeclared",
                each.exchange.response.status,
                each.exchange.source.kind,
                now,
                verdict,
                interaction.scenario,
                self._context.place,
            )

    def _unsettable(self, interaction: AnyInteraction) -> Finding:
        given = interaction.providerStates[0].name
        why = f"the state {given!r} cannot be set" if given else "the world cannot be set back"
        return self._context.finding(
            "state-not-settable",
            f"{interaction.description} was not verified: {why} at {self._target.url}",
            interaction.scenario,
            verdict=Verdict.UNCHECKED,
        )


@dataclass(frozen=True)
class _Outcome:
    findings: tuple[Finding, ...]
    evidence: tuple[Evidence, ...]
    verdict: Verdict

    @property
    def unchecked(self) -> bool:
        return self.verdict is Verdict.UNCHECKED


def _gist(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.scenario, finding.operation, finding.path


def _batches(interactions: Sequence[AnyInteraction]) -> Iterator[tuple[AnyInteraction, ...]]:
    """Whole scenarios, about ``BATCH`` interactions at once."""
    batch: list[AnyInteraction] = []
    for _, steps in itertools.groupby(interactions, key=lambda each: each.scenario):
        batch += steps
        if len(batch) >= BATCH:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def _settable(target: Target, interaction: AnyInteraction) -> bool:
    """Whether the interaction's states can hold: set, or there anyway and nothing written before."""
    if target.states is not None:
        return True
    given = interaction.providerStates[0].name if interaction.providerStates else ""
    return (not given or given in target.held) and interaction.step <= 1


def _chosen(pact: Pact, scenarios: Sequence[str]) -> list[AnyInteraction]:
    return [each for each in pact.interactions if not scenarios or each.scenario in scenarios]


def _refuse_unknown(found: Sequence[Committed], scenarios: Sequence[str]) -> None:
    known = {each.scenario for one in found for each in one.pact.interactions}
    for name in scenarios:
        if name not in known:
            raise UnknownName("scenario with a pact", name, known)


def _empty(api: Api, workspace: Workspace) -> StepResult:
    place = workspace.relative(workspace.root / "contracts" / api.name / "pacts")
    finding = Finding(
        "pact-missing",
        "there is no interaction to verify",
        api=api.name,
        place=place,
        reproduce=f"troth record {api.name}",
    )
    return StepResult(STEP, api.name, Counts(), (finding,))


def _joined(api: Api, parts: Sequence[StepResult]) -> StepResult:
    counts = Counts()
    for part in parts:
        counts += part.counts
    return StepResult(
        STEP,
        api.name,
        counts,
        tuple(finding for part in parts for finding in part.findings),
        tuple(each for part in parts for each in part.evidence),
    )
