"""A workspace whose provider is served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import weather_files as weather_files
from tests.support.workspaces import weather_team as weather_team
from troth.api import Api
from troth.scenario import Scenario, State
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
