"""``troth publish``: the pacts of the workspace as a version of their consumer."""

from __future__ import annotations

import json
import ssl
from typing import Any

import pytest
import trustme

from tests.broker.conftest import OURS, Troth
from tests.support.broker import StubBroker, brokering
from tests.support.workspaces import Team

AS_V1 = ("--version", "v1", "--branch", "main")


def test_a_pact_is_published_as_it_is(own_pact: dict[str, Any], broker: StubBroker, troth: Troth) -> None:
    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1, "--tag", "a", "--tag", "b")

    [made] = broker.pacts
    assert (made.consumer, made.provider, made.version) == ("weather-app", "weather", "v1")
    assert (made.branch, made.tags, made.content) == ("main", ("a", "b"), own_pact)
    assert ran.out.splitlines()[-1] == "PROVEN: 1 pact published as version v1 (weather)"
    assert ran.status == 0


def test_what_was_published_can_be_verified(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    troth("publish", "weather", "--broker", broker.url, *AS_V1)

    ran = troth("verify", "weather", "--broker", broker.url)

    assert "6 of 6 interactions" in ran.out
    assert ran.status == 0


def test_the_same_again_changes_nothing(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    troth("publish", "weather", "--broker", broker.url, *AS_V1)

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert ran.status == 0
    assert len({each.sha for each in broker.pacts}) == 1


def test_another_content_for_the_same_version_is_a_conflict(
    own_pact: dict[str, Any], broker: StubBroker, troth: Troth
) -> None:
    broker.publish({**own_pact, "interactions": own_pact["interactions"][:2]}, version="v1")

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  pact-conflict  weather" in ran.out
    assert "the broker has another pact of weather-app v1 with weather already" in ran.out
    assert "Cannot change the content of the pact for weather-app version v1" in ran.out
    assert "publish it as a version of its own" in ran.out
    assert ran.out.splitlines()[-1] == "BROKEN: 0 pacts published as version v1 (weather)"
    assert ran.status == 1


def test_a_conflict_is_not_tried_again(own_pact: dict[str, Any], broker: StubBroker, troth: Troth) -> None:
    broker.publish({**own_pact, "interactions": own_pact["interactions"][:2]}, version="v1")

    troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert broker.paths("POST") == ["/contracts/publish"]


def test_a_broker_that_overwrites_is_heard(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    notices = [
        {"type": "warning", "text": "Pact modified for the same version"},
        {"type": "info", "text": "x"},
    ]
    broker.strike("/contracts/publish", 200, {"notices": notices})

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "weather-app: Pact modified for the same version" in ran.err
    assert ran.status == 0


@pytest.mark.parametrize(
    ("status", "document", "told"),
    [
        (401, {}, "answers 401, asked for the publication"),
        (403, {"error": "not yours"}, "not yours"),
        (400, {"errors": {"branch": ["can't be blank"]}}, "can't be blank"),
        (500, {"error": {"message": "no room", "reference": "abc"}}, "no room"),
    ],
)
def test_what_the_broker_does_not_take_is_red_with_its_reason(
    proven_team: Team, broker: StubBroker, troth: Troth, status: int, document: dict[str, Any], told: str
) -> None:
    assert proven_team.root.is_dir()
    broker.strike("/contracts/publish", status, document)

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  not-published  weather" in ran.out
    assert told in ran.out
    assert ran.status == 1


def test_a_broker_that_is_not_there_is_red(proven_team: Team, troth: Troth) -> None:
    assert proven_team.root.is_dir()

    ran = troth("publish", "weather", "--broker", "http://127.0.0.1:9", *AS_V1)

    assert "BROKEN  not-published  weather" in ran.out
    assert "nothing answers at http://127.0.0.1:9" in ran.out
    assert ran.status == 1


def test_a_certificate_that_nobody_knows_is_red(proven_team: Team, troth: Troth) -> None:
    assert proven_team.root.is_dir()
    certificate = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(certificate)

    with brokering(StubBroker(), tls=certificate) as stub:
        ran = troth("publish", "weather", "--broker", stub.url, *AS_V1)

    assert "BROKEN  not-published  weather" in ran.out
    assert f"TLS with {stub.url} failed" in ran.out
    assert ran.status == 1


def test_a_broker_from_before_this_address_is_told(
    proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    assert proven_team.root.is_dir()
    broker.strike("GET /", 200, {"_links": {"pb:publish-pact": {"href": "/x"}}})

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "the broker's answer has no link pb:publish-contracts" in ran.out
    assert ran.status == 1


def test_an_edited_pact_stays_here(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    proven_team.edit(OURS, "answers 200", "answers 299")

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  pact-edited  weather" in ran.out
    assert broker.asked == []
    assert ran.status == 1


def test_an_empty_pact_stays_here(
    own_pact: dict[str, Any], proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    proven_team.write(OURS, json.dumps({**own_pact, "interactions": []}))

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  pact-empty  weather" in ran.out
    assert broker.asked == []
    assert ran.status == 1


def test_a_pact_with_another_provider_stays_here(
    own_pact: dict[str, Any], proven_team: Team, broker: StubBroker, troth: Troth
) -> None:
    proven_team.write(OURS, json.dumps({**own_pact, "provider": {"name": "tides"}}))

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  pact-refused  weather" in ran.out
    assert broker.asked == []
    assert ran.status == 1


def test_a_pact_that_holds_a_credential_stays_here(
    proven_team: Team, broker: StubBroker, troth: Troth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The consumer's name plays the credential: it stands in the pact."""
    assert "weather-app" in proven_team.read(OURS)
    monkeypatch.setenv("WEATHER_KEY", "weather-app")

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  pact-leak  weather" in ran.out
    assert broker.asked == []
    assert ran.status == 1


def test_no_pact_is_red(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    proven_team.remove(OURS)

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert "BROKEN  pact-missing  weather" in ran.out
    assert broker.asked == []
    assert ran.status == 1


def test_a_corrupt_pact_is_a_wrong_file(proven_team: Team, broker: StubBroker, troth: Troth) -> None:
    proven_team.write(OURS, "{")

    ran = troth("publish", "weather", "--broker", broker.url, *AS_V1)

    assert f"{OURS.rpartition('/')[2]}:1: it is not JSON" in ran.err
    assert broker.asked == []
    assert ran.status == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (AS_V1, "no Pact Broker is named"),
        (("--version", "v1"), "--branch"),
        (("--branch", "main"), "--version"),
        (("--version", " ", "--branch", "main", "--broker", "http://127.0.0.1:9"), "is empty"),
    ],
)
def test_what_cannot_be_done_is_told(
    proven_team: Team, troth: Troth, arguments: tuple[str, ...], told: str
) -> None:
    assert proven_team.root.is_dir()

    ran = troth("publish", "weather", *arguments)

    assert told in ran.err
    assert ran.status == 2


def test_the_variable_names_the_broker(
    proven_team: Team, broker: StubBroker, troth: Troth, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert proven_team.root.is_dir()
    monkeypatch.setenv("PACT_BROKER_BASE_URL", f"{broker.url}/")

    ran = troth("publish", "weather", *AS_V1)

    assert ran.status == 0
    assert len(broker.pacts) == 1
