"""What the contract of Pachca finds in what is delivered, and in the history of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.pachca.operations import SIGNATURE
from tests.contracts.pachca.exchanges import (
    BUTTON,
    CALL,
    CALL_ENDED,
    CALL_RECORDED,
    CHAT_MEMBER,
    COMPANY_MEMBER,
    LINK_SHARED,
    MESSAGE_EVENT,
    NOW,
    REACTION_EVENT,
    VIEW,
    delivered,
    page,
    told,
    without,
)
from troth.exchange import Headers
from troth.jsontext import Json


@pytest.mark.parametrize(
    ("payload", "changes", "path", "rule"),
    [
        pytest.param(MESSAGE_EVENT, {"id": "1"}, "$.id", "field-type"),
        pytest.param(
            MESSAGE_EVENT, {"thread": {"message_id": 1}}, "$.thread.message_chat_id", "field-missing"
        ),
        pytest.param(MESSAGE_EVENT, {"webhook_timestamp": "1"}, "$.webhook_timestamp", "field-type"),
        pytest.param(MESSAGE_EVENT, {"webhook_timestamp": 1.5}, "$.webhook_timestamp", "field-type"),
        pytest.param(MESSAGE_EVENT, {"content": None}, "$.content", "field-null"),
        pytest.param(
            LINK_SHARED, {"links": [{"url": "a", "skip": False}]}, "$.links[0].domain", "field-missing"
        ),
        pytest.param(REACTION_EVENT, {"event": "update"}, "$.event", "field-enum"),
        pytest.param(REACTION_EVENT, {"name": None}, "$.name", "field-null"),
        pytest.param(BUTTON, {"event": "press"}, "$.event", "field-enum"),
        pytest.param(BUTTON, {"chat_id": None}, "$.chat_id", "field-null"),
        pytest.param(VIEW, {"data": []}, "$.data", "field-type"),
        pytest.param(CHAT_MEMBER, {"user_ids": 1}, "$.user_ids", "field-type"),
        pytest.param(CHAT_MEMBER, {"created_at": "2031-05-01"}, "$.created_at", "field-constraint"),
        pytest.param(COMPANY_MEMBER, {"event": "add"}, "$.event", "field-enum"),
        pytest.param(CALL, {"event": "finished"}, "$", "field-invalid", id="an end without a duration"),
        pytest.param(CALL_ENDED, {"event": "recording_ready"}, "$", "field-invalid", id="no recording"),
        pytest.param(CALL_ENDED, {"members": None}, "$.members", "field-null"),
        pytest.param(CALL_RECORDED, {"size": -1}, "$.size", "field-constraint"),
    ],
)
def test_a_webhook_that_breaks(
    payload: dict[str, Json], changes: dict[str, Json], path: str, rule: str
) -> None:
    delivery = delivered({**payload, **changes})

    assert told(delivery) == [(f"webhook {delivery.request.url.removeprefix('webhook:')}", path, rule)]


@pytest.mark.parametrize(
    "payload", [{"type": "task", "event": "new"}, {"type": "message", "event": "pin"}, [], 1]
)
def test_a_webhook_that_nobody_knows(payload: Json) -> None:
    assert told(delivered(payload)) == [("webhook", "$", "operation-unknown")]


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        pytest.param({}, "header-missing", id="no signature"),
        pytest.param({SIGNATURE: "sha256=" + "0" * 64}, "header-value", id="a prefix"),
        pytest.param({SIGNATURE: "0" * 63}, "header-value", id="too short"),
        pytest.param({SIGNATURE: "0" * 64}, "signature-invalid", id="of another body"),
    ],
)
def test_a_webhook_with_another_signature(headers: dict[str, str], rule: str) -> None:
    found = told(delivered(REACTION_EVENT, headers))

    assert ("webhook reaction", f"header {SIGNATURE}", rule) in found


def test_a_webhook_in_upper_case_digits() -> None:
    delivery = delivered(REACTION_EVENT)
    upper = Headers(
        tuple(
            (name, value.upper() if name == SIGNATURE else value) for name, value in delivery.request.headers
        )
    )

    found = told(replace(delivery, request=replace(delivery.request, headers=upper)))

    assert ("webhook reaction", f"header {SIGNATURE}", "header-value") in found


EVENT: dict[str, Json] = {"id": "01KAJZ", "event_type": "reaction_delete", "created_at": NOW}


@pytest.mark.parametrize(
    ("changes", "path", "rule"),
    [
        pytest.param({"event_type": "reaction_new"}, "", "field-invalid", id="of another event"),
        pytest.param({"payload": {**REACTION_EVENT, "code": 1}}, ".payload.code", "field-type"),
        pytest.param({"payload": without(REACTION_EVENT, "user_id")}, ".payload.user_id", "field-missing"),
        pytest.param({"payload": {**REACTION_EVENT, "type": "task"}}, ".payload.type", "field-enum"),
        pytest.param({"id": 5}, ".id", "field-type", id="a number for an id"),
    ],
)
def test_an_event_of_the_history_that_breaks(changes: dict[str, Json], path: str, rule: str) -> None:
    found = told(page("/webhooks/events", [{**EVENT, "payload": REACTION_EVENT, **changes}]))

    assert found == [("GET /webhooks/events", f"$.data[0]{path}", rule)]


def test_the_history_tells_a_link_from_a_message() -> None:
    event: Json = {**EVENT, "event_type": "message_link_shared", "payload": without(LINK_SHARED, "links")}

    found = told(page("/webhooks/events", [event]))

    assert found == [("GET /webhooks/events", "$.data[0].payload.links", "field-missing")]
