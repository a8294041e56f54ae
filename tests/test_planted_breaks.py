"""One break of each kind, planted: the check goes red and names it. And no alarm where nothing is broken."""

from __future__ import annotations

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


def results(team: Team) -> dict[str, StepResult]:
    workspace = team.workspace()
    return {each.step: each for each in check(workspace, [workspace.api("weather")], now=NOON)}


def verified(team: Team) -> tuple[Finding, ...]:
    return results(team)["verification"].findings


def places(findings: tuple[Finding, ...]) -> set[tuple[str, str, str, str]]:
    return {(each.code, each.scenario, each.operation, each.path) for each in findings}


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        pytest.param('"units": units, ', "", "field-missing", "$.units", id="dropped"),
        pytest.param('{"city": city', '{"town": city', "field-missing", "$.city", id="renamed"),
        pytest.param('"high": 14.5', '"high": "14.5"', "field-type", "$.days[0].high", id="retyped"),
        pytest.param('"high": 19.0', '"high": None', "field-null", "$.days[1].high", id="null"),
        pytest.param(
            '"sky": "rain"', '"sky": "hail"', "field-enum", "$.days[0].sky", id="unknown enum member"
        ),
        pytest.param(
            '"application/json"', '"text/html"', "content-type", "header Content-Type", id="content type"
        ),
    ],
)
def test_a_changed_answer_is_named_by_its_path(
    proven_team: Team, old: str, new: str, code: str, path: str
) -> None:
    proven_team.edit(PROVIDER, old, new)

    assert (code, RAIN, FORECAST, path) in places(verified(proven_team))


@pytest.mark.parametrize(
    ("old", "new", "code", "operation"),
    [
        pytest.param(
            "_answer(201, alert)", "_answer(200, alert)", "status-undeclared", "POST /alerts", id="status"
        ),
        pytest.param(
            "if not -90",
            'if "phone" not in wanted or not -90',
            "pact-mismatch",
            "POST /alerts",
            id="extra required request field",
        ),
        pytest.param(
            '"/alerts/<alert>", endpoint="read_alert"',
            '"/alarms/<alert>", endpoint="read_alert"',
            "pact-mismatch",
            "GET /alerts/{alert}",
            id="wrong path",
        ),
        pytest.param(
            'endpoint="drop_alert", methods=["DELETE"]',
            'endpoint="drop_alert", methods=["POST"]',
            "pact-mismatch",
            "DELETE /alerts/{alert}",
            id="wrong verb",
        ),
    ],
)
def test_another_status_is_named_by_its_operation(
    proven_team: Team, old: str, new: str, code: str, operation: str
) -> None:
    proven_team.edit(PROVIDER, old, new)

    assert (code, ALERT, operation, "status") in places(verified(proven_team))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('**wanted, "fired"', '**wanted, "colour": "red", "fired"', id="an added field"),
        pytest.param(
            '"city": city, "units": units,', '"units": units, "city": city,', id="another key order"
        ),
        pytest.param("json.dumps(document)", "json.dumps(document, indent=4)", id="pretty-printed"),
        pytest.param(
            'content_type="application/json")',
            'headers={"CONTENT-TYPE": "application/json"})',
            id="another header case",
        ),
        pytest.param('"application/json"', '"application/json; charset=utf-8"', id="a media type parameter"),
    ],
)
def test_what_changes_no_meaning_raises_no_alarm(proven_team: Team, old: str, new: str) -> None:
    proven_team.edit(PROVIDER, old, new)

    assert verified(proven_team) == ()


def test_a_secret_in_a_cassette_is_red_and_not_repeated(
    proven_team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WEATHER_KEY", "s3cret-key")
    proven_team.edit(CASSETTE, "{{secret:valid}}", "s3cret-key")

    findings = results(proven_team)["cassettes"].findings

    assert ("cassette-leak", CASSETTE) in {(each.code, each.place) for each in findings}
    assert "s3cret-key" not in repr(findings)


def test_a_cassette_that_was_edited_by_hand_is_red(proven_team: Team) -> None:
    proven_team.edit(CASSETTE, "take an umbrella", "take a hat")

    assert [(each.code, each.place) for each in results(proven_team)["cassettes"].findings] == [
        ("cassette-edited", CASSETTE)
    ]


def test_a_pact_that_was_edited_by_hand_is_red(proven_team: Team) -> None:
    proven_team.edit(PACT, "take an umbrella", "take a hat")

    assert [(each.code, each.place) for each in results(proven_team)["pacts"].findings] == [
        ("pact-edited", PACT)
    ]


def test_a_scenario_without_a_cassette_is_red(proven_team: Team) -> None:
    proven_team.remove(CASSETTE)

    assert [(each.code, each.scenario) for each in results(proven_team)["cassettes"].findings] == [
        ("cassette-missing", RAIN)
    ]


def test_a_cassette_without_a_scenario_is_red(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", f'"{RAIN}"', '"it rains"')

    found = {(each.code, each.scenario) for each in results(proven_team)["cassettes"].findings}

    assert found == {("cassette-missing", "it rains"), ("cassette-orphan", RAIN)}


def test_an_expired_cassette_could_not_be_checked(proven_team: Team) -> None:
    proven_team.append("pyproject.toml", "\n[tool.troth.max_age]\nweather = 30\n")
    proven_team.edit(CASSETTE, "simulated: true", "simulated: false")

    findings = results(proven_team)["cassettes"].findings

    assert ("cassette-expired", Verdict.UNCHECKED) in {(each.code, each.verdict) for each in findings}


def test_a_stale_document_is_red(proven_team: Team) -> None:
    proven_team.edit("contracts/weather/operations.py", 'version="1"', 'version="2"')

    assert [each.verdict for each in results(proven_team)["openapi"].findings] == [Verdict.BROKEN]


def test_a_changed_contract_makes_the_recording_red(proven_team: Team) -> None:
    proven_team.edit("contracts/weather/payloads.py", 'RAIN = "rain"', 'RAIN = "drizzle"')

    assert ("field-enum", RAIN, FORECAST, "$.days[0].sky") in places(
        results(proven_team)["cassettes"].findings
    )
