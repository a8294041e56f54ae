"""Pact's own verifier, without troth's proxy, on the webhooks of a served provider."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator

import pytest
import requests
from pact import Verifier

from tests.support.workspaces import Team
from troth.evidence import Verdict
from troth.loopback import direct_loopback
from troth.pacts.engine import silent_output
from troth.pacts.foreign import verify_files
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.target import open_fake

PACT = "contracts/bell/pacts/porter-app-bell.json"
PROVIDER = "providers/bell/provider.py"
TOLD = "a ring is told"
EARLIER = "the scenario's earlier steps have run"


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("troth.receiver.DELIVERY_SECONDS", 0.2)


@contextlib.contextmanager
def served(team: Team) -> Iterator[Serving]:
    """The team's fake, with states."""
    workspace = team.workspace()
    with (
        serve_provider(workspace, workspace.api("bell"), ServeOptions(states=True)) as serving,
        direct_loopback(),
    ):
        yield serving


def results(team: Team, pact: str = PACT, token: str = "") -> dict[str, str]:
    """What Pact's verifier says of each interaction, by its description."""
    with served(team) as serving, silent_output():
        port = int(serving.url.rpartition(":")[2])
        path = f"/_troth/message?token={token or serving.states_token}"
        verifier = Verifier("bell", host="127.0.0.1")
        verifier.add_transport(url=serving.url)
        verifier.add_transport(protocol="message", scheme="http", port=port, path=path)
        verifier.add_source(team.root / pact)
        verifier.state_handler(f"{serving.url}/_troth/state?token={serving.states_token}", body=True)
        with contextlib.suppress(RuntimeError):
            verifier.verify()
    return {each["description"]: each["result"] for each in verifier.results["interactionResults"]}


def failed(team: Team) -> set[str]:
    """The interactions that did not pass."""
    return {description for description, result in results(team).items() if result != "OK"}


def test_a_bare_verifier_passes_on_webhooks(bell_team: Team) -> None:
    assert list(results(bell_team).values()) == ["OK"] * 7


def test_a_bare_verifier_passes_on_what_only_a_webhook_tells(knock_team: Team) -> None:
    assert failed(knock_team) == set()


MESSAGES = {
    f"{TOLD} / 3. ring_event is delivered",
    "a ring that another secret signed is refused / 3. ring_event is delivered",
}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param('"ring": ring, "sent"', '"rung": ring, "sent"', id="renamed"),
        pytest.param("int(time.time())", "str(time.time())", id="retyped"),
        pytest.param(
            '{"Content-Type": "application/json", "X', '{"Content-Type": "text/plain", "X', id="type"
        ),
        pytest.param("SECRET.encode(), body", 'b"another", body', id="signed with another secret"),
        pytest.param('"X-Signature": s', '"X-Sign": s', id="not signed"),
        pytest.param("if self._hook:", "if False:", id="never delivered"),
        pytest.param('"type": "ring"', '"type": "silence"', id="something else delivered"),
    ],
)
def test_a_bare_verifier_sees_a_break_of_a_delivery(bell_team: Team, old: str, new: str) -> None:
    bell_team.edit(PROVIDER, old, new)

    assert failed(bell_team) >= MESSAGES


def of_an_error(path: str) -> str:
    """A pact of a webhook that says what went wrong, as a refusal does."""
    contents = {"content": {"error": "any"}, "contentType": "application/json", "encoded": False}
    rules = {"body": {"$.error": {"combine": "AND", "matchers": [{"match": "type"}]}}}
    webhook = {
        "type": "Asynchronous/Messages",
        "description": path,
        "contents": contents,
        "metadata": {"contentType": "application/json"},
        "matchingRules": rules,
    }
    parties = {"consumer": {"name": "porter-app"}, "provider": {"name": "bell"}}
    document = {**parties, "interactions": [webhook], "metadata": {"pactSpecification": {"version": "4.0"}}}
    return json.dumps(document)


@pytest.mark.parametrize("token", ["", "guessed"])
def test_a_refusal_passes_for_no_webhook(bell_team: Team, token: str) -> None:
    bell_team.write("error.json", of_an_error("an error is told"))

    assert results(bell_team, "error.json", token)["an error is told"] != "OK"


def test_a_webhook_of_a_foreign_pact_does_not_pass(bell_team: Team) -> None:
    file = bell_team.write("error.json", of_an_error("an error is told"))
    workspace = bell_team.workspace()
    bell = workspace.api("bell")
    with open_fake(workspace, bell) as target:
        result = verify_files(bell, target, [file])

    assert (result.verdict, result.counts.matched) == (Verdict.BROKEN, 0)


# The endpoint itself


def asked(serving: Serving, what: str, token: str | None = None, **document: object) -> requests.Response:
    """The answer of ``/_troth/<what>``."""
    query = {"token": serving.states_token if token is None else token}
    return requests.post(f"{serving.url}/_troth/{what}", params=query, json=document, timeout=10)


def led_up(serving: Serving, step: int) -> None:
    """Have the states of a step hold."""
    for state, params in (("", {}), (EARLIER, {"scenario": TOLD, "step": step})):
        assert asked(serving, "state", state=state, params=params, action="setup").status_code == 200


def test_a_webhook_is_given_with_its_metadata(bell_team: Team) -> None:
    with served(bell_team) as serving:
        led_up(serving, 3)
        given = asked(serving, "message", description="any")

    assert (given.status_code, given.json()["type"]) == (200, "ring")
    assert "Pact-Message-Metadata" in given.headers
    assert "X-Signature" not in given.headers


def test_the_endpoint_needs_the_token(bell_team: Team) -> None:
    with served(bell_team) as serving:
        led_up(serving, 3)

        assert [asked(serving, "message", token=each).status_code for each in ("", "guessed")] == [401, 401]


def test_a_step_that_is_no_webhook_gives_none(bell_team: Team) -> None:
    with served(bell_team) as serving:
        led_up(serving, 2)
        given = asked(serving, "message", description="any")

    assert given.status_code == 400
    assert "leads up to no webhook" in given.text


def test_before_a_state_was_set_there_is_no_webhook(bell_team: Team) -> None:
    with served(bell_team) as serving:
        first = asked(serving, "message", description="any")
        led_up(serving, 3)
        asked(serving, "state", state="", params={}, action="setup")
        after = asked(serving, "message", description="any")

    assert [each.status_code for each in (first, after)] == [400, 400]


def test_a_webhook_that_was_given_is_not_given_again(bell_team: Team) -> None:
    with served(bell_team) as serving:
        led_up(serving, 3)
        given = [asked(serving, "message", description="any").status_code for _ in range(2)]

    assert given == [200, 409]


def test_a_wrong_signature_is_refused_with_a_reason(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, "SECRET.encode(), body", 'b"another", body')
    with served(bell_team) as serving:
        led_up(serving, 3)
        given = asked(serving, "message", description="any")

    assert given.status_code == 409
    assert "the header X-Signature is not the signature" in given.text
