"""Cassettes on a socket."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.support.workspaces import Team
from troth.api import Api
from troth.errors import BrokenFile, CouldNotCheck
from troth.exchange import SourceKind
from troth.serve.run import ServeOptions, Serving
from troth.serve.stub import serve_stub
from troth.target import Target, open_proxy, run_scenario
from troth.workspace import Workspace

PARIS = "/cities/Paris/forecast?units=metric"
KEY = {"X-Api-Key": "anything"}


@pytest.fixture
def stub(recorded: Workspace, weather: Api) -> Iterator[Serving]:
    with serve_stub(recorded, weather, ServeOptions()) as serving:
        yield serving


def test_a_recorded_request_gets_the_recorded_answer(stub: Serving) -> None:
    reply = requests.get(stub.url + PARIS, headers=KEY, timeout=10)
    assert (reply.status_code, reply.json()["city"]) == (200, "Paris")


def test_the_answer_says_where_it_was_recorded(stub: Serving) -> None:
    reply = requests.get(stub.url + PARIS, headers=KEY, timeout=10)
    assert reply.headers["X-Troth-Cassette"] == "cassettes/weather/a_forecast_tells_of_rain.yaml#1"


def test_who_sends_no_credential_is_taken_for_one_who_has_it(stub: Serving) -> None:
    assert requests.get(stub.url + PARIS, timeout=10).status_code == 200


@pytest.mark.parametrize("credential", ["{{secret:wrong}}", "troth-wrong-wrong"])
def test_a_credential_of_a_recorded_role_gets_what_that_role_got(stub: Serving, credential: str) -> None:
    headers = {"X-Api-Key": credential}
    assert requests.get(stub.url + PARIS, headers=headers, timeout=10).status_code == 401


def test_a_request_that_was_never_recorded_names_the_nearest(stub: Serving) -> None:
    reply = requests.get(f"{stub.url}/cities/Rome/forecast?units=metric", timeout=10)

    said = reply.json()
    assert (
        reply.status_code,
        "no recording answers" in said["error"],
        "troth record weather" in said["hint"],
    ) == (
        501,
        True,
        True,
    )


def test_the_nearest_recording_is_named(stub: Serving) -> None:
    reply = requests.get(f"{stub.url}/cities/Rome/forecast?units=metric", timeout=10)
    assert "nearest: step 1 of " in reply.json()["error"]


def test_a_difference_in_the_query_is_told(stub: Serving) -> None:
    reply = requests.get(f"{stub.url}/cities/Paris/forecast?units=imperial", timeout=10)
    assert (reply.status_code, "query units" in reply.json()["error"]) == (501, True)


def test_a_scenario_plays_from_its_start_to_its_end_again_and_again(
    stub: Serving, recorded: Workspace, weather: Api
) -> None:
    target = Target(stub.url, {"valid": "anything"}, SourceKind.SIMULATED, "the stub", held=frozenset([""]))
    scenario = recorded.scenario(weather, "an alert is set, read and dropped")
    with open_proxy(weather, target) as proxy:
        ran = [run_scenario(scenario, target, proxy).error for _ in range(2)]
    assert ran == [None, None]


def test_a_scenario_can_be_chosen(stub: Serving) -> None:
    headers = {**KEY, "X-Troth-Scenario": "a city that nobody knows is refused"}
    assert requests.get(stub.url + PARIS, headers=headers, timeout=10).status_code == 501


def test_a_scenario_that_is_not_there_is_refused(stub: Serving) -> None:
    reply = requests.get(stub.url + PARIS, headers={"X-Troth-Scenario": "snow"}, timeout=10)
    assert (reply.status_code, len(reply.json()["known"])) == (404, 4)


def test_a_web_page_is_kept_away(stub: Serving) -> None:
    assert (
        requests.get(stub.url + PARIS, headers={"Origin": "https://page.example"}, timeout=10).status_code
        == 403
    )


def test_it_says_how_much_was_recorded_from_what(stub: Serving) -> None:
    assert stub.notes == ("6 exchanges of 4 scenarios, 4 of them simulated by a fake",)


def test_without_cassettes_there_is_no_stub(workspace: Workspace, weather: Api) -> None:
    with (
        pytest.raises(CouldNotCheck, match="weather has no cassettes"),
        serve_stub(workspace, weather, ServeOptions()),
    ):
        pytest.fail("it came up")


def test_a_cassette_that_was_edited_is_refused(recorded: Workspace, weather: Api, weather_team: Team) -> None:
    weather_team.edit("cassettes/weather/a_forecast_tells_of_rain.yaml", "umbrella", "parasol")
    with pytest.raises(BrokenFile, match="edited by hand"), serve_stub(recorded, weather, ServeOptions()):
        pytest.fail("it came up")
