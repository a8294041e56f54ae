"""A workspace whose provider is served."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_team as weather_team
from troth.api import Api
from troth.cassettes.model import Cassette, Given, Provenance
from troth.cassettes.write import save
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.target import open_fake, open_proxy, run_scenario
from troth.workspace import Workspace

TOKEN = "states-token-of-the-test"


@pytest.fixture
def workspace(weather_team: Team) -> Workspace:
    """The weather team's workspace."""
    return weather_team.workspace()


@pytest.fixture
def weather(workspace: Workspace) -> Api:
    """Its contract."""
    return workspace.api("weather")


@pytest.fixture
def served(workspace: Workspace, weather: Api) -> Iterator[Serving]:
    """The provider, as people get it who try it out."""
    with serve_provider(workspace, weather, ServeOptions()) as serving:
        yield serving


@pytest.fixture
def opened(workspace: Workspace, weather: Api) -> Iterator[Serving]:
    """The provider with its states open."""
    with serve_provider(workspace, weather, ServeOptions(states=True, states_token=TOKEN)) as serving:
        yield serving


@pytest.fixture
def recorded(workspace: Workspace, weather: Api) -> Workspace:
    """The workspace with a cassette of each scenario."""
    with open_fake(workspace, weather) as target, open_proxy(weather, target) as proxy:
        for scenario in workspace.scenarios(weather):
            ran = run_scenario(scenario, target, proxy)
            # troth: ignore[Q602] a scenario that fails leaves nothing that could be served
            assert ran.error is None
            provenance = Provenance(
                api=weather.name,
                scenario=scenario.name,
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
                simulated=True,
                provider=target.provider,
                troth="0",
                given=Given(state=scenario.given.name),
            )
            exchanges = tuple(judged.exchange for judged in ran.judged)
            save(Cassette(workspace.cassette_path(scenario), provenance, exchanges))
    return workspace
