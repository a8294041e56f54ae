"""The relay: one mock server a step, whoever asks, in whatever order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from tests.pacts.library import LENT, LOAN, exchange, library_api, recorded
from troth.exchange import Exchange, SourceKind
from troth.pacts.generate import generate
from troth.pacts.relay import Proof, prove
from troth.scenario import Scenario, Server, State

POLLED = (
    exchange("GET", f"/loans?ids={LOAN}", 200, came=[]),
    exchange("GET", f"/loans?ids={LOAN}", 200, came=[{"id": LOAN, "title": "Momo"}]),
)


def proven(run: Callable[[Server], None], *steps: Exchange) -> Proof:
    api = library_api()
    scenario = Scenario(api, "reading", run, State())
    return prove(scenario, generate(api, recorded(*steps)), consumer="reader")


def called(server: Server, method: str, path: str, json: object = None) -> requests.Response:
    headers = {"X-Card": server.token}
    return requests.request(method, server.url + path, json=json, headers=headers, timeout=5)


def test_each_poll_gets_the_answer_of_its_own_step() -> None:
    answers: list[int] = []

    def polling(server: Server) -> None:
        answers.append(len(called(server, "GET", f"/loans?ids={LOAN}").json()))
        answers.append(len(called(server, "GET", f"/loans?ids={LOAN}").json()))

    proof = proven(polling, *POLLED)

    assert proof.findings == ()
    assert answers == [0, 1]


def test_a_later_step_may_be_asked_for_first() -> None:
    """Clients with threads do."""

    def hasty(server: Server) -> None:
        called(server, "GET", f"/loans?ids={LOAN}")
        called(server, "GET", f"/loans/{LOAN}")

    assert proven(hasty, LENT[1], LENT[2]).findings == ()


def test_what_was_played_is_judged_evidence() -> None:
    proof = proven(lambda server: _end(server), LENT[3])

    assert [(each.exchange.source.kind, each.mismatches) for each in proof.judged] == [(SourceKind.PACT, ())]


def _end(server: Server) -> None:
    called(server, "DELETE", f"/loans/{LOAN}")


def test_a_hidden_value_may_be_another_one() -> None:
    def lending(server: Server) -> None:
        called(server, "POST", "/loans", {"shelf": 7, "title": "Momo", "reader": "Ada"})

    assert proven(lending, LENT[0]).findings == ()


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"shelf": 8, "title": "Momo", "reader": "Ada"}, "$.shelf"),
        ({"shelf": 7, "title": "Momo", "reader": 5}, "$.reader"),
        ({"shelf": 7, "title": "Momo", "reader": "Ada", "more": 1}, "$"),
    ],
)
def test_a_request_that_differs_is_named(sent: dict[str, object], path: str) -> None:
    proof = proven(lambda server: _lend(server, sent), LENT[0])

    assert [(each.code, each.path) for each in proof.findings] == [("pact-not-proven", path)]


def _lend(server: Server, sent: dict[str, object]) -> None:
    called(server, "POST", "/loans", sent)


def test_a_query_that_looks_like_json_is_asked_for_as_it_is() -> None:
    step = exchange("GET", f"/loans?ids={LOAN}&order=%7B%22a%22%3A1%7D", 200, came=[])
    scenario = Scenario(library_api(), "reading", lambda server: _ordered(server), State())

    proof = prove(scenario, generate(scenario.api, recorded(step)), consumer="reader")

    assert proof.findings == ()


def _ordered(server: Server) -> None:
    assert called(server, "GET", f"/loans?ids={LOAN}&order=%7B%22a%22%3A1%7D").status_code == 200


@pytest.mark.parametrize(
    ("body", "codes"), [(b'{"other', []), (b'{"shelf": 7}', ["pact-not-proven"])], ids=["malformed", "JSON"]
)
def test_a_body_that_is_no_json_is_compared_by_what_it_is(body: bytes, codes: list[str]) -> None:
    step = exchange("POST", "/loans", 400, sent=b'{"redacted')
    scenario = Scenario(library_api(), "reading", lambda server: _raw(server, body), State())

    proof = prove(scenario, generate(scenario.api, recorded(step)), consumer="reader")

    assert [each.code for each in proof.findings] == codes


def _raw(server: Server, body: bytes) -> None:
    headers = {"X-Card": server.token, "Content-Type": "application/json"}
    requests.post(server.url + "/loans", data=body, headers=headers, timeout=5)


def test_what_the_scenario_raises_is_told() -> None:
    def failing(server: Server) -> None:
        assert called(server, "DELETE", f"/loans/{LOAN}").status_code == 200

    proof = proven(failing, LENT[3])

    assert [each.message.split(":")[0] for each in proof.findings] == [
        "the scenario fails against its own pact"
    ]


def test_no_call_at_all_is_told() -> None:
    proof = proven(lambda _: None, LENT[3])

    assert [each.message for each in proof.findings] == [
        "the scenario never asked for step 1. end answers 204"
    ]


def test_a_scenario_that_ends_python_has_failed() -> None:
    def leaving(_: Server) -> None:
        raise SystemExit(0)

    proof = proven(leaving, LENT[3])

    assert ["SystemExit" in each.message for each in proof.findings] == [True]
