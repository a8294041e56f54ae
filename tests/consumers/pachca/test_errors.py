"""Both forms of error, and those that are neither."""

from __future__ import annotations

import pytest
import responses

from consumers.pachca.errors import (
    Conflict,
    Gone,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    NotReached,
    OutcomeUnknown,
    PachcaError,
    PlanRequired,
    RateLimited,
    Refused,
    Unavailable,
    Unreadable,
    UnreadableOutcome,
    WebhookError,
)
from tests.consumers.pachca.support import URL, answers, client, complaint, empty, unauthorised
from troth.jsontext import Json

STATUSES: list[tuple[int, type[PachcaError]]] = [
    (400, Invalid),
    (401, NotAuthenticated),
    (402, PlanRequired),
    (403, NotAllowed),
    (404, NotFound),
    (405, Unreadable),
    (409, Conflict),
    (410, Gone),
    (418, Unreadable),
    (422, Invalid),
    (429, RateLimited),
]
BODIES = [
    b"",
    b"null",
    b"[]",
    b"<html>down</html>",
    b"\xff\xfe",
    b'{"errors":null}',
    b'{"errors":[null,1,{}]}',
    b'{"error":null}',
    b'{"error":{"a":1},"error_description":[]}',
    b"[" * 5000,
]


@responses.activate
@pytest.mark.parametrize(("status", "error"), STATUSES)
@pytest.mark.parametrize("body", BODIES, ids=[body[:20].decode("latin-1") for body in BODIES])
def test_a_refusal_is_told_by_its_status_whatever_its_body(
    status: int, error: type[PachcaError], body: bytes
) -> None:
    responses.post(f"{URL}/messages", body=body, status=status)

    with pytest.raises(PachcaError) as caught:
        client(retries=0).send(1, "hello")

    assert type(caught.value) is error


@responses.activate
@pytest.mark.parametrize(
    ("status", "for_a_read", "for_a_write"),
    [
        (500, Unavailable, OutcomeUnknown),
        (501, Unavailable, OutcomeUnknown),
        (503, Unavailable, OutcomeUnknown),
        (301, Unreadable, UnreadableOutcome),
        (202, Unreadable, UnreadableOutcome),
    ],
)
def test_what_a_failure_means_depends_on_what_was_asked(
    status: int, for_a_read: type[PachcaError], for_a_write: type[PachcaError]
) -> None:
    empty("GET", "/messages/10", status)
    empty("PUT", "/messages/10", status)

    with pytest.raises(PachcaError) as read:
        client(retries=0).get(10)
    with pytest.raises(PachcaError) as written:
        client(retries=0).edit(10, "new")

    assert (type(read.value), type(written.value)) == (for_a_read, for_a_write)


@responses.activate
def test_complaints_are_told_by_field_and_code() -> None:
    body: Json = {
        "errors": [
            {"key": "content", "value": "x", "message": "нет", "code": "too_long", "payload": None},
            {"key": "files[0].name", "value": None, "message": "нет", "code": "wrong_params", "payload": {}},
        ]
    }
    answers("POST", "/messages", body, status=422)

    with pytest.raises(Invalid, match=r"422: content too_long; files\[0\]\.name wrong_params") as caught:
        client().send(1, "hello")

    assert caught.value.codes == ("too_long", "wrong_params")
    assert (caught.value.problems[0].value, caught.value.problems[0].message) == ("x", "нет")


@responses.activate
def test_a_complaint_without_a_code_is_one_all_the_same() -> None:
    answers("POST", "/messages", complaint("content", None, value="слишком длинный"), status=422)

    with pytest.raises(Invalid, match="without a code") as caught:
        client().send(1, "hello")

    assert (caught.value.codes, caught.value.problems[0].key) == ((), "content")


@responses.activate
def test_a_pin_is_refused_without_a_body() -> None:
    empty("POST", "/messages/10/pin", 422)

    with pytest.raises(Invalid, match="nothing more") as caught:
        client().pin(10)

    assert (caught.value.status, caught.value.problems) == (422, ())


@responses.activate
@pytest.mark.parametrize("reason", ["invalid_token", "unauthenticated"])
def test_a_token_that_is_not_accepted(reason: str) -> None:
    answers("GET", "/profile", unauthorised(reason), status=401)

    with pytest.raises(NotAuthenticated, match=reason) as caught:
        client().profile()

    assert caught.value.reason == reason


@responses.activate
@pytest.mark.parametrize(
    ("description", "scope"),
    [
        ("Insufficient scope: messages:create is required", "messages:create"),
        ("bot_self:webhook:write", "bot_self:webhook:write"),
        ("The token lacks a right", ""),
    ],
)
def test_a_token_that_lacks_a_scope(description: str, scope: str) -> None:
    answers("POST", "/messages", unauthorised("insufficient_scope", description), status=403)

    with pytest.raises(NotAllowed, match="insufficient_scope") as caught:
        client().send(1, "hello")

    assert (caught.value.reason, caught.value.scope, caught.value.codes) == ("insufficient_scope", scope, ())


@responses.activate
def test_a_rule_that_forbids_it() -> None:
    answers("POST", "/messages", complaint("base", "forbidden"), status=403)

    with pytest.raises(NotAllowed, match="base forbidden") as caught:
        client().send(1, "hello")

    assert (caught.value.reason, caught.value.scope, caught.value.codes) == ("", "", ("forbidden",))


@responses.activate
def test_a_plan_that_has_ended_keeps_what_was_said() -> None:
    answers("GET", "/profile", complaint("base", "payment_required"), status=402)

    with pytest.raises(PlanRequired) as caught:
        client().profile()

    assert caught.value.problems[0].code == "payment_required"


@pytest.mark.parametrize(
    ("kind", "base"),
    [
        (NotReached, Unavailable),
        (RateLimited, Unavailable),
        (Invalid, Refused),
        (NotFound, Refused),
        (Conflict, Refused),
        (Gone, Refused),
        (UnreadableOutcome, OutcomeUnknown),
        (UnreadableOutcome, Unreadable),
        (WebhookError, PachcaError),
    ],
)
def test_the_tree_of_errors(kind: type[PachcaError], base: type[PachcaError]) -> None:
    assert issubclass(kind, base)


def test_what_may_have_been_done_is_not_among_what_may_simply_be_repeated() -> None:
    assert not issubclass(OutcomeUnknown, Unavailable)
