"""What refusals mean, whatever their bodies, and that no message repeats what was sent."""

from __future__ import annotations

import traceback

import pytest
import responses

from consumers.campus_web.errors import (
    CampusError,
    Conflict,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    TooLarge,
    Unavailable,
    Unreadable,
)
from tests.consumers.campus_web.support import PROGRAM, TOKEN, answers, client, empty, failure
from troth.jsontext import Json

STATUSES: list[tuple[int, type[CampusError]]] = [
    (400, Invalid),
    (401, NotAuthenticated),
    (403, NotAllowed),
    (404, NotFound),
    (409, Conflict),
    (413, TooLarge),
    (415, Refused),
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
    b'{"error":null}',
    b'{"error":{"code":1,"fields":[],"message":{},"request_id":null}}',
    b'{"error":{"code":"invalid","fields":{"a":null}}}',
    b"[" * 5000,
]


@responses.activate
@pytest.mark.parametrize(("status", "error"), STATUSES)
@pytest.mark.parametrize("body", BODIES, ids=[body[:20].decode("latin-1") for body in BODIES])
def test_a_refusal_is_told_by_its_status_whatever_its_body(
    status: int, error: type[CampusError], body: bytes
) -> None:
    empty("POST", "/submissions/", status, body=body)

    with pytest.raises(error):
        client().submit(3, PROGRAM)


@responses.activate
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_service_that_fails_may_have_done_what_was_asked(status: int) -> None:
    answers("POST", "/submissions/", failure("unexpected"), status=status)
    answers("GET", "/submissions/7/", failure("unexpected"), status=status)

    with pytest.raises(OutcomeUnknown):
        client().submit(3, PROGRAM)
    with pytest.raises(Unavailable):
        client().submission(7)


@responses.activate
def test_a_refusal_carries_what_programs_and_people_need() -> None:
    answers("POST", "/submissions/", failure(), status=400)

    with pytest.raises(Invalid) as caught:
        client().submit(3, PROGRAM)

    assert (caught.value.status, caught.value.code) == (400, "invalid")
    assert (caught.value.fields, caught.value.said) == ({"code": "s3cret-words"}, "s3cret-words")
    assert caught.value.request_id == "0123456789abcdef"
    assert str(caught.value) == "refused with 400 (invalid): code"


@responses.activate
@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("s3cret code", {}),
        ("invalid", {"s3cret field!": "x"}),
        ("S3CRET", {"s3cret\nfield": "x"}),
    ],
)
def test_what_does_not_look_like_a_name_is_not_shown(code: str, fields: Json) -> None:
    answers("POST", "/submissions/", failure(code, fields=fields), status=400)

    with pytest.raises(Invalid) as caught:
        client().submit(3, PROGRAM)

    assert "s3cret" not in str(caught.value).lower()


@responses.activate
@pytest.mark.parametrize("status", [400, 401, 404, 418, 429, 500, 201])
def test_no_traceback_shows_the_token_or_the_program(status: int) -> None:
    answers("POST", "/submissions/", failure(), status=status)

    with pytest.raises(CampusError) as caught:
        client().submit(3, PROGRAM)

    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert not [secret for secret in (TOKEN, "s3cret-program", "s3cret-words") if secret in told]


@responses.activate
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "\u00b2"}, None),
    ],
    ids=["seconds", "nothing", "a word", "less than none", "no digit"],
)
def test_how_long_to_wait_is_told(headers: dict[str, str], seconds: float | None) -> None:
    empty("POST", "/submissions/", 429, headers=headers)

    with pytest.raises(RateLimited) as caught:
        client().submit(3, PROGRAM)

    assert caught.value.retry_after == seconds


def test_every_error_is_one_of_the_tree() -> None:
    kinds = [Unavailable, OutcomeUnknown, Refused, NotAuthenticated, Unreadable]

    assert {kind.__base__ for kind in kinds} == {CampusError}
