"""A service of our own exports its OpenAPI document, and the contract must agree with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.facts import NOON
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.check import check
from troth.errors import BrokenFile, UnknownName
from troth.evidence import StepResult, Verdict

FILE = "contracts/weather/openapi.json"
FORECAST = "/cities/{city}/forecast"


def exported(team: Team, change: Callable[[Any], object] = lambda document: document) -> Team:
    """The workspace with the setting, and the document as the service exports it: with words of its own."""
    document = json.loads(team.read(FILE))
    document["info"]["description"] = "The forecast of every city."
    change(document)
    team.write(FILE, json.dumps(document))
    team.append("pyproject.toml", '\n[tool.troth.openapi]\nweather = "exported"\n')
    return team


def step(team: Team) -> StepResult:
    workspace = team.workspace()
    results = check(workspace, [workspace.api("weather")], now=NOON)
    return next(result for result in results if result.step == "openapi")


def rename(document: Any) -> None:
    """Give a field of the forecast another name."""
    forecast = document["components"]["schemas"]["Forecast"]
    forecast["properties"]["town"] = forecast["properties"].pop("city")
    forecast["required"] = ["town" if name == "city" else name for name in forecast["required"]]


def test_a_document_in_other_words_is_proven_field_by_field(proven_team: Team) -> None:
    found = step(exported(proven_team))

    assert (found.findings, found.unit) == ((), "fields")
    assert found.counts.matched == found.counts.attempted > 10


def test_the_same_document_is_stale_where_the_contract_generates_it(proven_team: Team) -> None:
    exported(proven_team).edit("pyproject.toml", '"exported"', '"generated"')

    found = step(proven_team)

    assert [finding.code for finding in found.findings] == ["openapi-stale"]


def test_a_field_that_the_service_has_renamed_is_broken(proven_team: Team) -> None:
    found = step(exported(proven_team, rename))

    broken = {finding.path: finding for finding in found.findings if finding.verdict is Verdict.BROKEN}
    assert any(path.endswith("$.city") for path in broken)
    assert {finding.operation for finding in broken.values()} == {f"GET {FORECAST}"}
    assert all(f"troth drift weather --spec {FILE}" in finding.reproduce for finding in broken.values())


def test_an_operation_that_the_service_no_longer_has_is_broken(proven_team: Team) -> None:
    found = step(exported(proven_team, lambda document: document["paths"].pop(FORECAST)))

    assert [(finding.code, finding.operation) for finding in found.findings] == [
        ("drift-undocumented", f"GET {FORECAST}")
    ]


def test_a_difference_that_is_accepted_is_not_told(proven_team: Team) -> None:
    exported(proven_team, lambda document: document["paths"].pop(FORECAST))
    proven_team.append(
        "pyproject.toml",
        '\n[[tool.troth.drift]]\napi = "weather"\ncode = "drift-undocumented"\npath = "operation"\n'
        'reason = "the service is to have it next week"\n',
    )

    found = step(proven_team)

    assert found.findings == ()


def test_a_document_that_is_not_there_is_missing(proven_team: Team) -> None:
    exported(proven_team).remove(FILE)

    [finding] = step(proven_team).findings

    assert (finding.code, finding.verdict) == ("openapi-missing", Verdict.BROKEN)
    assert "its service exports" in finding.message
    assert finding.reproduce == ""


def test_a_file_that_is_no_document_is_told_by_its_name(proven_team: Team) -> None:
    exported(proven_team).write(FILE, "[]")

    with pytest.raises(BrokenFile) as caught:
        step(proven_team)

    assert FILE in str(caught.value)


def test_troth_openapi_leaves_it_as_it_is(proven_files: Team) -> None:
    exported(proven_files)
    before = proven_files.read(FILE)

    ran = proven_files.troth("openapi")

    assert (ran.status, proven_files.read(FILE)) == (0, before)
    assert ran.out == f"left {FILE} as it is: the service of weather exports it\n"


def test_troth_check_tells_of_a_renamed_field_with_1(proven_files: Team) -> None:
    exported(proven_files, rename)

    ran = proven_files.troth("check", "weather")

    assert ran.status == 1
    assert f"GET {FORECAST}" in ran.out


def test_the_setting_names_apis_that_are_there(proven_team: Team) -> None:
    proven_team.append("pyproject.toml", '\n[tool.troth.openapi]\nwether = "exported"\n')

    with pytest.raises(UnknownName) as caught:
        proven_team.workspace()

    assert "tool.troth.openapi" in str(caught.value)


def test_the_setting_has_two_values(proven_team: Team) -> None:
    proven_team.append("pyproject.toml", '\n[tool.troth.openapi]\nweather = "imported"\n')

    with pytest.raises(BrokenFile) as caught:
        proven_team.workspace()

    assert "openapi.weather" in str(caught.value)
