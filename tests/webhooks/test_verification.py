"""Verification: the provider's own deliveries, each planted break of which is named."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.support.workspaces import Team
from troth.api import Api
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.loopback import direct_loopback
from troth.pacts.verify import verify
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.target import open_fake, url_target
from troth.workspace import Workspace

PROVIDER = "providers/bell/provider.py"
TOLD = "a ring is told"
STEP = "3. ring_event is delivered"
WEBHOOK = "webhook ring_event"


def verified(team: Team, *scenarios: str) -> StepResult:
    """What the fake of the workspace comes to."""
    workspace = team.workspace()
    api = workspace.api("bell")
    with open_fake(workspace, api) as target:
        return verify(workspace, api, target, scenarios=scenarios)


def named(findings: tuple[Finding, ...]) -> set[tuple[str, str, str]]:
    """Code, operation and place of each."""
    return {(each.code, each.operation, each.path) for each in findings}


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not come is not waited for long."""
    monkeypatch.setattr("troth.receiver.DELIVERY_SECONDS", 0.2)


@pytest.fixture
def watchful(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes twice is waited for as long as it takes."""
    monkeypatch.setattr("troth.receiver.REPEAT_SECONDS", 10.0)


def test_the_fake_is_verified(bell_team: Team) -> None:
    result = verified(bell_team)

    assert (result.findings, result.counts) == ((), Counts(7, 7, 7))


def test_a_value_that_only_a_webhook_tells_is_taken_from_it(knock_team: Team) -> None:
    result = verified(knock_team, "a knock is told")

    assert (result.findings, result.counts) == ((), Counts(4, 4, 4))


def test_a_delivery_is_evidence_of_its_webhook(bell_team: Team) -> None:
    found = [each for each in verified(bell_team).evidence if each.operation == WEBHOOK]

    assert [(each.status, str(each.kind), each.verdict) for each in found] == [
        (200, "verified", Verdict.PROVEN),
        (401, "verified", Verdict.PROVEN),
    ]


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ('"ring": ring, "sent"', '"rung": ring, "sent"', "field-missing", "$.ring"),
        ("int(time.time())", "str(time.time())", "field-type", "$.sent"),
        ("int(time.time())", "None", "field-null", "$.sent"),
        ("SECRET.encode(), body", 'b"another", body', "signature-invalid", "header X-Signature"),
        ("SECRET.encode(), body", "SECRET.encode(), url.encode()", "signature-invalid", "header X-Signature"),
        ('"X-Signature": s', '"X-Sign": s', "header-missing", "header X-Signature"),
        ('application/json", "X', 'text/plain", "X', "content-type", "header Content-Type"),
    ],
    ids=["renamed", "retyped", "null", "secret", "signed otherwise", "not signed", "content type"],
)
@pytest.mark.usefixtures("hasty")
def test_a_break_of_a_delivery_is_named(bell_team: Team, old: str, new: str, code: str, path: str) -> None:
    bell_team.edit(PROVIDER, old, new)

    found = verified(bell_team, TOLD).findings

    assert (code, WEBHOOK, path) in named(found)


@pytest.mark.usefixtures("hasty")
def test_a_delivery_that_does_not_come_is_named_once(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, "if self._hook:", "if False:")

    found = verified(bell_team, TOLD).findings

    assert [(each.code, each.operation, each.verdict) for each in found] == [
        ("webhook-missing", STEP, Verdict.BROKEN),
        ("earlier-step-failed", "4. get_ring answers 200", Verdict.UNCHECKED),
    ]
    assert "the webhook ring_event was not delivered within 0.2 s" in found[0].message


@pytest.mark.parametrize(
    ("event", "came"),
    [('{"type": "silence", "sent": 1}', "but silence_event"), ('{"type": "bang"}', "but unknown")],
)
@pytest.mark.usefixtures("hasty")
def test_a_delivery_of_something_else_is_named(bell_team: Team, event: str, came: str) -> None:
    bell_team.edit(
        PROVIDER, 'event = {"type": "ring", "ring": ring, "sent": int(time.time())}', f"event = {event}"
    )

    [found] = [each for each in verified(bell_team, TOLD).findings if each.code == "webhook-missing"]

    assert came in found.message


TWICE = """
    def _twice(self, url: str, body: bytes) -> None:
        signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Signature": signature}
        urllib3.request("POST", url, body=body, headers=headers, timeout=30, retries=False)

    def _tell(self)"""


def told_twice(team: Team) -> None:
    """Have the fake deliver everything twice."""
    taken = "            url, body = told\n"
    team.edit(PROVIDER, taken, f"{taken}            self._twice(url, body)\n")
    team.edit(PROVIDER, "\n    def _tell(self)", TWICE)


@pytest.mark.usefixtures("watchful")
@pytest.mark.parametrize("scenario", [TOLD, "a knock is told"])
def test_a_delivery_that_comes_twice_is_named(knock_team: Team, scenario: str) -> None:
    told_twice(knock_team)

    found = verified(knock_team, scenario).findings

    assert ("webhook-repeated", WEBHOOK, "$") in named(found)


@pytest.mark.usefixtures("watchful")
def test_it_is_named_before_the_next_scenario_sets_the_world_back(bell_team: Team) -> None:
    told_twice(bell_team)

    found = [each for each in verified(bell_team).findings if each.code == "webhook-repeated"]

    assert [each.scenario for each in found] == [TOLD]


def test_what_a_world_before_still_delivers_is_no_part_of_the_next(knock_team: Team) -> None:
    """The fake delivers again what was refused, and has done so when it is set back."""
    posted = "                urllib3.request("
    again = 'answer = urllib3.request("POST", url, body=body, headers=headers, timeout=2, retries=False)'
    knock_team.edit(
        PROVIDER,
        f'{posted}"POST", url, body=body, headers=headers, timeout=30, retries=False)\n',
        f"                {again}\n                if answer.status == 401:\n                    {again}\n",
    )
    knock_team.edit(
        PROVIDER,
        "told once, heard or not\n",
        "heard or not\n            finally:\n                self._told.task_done()\n",
    )
    knock_team.edit(
        PROVIDER, "        self._rings.clear()\n", "        self._told.join()\n        self._rings.clear()\n"
    )

    result = verified(knock_team)

    assert (result.findings, result.counts) == ((), Counts(11, 11, 11))


@pytest.mark.usefixtures("watchful")
def test_a_delivery_that_comes_again_after_it_was_refused_is_no_break(bell_team: Team) -> None:
    told_twice(bell_team)

    result = verified(bell_team, "a ring that another secret signed is refused")

    assert result.findings == ()


def test_what_a_delivery_tells_must_be_true(knock_team: Team) -> None:
    knock_team.edit(PROVIDER, '"ring": ring, "sent"', '"ring": {**ring, "id": str(uuid.uuid4())}, "sent"')

    found = verified(knock_team, "a knock is told").findings

    assert {each.operation for each in found} == {"GET /rings/{id}"}
    assert "status" in {each.path for each in found}


@pytest.mark.usefixtures("hasty")
def test_findings_hold_no_value_of_a_delivery(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, '"ring": ring, "sent"', '"ring": {**ring, "note": ["12 Rose Lane"]}, "sent"')

    found = verified(bell_team, TOLD).findings

    assert ("field-type", WEBHOOK, "$.ring.note") in named(found)
    assert "Rose" not in str(found)


# Where the fake is served


@pytest.fixture
def workspace(bell_team: Team) -> Workspace:
    return bell_team.workspace()


@pytest.fixture
def bell(workspace: Workspace) -> Api:
    return workspace.api("bell")


def test_a_served_fake_is_verified_by_its_url(workspace: Workspace, bell: Api) -> None:
    with serve_provider(workspace, bell, ServeOptions(states=True)) as serving:
        target = url_target(workspace, bell, serving.url, serving.states_token)
        result = verify(workspace, bell, target)

    assert (result.findings, result.counts) == ((), Counts(7, 7, 7))


def test_the_command_verifies_a_served_fake(bell_team: Team, workspace: Workspace, bell: Api) -> None:
    with serve_provider(workspace, bell, ServeOptions(states=True)) as serving:
        ran = bell_team.troth("verify", "bell", "--url", serving.url, "--states-token", serving.states_token)

    assert (ran.status, ran.err) == (0, "")
    assert "7 of 7 interactions" in ran.out


@pytest.mark.usefixtures("hasty")
def test_a_wrong_secret_of_a_served_fake_is_named(bell_team: Team) -> None:
    bell_team.edit(PROVIDER, "SECRET.encode(), body", 'b"another", body')
    workspace = bell_team.workspace()
    bell = workspace.api("bell")
    with serve_provider(workspace, bell, ServeOptions(states=True)) as serving:
        target = url_target(workspace, bell, serving.url, serving.states_token)
        result = verify(workspace, bell, target, scenarios=[TOLD])

    assert ("signature-invalid", WEBHOOK, "header X-Signature") in named(result.findings)


def health(serving: Serving, **headers: str) -> Any:
    """What the served fake says of itself."""
    with direct_loopback():
        return requests.get(f"{serving.url}/_troth/health", headers=headers, timeout=5)


def test_secrets_are_told_to_the_holder_of_the_token_alone(workspace: Workspace, bell: Api) -> None:
    with serve_provider(workspace, bell, ServeOptions(states=True)) as serving:
        nobody, holder = health(serving), health(serving, **{"X-Troth-Token": serving.states_token})
        stranger = health(serving, **{"X-Troth-Token": "guessed"})

    assert holder.json()["secrets"] == {"signing": "bell-signing-secret-of-the-fake"}
    assert "secrets" not in nobody.json()
    assert (stranger.status_code, "bell-signing" in stranger.text + nobody.text) == (401, False)


def test_without_states_no_secrets_are_told(workspace: Workspace, bell: Api) -> None:
    with serve_provider(workspace, bell, ServeOptions()) as serving:
        found = [health(serving), health(serving, **{"X-Troth-Token": ""})]

    assert ["secrets" in each.json() for each in found] == [False, False]


def test_the_other_credentials_are_told_to_nobody(workspace: Workspace, bell: Api) -> None:
    with serve_provider(workspace, bell, ServeOptions(states=True)) as serving:
        told = health(serving, **{"X-Troth-Token": serving.states_token}).text

    assert "bell-key" not in told
