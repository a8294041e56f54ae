"""Which errors of an API no test reaches."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.quality.triage.conftest import Troth
from tests.quality.triage.facts import report, suite
from tests.support.facts import seen
from tests.support.workspaces import Team
from troth.api import Api, Empty
from troth.evidence import Verdict
from troth.evidence_store import append_evidence
from troth.quality.triage.answers import unreached
from troth.quality.triage.suite import Suite


@pytest.fixture
def weather(weather_team: Team) -> Team:
    """The weather team's workspace, of which somebody measured a file."""
    (weather_team.root / "coverage.json").write_bytes(report())
    return weather_team


def missing(team: Team, tests: Suite | None = None) -> set[tuple[str, int]]:
    apis = team.workspace().apis.values()
    return {(each.operation, each.status) for each in unreached(apis, (), tests or Suite())}


def test_every_declared_error_is_missing_where_nothing_is_known(weather: Team) -> None:
    api = weather.workspace().api("weather")
    declared = {(each.label, status) for each in api.everything for status in each.answers if status >= 400}

    assert missing(weather) == declared
    assert declared


def test_answers_from_400_on_are_errors() -> None:
    api = Api("till", server="https://till.example")
    api.get("/coins", name="coins", responses={200: Empty, 399: Empty, 400: Empty, 503: Empty})

    found = unreached([api], (), Suite())

    assert [each.status for each in found] == [400, 503]


def test_an_error_that_evidence_shows_is_reached(weather: Team) -> None:
    api = weather.workspace().api("weather")
    [(label, status), *others] = sorted(missing(weather))

    found = unreached([api], [seen(label, status)], Suite())

    assert {(each.operation, each.status) for each in found} == set(others)


@pytest.mark.parametrize("verdict", [Verdict.BROKEN, Verdict.UNCHECKED])
def test_evidence_that_did_not_hold_shows_nothing(weather: Team, verdict: Verdict) -> None:
    api = weather.workspace().api("weather")
    label, status = min(missing(weather))

    found = unreached([api], [seen(label, status, verdict=verdict)], Suite())

    assert (label, status) in {(each.operation, each.status) for each in found}


def test_evidence_of_another_api_shows_nothing(weather: Team) -> None:
    api = weather.workspace().api("weather")
    label, status = min(missing(weather))

    found = unreached([api], [seen(label, status, api="climate")], Suite())

    assert (label, status) in {(each.operation, each.status) for each in found}


REPLIES = {
    "a reply": "def test_it(weather): weather.reply({name}, {status}, None)",
    "a reply of a module": (
        "from contracts.weather import operations\n"
        "def test_it(weather): weather.reply(operations.{name}, {status})"
    ),
    "a reply by name": "def test_it(weather): weather.reply(weather.api.named('{name}'), {status})",
    "a fault": "def test_it(weather): weather.fault('http_{status}', operation={name})",
    "a status that is a parameter": (
        "import pytest\n@pytest.mark.parametrize('status', [200, {status}])\n"
        "def test_it(weather, status): weather.reply({name}, status)"
    ),
}

NO_REPLIES = {
    "another status": "def test_it(weather): weather.reply({name}, 499)",
    "another operation": "def test_it(weather): weather.reply(another, {status})",
    "another API": (
        "from contracts.climate.operations import {name}\n"
        "def test_it(climate): climate.reply({name}, {status})"
    ),
    "a fault of any operation": "def test_it(weather): weather.fault('http_{status}')",
    "outside of a test": "def helper(weather): weather.reply({name}, {status})",
}


def errors_beside(team: Team, root: Path, source: str) -> tuple[tuple[str, int], set[tuple[str, int]]]:
    """An error of the API, and those that are missing beside a test of that source."""
    api = team.workspace().api("weather")
    first = unreached([api], (), Suite())[0]
    text = source.format(name=first.name, status=first.status)
    return (first.operation, first.status), missing(team, suite(root, {"test_it.py": f"{text}\n"}))


@pytest.mark.parametrize("what", REPLIES)
def test_an_error_that_a_test_makes_is_reached(weather: Team, tmp_path: Path, what: str) -> None:
    error, found = errors_beside(weather, tmp_path / "made", REPLIES[what])

    assert found == missing(weather) - {error}


@pytest.mark.parametrize("what", NO_REPLIES)
def test_what_is_not_that_error_does_not_reach_it(weather: Team, tmp_path: Path, what: str) -> None:
    _, found = errors_beside(weather, tmp_path / "made", NO_REPLIES[what])

    assert found == missing(weather)


def test_the_plan_ends_with_the_errors_that_no_test_reaches(troth: Troth, weather: Team) -> None:
    shown = sorted(missing(weather))
    append_evidence(weather.root / ".troth/evidence.jsonl", [seen(*shown[0])])

    ran = troth("triage")

    assert "Errors of an API that no test reaches:\n  weather  " in ran.out
    assert f"{len(shown) - 1} errors of APIs without a test" in ran.out


def test_evidence_of_another_run_counts(troth: Troth, weather: Team) -> None:
    shown = sorted(missing(weather))
    append_evidence(weather.root / "ci.jsonl", [seen(*each) for each in shown])

    ran = troth("triage", "--evidence", "ci.jsonl", "--format", "json")

    assert json.loads(ran.out)["unreached"] == []
