"""Every recorded scenario of this workspace runs against its own mock."""

from __future__ import annotations

import pytest

from consumers.judge0 import scenarios
from contracts.judge0.operations import judge0 as contract
from troth.mock import ApiMock
from troth.scenario import Scenario
from troth.workspace import Workspace

SCENARIOS = [value for value in vars(scenarios).values() if isinstance(value, Scenario)]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_cannot_tell_its_mock_from_the_service(scenario: Scenario, judge0: ApiMock) -> None:
    judge0.play(scenario.name)

    scenario.run(judge0.server)

    assert len(judge0.calls) > 0


def test_every_scenario_is_here(troth_workspace: Workspace) -> None:
    assert {scenario.name for scenario in SCENARIOS} == {
        scenario.name for scenario in troth_workspace.scenarios(contract)
    }
