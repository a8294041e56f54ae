"""Each way in which cassettes can stop proving what they say is red, and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.support.workspaces import Team
from troth.cassettes import check_cassettes
from troth.cassettes.model import Cassette
from troth.cassettes.read import load
from troth.cassettes.write import save
from troth.errors import BrokenFile, ContractProblem
from troth.evidence import StepResult, Verdict
from troth.exchange import Exchange, SourceKind
from troth.workspace import Settings, Workspace

ALERT = "cassettes/weather/an_alert_is_set_read_and_dropped.yaml"
RAIN = "cassettes/weather/a_forecast_tells_of_rain.yaml"
NOW = datetime(2030, 1, 1, tzinfo=UTC)


def _check(team: Team, *, max_age: int | None = None, now: datetime = NOW) -> StepResult:
    found = team.workspace()
    ages = {} if max_age is None else {"weather": max_age}
    workspace = Workspace(found.root, Settings(max_age=ages))
    return check_cassettes(workspace, workspace.api("weather"), now=now)


def _codes(result: StepResult) -> list[str]:
    return [finding.code for finding in result.findings]


def _cassette(team: Team, path: str) -> Cassette:
    return load(team.root / path)


def _change(team: Team, path: str, old: str, new: str) -> Cassette:
    """Change the answer of the first step, and seal the cassette as if troth had recorded it so."""
    recorded = _cassette(team, path)
    first, *rest = recorded.exchanges
    assert old.encode() in first.response.body
    body = first.response.body.replace(old.encode(), new.encode())
    return save(_with(recorded, [replace(first, response=replace(first.response, body=body)), *rest]))


def _with(recorded: Cassette, exchanges: Sequence[Exchange]) -> Cassette:
    return replace(recorded, exchanges=tuple(exchanges))


def _recorded_at(team: Team, path: str, when: datetime, *, simulated: bool) -> None:
    recorded = _cassette(team, path)
    changed = {"recorded_at": when, "simulated": simulated}
    save(replace(recorded, provenance=recorded.provenance.model_copy(update=changed)))


def test_what_was_recorded_is_proven(proven_team: Team) -> None:
    result = _check(proven_team)

    assert (result.verdict, result.findings) == (Verdict.PROVEN, ())
    assert (result.counts.attempted, result.counts.decided, result.counts.matched) == (6, 6, 6)


def test_each_exchange_is_evidence(proven_team: Team) -> None:
    evidence = [each for each in _check(proven_team).evidence if each.place == f"{ALERT}#2"]

    assert [(each.operation, each.status, each.kind) for each in evidence] == [
        ("GET /alerts/{alert}", 200, SourceKind.SIMULATED)
    ]
    assert evidence[0].when == _cassette(proven_team, ALERT).provenance.recorded_at


def test_a_scenario_without_a_cassette(proven_team: Team) -> None:
    (proven_team.root / RAIN).unlink()

    (finding,) = _check(proven_team).findings

    assert (finding.code, finding.scenario) == ("cassette-missing", "a forecast tells of rain")
    assert finding.reproduce == 'troth record weather "a forecast tells of rain"'


def test_a_cassette_without_a_scenario(proven_team: Team) -> None:
    (proven_team.root / RAIN).rename(proven_team.root / "cassettes/weather/left_over.yaml")

    assert sorted(_codes(_check(proven_team))) == ["cassette-missing", "cassette-orphan"]


def test_a_cassette_in_a_folder_below_is_no_hiding_place(proven_team: Team) -> None:
    proven_team.write("cassettes/weather/old/left_over.yml", proven_team.read(RAIN))

    assert _codes(_check(proven_team)) == ["cassette-orphan"]


def test_a_cassette_that_was_edited_by_hand(proven_team: Team) -> None:
    proven_team.edit(RAIN, "Paris", "Lyons")

    (finding,) = [each for each in _check(proven_team).findings if each.code == "cassette-edited"]

    assert finding.place == RAIN


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('"fired": false', '"tired": false', "field-missing", "$.fired"),
        ('"fired": false', '"fired": 0', "field-type", "$.fired"),
        ('"fired": false', '"fired": null', "field-null", "$.fired"),
        ('"above": 30', '"above": 31', "echo-differs", "$.above"),
    ],
)
def test_an_answer_that_breaks_the_contract(
    proven_team: Team, old: str, new: str, code: str, path: str
) -> None:
    _change(proven_team, ALERT, old, new)

    (finding,) = _check(proven_team).findings

    assert (finding.code, finding.path, finding.operation) == (code, path, "POST /alerts")
    assert (finding.place, finding.verdict) == (f"{ALERT}#1", Verdict.BROKEN)
    assert "" not in (finding.expected, finding.actual)
    assert finding.reproduce == 'troth record weather "an alert is set, read and dropped"'


def test_a_broken_exchange_is_broken_evidence(proven_team: Team) -> None:
    _change(proven_team, ALERT, '"fired": false', '"fired": 0')

    result = _check(proven_team)

    assert [each.place for each in result.evidence if each.verdict is Verdict.BROKEN] == [f"{ALERT}#1"]
    assert result.counts.matched == 5


def test_a_secret_in_a_cassette(proven_team: Team) -> None:
    _change(proven_team, ALERT, '"email": "redacted-1"', '"email": "ada@example.com"')

    leaks = [each for each in _check(proven_team).findings if each.code == "cassette-leak"]

    assert (leaks[0].place, leaks[0].path) == (f"{ALERT}#1", "response body")
    assert "ada@example.com" not in str(leaks)


def test_a_credential_in_a_cassette(proven_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEATHER_KEY", "wk-71b2c9d4")
    _change(proven_team, RAIN, '"city": "Paris"', '"city": "wk-71b2c9d4"')

    (leak,) = [each for each in _check(proven_team).findings if each.code == "cassette-leak"]

    assert "$WEATHER_KEY" in leak.message
    assert "wk-71b2c9d4" not in str(leak)


def test_a_value_that_was_not_redacted(proven_team: Team) -> None:
    recorded = _cassette(proven_team, RAIN)
    save(replace(recorded, provenance=recorded.provenance.model_copy(update={"values": {"id": "private-1"}})))

    (leak,) = _check(proven_team).findings

    assert (leak.code, leak.path) == ("cassette-leak", "values id")


def test_an_empty_cassette(proven_team: Team) -> None:
    save(_with(_cassette(proven_team, RAIN), []))

    assert _codes(_check(proven_team)) == ["scenario-without-exchange"]


def test_an_expired_recording_could_not_be_checked(proven_team: Team) -> None:
    _recorded_at(proven_team, RAIN, NOW - timedelta(days=31), simulated=False)

    result = _check(proven_team, max_age=30)

    (finding,) = result.findings
    assert (finding.code, finding.verdict) == ("cassette-expired", Verdict.UNCHECKED)
    assert (finding.expected, finding.actual) == ("at most 30 days", "31 days")
    assert finding.reproduce.endswith("--live")
    assert (result.counts.decided, result.counts.skipped) == (5, 1)


def test_what_a_fake_said_does_not_age(proven_team: Team) -> None:
    _recorded_at(proven_team, RAIN, NOW - timedelta(days=3100), simulated=True)

    assert _check(proven_team, max_age=30).findings == ()


def test_a_corrupt_cassette_stops_the_check(proven_team: Team) -> None:
    proven_team.write(RAIN, "interactions: [")

    with pytest.raises(BrokenFile, match=r"a_forecast_tells_of_rain\.yaml:\d+: it is not YAML"):
        _check(proven_team)


def test_two_scenarios_never_share_a_cassette(proven_team: Team) -> None:
    proven_team.edit(
        "consumers/weather/scenarios.py",
        '"a wrong key is refused"',
        '"a city, that nobody knows, is refused!"',
    )

    with pytest.raises(ContractProblem, match=r"would share a_city_that_nobody_knows_is_refused\.yaml"):
        _check(proven_team)


def test_nothing_recorded_is_red_for_each_scenario(weather_team: Team) -> None:
    assert _codes(_check(weather_team)) == ["cassette-missing"] * 4


def test_temporary_files_are_no_cassettes(proven_team: Team) -> None:
    Path(proven_team.root / "cassettes/weather/.x.yaml.abc.tmp").write_text("half", encoding="utf-8")
    Path(proven_team.root / "cassettes/weather/.x.yaml").write_text("half", encoding="utf-8")

    assert _check(proven_team).findings == ()
