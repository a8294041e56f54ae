from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.pacts import breaks
from tests.pacts.breaks import Change, changed_provider, chunked_provider
from tests.support.workspaces import Team
from troth.evidence import Counts, StepResult, Verdict
from troth.exchange import Request, Response, SourceKind
from troth.pacts.verify import verify
from troth.target import open_fake


def verified(team: Team, change: Change) -> StepResult:
    workspace = team.workspace()
    api = workspace.api("weather")
    with changed_provider(workspace, api, change) as target:
        return verify(workspace, api, target)


def test_the_provider_of_the_recordings_is_verified(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")
    with open_fake(workspace, api) as target:
        result = verify(workspace, api, target)

    assert result.verdict is Verdict.PROVEN
    assert result.counts == Counts(6, 6, 6)


def test_what_was_verified_is_evidence_of_its_own_kind(proven_team: Team) -> None:
    result = verified(proven_team, breaks.unchanged)

    assert {evidence.kind for evidence in result.evidence} == {SourceKind.VERIFIED}
    assert ("POST /alerts", 201) in {(each.operation, each.status) for each in result.evidence}


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        (breaks.drop("fired"), "field-missing", "$.fired"),
        (breaks.rename("fired", "triggered"), "field-missing", "$.fired"),
        (breaks.put("above", "30"), "field-type", "$.above"),
        (breaks.put("fired", None), "field-null", "$.fired"),
        (breaks.put("units", "kelvin"), "field-enum", "$.units"),
        (breaks.put("days", []), "pact-mismatch", "$.days"),
        (breaks.status(201, 200), "status-undeclared", "status"),
        (breaks.status(404, 401), "pact-mismatch", "status"),
        (breaks.header("Content-Type", "text/html"), "content-type", "header Content-Type"),
        (breaks.body(lambda text: text + b"{"), "body-malformed", "$"),
        (breaks.put("id", "no-uuid"), "field-constraint", "$.id"),
    ],
)
def test_a_break_of_the_provider_is_named(proven_team: Team, change: Change, code: str, path: str) -> None:
    result = verified(proven_team, change)

    assert result.verdict is Verdict.BROKEN
    assert (code, path) in {(finding.code, finding.path) for finding in result.findings}


@pytest.mark.parametrize(
    "change",
    [
        breaks.put("error", "said otherwise"),
        breaks.on_key("id", lambda document: document.update(new_field=[1, {"deep": None}])),
        breaks.on_key("city", lambda document: document.update(sorted(document.items(), reverse=True))),
        breaks.shouted,
        breaks.header("Content-Type", "Application/JSON; charset=UTF-8"),
        breaks.header("X-New", "1"),
        breaks.body(lambda text: json.dumps(json.loads(text), indent=4).encode()),
        breaks.on_key("city", lambda document: document.update(dict(reversed(document.items())))),
    ],
)
def test_a_compatible_change_is_no_alarm(proven_team: Team, change: Change) -> None:
    result = verified(proven_team, change)

    assert result.findings == ()


def test_a_body_in_chunks_is_no_alarm(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")
    with chunked_provider(workspace, api) as target:
        result = verify(workspace, api, target)

    assert result.findings == ()
    assert result.counts == Counts(6, 6, 6)


def test_a_moved_path_is_named(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")

    def moved(request: Request) -> Request:
        return replace(request, url=request.url.replace("/alerts", "/alarms"))

    with changed_provider(workspace, api, breaks.unchanged, asked=moved) as target:
        result = verify(workspace, api, target)

    assert ("POST /alerts", "status") in {(each.operation, each.path) for each in result.findings}


def test_a_verb_that_is_not_served_is_named(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")

    def other_verb(request: Request) -> Request:
        return replace(request, method="PUT" if request.method == "DELETE" else request.method)

    with changed_provider(workspace, api, breaks.unchanged, asked=other_verb) as target:
        result = verify(workspace, api, target)

    assert ("DELETE /alerts/{alert}", "status") in {(each.operation, each.path) for each in result.findings}


def test_a_finding_tells_where_what_and_how_to_see_it_again(proven_team: Team) -> None:
    result = verified(proven_team, breaks.rename("fired", "triggered"))

    finding = result.findings[0]
    assert finding.operation == "POST /alerts"
    assert finding.scenario == "an alert is set, read and dropped"
    assert finding.place == "contracts/weather/pacts/weather-app-weather.json"
    assert finding.reproduce == "troth verify weather 'an alert is set, read and dropped'"


def test_a_break_is_told_once(proven_team: Team) -> None:
    result = verified(proven_team, breaks.put("units", "kelvin"))

    assert [(each.operation, each.path) for each in result.findings] == [
        ("GET /cities/{city}/forecast", "$.units")
    ]


def test_no_value_of_the_provider_is_told(proven_team: Team) -> None:
    result = verified(proven_team, breaks.put("email", 4_711_815))

    assert result.verdict is Verdict.BROKEN
    assert "4711815" not in str(result.findings)


def test_a_refusal_for_want_of_a_credential_is_could_not_check(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")
    with open_fake(workspace, api) as target:
        result = verify(
            workspace,
            api,
            replace(target, secrets={}),
            scenarios=["a forecast tells of rain", "a wrong key is refused"],
        )

    assert [(each.code, each.verdict) for each in result.findings] == [("not-verified", Verdict.UNCHECKED)]
    assert "set $WEATHER_KEY" in result.findings[0].message


def test_one_scenario_alone_is_verified(proven_team: Team) -> None:
    workspace = proven_team.workspace()
    api = workspace.api("weather")
    with open_fake(workspace, api) as target:
        result = verify(workspace, api, target, scenarios=["a wrong key is refused"])

    assert result.counts == Counts(1, 1, 1)


def test_each_answer_is_asked_for_once(proven_team: Team) -> None:
    """The steps before are those that were just verified; none is sent again."""
    calls: list[int] = []

    def counted(response: Response) -> Response:
        calls.append(response.status)
        return response

    verified(proven_team, counted)

    assert calls == [200, 404, 401, 201, 200, 204]


def test_a_step_that_fails_leaves_the_later_ones_to_a_replay(proven_team: Team) -> None:
    result = verified(proven_team, breaks.status(201, 202))

    assert {(each.code, each.verdict) for each in result.findings} == {
        ("status-undeclared", Verdict.BROKEN),
        ("earlier-step-failed", Verdict.UNCHECKED),
    }
    assert result.counts == Counts(6, 4, 3, 2)
