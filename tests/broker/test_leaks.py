"""No credential in anything that is printed, whatever a broker repeats of it."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.broker.conftest import Troth, theirs
from tests.support.broker import StubBroker
from tests.support.workspaces import Team
from troth.canary import leaks

SECRETS = {
    "PACT_BROKER_TOKEN": "t0ken-of-the-broker",
    "PACT_BROKER_USERNAME": "ada-lovelace",
    "PACT_BROKER_PASSWORD": "pass-word-of-ada",
}
HEADER = base64.b64encode(b"ada-lovelace:pass-word-of-ada").decode()
SAYING = f"{' and '.join(SECRETS.values())} as {HEADER}: \x1b[2J"
FETCH = ("verify", "weather")
PUBLISH = ("publish", "weather", "--version", "1", "--branch", "main")
DEPLOY = ("can-i-deploy", "their-app", "--version", "1", "--to", "production")
PACTS: dict[str, Any] = {
    "_embedded": {
        "pacts": [
            {
                "verificationProperties": {"notices": [{"when": "before_verification", "text": SAYING}]},
                "_links": {"self": {"href": f"/{SECRETS['PACT_BROKER_TOKEN']}", "name": SAYING}},
            }
        ]
    }
}
MATRIX = {"summary": {"deployable": False, "reason": SAYING}}


@pytest.fixture(params=["token", "password"])
def known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The credential of the environment."""
    names = {"token": ["PACT_BROKER_TOKEN"], "password": ["PACT_BROKER_USERNAME", "PACT_BROKER_PASSWORD"]}
    found = {name: SECRETS[name] for name in names[request.param]}
    for name, value in found.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.mark.parametrize(
    ("command", "where", "status", "document"),
    [
        (FETCH, "GET /", 401, {"error": {"message": SAYING}}),
        (FETCH, "for-verification", 422, {"errors": [SAYING]}),
        (FETCH, "for-verification", 200, PACTS),
        (PUBLISH, "/contracts/publish", 409, {"notices": [{"type": "error", "text": SAYING}]}),
        (PUBLISH, "/contracts/publish", 422, {"errors": {"branch": [SAYING]}}),
        (PUBLISH, "/contracts/publish", 200, {"notices": [{"type": "warning", "text": SAYING}]}),
        (DEPLOY, "/matrix", 200, MATRIX),
        (DEPLOY, "/matrix", 400, {"errors": [SAYING]}),
    ],
)
@pytest.mark.parametrize("format", ["text", "json", "junit"])
def test_what_a_broker_repeats_is_hidden(
    proven_team: Team,
    broker: StubBroker,
    troth: Troth,
    known: dict[str, str],
    command: tuple[str, ...],
    where: str,
    status: int,
    document: dict[str, Any],
    format: str,
) -> None:
    assert proven_team.root.is_dir()
    broker.strike(where, status, document)

    ran = troth(*command, "--broker", broker.url, "--format", format)

    assert leaks(ran.out + ran.err, known) == ()
    assert all(f"${name}" in ran.out + ran.err for name in known)
    assert "\x1b" not in ran.out + ran.err


def test_an_error_that_nobody_expected_hides_them_too(
    proven_team: Team, troth: Troth, known: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert proven_team.root.is_dir()
    monkeypatch.setenv("TROTH_DEBUG", "1")

    def fail(*_: object, **__: object) -> None:
        raise ValueError(SAYING)

    monkeypatch.setattr("troth.broker.wire.connections", fail)

    ran = troth(*PUBLISH, "--broker", "https://broker.example")

    hidden = {name: value for name, value in known.items() if name != "PACT_BROKER_USERNAME"}
    assert leaks(ran.out + ran.err, hidden) == ()
    assert ran.status == 2


def test_a_credential_is_sent_to_the_broker_and_not_to_the_provider(
    proven_team: Team, broker: StubBroker, troth: Troth, known: dict[str, str]
) -> None:
    assert proven_team.root.is_dir()
    broker.publish(theirs())

    ran = troth("verify", "weather", "--broker", broker.url, "--format", "json")
    kept = (proven_team.root / ".troth" / "evidence.jsonl").read_text(encoding="utf-8")

    assert ran.status == 0
    assert leaks(kept, known) == ()
    assert all("Authorization" in each.headers for each in broker.asked)
