"""Every scenario of Judge0 runs against the fake, through the judging proxy, without a mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from consumers.judge0.programs import C
from contracts.judge0.operations import judge0
from troth.proxy import JudgingProxy
from troth.scenario import Scenario
from troth.target import Target, open_fake, open_proxy, run_scenario
from troth.workspace import Workspace

WORKSPACE = Workspace(Path(__file__).resolve().parents[3])
SCENARIOS = WORKSPACE.scenarios(judge0)


@pytest.fixture(scope="module")
def fake() -> Iterator[Target]:
    with open_fake(WORKSPACE, judge0) as target:
        yield target


@pytest.fixture
def proxy(fake: Target) -> Iterator[JudgingProxy]:
    with open_proxy(judge0, fake) as proxy:
        yield proxy


def _parameter(scenario: Scenario) -> object:
    compiles = scenario.given.params.get("language_id") == C
    return pytest.param(scenario, id=scenario.name, marks=[pytest.mark.needs("gcc")] if compiles else [])


@pytest.mark.needs("bash")
@pytest.mark.parametrize("scenario", [_parameter(scenario) for scenario in SCENARIOS])
def test_a_scenario_holds_on_the_fake(scenario: Scenario, fake: Target, proxy: JudgingProxy) -> None:
    ran = run_scenario(scenario, fake, proxy)
    assert ran.error is None
    assert [str(mismatch) for judged in ran.judged for mismatch in judged.mismatches] == []
    assert ran.judged
    assert scenario.asserts


def test_there_are_scenarios_enough() -> None:
    assert len(SCENARIOS) >= 20
