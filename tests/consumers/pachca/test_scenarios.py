"""Every scenario of Pachca runs against the fake, through the judging proxy, without a mismatch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.pachca.operations import pachca
from troth.proxy import JudgingProxy
from troth.scenario import Scenario
from troth.target import Target, open_fake, open_proxy, run_scenario
from troth.workspace import Workspace

WORKSPACE = Workspace(Path(__file__).resolve().parents[3])
SCENARIOS = WORKSPACE.scenarios(pachca)


@pytest.fixture(scope="module")
def fake() -> Iterator[Target]:
    with open_fake(WORKSPACE, pachca) as target:
        yield target


@pytest.fixture
def proxy(fake: Target) -> Iterator[JudgingProxy]:
    with open_proxy(pachca, fake) as proxy:
        yield proxy


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_holds_on_the_fake(scenario: Scenario, fake: Target, proxy: JudgingProxy) -> None:
    ran = run_scenario(scenario, fake, proxy)

    assert ran.error is None
    assert [str(mismatch) for judged in ran.judged for mismatch in judged.mismatches] == []
    assert ran.judged
    assert scenario.asserts


def test_there_are_scenarios_enough() -> None:
    assert len(SCENARIOS) >= 40
