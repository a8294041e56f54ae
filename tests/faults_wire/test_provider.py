"""Faults before a provider with states, and before cassettes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.faults_wire.conftest import LONG
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.api import Api
from troth.errors import UnknownName
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.serve.stub import serve_stub
from troth.states import health
from troth.target import open_proxy, run_scenario, url_target
from troth.workspace import Workspace

TOKEN = "states-token-of-the-test"
PARIS = "/cities/Paris/forecast?units=metric"
KEY = {"X-Api-Key": "{{secret:valid}}"}
RAIN = {"state": "it rains in Paris"}


@pytest.fixture
def workspace(proven_team: Team) -> Workspace:
    return proven_team.workspace()


@pytest.fixture
def weather(workspace: Workspace) -> Api:
    return workspace.api("weather")


@pytest.fixture
def faulty(workspace: Workspace, weather: Api) -> Iterator[Serving]:
    options = ServeOptions(states=True, states_token=TOKEN, faults=("http_503:forecast:1", "enum_unknown:1"))
    with serve_provider(workspace, weather, options) as serving:
        yield serving


def test_a_call_is_struck_in_the_state_that_was_set(faulty: Serving, client: requests.Session) -> None:
    token = {"X-Troth-Token": TOKEN}
    state = client.post(f"{faulty.url}/_troth/state", json=RAIN, headers=token, timeout=LONG)
    first, second, third = (client.get(faulty.url + PARIS, headers=KEY, timeout=LONG) for _ in range(3))

    assert [each.status_code for each in (state, first, second, third)] == [200, 503, 200, 200]
    assert (second.json()["units"] == "metric", third.json()["units"]) == (False, "metric")


@pytest.mark.parametrize("fault", ["connection_refused", "tls_expired"])
def test_the_switch_says_that_the_provider_is_well_whatever_becomes_of_its_port(
    workspace: Workspace, weather: Api, fault: str
) -> None:
    with serve_provider(workspace, weather, ServeOptions(faults=(fault,))) as serving:
        found = health(serving.listening.switch, "")

    assert (found is not None and found.provider) == "weather-fake 1"


def test_a_fault_that_nobody_knows_is_told_before_the_provider_starts(
    proven_team: Team, workspace: Workspace, weather: Api
) -> None:
    proven_team.edit("providers/weather/provider.py", "service = Weather()", "raise OSError('started')")

    with (
        pytest.raises(UnknownName, match="did you mean 'http_503'"),
        serve_provider(workspace, weather, ServeOptions(faults=("http_53",))),
    ):
        pytest.fail("it is served")


def test_cassettes_can_be_struck_too(workspace: Workspace, weather: Api, client: requests.Session) -> None:
    with serve_stub(workspace, weather, ServeOptions(faults=("http_503:1",))) as serving:
        first, second = (client.get(serving.url + PARIS, timeout=LONG) for _ in range(2))

    assert (first.status_code, second.status_code, second.json()["city"]) == (503, 200, "Paris")


def test_an_answer_against_the_contract_is_made_by_the_contract(
    workspace: Workspace, weather: Api, client: requests.Session
) -> None:
    options = ServeOptions(faults=("field_missing:$.days[*].sky",))
    with serve_stub(workspace, weather, options) as serving:
        days = client.get(serving.url + PARIS, timeout=LONG).json()["days"]

    assert [day for day in days if "sky" not in day]


def test_the_judge_sees_an_answer_against_the_contract(workspace: Workspace, weather: Api) -> None:
    options = ServeOptions(states=True, states_token=TOKEN, faults=("field_retyped:forecast",))
    with serve_provider(workspace, weather, options) as serving:
        target = url_target(workspace, weather, serving.url, TOKEN)
        scenario = next(each for each in workspace.scenarios(weather) if "rain" in each.name)
        with open_proxy(weather, target) as proxy:
            ran = run_scenario(scenario, target, proxy)

    assert [mismatch.rule for judged in ran.judged for mismatch in judged.mismatches]
