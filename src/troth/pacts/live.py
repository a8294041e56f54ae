"""Verification of a live or metered service: the scenarios themselves run through the judging proxy.

Replaying a pact would cost more calls, and a live service does not keep the order in which a
scenario polls.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from troth.api import Api
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, Noted, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.raised import told
from troth.scenario import Scenario
from troth.target import Ran, Target, open_proxy, run_scenario

STEP = "verification"


def ordered(scenarios: Iterable[Scenario]) -> tuple[list[Scenario], list[Scenario]]:
    """The scenarios that may run, those that only read first; and those that write without clean-up."""
    chosen = list(scenarios)
    refused = [each for each in chosen if each.writes and each.cleanup is None]
    allowed = [each for each in chosen if each not in refused]
    return sorted(allowed, key=lambda each: each.writes), refused


def verify_live(api: Api, target: Target, scenarios: Sequence[Scenario], emit: Emit = silent) -> StepResult:
    """Run ``scenarios`` against ``target`` and judge every answer."""
    running, refused = ordered(scenarios)
    emit(StepStarted(STEP, api.name, len(running)))
    for note in target.notes:
        emit(Noted(note))
    result = StepResult(
        STEP,
        api.name,
        Counts(len(refused), 0, 0, len(refused)),
        tuple(_without_cleanup(each) for each in refused),
        unit="scenarios",
    )
    for scenario in running:
        # A proxy for each: what one scenario left open cannot reach into the next.
        with open_proxy(api, target) as proxy:
            result = _with(result, api, run_scenario(scenario, target, proxy))
        emit(Advanced(scenario.name))
    if not result.counts.attempted:
        result = replace(result, findings=(_nothing(api),))
    emit(StepFinished(result))
    return result


def _nothing(api: Api) -> Finding:
    return Finding(
        "no-evidence",
        f"{api.name} has no scenario, so that nothing is proven",
        api=api.name,
        expected="scenarios to run",
        actual="none",
    )


def _with(result: StepResult, api: Api, ran: Ran) -> StepResult:
    findings = tuple(_findings(api, ran))
    verdicts = {finding.verdict for finding in findings}
    unchecked = verdicts == {Verdict.UNCHECKED}
    return replace(
        result,
        counts=result.counts + Counts(1, int(not unchecked), int(not findings), int(unchecked)),
        findings=(*result.findings, *findings),
        evidence=(*result.evidence, *_evidence(api, ran, broken=Verdict.BROKEN in verdicts)),
    )


def _findings(api: Api, ran: Ran) -> Iterable[Finding]:
    for judged in ran.judged:
        for mismatch in judged.mismatches:
            yield replace(
                _finding(ran.scenario, mismatch.rule, f"the {mismatch.side} is not what the contract says"),
                operation=mismatch.operation,
                path=mismatch.path,
                expected=mismatch.expected,
                actual=mismatch.actual,
                place=judged.exchange.source.place,
            )
    if isinstance(ran.error, CouldNotCheck):
        yield replace(_finding(ran.scenario, "not-verified", str(ran.error)), verdict=Verdict.UNCHECKED)
    elif ran.error is not None:
        yield _finding(ran.scenario, "scenario-failed", f"the scenario failed: {told(ran.error)}")
    elif not ran.judged:
        yield _finding(ran.scenario, "scenario-without-exchange", f"the scenario never called {api.name}")
    if ran.cleanup_error is not None:
        why = told(ran.cleanup_error)
        yield _finding(ran.scenario, "cleanup-failed", f"the clean-up failed, something was left: {why}")


def _without_cleanup(scenario: Scenario) -> Finding:
    message = "the scenario writes and declares no clean-up, so it does not run against a live service"
    return replace(
        _finding(scenario, "live-without-cleanup", message),
        verdict=Verdict.UNCHECKED,
        expected="cleanup=... beside writes=True",
        actual="none",
    )


def _finding(scenario: Scenario, code: str, message: str) -> Finding:
    return Finding(
        code,
        message,
        api=scenario.api.name,
        scenario=scenario.name,
        place=scenario.place,
        reproduce=f"troth verify {scenario.api.name} {shlex.quote(scenario.name)} --live",
    )


def _evidence(api: Api, ran: Ran, *, broken: bool) -> Iterable[Evidence]:
    now = datetime.now(UTC)
    for judged in ran.judged:
        request = judged.exchange.request
        found = api.find(request.method, request.url)
        yield Evidence(
            api.name,
            found[0].label if found is not None else "undeclared",
            judged.exchange.response.status,
            judged.exchange.source.kind,
            now,
            Verdict.BROKEN if broken else Verdict.PROVEN,
            ran.scenario.name,
            judged.exchange.source.place,
        )
