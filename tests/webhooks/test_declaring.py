"""Declaring webhooks: what a contract may say, which one a delivery is, and where it shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.workspaces import Team
from tests.webhooks.stage import HOOK, LIT, SERVER, SIGNATURE, Lit, bare_api, lamp_api, written
from troth.api import Anything, Api, Empty, HeaderToken, Inbox
from troth.contract_lint import check_contract, lint
from troth.errors import ContractProblem, UnknownName
from troth.exchange import Exchange, Headers, Request, Response
from troth.openapi import document
from troth.webhook import hmac_sha256_hex


def test_a_webhook_needs_an_inbox() -> None:
    api = Api("lamp", server=SERVER)

    with pytest.raises(ContractProblem, match="the webhook 'lit' has no inbox"):
        api.webhook("lit", when={}, body=Lit)


@pytest.mark.parametrize("name", ["", "Lit", "2lit", "lit-up", "lit/up", "ünlit"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    with pytest.raises(ContractProblem, match="cannot be named"):
        bare_api().webhook(name, when={}, body=Lit)


def test_a_webhook_is_declared_once() -> None:
    with pytest.raises(ContractProblem, match="lit is declared twice"):
        lamp_api().webhook("lit", when={}, body=Lit)


def test_a_webhook_may_not_have_the_name_of_an_operation() -> None:
    api = bare_api()
    api.get("/lamps", name="lit", responses={200: Empty})

    with pytest.raises(ContractProblem, match="lit is declared twice"):
        api.webhook("lit", when={}, body=Lit)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b'{"type": "lit"}', "lit"),
        (b'{"type": "out", "why": "broken"}', "out"),
        (b'{"type": "out", "why": "empty", "more": 1}', "out"),
        (b'{"type": "out", "why": "low"}', None),
        (b'{"type": "out"}', None),
        (b'{"type": ["lit"]}', None),
        (b'{"why": "broken"}', None),
        (b'["lit"]', None),
        (b"lit", None),
        (b"", None),
        (b'{"type": "lit", "type": "lit"}', None),
    ],
)
def test_a_delivery_is_told_by_members_of_its_body(body: bytes, name: str | None) -> None:
    found = lamp_api().webhook_of(body)

    assert getattr(found, "name", None) == name


def test_the_first_webhook_that_fits_is_meant() -> None:
    api = lamp_api()
    api.webhook("any", when={}, body=dict[str, str])
    api.webhook("late", when={"type": "other"}, body=dict[str, str])

    found = [api.webhook_of(body) for body in (b'{"type": "lit"}', b'{"type": "other"}')]

    assert [each.name for each in found if each is not None] == ["lit", "any"]


def test_a_webhook_is_named_by_its_label() -> None:
    api = lamp_api()

    assert api.named("lit").label == "webhook lit"
    assert api.named("webhook out") is api.named("out")


def test_a_name_that_nothing_has_is_told_with_those_of_webhooks() -> None:
    with pytest.raises(UnknownName, match="lit"):
        lamp_api().named("lid")


def test_everything_is_what_consumers_call_and_what_they_are_told() -> None:
    api = lamp_api()
    api.get("/lamps", name="lamps", responses={200: Empty})

    assert [each.name for each in api.everything] == ["lamps", "lit", "out"]
    assert [each.inbound for each in api.everything] == [False, True, True]


def test_the_signing_secret_is_one_of_the_credentials() -> None:
    auth = (HeaderToken("X-Key", env="LAMP_KEY"),)
    api = Api("lamp", server=SERVER, auth=auth, inbox=Inbox(HOOK, signature=SIGNATURE))

    assert api.credentials == {"valid": "LAMP_KEY", "signing": "LAMP_SIGNING_SECRET"}


def test_without_a_signature_there_is_no_secret() -> None:
    assert bare_api(None).credentials == {}


def test_answers_that_are_not_declared_are_any() -> None:
    answers = lamp_api().named("out").answers

    assert [(status, each.forms()) for status, each in answers.items()] == [(200, (Anything,))]


@pytest.mark.parametrize(
    "named", [{}, {"X-Lamp": r"\d+"}, {"x-signature": r"[0-9a-f]{64}"}], ids=["none", "another", "its own"]
)
def test_the_signature_is_asked_for_beside_other_headers(named: dict[str, str]) -> None:
    api = bare_api()
    api.webhook("lit", when={}, body=Lit, request_headers=named)
    asked = Request("POST", "webhook:lit", Headers.of({"X-Lamp": "1"}), written(LIT))

    found = [each.path.lower() for each in api.judge(Exchange(asked, Response(200)))]

    assert "header x-signature" in found


def test_a_webhook_is_found_by_its_own_url_alone() -> None:
    api = lamp_api()

    assert api.find("POST", "webhook:lit") == (api.named("lit"), {})
    assert api.find("POST", "webhook:unknown") is None
    assert api.find("POST", f"{SERVER}/lit") is None


def test_the_contract_lint_looks_at_webhooks() -> None:
    api = lamp_api()
    api.webhook("loose", when={}, body=dict[str, Any])

    found = {(each.code, each.operation) for each in lint(api)}

    assert found == {("contract-no-source", "webhook loose"), ("contract-any", "webhook loose")}


def test_the_contract_lint_counts_webhooks() -> None:
    api = lamp_api()
    api.webhook("loose", when={}, body=Lit)

    counts = check_contract(api).counts

    assert (counts.attempted, counts.matched) == (3, 2)


def test_the_document_has_webhooks_without_credentials() -> None:
    api = Api("lamp", server=SERVER, auth=(HeaderToken("X-Key", env="LAMP_KEY"),), inbox=Inbox(HOOK))
    api.webhook("lit", when={}, body=Lit, responses={200: Empty, 401: Empty}, source="assumed", summary="On")

    found: Any = document(api)["webhooks"]

    assert list(found) == ["lit"]
    assert sorted(found["lit"]["post"]) == [
        "description",
        "operationId",
        "requestBody",
        "responses",
        "summary",
    ]
    assert list(found["lit"]["post"]["responses"]) == ["200", "401"]


def test_the_document_has_the_types_of_webhooks_and_their_signature() -> None:
    found: Any = document(lamp_api())

    [header] = found["webhooks"]["lit"]["post"]["parameters"]
    assert sorted(found["components"]["schemas"]) == ["Lit", "Out"]
    assert (header["name"], header["in"], header["required"]) == ("X-Signature", "header", True)


def test_a_document_without_webhooks_does_not_name_them() -> None:
    assert "webhooks" not in document(bare_api())


def test_the_matrix_has_a_row_for_each_answer_to_a_webhook(bell_team: Team) -> None:
    rows = [line.split() for line in bell_team.troth("matrix", "bell").out.splitlines() if "webhook" in line]

    assert [(row[2], row[3], "evidence" in row) for row in rows] == [
        ("silence_event", "200", True),
        ("ring_event", "200", False),
        ("ring_event", "401", False),
    ]


def test_a_common_signature_is_that_of_its_definition() -> None:
    # RFC 4231, test case 2.
    assert hmac_sha256_hex("Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
