"""Pacts that others wrote, V2 to V4."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.pacts import breaks
from tests.pacts.breaks import Change, changed_provider
from tests.support.workspaces import Team
from troth.errors import BrokenFile
from troth.evidence import Counts, StepResult, Verdict
from troth.pacts.foreign import verify_files

REQUEST = {
    "method": "GET",
    "path": "/cities/Paris/forecast",
    "headers": {"X-Api-Key": "weather-key-of-the-fake"},
}
RESPONSE = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"city": "Paris"}}
V2: Mapping[str, Any] = {
    "version": "2.0.0",
    "interaction": {
        "providerState": "it rains in Paris",
        "request": {**REQUEST, "query": "units=metric"},
        "response": RESPONSE,
    },
}
V3: Mapping[str, Any] = {
    "version": "3.0.0",
    "interaction": {
        "providerStates": [{"name": "it rains in Paris"}],
        "request": {**REQUEST, "query": {"units": ["metric"]}},
        "response": RESPONSE,
    },
}
V4: Mapping[str, Any] = {
    "version": "4.0",
    "interaction": {
        "type": "Synchronous/HTTP",
        "providerStates": [{"name": "it rains in Paris"}],
        "request": {
            **REQUEST,
            "headers": {"X-Api-Key": ["weather-key-of-the-fake"]},
            "query": {"units": ["metric"]},
        },
        "response": {
            "status": 200,
            "headers": {"Content-Type": ["application/json"]},
            "body": {"content": {"city": "Paris"}, "contentType": "application/json", "encoded": False},
        },
    },
}


def written(team: Team, version: Mapping[str, Any], *, state: str = "") -> Path:
    text = json.dumps(
        {
            "consumer": {"name": "theirs"},
            "provider": {"name": "weather"},
            "interactions": [{"description": "a forecast", **version["interaction"]}],
            "metadata": {"pactSpecification": {"version": version["version"]}},
        }
    )
    return team.write("theirs.json", text.replace("it rains in Paris", state or "it rains in Paris"))


def verified(team: Team, path: Path, change: Change = breaks.unchanged) -> StepResult:
    workspace = team.workspace()
    api = workspace.api("weather")
    with changed_provider(workspace, api, change) as target:
        return verify_files(api, target, [path])


@pytest.mark.parametrize("version", [V2, V3, V4], ids=["V2", "V3", "V4"])
def test_a_pact_of_others_is_verified(proven_team: Team, version: Mapping[str, Any]) -> None:
    result = verified(proven_team, written(proven_team, version))

    assert result.findings == ()
    assert result.counts == Counts(1, 1, 1)
    assert [each.operation for each in result.evidence] == ["GET /cities/{city}/forecast"]


@pytest.mark.parametrize("version", [V2, V3, V4], ids=["V2", "V3", "V4"])
def test_a_break_of_it_is_named(proven_team: Team, version: Mapping[str, Any]) -> None:
    result = verified(proven_team, written(proven_team, version), breaks.status(200, 404))

    assert ("pact-mismatch", "status") in {(each.code, each.path) for each in result.findings}
    assert result.verdict is Verdict.BROKEN


def test_its_answers_are_judged_as_well(proven_team: Team) -> None:
    result = verified(proven_team, written(proven_team, V3), breaks.put("units", "kelvin"))

    assert [(each.code, each.path) for each in result.findings] == [("field-enum", "$.units")]
    assert result.findings[0].reproduce == f"troth verify weather --pact {proven_team.root / 'theirs.json'}"


def test_a_state_that_nobody_knows_is_told_at_once(proven_team: Team) -> None:
    result = verified(proven_team, written(proven_team, V3, state="it rains in Pari"))

    assert [each.code for each in result.findings] == ["state-unknown"]
    assert "'it rains in Paris'" in result.findings[0].message
    assert result.verdict is Verdict.BROKEN


def test_an_empty_pact_is_red(proven_team: Team) -> None:
    path = proven_team.write(
        "theirs.json", json.dumps({**json.loads(written(proven_team, V3).read_text()), "interactions": []})
    )

    assert [each.code for each in verified(proven_team, path).findings] == ["pact-empty"]


def test_a_pact_older_than_v2_is_refused(proven_team: Team) -> None:
    path = written(proven_team, {**V2, "version": "1.0.0"})

    with pytest.raises(BrokenFile, match=r"of version 1\.0\.0"):
        verified(proven_team, path)
