"""The state endpoint of a served provider."""

from __future__ import annotations

import pytest
import requests

from tests.serve.conftest import TOKEN
from troth.api import Api
from troth.errors import CouldNotCheck, UsageProblem
from troth.exchange import SourceKind
from troth.scenario import State
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.states import EARLIER_STEPS, ServedStates, UnknownState, health
from troth.target import open_proxy, run_scenario, url_target
from troth.workspace import Workspace

RAIN = {"state": "it rains in Paris", "params": {}, "action": "setup"}
PARIS = "/cities/Paris/forecast?units=metric"
KEY = {"X-Api-Key": "{{secret:valid}}"}
AUTH = {"X-Troth-Token": TOKEN}


def post(serving: Serving, call: object, path: str = "/_troth/state") -> requests.Response:
    return requests.post(serving.url + path, json=call, headers=AUTH, timeout=10)


def test_a_state_holds_after_it_was_set(opened: Serving) -> None:
    reply = post(opened, RAIN)
    forecast = requests.get(opened.url + PARIS, headers=KEY, timeout=10)
    assert (reply.status_code, reply.json(), forecast.status_code) == (200, {}, 200)


def test_a_state_begins_in_an_empty_world(opened: Serving) -> None:
    post(opened, RAIN)
    post(opened, {"state": ""})
    assert requests.get(opened.url + PARIS, headers=KEY, timeout=10).status_code == 404


def test_a_teardown_changes_nothing(opened: Serving) -> None:
    post(opened, RAIN)
    post(opened, {**RAIN, "action": "teardown"})
    assert requests.get(opened.url + PARIS, headers=KEY, timeout=10).status_code == 200


def test_an_unknown_state_is_refused_with_the_nearest_name(opened: Serving) -> None:
    reply = post(opened, {"state": "it rains in Pairs"})
    assert (reply.status_code, "did you mean 'it rains in Paris'?" in reply.json()["error"]) == (404, True)


def test_an_unknown_state_is_refused_in_milliseconds(opened: Serving) -> None:
    post(opened, {"state": "warm up"})
    assert post(opened, {"state": "snow"}).elapsed.total_seconds() < 0.25


def test_the_token_may_come_in_the_query(opened: Serving) -> None:
    reply = requests.post(f"{opened.url}/_troth/state?token={TOKEN}", json=RAIN, timeout=10)
    assert reply.status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Troth-Token": "wrong"}, {"X-Troth-Token": ""}])
def test_without_the_token_no_state_is_set(opened: Serving, headers: dict[str, str]) -> None:
    reply = requests.post(f"{opened.url}/_troth/state", json=RAIN, headers=headers, timeout=10)
    forecast = requests.get(opened.url + PARIS, headers=KEY, timeout=10)
    assert (reply.status_code, forecast.status_code) == (401, 404)


def test_a_token_is_made_where_none_is_given(workspace: Workspace, weather: Api) -> None:
    with serve_provider(workspace, weather, ServeOptions(states=True)) as serving:
        token = serving.states_token
        reply = requests.post(
            f"{serving.url}/_troth/state", json=RAIN, headers={"X-Troth-Token": token}, timeout=10
        )
    assert (len(token) >= 32, reply.status_code) == (True, 200)


def test_without_states_none_can_be_set(served: Serving) -> None:
    reply = post(served, RAIN)
    assert (reply.status_code, "--states" in reply.json()["error"]) == (404, True)


def test_a_state_call_that_is_none_is_refused(opened: Serving) -> None:
    assert post(opened, {"state": ["rain"]}).status_code == 400


def test_another_path_says_what_there_is(opened: Serving) -> None:
    reply = post(opened, RAIN, "/_troth/states")
    assert (reply.status_code, "POST /_troth/state" in reply.json()["error"]) == (404, True)


def test_with_states_a_placeholder_stands_for_the_credential(opened: Serving) -> None:
    post(opened, RAIN)
    assert requests.get(opened.url + PARIS, headers=KEY, timeout=10).status_code == 200


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "{{secret:wrong}}"}])
def test_with_states_no_credential_or_a_wrong_one_is_refused(
    opened: Serving, headers: dict[str, str]
) -> None:
    post(opened, RAIN)
    assert requests.get(opened.url + PARIS, headers=headers, timeout=10).status_code == 401


# Earlier steps

ALERT = "an alert is set, read and dropped"


def test_the_earlier_steps_of_a_scenario_are_run(recorded: Workspace, weather: Api) -> None:
    options = ServeOptions(states=True, states_token=TOKEN)
    with serve_provider(recorded, weather, options) as serving:
        post(serving, {"state": ""})
        reply = post(serving, {"state": EARLIER_STEPS, "params": {"scenario": ALERT, "step": 2, "links": {}}})
        (alert,) = set(reply.json().values())
        read = requests.get(f"{serving.url}/alerts/{alert}", headers=KEY, timeout=10)
    assert (reply.status_code, read.json()["id"]) == (200, alert)


def test_a_link_that_the_earlier_steps_do_not_give_is_refused(recorded: Workspace, weather: Api) -> None:
    params = {"scenario": ALERT, "step": 2, "links": {"never made": "x"}}
    with serve_provider(recorded, weather, ServeOptions(states=True, states_token=TOKEN)) as serving:
        reply = post(serving, {"state": EARLIER_STEPS, "params": params})
    assert (reply.status_code, "never made" in reply.json()["error"]) == (409, True)


def test_an_earlier_step_that_goes_otherwise_is_refused(recorded: Workspace, weather: Api) -> None:
    params = {"scenario": "a forecast tells of rain", "step": 9}
    with serve_provider(recorded, weather, ServeOptions(states=True, states_token=TOKEN)) as serving:
        assert post(serving, {"state": EARLIER_STEPS, "params": params}).status_code == 409


def test_earlier_steps_need_a_scenario_and_a_step(opened: Serving) -> None:
    assert post(opened, {"state": EARLIER_STEPS, "params": {"step": 2}}).status_code == 400


def test_earlier_steps_of_a_scenario_without_a_cassette_are_refused(opened: Serving) -> None:
    params = {"scenario": ALERT, "step": 2}
    assert post(opened, {"state": EARLIER_STEPS, "params": params}).status_code == 400


# From the other side


def test_health_tells_what_answers(opened: Serving) -> None:
    found = health(opened.url, TOKEN)
    assert found is not None
    assert (found.provider, found.open_states) == ("weather-fake 1", True)


def test_health_refuses_a_wrong_token(opened: Serving) -> None:
    with pytest.raises(UsageProblem, match="not the one"):
        health(opened.url, "wrong")


def test_a_client_sets_a_state(opened: Serving) -> None:
    assert ServedStates(opened.url, TOKEN).set(State("it rains in Paris")) == {}


def test_a_client_learns_of_an_unknown_state(opened: Serving) -> None:
    with pytest.raises(UnknownState, match="did you mean 'it rains in Paris'"):
        ServedStates(opened.url, TOKEN).set(State("it rains in Pairs"))


def test_a_client_learns_that_a_state_was_not_set(opened: Serving) -> None:
    with pytest.raises(CouldNotCheck, match="was not set: the states token"):
        ServedStates(opened.url, "wrong").set(State("it rains in Paris"))


def test_a_served_fake_is_known_as_one(served: Serving, workspace: Workspace, weather: Api) -> None:
    target = url_target(workspace, weather, served.url)
    assert (target.kind, target.provider, target.states) == (SourceKind.SIMULATED, "weather-fake 1", None)


def test_scenarios_run_against_a_served_fake(opened: Serving, workspace: Workspace, weather: Api) -> None:
    target = url_target(workspace, weather, opened.url, TOKEN)
    with open_proxy(weather, target) as proxy:
        ran = [run_scenario(scenario, target, proxy) for scenario in workspace.scenarios(weather)]
    assert [each.error for each in ran] == [None] * 4


def test_the_token_of_the_environment_is_used(
    opened: Serving, workspace: Workspace, weather: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROTH_STATES_TOKEN", TOKEN)
    assert url_target(workspace, weather, opened.url).states is not None


def test_a_token_for_a_fake_without_states_is_a_clear_error(
    served: Serving, workspace: Workspace, weather: Api
) -> None:
    with pytest.raises(CouldNotCheck, match="no states can be set at") as error:
        url_target(workspace, weather, served.url, TOKEN)
    assert "troth serve weather --states" in error.value.hint
