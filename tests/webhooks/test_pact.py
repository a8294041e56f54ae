"""Webhooks in pacts: what a message says, what later steps take from it, and what proves it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.support.workspaces import Team
from tests.webhooks.stage import LIT, SIGNATURE, Lit, bare_api, delivery, lamp_api, posted, written
from troth.api import Api
from troth.evidence import Counts, Finding
from troth.exchange import Exchange, Response
from troth.pacts.files import committed
from troth.pacts.freshness import check_pacts
from troth.pacts.generate import NotGenerated, Recorded, exchange_of, generate
from troth.pacts.keep import still_holds
from troth.pacts.model import Message
from troth.pacts.relay import Proof, prove
from troth.scenario import Delivery, Scenario, Server, State

PACT = "contracts/bell/pacts/porter-app-bell.json"
SCENARIOS = "consumers/bell/scenarios.py"
CLIENT = "consumers/bell/client.py"
TOLD = "a ring is told"
STEP = "3. ring_event is delivered"


def interaction(team: Team, description: str) -> Any:
    """One interaction of the committed pact."""
    found = json.loads(team.read(PACT))["interactions"]
    return next(each for each in found if each["description"] == description)


# What a message says


def test_a_message_says_what_is_delivered(bell_team: Team) -> None:
    found = interaction(bell_team, f"{TOLD} / {STEP}")

    assert found["type"] == "Asynchronous/Messages"
    assert found["comments"] == {"evidence": "simulated", "webhook": "ring_event", "answer": 200}
    assert found["metadata"] == {"contentType": "application/json"}
    assert sorted(found["contents"]["content"]) == ["ring", "sent", "type"]
    assert sorted(found["matchingRules"]["body"]) == ["$.ring.id", "$.ring.note", "$.sent", "$.type"]


def test_a_message_needs_the_steps_before_it(bell_team: Team) -> None:
    states = interaction(bell_team, f"{TOLD} / {STEP}")["providerStates"]

    assert [each["name"] for each in states] == ["", "the scenario's earlier steps have run"]
    assert states[1]["params"] == {"scenario": TOLD, "step": 3}


def test_the_signature_is_no_part_of_a_pact(bell_team: Team) -> None:
    assert "signature" not in bell_team.read(PACT).lower()


@pytest.mark.parametrize("spelled", ["X-Signature", "x-signature"])
def test_other_headers_of_a_webhook_are(spelled: str) -> None:
    api = bare_api()
    api.webhook("lit", when={}, body=Lit, request_headers={spelled: r"\S+", "X-Lamp": r"\d+"})
    seen = posted(written(LIT))
    seen = replace(seen, headers=seen.headers.with_("X-Lamp", "7").with_("X-Other", "8"))

    [found] = generate(api, Recorded("seen", State(), (Exchange(seen, Response(200)),)))

    assert isinstance(found, Message)
    assert found.metadata == {"contentType": "application/json", "X-Lamp": "7"}
    assert list((found.matchingRules or {})["metadata"]) == ["X-Lamp"]  # type: ignore[arg-type]


def test_a_message_is_read_back_as_a_signed_delivery() -> None:
    recorded = Recorded("seen", State(), (delivery(written(LIT), 401),))
    [found] = generate(lamp_api(), recorded)

    exchange = exchange_of(lamp_api(), found)

    assert (exchange.request.url, exchange.response.status) == ("webhook:lit", 401)
    assert json.loads(exchange.request.body) == LIT
    assert SIGNATURE.holds(exchange.request)


def test_null_stays_null_in_a_message() -> None:
    api = bare_api()
    api.webhook("any", when={}, body=dict[str, int | None], source="assumed")
    [found] = generate(api, Recorded("seen", State(), (delivery(b'{"a": null}', url="webhook:any"),)))

    assert found.document()["contents"]["content"] == {"a": None}  # type: ignore[index, call-overload]


@pytest.mark.parametrize("exchange", [delivery(b"{}", url="webhook:unknown"), delivery(b"lit")])
def test_no_pact_is_made_of_what_the_contract_does_not_know(exchange: Exchange) -> None:
    with pytest.raises(NotGenerated):
        generate(lamp_api(), Recorded("seen", State(), (exchange,)))


def test_a_pact_reads_back_as_it_was_written(bell_team: Team) -> None:
    found = committed(bell_team.root / PACT)

    assert found.pact.text() == bell_team.read(PACT)
    assert not found.edited
    assert [each.step for each in found.pact.of(TOLD) if isinstance(each, Message)] == [3]


# What later steps take from it


def test_a_later_request_takes_what_only_the_webhook_told(knock_team: Team) -> None:
    found = interaction(knock_team, "a knock is told / 4. get_ring answers 200")

    assert found["providerStates"][1]["params"]["links"] == {"step3.ring.id": "step 3 $.ring.id"}
    assert found["request"]["generators"]["path"]["expression"] == "/rings/${step3.ring.id}"


def test_what_an_answer_told_first_is_taken_from_there(bell_team: Team) -> None:
    found = interaction(bell_team, f"{TOLD} / 4. get_ring answers 200")

    assert found["providerStates"][1]["params"]["links"] == {"step2.id": "step 2 $.id"}


# What is kept


def holds(old: Exchange, new: Exchange) -> bool:
    """Whether the pact of ``old`` may stand for the recording ``new``."""
    api = lamp_api()
    recorded = Recorded("seen", State(), (new,))
    before = generate(api, Recorded("seen", State(), (old,)))
    return still_holds(api, before, generate(api, recorded), recorded)


def test_examples_of_another_run_are_kept() -> None:
    assert holds(delivery(written(LIT)), delivery(written({**LIT, "level": 5, "sent": 5})))


@pytest.mark.parametrize(
    "new",
    [
        delivery(written(LIT), 401),
        delivery(written({key: value for key, value in LIT.items() if key != "sent"})),
        delivery(b'{"type": "out", "why": "empty"}', url="webhook:out"),
    ],
    ids=["answer", "field", "webhook"],
)
def test_a_change_in_meaning_takes_the_new_ones(new: Exchange) -> None:
    assert not holds(delivery(written(LIT)), new)


# What proves it


def findings(team: Team) -> tuple[Finding, ...]:
    """What the pacts of the workspace have against them."""
    return check_pacts(team.workspace(), team.workspace().api("bell")).findings


def test_the_scenarios_prove_their_pact(bell_team: Team) -> None:
    result = check_pacts(bell_team.workspace(), bell_team.workspace().api("bell"))

    assert (result.findings, result.counts) == ((), Counts(7, 7, 7))


def test_a_webhook_may_tell_what_a_later_request_asks_for(knock_team: Team) -> None:
    assert findings(knock_team) == ()


RECEIVE = "    server.inbox.receive(porter.receive)\n    event"


@pytest.mark.parametrize(
    ("new", "message", "operation"),
    [
        pytest.param(
            "    server.inbox.receive(lambda it: porter.receive(it) + 2)\n    event",
            "does not answer the webhook of step 3. ring_event is delivered as it did",
            STEP,
            id="another status",
        ),
        pytest.param(
            "    server.inbox.receive(porter.receive)\n    server.inbox.receive(porter.receive)\n    event",
            "the pact has no further webhook",
            "",
            id="one too many",
        ),
        pytest.param(
            "    server.inbox.receive(porter.receive, webhook='silence_event')\n    event",
            "the pact has no further webhook silence_event",
            "",
            id="another webhook",
        ),
        pytest.param(
            "    server.inbox.receive(lambda it: porter.heard.clear())\n    event",
            "TypeError",
            "",
            id="no status",
        ),
        pytest.param(
            "    server.inbox.receive(lambda it: it.unheard)\n    event", "AttributeError", "", id="raises"
        ),
    ],
)
def test_a_scenario_that_receives_otherwise_proves_nothing(
    bell_team: Team, new: str, message: str, operation: str
) -> None:
    bell_team.edit(SCENARIOS, RECEIVE, new)

    [found] = findings(bell_team)

    assert (found.code, found.scenario, found.operation) == ("pact-not-proven", TOLD, operation)
    assert message in found.message


def test_the_status_that_differs_is_named(bell_team: Team) -> None:
    bell_team.edit(
        SCENARIOS, RECEIVE, "    server.inbox.receive(lambda it: porter.receive(it) + 2)\n    event"
    )

    [found] = findings(bell_team)

    assert (found.path, found.expected, found.actual) == ("status", "200", "202")


def test_a_scenario_that_never_receives_proves_nothing(bell_team: Team) -> None:
    bell_team.edit(
        SCENARIOS, '    client.ring("Почта, 2 письма")\n', '    ring = client.ring("Почта, 2 письма")\n'
    )
    bell_team.edit(SCENARIOS, RECEIVE, "    event")
    bell_team.edit(
        SCENARIOS,
        "    event = porter.heard[0]\n    assert event.ring.note == client.find(event.ring.id).note",
        "    assert client.find(ring.id) == ring",
    )

    [found] = findings(bell_team)

    assert found.message == f"the scenario never asked for step {STEP}"


def test_a_scenario_that_receives_before_it_rings_proves_nothing(bell_team: Team) -> None:
    bell_team.edit(SCENARIOS, RECEIVE, "    event")
    bell_team.edit(
        SCENARIOS,
        '    client.ring("Почта, 2 письма")\n',
        '    server.inbox.receive(porter.receive, timeout=0.05)\n    client.ring("Почта, 2 письма")\n',
    )

    [found] = findings(bell_team)

    assert "(the scenario waits for a webhook before it calls what causes it)" in found.message


def test_a_scenario_may_wait_in_a_thread_before_it_rings(bell_team: Team) -> None:
    bell_team.edit(SCENARIOS, RECEIVE, "    waiting.result(10)\n    event")
    bell_team.edit(
        SCENARIOS,
        '    client.ring("Почта, 2 письма")\n',
        "    waiting = ThreadPoolExecutor(1).submit(server.inbox.receive, porter.receive)\n"
        '    client.ring("Почта, 2 письма")\n',
    )
    bell_team.edit(
        SCENARIOS, "from consumers", "from concurrent.futures import ThreadPoolExecutor\n\nfrom consumers"
    )

    assert findings(bell_team) == ()


@pytest.mark.parametrize(
    "how",
    [
        "",
        ", ensure_ascii=False",
        ", separators=(',', ':')",
        ", separators=(',', ':'), ensure_ascii=False",
        ", separators=(',', ':'), sort_keys=True",
        ", indent=2",
    ],
)
def test_a_receiver_that_writes_the_body_anew_before_it_checks_proves_nothing(
    bell_team: Team, how: str
) -> None:
    bell_team.edit(
        CLIENT,
        "delivery.body, hashlib",
        f"json.dumps(json.loads(delivery.body){how}).encode(), hashlib",
    )
    bell_team.edit(CLIENT, "import hmac\n", "import hmac\nimport json\n")

    assert [each.operation for each in findings(bell_team)] == [STEP]


def test_a_receiver_that_checks_nothing_proves_nothing(bell_team: Team) -> None:
    bell_team.edit(
        CLIENT, '        if delivery.headers.get("X-Signature") != wanted:\n            return 401\n', ""
    )

    found = {(each.scenario, each.operation) for each in findings(bell_team)}

    assert found == {("a ring that another secret signed is refused", STEP)}


def test_a_pact_of_another_webhook_is_stale(bell_team: Team) -> None:
    bell_team.edit(PACT, '"webhook": "ring_event"', '"webhook": "silence_event"')

    assert {each.code for each in findings(bell_team)} == {"pact-edited", "pact-stale"}


def told(api: Api, run: Callable[[Server], None], *documents: object) -> Proof:
    """A scenario that only receives, before the pact of what it received."""
    steps = tuple(delivery(written(each)) for each in documents)
    interactions = generate(api, Recorded("seen", State(), steps))
    return prove(Scenario(api, "seen", run, State()), interactions, consumer="keeper")


def test_a_webhook_of_a_pact_is_received_when_it_was_sent() -> None:
    got: list[Delivery] = []

    proof = told(lamp_api(), lambda server: got.append(server.inbox.receive(lambda _: 200)), LIT)

    assert (proof.findings, got[0].received_at) == ((), LIT["sent"])


def test_a_webhook_of_a_pact_is_signed_over_the_bytes_that_come() -> None:
    got: list[Delivery] = []

    told(lamp_api(), lambda server: got.append(server.inbox.receive(lambda _: 200)), LIT)

    assert got[0].headers.get("X-Signature") == SIGNATURE.of(got[0].body)
    assert json.loads(got[0].body) == LIT


def test_an_inbox_of_a_pact_has_the_contracts_url() -> None:
    urls: list[str] = []

    def run(server: Server) -> None:
        urls.append(server.inbox.url)
        server.inbox.receive(lambda _: 200)

    told(lamp_api(), run, LIT)

    assert urls == ["https://keeper.example/lamp"]
