"""Results of verification, published when that is asked for and never otherwise."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.broker.conftest import Troth, theirs
from tests.support.broker import Published, StubBroker
from tests.support.workspaces import Team
from troth.api import Api
from troth.broker.access import access
from troth.broker.broker import Broker, Wanted
from troth.broker.fetched import fetch
from troth.broker.results import ProviderVersion, publish_results
from troth.broker.verify import Verified
from troth.broker.wire import Patience
from troth.evidence import Counts, StepResult, Verdict
from troth.exchange import Response
from troth.line import Misbehaving
from troth.serve.run import ServeOptions, serve_provider

RESULTS = ("--publish-results", "--provider-version", "p2", "--branch", "main")


def test_without_the_option_nothing_is_published(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)

    ran = troth("verify", "weather", "--broker", broker.url, "--branch", "main")

    assert ran.status == 0
    assert broker.results == []
    assert broker.paths("PUT") == []


def test_a_result_for_each_pact_is_published(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    good = broker.publish(own_pact).sha
    bad = broker.publish(theirs(city="Oslo")).sha

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert broker.results == [Published(good, "p2", success=True), Published(bad, "p2", success=False)]
    assert "publication   proven           2 of 2 results" in ran.out
    assert ran.status == 1


def test_the_branch_is_known_before_the_first_result(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert ran.status == 0
    assert broker.branches["weather", "main"] == ["p2"]
    assert broker.paths()[-2] == "/pacticipants/weather/branches/main/versions/p2"


def test_a_branch_with_a_slash_stays_one_name(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)
    results = ("--publish-results", "--provider-version", "1.0+a b", "--branch", "feat/rain?#")

    ran = troth("verify", "weather", "--broker", broker.url, *results)

    assert ran.status == 0
    assert broker.branches["weather", "feat/rain?#"] == ["1.0+a b"]


def test_a_published_success_ends_what_was_pending(
    proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs())
    troth("verify", "weather", "--broker", broker.url, "--pending", *RESULTS)

    ran = troth("verify", "weather", "--broker", broker.url, "--pending", "--branch", "main")

    assert "pending" not in ran.out
    assert "1 of 1 interaction" in ran.out
    assert ran.status == 0


def test_no_details_are_sent(own_pact: dict[str, Any], broker: StubBroker, troth: Troth) -> None:
    broker.publish(own_pact)

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    [sent] = broker.bodies("verification-results")
    assert ran.status == 0
    assert set(sent) == {"success", "providerApplicationVersion", "verifiedBy"}


@pytest.mark.parametrize(
    ("where", "status", "told"),
    [
        ("verification-results", 500, "answers 500, asked for the result: no room left"),
        ("verification-results", 401, "no credential was sent: set PACT_BROKER_TOKEN"),
        ("PUT /pacticipants", 500, "answers 500, asked for version p2 on branch main: no room left"),
    ],
)
def test_a_result_that_is_not_taken_fails_the_run_with_its_reason(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth, where: str, status: int, told: str
) -> None:
    broker.publish(own_pact)
    broker.strike(where, status, {"error": {"message": "no room left"}})

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert "verification  proven           6 of 6 interactions" in ran.out
    assert "publication   broken           0 of 1 result" in ran.out
    assert "BROKEN  not-published  weather" in ran.out
    assert told in ran.out
    assert broker.results == []
    assert ran.status == 1


def test_a_result_is_sent_once_only(own_pact: dict[str, Any], broker: StubBroker, troth: Troth) -> None:
    """A broker would count the same result again."""
    broker.publish(own_pact)
    broker.strike("verification-results", 503)

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert ran.status == 1
    assert len([path for path in broker.paths() if path.endswith("verification-results")]) == 1


def test_a_result_whose_answer_was_lost_is_told(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)
    broker.struck["verification-results"] = lambda _: Misbehaving(Response(201), lambda line, _: line.reset())

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert "BROKEN  not-published  weather" in ran.out
    assert "ended the connection without an answer" in ran.out
    assert ran.status == 1


def test_a_result_that_is_not_answered_in_time_is_told(broker: StubBroker) -> None:
    broker.publish(theirs())
    done = threading.Event()
    broker.struck["verification-results"] = lambda _: Response(201 if done.wait(10) else 500)
    api = Api("weather", server="https://weather.example", auth=())

    with Broker(access(broker.url, "", {}), Patience(read=0.1)) as opened:
        [pact] = fetch(opened, api, Wanted([{"mainBranch": True}]))
        held = Verified(pact, StepResult("verification", "weather", Counts(1, 1, 1)))
        result = publish_results(opened, api, [held], ProviderVersion("p2", "main"), verifier="0")
    done.set()

    assert [each.code for each in result.findings] == ["not-published"]
    assert "did not answer in time" in result.findings[0].message
    assert result.verdict is Verdict.BROKEN


def test_one_result_that_is_not_taken_leaves_the_others(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(theirs())
    sha = broker.publish(own_pact).sha
    broker.strike("their-app/pact-version", 200, {**theirs(), "_links": {}})

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert "the broker's answer has no link pb:publish-verification-results" in ran.out
    assert broker.results == [Published(sha, "p2", success=True)]
    assert ran.status == 1


def test_what_could_not_be_checked_gets_no_result(
    own_pact: dict[str, Any], proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    """Neither yes nor no would be true."""
    broker.publish(own_pact)
    workspace = proven_team.workspace()
    with serve_provider(workspace, workspace.api("weather"), ServeOptions()) as serving:
        ran = troth("verify", "weather", "--broker", broker.url, "--url", serving.url, *RESULTS)

    assert "COULD NOT CHECK  not-published  weather" in ran.out
    assert broker.results == []
    assert ran.status == 3


def test_a_pact_with_another_provider_gets_no_result(
    proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs())
    broker.strike("their-app/pact-version", 200, theirs(provider="tides"))

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert "BROKEN  pact-refused  weather" in ran.out
    assert broker.results == []
    assert ran.status == 1


def test_a_pending_pact_that_is_not_decided_is_only_told(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    sha = broker.publish(own_pact).sha
    broker.publish(theirs())
    broker.strike("their-app/pact-version", 200, theirs(provider="tides"))

    ran = troth("verify", "weather", "--broker", broker.url, "--pending", *RESULTS)

    assert "INFO  not-published  weather" in ran.out
    assert broker.results == [Published(sha, "p2", success=True)]
    assert ran.status == 0


def test_no_pact_publishes_nothing(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()

    ran = troth("verify", "weather", "--broker", broker.url, *RESULTS)

    assert "BROKEN  pact-missing" in ran.out
    assert broker.paths("PUT") == []
    assert ran.status == 1
