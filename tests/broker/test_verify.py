"""``troth verify --broker``: the pacts of a broker, by the machinery that verifies files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.broker.conftest import Troth, theirs
from tests.support.broker import StubBroker
from tests.support.workspaces import Team
from troth.serve.run import ServeOptions, serve_provider

BREAK = ("providers/weather/provider.py", '"fired": False', '"triggered": False')


def publish(broker: StubBroker, pacts: list[dict[str, Any]]) -> None:
    for pact in pacts:
        broker.publish(pact)


def test_our_own_pact_comes_back_and_is_verified_in_its_states(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)

    ran = troth("verify", "weather", "--broker", broker.url)

    assert ran.out.splitlines()[:2] == ["weather", "  verification  proven           6 of 6 interactions"]
    assert ran.status == 0


def test_a_pact_of_another_tool_is_verified_beside_it(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)
    broker.publish(theirs())

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "7 of 7 interactions" in ran.out
    assert ran.status == 0


def test_a_break_of_the_provider_is_named_with_the_pact_on_the_broker(
    own_pact: dict[str, Any], proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    sha = broker.publish(own_pact).sha
    proven_team.edit(*BREAK)

    ran = troth("verify", "weather", "--broker", broker.url, "--selector", "main")

    assert "BROKEN  field-missing  weather  POST /alerts  $.fired" in ran.out
    assert f"{broker.url}/pacts/provider/weather/consumer/weather-app/pact-version/{sha}" in ran.out
    assert f"troth verify weather --broker {broker.url} --selector main" in ran.out
    assert ran.status == 1


def test_what_another_consumer_expects_and_does_not_get_is_named(
    proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs(city="Oslo"))

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-mismatch" in ran.out
    assert "troth-" not in ran.out
    assert ran.status == 1


def test_answers_to_a_foreign_pact_are_judged_as_well(
    proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    proven_team.edit("providers/weather/provider.py", '"units": ', '"unit": ')
    broker.publish(theirs())

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  field-missing  weather  GET /cities/{city}/forecast  $.units" in ran.out
    assert ran.status == 1


def test_a_served_provider_is_verified(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth, proven_team: Team
) -> None:
    broker.publish(own_pact)
    workspace = proven_team.workspace()
    with serve_provider(workspace, workspace.api("weather"), ServeOptions(states=True)) as serving:
        token = ("--states-token", serving.states_token)
        ran = troth("verify", "weather", "--broker", broker.url, "--url", serving.url, *token)

    assert "6 of 6 interactions" in ran.out
    assert ran.status == 0


@pytest.mark.parametrize(
    ("selectors", "held"),
    [
        ((), "2 of 2"),
        (("main",), "1 of 1"),
        (("deployed",), "1 of 1"),
        (("branch=next",), "1 of 1"),
        (("branch=next", "main"), "2 of 2"),
        (("tag=nightly",), "1 of 1"),
        (("latest",), "2 of 2"),
        (("latest,consumer=b",), "1 of 1"),
        (("environment=production,deployed",), "1 of 1"),
        (('{"branch": "next"}',), "1 of 1"),
    ],
)
def test_selectors_choose(
    proven_team: Team, broker: StubBroker, troth: Troth, selectors: tuple[str, ...], held: str
) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs("a"), version="1", branch="old", tags=("nightly",))
    broker.publish(theirs("a"), version="2", branch="next")
    broker.publish(theirs("b"), version="7", branch="main")
    broker.environments["production"] = {("a", "1")}
    options = [word for each in selectors for word in ("--selector", each)]

    ran = troth("verify", "weather", "--broker", broker.url, *options)

    assert f"{held} interaction" in ran.out
    assert ran.status == 0


def test_matching_is_the_branch_of_the_provider(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs("a"), branch="feature")
    broker.publish(theirs("b"), branch="main")

    ran = troth("verify", "weather", "--broker", broker.url, "--selector", "matching", "--branch", "feature")

    assert "1 of 1 interaction" in ran.out
    assert ran.status == 0


def test_why_a_pact_is_verified_is_told(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs(), version="4.2")

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "Pact between their-app (4.2) and weather: It is the pact of version 4.2" in ran.err
    assert "Told by nobody" not in ran.err


@pytest.mark.parametrize("published", [[], [theirs(provider="tides")]], ids=["nothing", "of another"])
def test_no_pact_is_red(
    proven_team: Team, broker: StubBroker, troth: Troth, published: list[dict[str, Any]]
) -> None:
    assert proven_team.root.is_dir()
    publish(broker, published)

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-missing  weather" in ran.out
    assert ran.status == 1


def test_selectors_that_choose_nothing_are_red(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)

    ran = troth("verify", "weather", "--broker", broker.url, "--selector", "branch=gone")

    assert "BROKEN  pact-missing  weather" in ran.out
    assert f"troth verify weather --broker {broker.url} --selector branch=gone" in ran.out
    assert ran.status == 1


def test_a_pact_with_another_provider_is_refused_and_the_others_verified(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)
    sha = broker.publish(theirs()).sha
    stray = {**theirs(provider="tides"), "_links": {}}
    broker.strike(f"/pact-version/{sha}", 200, stray)

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-refused  weather" in ran.out
    assert "it is a pact with the provider 'tides', not with 'weather'" in ran.out
    assert "6 of 7 interactions" in ran.out
    assert ran.status == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"metadata": {"pactSpecification": {"version": "1.0.0"}}}, "of version 1.0.0 of the Pact specif"),
        ({"interactions": None}, "it is no pact: it has no list of interactions"),
        ({"consumer": "their-app"}, "it is no pact: it does not name its consumer"),
    ],
    ids=["V1", "no interactions", "no consumer"],
)
def test_what_is_no_pact_that_can_be_verified_is_refused(
    proven_team: Team, broker: StubBroker, troth: Troth, changed: dict[str, Any], told: str
) -> None:
    assert proven_team.root.is_dir()
    sha = broker.publish(theirs()).sha
    broker.strike(f"/pact-version/{sha}", 200, {**theirs(), **changed})

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-refused  weather" in ran.out
    assert told in ran.out
    assert ran.status == 1


def test_an_empty_pact_of_another_tool_is_red(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    broker.publish({**theirs(), "interactions": []})

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-empty  weather" in ran.out
    assert ran.status == 1


def test_an_empty_pact_of_our_own_is_red(own_pact: dict[str, Any], broker: StubBroker, troth: Troth) -> None:
    broker.publish({**own_pact, "interactions": []})

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-empty  weather" in ran.out
    assert ran.status == 1


def test_a_pact_of_a_newer_troth_is_refused(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    own_pact["interactions"][0]["request"]["quantum"] = True
    broker.publish(own_pact)

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  pact-refused  weather" in ran.out
    assert "request.quantum" in ran.out
    assert ran.status == 1


def test_a_state_that_nobody_knows_is_told(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs(state="it hails in Paris"))

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "BROKEN  state-unknown  weather" in ran.out
    assert ran.status == 1


def test_the_json_report_names_the_pact(own_pact: dict[str, Any], broker: StubBroker, troth: Troth) -> None:
    broker.publish(own_pact)
    broker.publish(theirs(city="Oslo"))

    ran = troth("verify", "weather", "--broker", broker.url, "--format", "json")

    [step] = json.loads(ran.out)["steps"]
    assert step["counts"] == {"attempted": 7, "decided": 7, "matched": 6, "skipped": 0}
    assert [each["place"].startswith(broker.url) for each in step["findings"]] == [True]


@pytest.mark.parametrize("command", [("verify", "weather"), ("check", "weather"), ("matrix",)])
def test_no_other_command_reaches_a_broker_that_is_set(
    proven_team: Team,
    broker: StubBroker,
    troth: Troth,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
) -> None:
    proven_team.append("pyproject.toml", f'\n[tool.troth.broker]\nurl = "{broker.url}"\n')
    monkeypatch.setenv("PACT_BROKER_BASE_URL", broker.url)

    ran = troth(*command)

    assert ran.status == 0
    assert broker.asked == []


def test_the_broker_that_is_set_is_asked_with_from_broker(
    own_pact: dict[str, Any], proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    broker.publish(own_pact)
    proven_team.append("pyproject.toml", f'\n[tool.troth.broker]\nurl = "{broker.url}"\n')

    ran = troth("verify", "weather", "--from-broker")

    assert "6 of 6 interactions" in ran.out
    assert ran.status == 0


@pytest.mark.parametrize("where", ["GET /", "for-verification", "/pact-version/"])
@pytest.mark.parametrize("status", [401, 500])
def test_a_broker_that_does_not_give_its_pacts_could_not_be_checked(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth, where: str, status: int
) -> None:
    broker.publish(own_pact)
    broker.strike(where, status)
    results = ("--publish-results", "--provider-version", "p2", "--branch", "main")

    ran = troth("verify", "weather", "--broker", broker.url, *results)

    assert f"{broker.url} answers {status}" in ran.err
    assert ran.out == ""
    assert broker.results == []
    assert ran.status == 3


def test_a_broker_that_is_not_there_could_not_be_checked(proven_team: Team, troth: Troth) -> None:
    assert proven_team.root.is_dir()

    ran = troth("verify", "weather", *URL)

    assert "nothing answers at http://127.0.0.1:9" in ran.err
    assert ran.status == 3


URL = ("--broker", "http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--selector", "main"], "these options are about a broker"),
        (["--publish-results"], "these options are about a broker"),
        (["--from-broker"], "no Pact Broker is named"),
        ([*URL, "--from-broker"], "--broker and --from-broker name two brokers"),
        ([*URL, "--pending"], "a pact is pending for a branch"),
        ([*URL, "--wip-since", "2026-01-01"], "a pact is pending for a branch"),
        ([*URL, "--wip-since", "May", "--branch", "main"], "'May' is no date"),
        ([*URL, "--publish-results"], "name them with --provider-version and --branch"),
        ([*URL, "--publish-results", "--branch", "main"], "name them with --provider-version and --branch"),
        ([*URL, "--provider-version", "1"], "add --publish-results"),
        ([*URL, "--live"], "--live runs scenarios, not pacts"),
        ([*URL, "--pact", "theirs.json"], "verified whole"),
        ([*URL, "a wrong key is refused"], "verified whole"),
        ([*URL, "--selector", "mian"], "'mian' is no selector"),
        (["--broker", "broker.example"], "is no broker"),
    ],
)
def test_what_cannot_be_done_is_told(
    proven_team: Team, troth: Troth, arguments: list[str], told: str
) -> None:
    assert proven_team.root.is_dir()

    ran = troth("verify", "weather", *arguments)

    assert told in ran.err
    assert ran.status == 2
