"""``check``: every step, for every API, and none of them green for nothing."""

from __future__ import annotations

import pytest

from tests.support.facts import NOON
from tests.support.workspaces import Team
from tests.support.workspaces import own_modules as own_modules
from tests.support.workspaces import proven_files as proven_files
from tests.support.workspaces import proven_team as proven_team
from tests.support.workspaces import weather_recorded as weather_recorded
from troth.check import check
from troth.errors import BrokenFile
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.exchange import SourceKind

ALERTS = "an alert is set, read and dropped"


def checked(team: Team) -> dict[str, StepResult]:
    workspace = team.workspace()
    return {result.step: result for result in check(workspace, [workspace.api("weather")], now=NOON)}


def found(team: Team) -> list[Finding]:
    return [finding for result in checked(team).values() for finding in result.findings]


def test_a_recorded_workspace_is_proven_at_every_step(proven_team: Team) -> None:
    results = checked(proven_team)

    assert {name: result.findings for name, result in results.items()} == {
        "contract": (),
        "openapi": (),
        "scenarios": (),
        "cassettes": (),
        "pacts": (),
        "verification": (),
    }


def test_every_step_says_how_much_it_did(proven_team: Team) -> None:
    results = checked(proven_team)

    assert {name: (it.counts.attempted, it.counts.matched, it.unit) for name, it in results.items()} == {
        "contract": (4, 4, "operations"),
        "openapi": (1, 1, "documents"),
        "scenarios": (4, 4, "scenarios"),
        "cassettes": (6, 6, "interactions"),
        "pacts": (6, 6, "interactions"),
        "verification": (6, 6, "interactions"),
    }


def test_evidence_says_where_it_comes_from(proven_team: Team) -> None:
    results = checked(proven_team)

    assert {each.kind for each in results["cassettes"].evidence} == {SourceKind.SIMULATED}
    assert {each.kind for each in results["verification"].evidence} == {SourceKind.VERIFIED}


def test_a_scenario_without_an_assertion_is_red(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", "    assert read == made\n", "")
    proven_team.edit("consumers/weather/scenarios.py", "    assert read.fired is False\n", "    del read\n")

    assert [(each.code, each.scenario, each.verdict) for each in found(proven_team)] == [
        ("scenario-without-assertion", ALERTS, Verdict.BROKEN)
    ]


def test_an_api_without_scenarios_is_red(proven_team: Team) -> None:
    proven_team.write("consumers/weather/scenarios.py", '"""None yet."""\n')

    assert [each.code for each in checked(proven_team)["scenarios"].findings] == ["no-evidence"]


def test_a_workspace_in_which_nothing_was_recorded_is_red(proven_team: Team) -> None:
    proven_team.remove("cassettes")
    proven_team.remove("contracts/weather/pacts")

    results = checked(proven_team)

    assert {name for name, result in results.items() if result.verdict is Verdict.BROKEN} == {
        "cassettes",
        "pacts",
        "verification",
    }


def test_without_a_provider_verification_could_not_be_checked(proven_team: Team) -> None:
    proven_team.remove("providers")

    assert [(each.code, each.verdict) for each in found(proven_team)] == [
        ("provider-missing", Verdict.UNCHECKED)
    ]


def test_a_provider_that_does_not_come_up_could_not_be_checked(proven_team: Team) -> None:
    proven_team.edit("providers/weather/provider.py", "    service = Weather()", "    service = Wether()")

    (finding,) = found(proven_team)

    assert (finding.code, finding.verdict) == ("provider-unavailable", Verdict.UNCHECKED)
    assert "did not come up: NameError: name 'Wether' is not defined" in finding.message


def test_what_this_machine_cannot_show_could_not_be_checked(proven_team: Team) -> None:
    proven_team.edit(
        "providers/weather/provider.py",
        '        credentials={"valid": KEY},',
        '        credentials={"valid": KEY},\n        unavailable={"radar": "no dish is connected"},',
    )

    (finding,) = found(proven_team)

    assert (finding.code, finding.scenario, finding.verdict) == (
        "unavailable-here",
        "radar",
        Verdict.UNCHECKED,
    )
    assert finding.message == "this machine cannot show radar: no dish is connected"


def test_a_broken_provider_is_found_and_named(proven_team: Team) -> None:
    proven_team.edit("providers/weather/provider.py", '"city": city, "units"', '"town": city, "units"')

    result = checked(proven_team)["verification"]

    assert result.verdict is Verdict.BROKEN
    assert ("GET /cities/{city}/forecast", "$.city") in {
        (each.operation, each.path) for each in result.findings
    }
    assert all(each.reproduce for each in result.findings)


def test_a_corrupt_cassette_is_an_error_with_its_place(proven_team: Team) -> None:
    proven_team.write("cassettes/weather/a_wrong_key_is_refused.yaml", "interactions: [\n")

    with pytest.raises(BrokenFile, match=r"cassettes/weather/a_wrong_key_is_refused\.yaml:\d+"):
        checked(proven_team)


@pytest.mark.parametrize(
    "counts", [pytest.param(Counts(), id="none"), pytest.param(Counts(attempted=3), id="none decided")]
)
def test_a_step_that_did_nothing_is_red(
    counts: Counts, monkeypatch: pytest.MonkeyPatch, proven_team: Team
) -> None:
    monkeypatch.setattr("troth.check.STEPS", (lambda _: StepResult("pacts", "weather", counts),))

    assert [each.code for each in found(proven_team)] == ["no-evidence"]
