"""Recorded webhooks in unit tests: plays leave them out, a receiver gets them signed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import requests

from tests.support.workspaces import Team
from tests.webhooks.stage import LIT, delivery, lamp_api, written
from troth.api import Api
from troth.cassettes.model import Cassette, Provenance
from troth.cassettes.read import load, placed
from troth.cassettes.write import save
from troth.errors import ContractProblem, CouldNotCheck, UnknownName
from troth.loopback import direct_loopback
from troth.mock import ApiMock, Dispatcher, Library, NotAllowed
from troth.serve.run import ServeOptions
from troth.serve.stub import serve_stub
from troth.webhook import hmac_sha256_hex
from troth.workspace import Workspace, slug

TOLD = "a ring is told"
CASSETTE = "cassettes/bell/a_ring_is_told.yaml"


@pytest.fixture
def workspace(bell_team: Team) -> Workspace:
    return bell_team.workspace()


@pytest.fixture
def bell(workspace: Workspace) -> Api:
    return workspace.api("bell")


Mocked = Callable[[Api], ApiMock]


@pytest.fixture
def mocked(workspace: Workspace) -> Iterator[Mocked]:
    """Makes a mock of an API with the cassettes of the workspace."""
    made: list[ApiMock] = []
    with Dispatcher() as dispatcher:

        def make(api: Api) -> ApiMock:
            made.append(ApiMock(api, dispatcher, Library(workspace)))
            return made[-1]

        yield make
        for each in made:
            each.close()


def recorded(workspace: Workspace, api: Api, name: str, *bodies: bytes) -> Cassette:
    """A cassette of ``api`` that holds these webhooks and nothing else."""
    path = workspace.root / "cassettes" / api.name / f"{slug(name)}.yaml"
    provenance = Provenance(
        api=api.name,
        scenario=name,
        recorded_at="2026-03-01T12:00:00Z",
        simulated=False,
        provider="lamp",
        troth="0",
    )
    exchanges = placed(tuple(delivery(body) for body in bodies), provenance, path)
    return save(Cassette(path, provenance, exchanges))


def test_a_play_leaves_webhooks_out(bell: Api, mocked: Mocked) -> None:
    mock = mocked(bell)
    mock.play(TOLD)

    for_calls = [
        requests.put("https://bell.example/v1/hook", json={"url": "https://porter.example/bell"}, timeout=5),
        requests.post("https://bell.example/v1/rings", json={"note": "Почта"}, timeout=5),
        requests.get("https://bell.example/v1/rings/00000000-0000-4000-8000-000000000002", timeout=5),
    ]

    assert [each.status_code for each in for_calls] == [204, 201, 200]
    assert list(mock._desk.unasked()) == []


def test_deliveries_are_as_recorded_and_signed_with_the_placeholder(
    bell_team: Team, bell: Api, mocked: Mocked
) -> None:
    [hook] = [each for each in load(bell_team.root / CASSETTE).exchanges if each.inbound]

    [found] = mocked(bell).deliveries(TOLD)

    assert (found.body, found.headers) == (hook.request.body, hook.request.headers)
    assert found.headers.get("X-Signature") == hmac_sha256_hex("{{secret:signing}}", found.body)
    assert found.received_at == json.loads(found.body)["sent"]


def test_deliveries_are_signed_with_a_secret_of_ones_own(bell: Api, mocked: Mocked) -> None:
    [found] = mocked(bell).deliveries(TOLD, secret="my-test-secret")

    assert found.headers.get("X-Signature") == hmac_sha256_hex("my-test-secret", found.body)


def test_the_teams_receiver_takes_them(workspace: Workspace, bell: Api, mocked: Mocked) -> None:
    workspace.scenarios(bell)
    porter = sys.modules["consumers.bell.client"].Porter("my-test-secret")

    statuses = [porter.receive(each) for each in mocked(bell).deliveries(TOLD, secret="my-test-secret")]

    assert (statuses, len(porter.heard)) == ([200], 1)


def test_deliveries_come_in_their_order(workspace: Workspace, mocked: Mocked) -> None:
    bodies = [written({**LIT, "level": level}) for level in (3, 1, 2)]
    recorded(workspace, lamp_api(), "seen", *bodies)

    assert [each.body for each in mocked(lamp_api()).deliveries("seen")] == bodies


def test_without_a_time_in_its_body_a_delivery_came_when_it_was_recorded(
    workspace: Workspace, mocked: Mocked
) -> None:
    timeless = lamp_api()
    assert timeless.inbox is not None
    timeless.inbox = replace(timeless.inbox, sent_at="")
    recorded(workspace, timeless, "seen", written(LIT))

    [found] = mocked(timeless).deliveries("seen")

    assert found.received_at == 1_772_366_400.0


def test_without_a_signature_a_delivery_stays_as_it_is(workspace: Workspace, mocked: Mocked) -> None:
    unsigned = lamp_api(signature=None)
    cassette = recorded(workspace, unsigned, "seen", written(LIT))

    [found] = mocked(unsigned).deliveries("seen", secret="any")

    assert found.headers == cassette.exchanges[0].request.headers


def test_a_scenario_that_nobody_knows_is_told(bell: Api, mocked: Mocked) -> None:
    with pytest.raises(UnknownName, match="a ring is tolled"):
        mocked(bell).deliveries("a ring is tolled")


def test_a_scenario_without_webhooks_is_told(workspace: Workspace, mocked: Mocked) -> None:
    recorded(workspace, lamp_api(), "silent")

    with pytest.raises(CouldNotCheck, match="no webhook was recorded of the scenario 'silent'"):
        mocked(lamp_api()).deliveries("silent")


def test_an_api_without_an_inbox_is_told(mocked: Mocked) -> None:
    with pytest.raises(ContractProblem, match="lamp declares no inbox"):
        mocked(Api("lamp", server="https://lamp.example")).deliveries("seen")


@pytest.mark.parametrize(
    "body", [written({**LIT, "level": "3"}), b'{"type": "lit"}'], ids=["retyped", "fields missing"]
)
@pytest.mark.parametrize("use", ["deliveries", "play"])
def test_a_recorded_webhook_that_breaks_the_contract_is_refused(
    workspace: Workspace, mocked: Mocked, body: bytes, use: str
) -> None:
    recorded(workspace, lamp_api(), "seen", body)

    with pytest.raises(NotAllowed, match="webhook lit"):
        getattr(mocked(lamp_api()), use)("seen")


def test_a_webhook_cannot_be_replied_to(bell: Api, mocked: Mocked) -> None:
    with pytest.raises(UnknownName, match="operation of bell"):
        mocked(bell).reply(bell.named("ring_event"), 200)


def test_a_mock_says_where_its_webhooks_are(bell: Api, mocked: Mocked) -> None:
    with pytest.raises(ContractProblem, match="a mock delivers no webhooks by itself") as told:
        mocked(bell).server.inbox.receive(lambda _: 200)

    assert "bell.deliveries(scenario)" in str(told.value.hint)


def test_the_provenance_of_deliveries_is_told(bell: Api, mocked: Mocked) -> None:
    mock = mocked(bell)

    mock.deliveries(TOLD)

    assert [TOLD in each and "simulated by bell-fake 1" in each for each in mock.provenance] == [True]


UNIT_TEST = """
from troth.mock import ApiMock

def test_receives(bell: ApiMock) -> None:
    assert len(bell.deliveries("a ring is told")) == 1

def test_receives_as_well(bell: ApiMock) -> None:
    assert len(bell.deliveries("a ring that another secret signed is refused", secret="s")) == 1
"""


def test_the_plugin_counts_deliveries(bell_team: Team) -> None:
    bell_team.write("tests/test_it.py", UNIT_TEST)

    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "--disable-plugin-autoload"),
            *("-p", "troth.pytest_plugin", "-p", "no:cacheprovider", "tests"),
        ],
        cwd=bell_team.root,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert "troth: 2 exchanges played (2 simulated)" in done.stdout


def test_a_stub_leaves_webhooks_out(workspace: Workspace, bell: Api) -> None:
    with serve_stub(workspace, bell, ServeOptions()) as stub, direct_loopback():
        rung = requests.post(f"{stub.url}/rings", json={"note": "Почта"}, timeout=5)
        hook = requests.post(f"{stub.url}/ring_event", json={}, timeout=5)

    assert (rung.status_code, hook.status_code) == (201, 501)
    assert stub.notes == ("5 exchanges of 2 scenarios, 2 of them simulated by a fake",)


def test_a_stub_of_webhooks_alone_answers_nothing(workspace: Workspace) -> None:
    recorded(workspace, lamp_api(), "seen", written(LIT))
    with serve_stub(workspace, lamp_api(), ServeOptions()) as stub, direct_loopback():
        assert requests.get(f"{stub.url}/lit", timeout=5).status_code == 501
