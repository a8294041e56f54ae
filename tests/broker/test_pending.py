"""Pacts that the provider never held, and work in progress: shown, and no reason for red."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.broker.conftest import Troth, theirs
from tests.support.broker import Published, StubBroker
from tests.support.workspaces import Team

PENDING = ("--pending", "--branch", "main")
UNMET = theirs("new-app", city="Oslo")
MET = theirs("new-app")


@pytest.fixture
def held(own_pact: dict[str, Any], broker: StubBroker) -> StubBroker:
    """A broker on which our own pact was held by a version of the provider's main branch."""
    sha = broker.publish(own_pact).sha
    broker.branches["weather", "main"] = ["p1"]
    broker.results.append(Published(sha, "p1", success=True))
    return broker


def test_a_pending_pact_that_does_not_hold_fails_nothing_and_is_shown(held: StubBroker, troth: Troth) -> None:
    held.publish(UNMET)

    ran = troth("verify", "weather", "--broker", held.url, *PENDING)

    assert "proven           6 of 7 interactions, 1 skipped" in ran.out
    assert "Pact between new-app (1) and weather is pending, and does not hold: 0 of 1" in ran.out
    assert "pending: a forecast: the answer does not fit the pact" in ran.out
    assert "BROKEN" not in ran.out
    assert ran.status == 0


def test_without_the_option_it_fails(held: StubBroker, troth: Troth) -> None:
    held.publish(UNMET)

    ran = troth("verify", "weather", "--broker", held.url)

    assert "BROKEN  pact-mismatch" in ran.out
    assert ran.status == 1


def test_a_pending_pact_that_holds_is_proven_and_shown(held: StubBroker, troth: Troth) -> None:
    held.publish(MET)

    ran = troth("verify", "weather", "--broker", held.url, *PENDING)

    assert "7 of 7 interactions" in ran.out
    assert "is pending, and holds: 1 of 1" in ran.out
    assert ran.status == 0


def test_a_pact_that_held_once_is_pending_no_more(held: StubBroker, troth: Troth) -> None:
    sha = held.publish(UNMET).sha
    held.results.append(Published(sha, "p1", success=True))

    ran = troth("verify", "weather", "--broker", held.url, *PENDING)

    assert "BROKEN  pact-mismatch" in ran.out
    assert ran.status == 1


def test_what_held_on_another_branch_is_pending_here(held: StubBroker, troth: Troth) -> None:
    ran = troth("verify", "weather", "--broker", held.url, "--pending", "--branch", "feature")

    assert "is pending, and holds: 6 of 6" in ran.out
    assert ran.status == 0


def test_where_everything_is_pending_the_last_line_claims_nothing(
    proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    assert proven_team.root.is_dir()
    broker.publish(UNMET)

    ran = troth("verify", "weather", "--broker", broker.url, *PENDING)

    assert ran.out.splitlines()[-1] == "PROVEN: nothing yet, since every pact is pending (weather)"
    assert ran.status == 0


def test_a_break_of_what_is_not_pending_is_red_beside_what_is(
    held: StubBroker, proven_team: Team, troth: Troth
) -> None:
    held.publish(UNMET)
    proven_team.edit("providers/weather/provider.py", '"fired": False', '"triggered": False')

    ran = troth("verify", "weather", "--broker", held.url, *PENDING)

    assert "BROKEN  field-missing  weather  POST /alerts  $.fired" in ran.out
    assert ran.status == 1


def test_what_a_pending_pact_lacks_is_no_evidence_against_the_provider(
    held: StubBroker, proven_team: Team, troth: Troth
) -> None:
    proven_team.edit("providers/weather/provider.py", '"units": ', '"unit": ')
    held.pacts.clear()
    held.publish(MET)

    ran = troth("verify", "weather", "--broker", held.url, *PENDING)
    shown = troth("matrix", "weather", "--format", "json")

    assert ran.status == 0
    assert {cell["broken"] for row in json.loads(shown.out)["rows"] for cell in row["evidence"].values()} == {
        0
    }


def test_a_pending_pact_that_is_none_is_shown_too(held: StubBroker, troth: Troth) -> None:
    sha = held.publish(MET).sha
    held.strike(f"/pact-version/{sha}", 200, theirs(provider="tides"))

    ran = troth("verify", "weather", "--broker", held.url, *PENDING)

    assert "it is a pact with the provider 'tides'" in ran.out
    assert "6 of 7 interactions, 1 skipped" in ran.out
    assert ran.status == 0


def test_work_in_progress_is_taken_and_shown(held: StubBroker, troth: Troth) -> None:
    held.publish(UNMET, branch="feature", day="2026-03-01")

    ran = troth("verify", "weather", "--broker", held.url, "--wip-since", "2026-02-01", "--branch", "main")

    assert "is work in progress, and does not hold: 0 of 1" in ran.out
    assert "6 of 7 interactions, 1 skipped" in ran.out
    assert ran.status == 0


def test_work_in_progress_that_is_older_is_left_out(held: StubBroker, troth: Troth) -> None:
    held.publish(UNMET, branch="feature", day="2026-01-01")

    ran = troth("verify", "weather", "--broker", held.url, "--wip-since", "2026-02-01", "--branch", "main")

    assert "6 of 6 interactions" in ran.out
    assert "in progress" not in ran.out
    assert ran.status == 0


def test_what_is_asked_of_the_broker(held: StubBroker, troth: Troth) -> None:
    ran = troth("verify", "weather", "--broker", held.url, "--wip-since", "2026-02-01", "--branch", "main")

    assert ran.status == 0
    assert held.bodies("for-verification") == [
        {
            "consumerVersionSelectors": [{"mainBranch": True}, {"deployedOrReleased": True}],
            "includePendingStatus": True,
            "providerVersionBranch": "main",
            "includeWipPactsSince": "2026-02-01",
        }
    ]


def test_the_json_report_has_it_under_told(held: StubBroker, troth: Troth) -> None:
    held.publish(UNMET)

    ran = troth("verify", "weather", "--broker", held.url, *PENDING, "--format", "json")

    [step] = json.loads(ran.out)["steps"]
    assert step["findings"] == []
    assert [each["code"] for each in step["told"]] == ["pact-pending", "pact-mismatch"]
