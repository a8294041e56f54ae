"""Everything that can be proved offline, step by step, for each API.

A step that attempted nothing is red, whatever it says. What this machine lacks is *could not check*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from troth.api import Api
from troth.cassettes import check_cassettes
from troth.contract_lint import check_contract
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, Noted, StepFinished, StepStarted, silent
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.openapi import check_openapi, is_exported, openapi_path
from troth.provider import ProviderOptions
from troth.scenario import Scenario
from troth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Scope:
    """What a step works on. ``now`` has a time zone."""

    workspace: Workspace
    api: Api
    now: datetime
    emit: Emit


Step = Callable[[Scope], StepResult | None]
"""None where there is nothing of its kind, which the step has told."""


def check(
    workspace: Workspace, apis: Sequence[Api], *, now: datetime, emit: Emit = silent
) -> list[StepResult]:
    """Run every step for every API.

    Raises:
        BrokenFile: a cassette, a pact or an exported document cannot be read.
        ContractProblem: a module of the workspace cannot be used.
    """
    results = []
    for api in apis:
        scope = Scope(workspace, api, now, emit)
        found = [step(scope) for step in STEPS]
        results += [_red_when_empty(result) for result in found if result is not None]
    return results


def _contract(scope: Scope) -> StepResult:
    return check_contract(scope.api)


def _document(scope: Scope) -> StepResult:
    found = check_openapi(scope.workspace, scope.api)
    if found.findings or not is_exported(scope.workspace, scope.api):
        return found
    return _agreement(scope)


def _agreement(scope: Scope) -> StepResult:
    """Whether the contract agrees with the document that the service exports."""
    from troth.drift import drift, parse

    workspace = scope.workspace
    path = openapi_path(workspace, scope.api)
    exported = parse(path.read_bytes(), workspace.relative(path))
    found = drift(scope.api, exported, acceptances=workspace.settings.drift)
    # What is no error has no place in a check: troth drift shows it.
    return replace(found.result, step="openapi", told=())


def _scenarios(scope: Scope) -> StepResult:
    scenarios = scope.workspace.scenarios(scope.api)
    scope.emit(StepStarted("scenarios", scope.api.name, len(scenarios)))
    findings = []
    for scenario in scenarios:
        findings += [] if scenario.asserts else [_without_assertion(scenario)]
        scope.emit(Advanced(scenario.name))
    counts = Counts(len(scenarios), len(scenarios), len(scenarios) - len(findings))
    result = StepResult("scenarios", scope.api.name, counts, tuple(findings), unit="scenarios")
    scope.emit(StepFinished(result))
    return result


def _without_assertion(scenario: Scenario) -> Finding:
    return Finding(
        "scenario-without-assertion",
        "the scenario checks nothing, so that nothing is proven when it runs",
        api=scenario.api.name,
        scenario=scenario.name,
        expected="an assert on the outcome, or an expected exception",
        actual="none",
        place=scenario.place,
    )


def _cassettes(scope: Scope) -> StepResult:
    return check_cassettes(scope.workspace, scope.api, now=scope.now, emit=scope.emit)


def _pacts(scope: Scope) -> StepResult:
    from troth.pacts.freshness import check_pacts

    return check_pacts(scope.workspace, scope.api, scope.emit)


def _verification(scope: Scope) -> StepResult:
    from troth.pacts.verify import verify
    from troth.target import open_fake

    workspace, api = scope.workspace, scope.api
    if not workspace.has_provider(api):
        return _unchecked(api, "provider-missing", f"nothing was verified: there is no providers/{api.name}")
    try:
        with open_fake(workspace, api, options=ProviderOptions(), emit=scope.emit) as target:
            result = verify(workspace, api, target, emit=scope.emit)
            return replace(
                result, findings=(*result.findings, *_unavailable(api, target.unavailable.items()))
            )
    except CouldNotCheck as problem:
        return _unchecked(api, "provider-unavailable", str(problem))


def _faults(scope: Scope) -> StepResult | None:
    from troth.resilience import declared, run_table, silent_consumers

    for consumer in silent_consumers(scope.workspace, scope.api):
        place = f"consumers/{consumer.replace('-', '_')}/promises.py"
        scope.emit(
            Noted(f"{scope.api.name}: no fault was tried on {consumer}, which promises nothing: {place}")
        )
    if not declared(scope.workspace, scope.api):
        return None
    return run_table(scope.workspace, scope.api, now=scope.now, emit=scope.emit).result


def _unavailable(api: Api, lacking: Iterable[tuple[str, str]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(
            "unavailable-here",
            f"this machine cannot show {what}: {why}",
            api=api.name,
            scenario=what,
            verdict=Verdict.UNCHECKED,
        )
        for what, why in lacking
    )


def _unchecked(api: Api, code: str, message: str) -> StepResult:
    finding = Finding(code, message, api=api.name, verdict=Verdict.UNCHECKED)
    return StepResult("verification", api.name, Counts(), (finding,))


def _red_when_empty(result: StepResult) -> StepResult:
    if result.findings or (result.counts.attempted and result.counts.decided):
        return result
    done = "attempted" if not result.counts.attempted else "decided"
    empty = Finding(
        "no-evidence",
        f"the step {done} nothing, so that nothing is proven",
        api=result.api,
        expected=f"{result.unit} to check",
        actual="none",
    )
    return replace(result, findings=(empty,))


STEPS: tuple[Step, ...] = (_contract, _document, _scenarios, _cassettes, _pacts, _faults, _verification)
