"""Webhooks of a service that is not ours: here the fake, taken for one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from tests.support.workspaces import Team
from troth.cassettes.read import load
from troth.cassettes.record import Recorder
from troth.evidence import Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.pacts.live import verify_live
from troth.pacts.verify import verify
from troth.target import Target, live_target, open_fake, url_target

SCENARIOS = "consumers/bell/scenarios.py"
TOLD = "a ring is told"
SECRET = "bell-signing-secret-of-the-fake"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELL_KEY", "bell-key-of-the-fake")
    monkeypatch.setenv("BELL_SIGNING_SECRET", SECRET)


@pytest.fixture
def port() -> Iterator[int]:
    """A port that nobody else gets: it is bound all the while, and the receiver alone listens there."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        yield int(holder.getsockname()[1])


@contextmanager
def live(team: Team, port: int = 0) -> Iterator[tuple[Team, Target]]:
    """The bell as a live service, whose webhooks come to ``port`` if one is named."""
    team.edit(SCENARIOS, "writes=True", "writes=True, cleanup=lambda server: None")
    workspace = team.workspace()
    with open_fake(workspace, workspace.api("bell")) as fake:
        inbox = f'inbox = "http://127.0.0.1:{port}/hook"\ninbox_port = {port}\n' if port else ""
        team.append("pyproject.toml", f'\n[tool.troth.live.bell]\nurl = "{fake.url}"\n{inbox}')
        workspace = team.workspace()
        yield team, live_target(workspace, workspace.api("bell"))


def ran(team: Team, target: Target, *names: str) -> StepResult:
    """The scenarios against the live service."""
    workspace = team.workspace()
    api = workspace.api("bell")
    return verify_live(api, target, [workspace.scenario(api, name) for name in names or (TOLD,)])


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, Verdict]]:
    """What was found, and how bad it is."""
    return [(each.code, each.verdict) for each in findings]


def test_without_an_inbox_it_could_not_be_checked(bell_team: Team) -> None:
    with live(bell_team) as (team, target):
        result = ran(team, target)

    [found] = result.findings
    assert codes(result.findings) == [("not-verified", Verdict.UNCHECKED)]
    assert "no webhook can be delivered to this machine" in found.message
    assert "[tool.troth.live.bell] inbox = " in found.message


@pytest.mark.parametrize("line", ['inbox = "https://hooks.example/bell"', "inbox_port = 8900"])
def test_an_inbox_needs_its_port_and_a_port_its_url(bell_team: Team, line: str) -> None:
    bell_team.append("pyproject.toml", f"\n[tool.troth.live.bell]\n{line}\n")
    workspace = bell_team.workspace()

    assert live_target(workspace, workspace.api("bell")).public is None


def test_a_webhook_of_a_pact_is_not_asked_for_where_no_state_can_be_set(bell_team: Team) -> None:
    with live(bell_team) as (team, target):
        workspace = team.workspace()
        result = verify(workspace, workspace.api("bell"), target, scenarios=[TOLD])

    assert codes(result.findings) == [("state-not-settable", Verdict.UNCHECKED)] * 3
    assert result.counts.matched == 1


def test_a_service_by_its_url_needs_an_inbox_too(bell_team: Team) -> None:
    with live(bell_team) as (team, target):
        workspace = team.workspace()
        found = url_target(workspace, workspace.api("bell"), target.url)

    assert (found.kind, found.public) == (SourceKind.LIVE, None)


def test_with_an_inbox_webhooks_are_live_evidence(bell_team: Team, port: int) -> None:
    with live(bell_team, port) as (team, target):
        result = ran(team, target, TOLD, "a ring that another secret signed is refused")

    assert result.findings == ()
    assert [(each.kind, each.status) for each in result.evidence if each.operation.startswith("webhook")] == [
        (SourceKind.LIVE, 200),
        (SourceKind.LIVE, 401),
    ]


def test_the_service_is_told_the_public_url_and_the_record_the_contracts(bell_team: Team, port: int) -> None:
    with live(bell_team, port) as (team, target):
        workspace = team.workspace()
        api = workspace.api("bell")
        recorder = Recorder(workspace, api, target, NOON, lambda _: None, twice=False)
        [taken] = recorder.take([workspace.scenario(api, TOLD)])
        recorder.write(recorder.plans([taken]))

    text = bell_team.read("cassettes/bell/a_ring_is_told.yaml")
    assert taken.findings == ()
    assert "simulated: false" in text
    assert "https://porter.example/bell" in text
    assert [each for each in (f":{port}", '/hook"}', SECRET) if each in text] == []
    assert [
        each.inbound for each in load(bell_team.root / "cassettes/bell/a_ring_is_told.yaml").exchanges
    ] == [
        False,
        False,
        True,
        False,
    ]


def test_a_secret_that_is_not_known_here_leaves_it_open(
    bell_team: Team, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BELL_SIGNING_SECRET")

    with live(bell_team, port) as (team, target):
        result = ran(team, target)

    assert ("not-verified", Verdict.UNCHECKED) in codes(result.findings)
    assert "$BELL_SIGNING_SECRET" in "".join(each.message for each in result.findings)
    assert any("$BELL_SIGNING_SECRET is not set" in note for note in target.notes)


def test_another_secret_than_the_services_is_named(
    bell_team: Team, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELL_SIGNING_SECRET", "not the secret of the service")

    with live(bell_team, port) as (team, target):
        result = ran(team, target)

    assert ("signature-invalid", Verdict.BROKEN) in codes(result.findings)
