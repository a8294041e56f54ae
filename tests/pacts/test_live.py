"""Scenarios run against a service that is not ours: here the fake, taken for one."""

from __future__ import annotations

from dataclasses import replace

from tests.pacts import breaks
from tests.pacts.breaks import Change, changed_provider
from tests.support.workspaces import Team
from troth.evidence import Counts, StepResult, Verdict
from troth.exchange import SourceKind
from troth.pacts.live import ordered, verify_live

READING = "a wrong key is refused"
WRITING = "an alert is set, read and dropped"
CLEANUP = "writes=True, cleanup=lambda server: None"


def ran(team: Team, *names: str, change: Change = breaks.unchanged, held: tuple[str, ...] = ()) -> StepResult:
    workspace = team.workspace()
    api = workspace.api("weather")
    scenarios = [workspace.scenario(api, name) for name in names] or list(workspace.scenarios(api))
    with changed_provider(workspace, api, change) as target:
        live = replace(target, kind=SourceKind.LIVE, states=None, held=frozenset(held), suffix="a1b2")
        return verify_live(api, live, scenarios)


def test_a_scenario_that_holds_is_live_evidence(proven_team: Team) -> None:
    result = ran(proven_team, "a city that nobody knows is refused")

    assert result.findings == ()
    assert [(each.kind, each.status) for each in result.evidence] == [(SourceKind.LIVE, 404)]


def test_a_state_that_cannot_be_set_is_listed(proven_team: Team) -> None:
    result = ran(proven_team, READING)

    assert [(each.code, each.verdict) for each in result.findings] == [("not-verified", Verdict.UNCHECKED)]
    assert result.counts == Counts(1, 0, 0, 1)


def test_a_state_that_holds_anyway_is_enough(proven_team: Team) -> None:
    assert ran(proven_team, READING, held=("it rains in Paris",)).findings == ()


def test_a_scenario_that_writes_without_clean_up_does_not_run(proven_team: Team) -> None:
    result = ran(proven_team, WRITING)

    assert [(each.code, each.verdict) for each in result.findings] == [
        ("live-without-cleanup", Verdict.UNCHECKED)
    ]
    assert result.evidence == ()


def test_scenarios_that_only_read_come_first(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", "writes=True", CLEANUP)
    workspace = proven_team.workspace()
    scenarios = workspace.scenarios(workspace.api("weather"))

    running, refused = ordered(reversed(scenarios))

    assert running[-1].name == WRITING
    assert refused == []


def test_every_answer_is_judged(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", "writes=True", CLEANUP)

    result = ran(proven_team, WRITING, change=breaks.on_key("id", lambda document: document.update(fired=0)))

    assert ("field-type", "$.fired") in {(each.code, each.path) for each in result.findings}


def test_a_scenario_that_fails_is_told_without_what_came(proven_team: Team) -> None:
    name = "a city that nobody knows is refused"

    result = ran(proven_team, name, change=breaks.status(404, 401))

    assert [each.code for each in result.findings] == ["scenario-failed"]
    assert "AssertionError" in result.findings[0].message
    assert result.findings[0].reproduce == f"troth verify weather '{name}' --live"


def test_a_clean_up_that_fails_is_told(proven_team: Team) -> None:
    proven_team.edit("consumers/weather/scenarios.py", "writes=True", "writes=True, cleanup=lambda _: 1 / 0")

    assert [each.code for each in ran(proven_team, WRITING).findings] == ["cleanup-failed"]


def test_nothing_to_run_is_red(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")
    with changed_provider(workspace, api, breaks.unchanged) as target:
        result = verify_live(api, target, [])

    assert [each.code for each in result.findings] == ["no-evidence"]
    assert result.verdict is Verdict.BROKEN
