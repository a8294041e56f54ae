"""One break of each kind, planted: the check goes red and names it. And no alarm where nothing is broken."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.facts import NOON
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.check import check
from troth.evidence import Finding, StepResult, Verdict

PROVIDER = "providers/weather/provider.py"
CASSETTE = "cassettes/weather/a_forecast_tells_of_rain.yaml"
PACT = "contracts/weather/pacts/weather-app-weather.json"

RAIN = "a forecast tells of rain"
ALERT = "an alert is set, read and dropped"
FORECAST = "GET /cities/{city}/forecast"


@dataclass(frozen=True)
class Break:
    """A change of the provider's source, and how its finding is named."""

    old: str
    new: str
    scenario: str
    operation: str
    path: str


BREAKS = {
    "field dropped": Break('"units": units, ', "", RAIN, FORECAST, "$.units"),
    "field renamed": Break('{"city": city', '{"town": city', RAIN, FORECAST, "$.city"),
    "field retyped": Break('"high": 14.5', '"high": "14.5"', RAIN, FORECAST, "$.days[0].high"),
    "field null": Break('"high": 19.0', '"high": None', RAIN, FORECAST, "$.days[1].high"),
    "unknown enum member": Break('"sky": "rain"', '"sky": "hail"', RAIN, FORECAST, "$.days[0].sky"),
    "status changed": Break("_answer(201, alert)", "_answer(200, alert)", ALERT, "POST /alerts", "status"),
    "content type changed": Break(
        '"application/json"', '"text/html"', RAIN, FORECAST, "header Content-Type"
    ),
    "extra required request field": Break(
        "if not -90", 'if "phone" not in wanted or not -90', ALERT, "POST /alerts", "status"
    ),
    "wrong path": Break('Rule("/alerts/<alert>", endpoint="read', 'Rule("/alarms/<alert>", endpoint="read', ALERT, "GET /alerts/{alert}", "status"),
    "wrong verb": Break('endpoint="drop_alert", methods=["DELETE"]', 'endpoint="drop_alert", methods=["POST"]', ALERT, "DELETE /alerts/{alert}", "status"),
}


def results(team: Team) -> dict[str, StepResult]:
    workspace = team.workspace()
    return {each.step: each for each in check(workspace, [workspace.api("weather")], now=NOON)}


def findings(team: Team) -> list[Finding]:
    return [finding for result in results(team).values() for finding in result.findings]


@pytest.mark.parametrize("name", BREAKS)
def test_a_break(proven_team: Team, name: str) -> None:
    b = BREAKS[name]
    proven_team.edit(PROVIDER, b.old, b.new)
    for f in findings(proven_team): print(f)
    assert 0

def p(team):
    for f in findings(team): print(f)
    assert 0

def test_leak(proven_team: Team, monkeypatch) -> None:
    monkeypatch.setenv("WEATHER_KEY", "s3cret-key")
    proven_team.edit(CASSETTE, "{{secret:valid}}", "s3cret-key")
    p(proven_team)
def test_edited(proven_team):
    proven_team.edit(CASSETTE, "take an umbrella", "take a hat")
    p(proven_team)
def test_pact(proven_team):
    proven_team.edit(PACT, "take an umbrella", "take a hat")
    p(proven_team)
def test_pactrule(proven_team):
    proven_team.edit(PACT, '"status": 401', '"status": 403')
    p(proven_team)
def test_nocas(proven_team):
    proven_team.remove(CASSETTE)
    p(proven_team)
def test_orphan(proven_team):
    proven_team.edit("consumers/weather/scenarios.py", RAIN, "it rains")
    p(proven_team)
def test_expired(proven_team):
    proven_team.edit(CASSETTE, "simulated: true", "simulated: false")
    proven_team.append("pyproject.toml", "\n[tool.troth.max_age]\nweather = 30\n")
    p(proven_team)
