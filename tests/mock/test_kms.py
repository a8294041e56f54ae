"""Google's own client under the mock, and under vcrpy: every recorded scenario, without a socket."""

from __future__ import annotations

from pathlib import Path

import pytest
import vcr  # type: ignore[import-untyped]

from consumers.kms import scenarios
from contracts.kms.operations import kms as contract
from tests.consumers.kms.workspace import CASSETTES, recorded, scenario
from troth.mock import ApiMock
from troth.scenario import Scenario
from troth.workspace import Workspace

SCENARIOS = [value for value in vars(scenarios).values() if isinstance(value, Scenario)]


@pytest.mark.usefixtures("socket_disabled")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_cannot_tell_its_mock_from_the_service(scenario: Scenario, kms: ApiMock) -> None:
    kms.play(scenario.name)

    scenario.run(kms.server)

    assert len(kms.calls) > 0


@pytest.mark.usefixtures("socket_disabled")
@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_a_scenario_cannot_tell_vcrpy_from_the_service(path: Path) -> None:
    cassette, server = recorded(path)

    with vcr.use_cassette(str(path), record_mode="none") as played:
        scenario(cassette.scenario).run(server)

    assert played.all_played


def test_every_scenario_is_here(troth_workspace: Workspace) -> None:
    names = {scenario.name for scenario in SCENARIOS}

    assert names == {scenario.name for scenario in troth_workspace.scenarios(contract)}
    assert len(CASSETTES) == len(names)
