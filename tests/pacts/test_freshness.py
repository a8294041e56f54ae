from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.workspaces import Team
from troth.errors import BrokenFile
from troth.evidence import Counts, StepResult, Verdict
from troth.exchange import SourceKind
from troth.pacts.freshness import check_pacts
from troth.pacts.write import write_pacts

PACT = "contracts/weather/pacts/weather-app-weather.json"
ALERT = "an alert is set, read and dropped"


def checked(team: Team) -> StepResult:
    workspace = team.workspace()
    return check_pacts(workspace, workspace.api("weather"))


def rewritten(team: Team, change: Callable[[dict[str, Any]], None]) -> None:
    document = json.loads(team.read(PACT))
    change(document)
    team.write(PACT, json.dumps(document, indent=2))


def test_a_pact_that_the_recordings_give_is_proven_offline(proven_team: Team) -> None:
    result = checked(proven_team)

    assert result.verdict is Verdict.PROVEN
    assert result.counts == Counts(6, 6, 6)
    assert {each.kind for each in result.evidence} == {SourceKind.PACT}


def test_a_missing_pact_is_red(proven_team: Team) -> None:
    proven_team.remove(PACT)

    result = checked(proven_team)

    assert [each.code for each in result.findings] == ["pact-missing"]
    assert result.findings[0].place == PACT
    assert result.findings[0].reproduce == "troth record weather"


def test_a_pact_edited_by_hand_is_red_although_its_rules_still_hold(proven_team: Team) -> None:
    proven_team.edit(PACT, '"take an umbrella"', '"take a hat"')

    assert [each.code for each in checked(proven_team).findings] == ["pact-edited"]


def test_a_loosened_rule_is_red_and_named(proven_team: Team) -> None:
    proven_team.edit(PACT, "metric|imperial", "metric|imperial|kelvin")

    findings = checked(proven_team).findings

    assert {each.code for each in findings} == {"pact-edited", "pact-stale"}
    assert findings[1].scenario == "a forecast tells of rain"
    assert findings[1].operation == "1. forecast answers 200"
    assert findings[1].path.startswith("$.response.matchingRules.body")


def test_a_pact_without_interactions_is_red(proven_team: Team) -> None:
    rewritten(proven_team, lambda document: document.update(interactions=[]))

    assert "pact-empty" in {each.code for each in checked(proven_team).findings}


def test_a_scenario_that_the_pact_lacks_is_red(proven_team: Team) -> None:
    rewritten(proven_team, lambda document: document["interactions"].pop(0))

    findings = checked(proven_team).findings

    assert ("pact-stale", "a forecast tells of rain") in {(each.code, each.scenario) for each in findings}


def test_interactions_of_a_scenario_that_is_gone_are_red(proven_team: Team) -> None:
    proven_team.remove("cassettes/weather/a_wrong_key_is_refused.yaml")

    findings = checked(proven_team).findings

    assert [(each.code, each.scenario) for each in findings] == [("pact-stale", "a wrong key is refused")]


def test_the_pact_of_a_consumer_that_is_gone_is_red(proven_team: Team) -> None:
    proven_team.write("contracts/weather/pacts/old-app-weather.json", proven_team.read(PACT))

    assert [each.code for each in checked(proven_team).findings] == ["pact-orphan"]


def test_a_contract_that_asks_for_more_makes_the_pact_stale(proven_team: Team) -> None:
    proven_team.edit("contracts/weather/payloads.py", 'METRIC = "metric"', 'METRIC = "metric"\n    SI = "si"')

    findings = checked(proven_team).findings

    assert {(each.code, each.scenario) for each in findings} == {("pact-stale", "a forecast tells of rain")}


def test_a_recording_that_breaks_the_contract_gives_no_pact(proven_team: Team) -> None:
    proven_team.edit("contracts/weather/operations.py", "401: Problem, 422: Problem", "422: Problem")
    proven_team.edit("contracts/weather/operations.py", "responses={201: Alert,", "responses={200: Alert,")

    findings = checked(proven_team).findings

    assert [(each.code, each.scenario) for each in findings] == [("pact-not-generated", ALERT)]


def test_a_client_that_asks_for_something_else_is_red(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/client.py", '"units": units.value', '"units": "imperial"')

    findings = checked(proven_team).findings

    assert {(each.code, each.scenario) for each in findings} == {
        ("pact-not-proven", "a forecast tells of rain"),
        ("pact-not-proven", "a city that nobody knows is refused"),
        ("pact-not-proven", "a wrong key is refused"),
    }


def test_a_step_that_the_scenario_no_longer_asks_for_is_red(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", "        client.drop_alert(made.id)\n", "")

    findings = checked(proven_team).findings

    assert [(each.code, each.message) for each in findings] == [
        ("pact-not-proven", "the scenario never asked for step 3. drop_alert answers 204")
    ]


def test_a_step_that_the_pact_lacks_is_red(proven_team: Team) -> None:
    drop = "        client.drop_alert(made.id)\n"
    proven_team.edit("consumers/weather/scenarios.py", drop, drop + "        client.alert(made.id)\n")

    findings = checked(proven_team).findings

    assert [each.code for each in findings] == ["pact-not-proven"]
    assert "GET /alerts/{alert}" in findings[0].message


def test_a_client_that_sends_the_wrong_token_is_red(proven_team: Team) -> None:
    """The alert of another one would pass for a pattern; the pact asks for the one that was handed out."""
    other = '"00000000-0000-4000-8000-0000000000ff"'
    proven_team.edit("consumers/weather/scenarios.py", "client.alert(made.id)", f"client.alert({other})")

    findings = checked(proven_team).findings
    assert [(each.code, each.path) for each in findings] == [("pact-not-proven", "method or path")]


def test_a_pact_that_is_no_json_names_its_line(proven_team: Team) -> None:
    proven_team.edit(PACT, '"interactions": [', '"interactions": [[')

    with pytest.raises(BrokenFile, match=r"weather-app-weather\.json:\d+: it is not JSON"):
        checked(proven_team)


def test_writing_again_changes_nothing(proven_team: Team) -> None:
    before = proven_team.read(PACT)
    workspace = proven_team.workspace()

    result = write_pacts(workspace, workspace.api("weather"))

    assert result.findings == ()
    assert proven_team.read(PACT) == before
