"""Requests as they may be kept and sent again."""

from __future__ import annotations

import json

import pytest

from troth.credentials import Credentials
from troth.exchange import Exchange, Headers, Request, Response
from troth.fuzz.asked import Asked, asked, filled, given
from troth.jsontext import Json

BASE = "http://localhost/v1"
CREDENTIALS = Credentials({"valid": "token-of-the-notes"})


def exchange(
    method: str,
    target: str,
    *,
    sent: bytes = b"",
    came: Json = None,
    headers: dict[str, str] | None = None,
    location: str = "",
) -> Exchange:
    """One request with its answer."""
    answered = Headers.of({"Location": location} if location else {})
    request = Request(method, BASE + target, Headers.of(headers or {}), sent)
    return Exchange(request, Response(200, answered, json.dumps(came).encode()))


MADE = exchange("POST", "/notes", sent=b'{"size": 3}', came={"size": 3, "id": 12, "key": "abcdef"})


def test_what_the_transport_adds_is_left_out() -> None:
    noise = {"User-Agent": "x", "Accept": "*/*", "Connection": "close", "X-Schemathesis-TestCaseId": "1"}

    (one,) = asked([exchange("GET", "/notes?a=1", headers={**noise, "X-Own": "kept"})], BASE, CREDENTIALS)

    assert one == Asked("GET", "/notes?a=1", (("X-Own", "kept"),))


def test_a_credential_is_its_placeholder_wherever_it_stands() -> None:
    secret = "token-of-the-notes"
    sent = exchange("POST", f"/n?t={secret}", sent=secret.encode(), headers={"X-Own": f"Bearer {secret}"})

    (one,) = asked([sent], BASE, CREDENTIALS)

    assert secret not in repr(one) + repr(one.body)
    assert filled(one, BASE, [], CREDENTIALS).headers.get("X-Own") == f"Bearer {secret}"


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/notes/12", "/notes/{{step1:$.id}}"),
        ("/notes/12/parts/abcdef", "/notes/{{step1:$.id}}/parts/{{step1:$.key}}"),
        ("/notes/3", "/notes/3"),
        ("/notes/13", "/notes/13"),
    ],
    ids=["id", "two", "what was said before", "another"],
)
def test_what_an_answer_gave_is_the_place_where_it_stood(target: str, kept: str) -> None:
    _, later = asked([MADE, exchange("GET", target)], BASE, CREDENTIALS)

    assert later.target == kept


def test_what_the_answer_to_a_later_request_repeats_is_taken_from_the_first() -> None:
    again = exchange("GET", "/notes/12", came={"id": 12})

    *_, last = asked([MADE, again, exchange("DELETE", "/notes/12")], BASE, CREDENTIALS)

    assert last.target == "/notes/{{step1:$.id}}"


def test_a_location_gives_its_last_part() -> None:
    made = exchange("POST", "/notes", location="/v1/notes/twelve-12/")

    _, later = asked([made, exchange("GET", "/notes/twelve-12")], BASE, CREDENTIALS)

    assert later.target == "/notes/{{step1:header Location}}"
    assert filled(later, BASE, [made], CREDENTIALS).url == f"{BASE}/notes/twelve-12"


def test_a_body_takes_the_kind_of_value_that_the_answer_holds_this_time() -> None:
    _, later = asked(
        [MADE, exchange("POST", "/links", sent=b'{"note_id": 12, "size": 12, "of": "abcdef"}')],
        BASE,
        CREDENTIALS,
    )
    now = exchange("POST", "/notes", came={"id": 99, "key": "it's"})

    assert later.json == {"note_id": "{{step1:$.id}}", "size": 12, "of": "{{step1:$.key}}"}
    assert json.loads(filled(later, BASE, [now], CREDENTIALS).body) == {
        "note_id": 99,
        "size": 12,
        "of": "it's",
    }


def test_a_body_that_takes_nothing_is_sent_as_it_was() -> None:
    body = b'{"a" :1, "a": NaN}'

    _, later = asked([MADE, exchange("POST", "/notes", sent=body)], BASE, CREDENTIALS)

    assert filled(later, BASE, [MADE], CREDENTIALS).body == body


def test_a_value_is_percent_encoded_in_a_target() -> None:
    now = exchange("POST", "/notes", came={"id": "a/b c?"})

    made = filled(Asked("GET", "/notes/{{step1:$.id}}"), BASE, [now], CREDENTIALS)

    assert made.url == f"{BASE}/notes/a%2Fb%20c%3F"


@pytest.mark.parametrize("place", ["$.nothing", "header Nothing"])
def test_what_no_answer_holds_is_an_error(place: str) -> None:
    with pytest.raises(LookupError, match=r"(?i)nothing"):
        given([MADE], 1, place)
