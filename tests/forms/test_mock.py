"""A recorded form answers the form that means the same, and a miss names each part that differs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.forms.stage import LETTER, PNG, URL, Parts, changed, post_api, sent, without
from troth.api import Api
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Payload, Uuid
from troth.mock import Dispatcher
from troth.mock.library import recordings_of
from troth.mock.miss import Known, explain
from troth.redact import redact

TICKETS = "https://post.example/v1/tickets"
TICKET = "00000000-0000-4000-8000-0000000000aa"


class Ticket(Payload, source="assumed"):
    """Leave to send a letter."""

    key: Uuid


def api_with_tickets() -> Api:
    api = post_api()
    api.post("/tickets", name="ticket", responses={201: Ticket})
    return api


def ticketed(key: str = TICKET) -> Exchange:
    body = b'{"key": "%s"}' % key.encode()
    response = Response(201, Headers.of({"Content-Type": "application/json"}), body)
    return Exchange(Request("POST", TICKETS), response)


@pytest.fixture
def dispatcher() -> Iterator[Dispatcher]:
    with Dispatcher() as made:
        yield made


def play(dispatcher: Dispatcher, api: Api, *exchanges: Exchange) -> None:
    dispatcher.desk.serve(api)
    dispatcher.desk.offers.play(api, recordings_of(api, redact(api, exchanges).exchanges, "a letter"))


def post(parts: Parts) -> int:
    request = sent(parts, boundary="of-the-client").request
    return requests.post(URL, data=request.body, headers=dict(request.headers), timeout=5).status_code


@pytest.mark.parametrize(
    "parts",
    [
        LETTER,
        changed("x-secret", "another one"),
        changed("file", ("b.png", b"drawn anew" * 500, "image/png")),
        tuple(reversed(LETTER)),
    ],
    ids=["as it was", "another secret", "another file", "another order"],
)
def test_what_is_hidden_may_be_anything(dispatcher: Dispatcher, parts: Parts) -> None:
    play(dispatcher, post_api(), sent(LETTER))

    assert post(parts) == 201


@pytest.mark.parametrize(
    ("parts", "differences"),
    [
        (changed("title", "Пока"), ['body $.title: sent "Пока", recorded "Привет"']),
        (changed("kind", "sea"), ['body $.kind: sent "sea", recorded "air"']),
        (without("title"), ['body $.title: sent nothing, recorded "Привет"']),
        (
            changed("file", ("a.gif", PNG, "image/gif")),
            ['body $.file.content_type: sent "image/gif", recorded "image/png"'],
        ),
        ((("more", "1"), *LETTER), ["body $.more: sent a string of 1 characters, recorded nothing"]),
    ],
)
def test_a_part_that_differs_is_named(parts: Parts, differences: list[str]) -> None:
    api = post_api()
    [recording] = recordings_of(api, redact(api, [sent(LETTER)]).exchanges, "a letter")

    miss = explain(api, sent(parts, boundary="of-the-client").request, [Known(recording, played=True)])

    assert [str(each) for each in miss.differences] == differences


def test_no_miss_tells_what_may_not_be_seen() -> None:
    api = post_api()
    [recording] = recordings_of(api, redact(api, [sent(LETTER)]).exchanges, "a letter")
    parts = changed("kind", "s3cr3t-of-ada, s3cr3t-of-bob")

    miss = explain(api, sent(parts).request, [Known(recording, played=True)])

    assert "s3cr3t" not in miss.text


def test_a_body_that_is_no_form_is_named_as_one() -> None:
    api = post_api()
    [recording] = recordings_of(api, redact(api, [sent(LETTER)]).exchanges, "a letter")
    whole = sent(LETTER).request
    broken = Request("POST", URL, whole.headers, whole.body[:-30])

    miss = explain(api, broken, [Known(recording, played=True)])

    assert [each.part for each in miss.differences] == ["body"]
    assert "no form with parts" in miss.differences[0].sent


def test_a_value_that_the_mock_handed_out_has_to_come_back(dispatcher: Dispatcher) -> None:
    exchanges = (ticketed(), sent(changed("key", TICKET)))
    play(dispatcher, api_with_tickets(), *exchanges)

    key = requests.post(TICKETS, timeout=5).json()["key"]
    with pytest.raises(requests.ConnectionError, match=r"body \$\.key"):
        post(changed("key", "00000000-0000-4000-8000-0000000000bb"))

    assert post(changed("key", key)) == 201
