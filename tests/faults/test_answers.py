"""What a struck call is answered with, in process and on a socket."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.faults.parcels import PARCEL, answer, asking
from troth.api import Api
from troth.errors import CouldNotCheck
from troth.exchange import Exchange, Response
from troth.faults import answers
from troth.faults.catalogue import CATALOGUE, Fault, Hit, Struck, fault
from troth.faults.minimal import minimal

NOW = 1_767_225_600.75


def hit(api: Api, name: str, good: Response | None = None, operation: str = "look") -> Hit:
    return answers.hit(api, api.named(operation), fault(name), good or answer(), asking(), clock=lambda: NOW)


def struck(api: Api, name: str, good: Response | None = None, operation: str = "look") -> Struck:
    found = hit(api, name, good, operation).struck
    assert found is not None
    return found


@pytest.mark.parametrize("each", [each for each in CATALOGUE if each.answers], ids=lambda each: each.name)
def test_a_fault_that_answers_has_an_answer(api: Api, each: Fault) -> None:
    assert struck(api, each.name).breaks_after is None


@pytest.mark.parametrize(
    "name",
    [
        *("dns_failure", "connection_refused", "connect_timeout"),
        *("tls_expired", "tls_self_signed", "tls_wrong_host", "read_timeout", "reset_before_headers"),
    ],
)
def test_where_nothing_comes_there_is_no_answer(api: Api, name: str) -> None:
    assert hit(api, name).struck is None


@pytest.mark.parametrize(
    ("name", "status", "retry_after"),
    [
        ("http_429", 429, "1"),
        # Rounded up to whole seconds, and a second on: it may not be in the past already.
        ("http_429_date", 429, "Thu, 01 Jan 2026 00:00:02 GMT"),
        ("http_429_bare", 429, None),
        ("http_500", 500, None),
        ("http_503", 503, None),
        ("http_504", 504, None),
    ],
)
def test_a_status_comes_with_its_headers(api: Api, name: str, status: int, retry_after: str | None) -> None:
    response = struck(api, name).response

    assert (response.status, response.headers.get("Retry-After")) == (status, retry_after)


@pytest.mark.parametrize("name", ["http_429", "http_500", "http_503"])
def test_a_declared_failure_is_the_contracts_own(api: Api, name: str) -> None:
    response = struck(api, name).response

    assert response.headers.get("Content-Type") == "application/json"
    assert api.judge(Exchange(asking(), response)) == ()


@pytest.mark.parametrize(("name", "operation"), [("http_503", "motto"), ("http_504", "look")])
def test_an_undeclared_failure_is_a_line_of_text(api: Api, name: str, operation: str) -> None:
    response = struck(api, name, operation=operation).response

    assert response.body.startswith((b"Service Unavailable", b"Gateway Timeout"))


def test_a_gateway_answers_with_a_page(api: Api) -> None:
    response = struck(api, "http_502_html").response

    assert (response.status, response.headers.get("Content-Type")) == (502, "text/html; charset=utf-8")
    assert b"<h1>502 Bad Gateway</h1>" in response.body


def test_malformed_json_breaks_off(api: Api) -> None:
    body = struck(api, "malformed_json").response.body

    assert answer().body.startswith(body)
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


@pytest.mark.parametrize("good", [b"{}", b"[]", b"7", b"42000", b'""', b"null"])
def test_the_shortest_json_breaks_off_too(api: Api, good: bytes) -> None:
    body = struck(api, "malformed_json", Response(200, body=good)).response.body

    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_invalid_utf8_is_json_but_for_its_bytes(api: Api) -> None:
    body = struck(api, "invalid_utf8").response.body

    assert json.loads(body.decode("utf-8", "ignore")).keys() == PARCEL.keys()
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_an_empty_body_keeps_status_and_type(api: Api) -> None:
    response = struck(api, "empty_body").response

    assert (response.status, response.body) == (200, b"")
    assert response.headers.get("Content-Type") == "application/json"


def test_a_page_may_come_under_the_right_status(api: Api) -> None:
    response = struck(api, "wrong_content_type").response

    assert (response.status, response.headers.get("Content-Type")) == (200, "text/html; charset=utf-8")


def test_a_large_body_is_the_right_one_with_white_space_behind(api: Api) -> None:
    found = struck(api, "body_too_large")

    assert found.response.body == answer().body
    assert len(found.response.body) + found.padding == 16 * 2**20


def test_a_small_bomb_unpacks_to_the_right_json(api: Api) -> None:
    response = struck(api, "gzip_bomb").response

    unpacked = gzip.decompress(response.body)
    assert (len(unpacked), len(response.body) < 80_000) == (len(answer().body) + 64 * 2**20, True)
    assert json.loads(unpacked) == PARCEL
    assert response.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("name", ["reset_mid_body", "body_short", "body_drips"])
@pytest.mark.parametrize(
    "good", [answer(), Response(204), Response(200, body=b"[]")], ids=["long", "none", "short"]
)
def test_what_breaks_off_has_a_middle(api: Api, name: str, good: Response) -> None:
    found = struck(api, name, good)

    assert found.response.status == 200
    assert found.breaks_after is not None
    assert len(found.response.body) - found.breaks_after >= 8


@pytest.mark.parametrize("name", ["malformed_json", "invalid_utf8", "body_too_large", "gzip_bomb"])
def test_json_cannot_be_spoilt_where_there_is_none(api: Api, name: str) -> None:
    with pytest.raises(CouldNotCheck, match=f"{name} strikes answers with JSON"):
        hit(api, name, Response(204))


def test_a_place_that_this_answer_does_not_have_is_told(api: Api) -> None:
    with pytest.raises(CouldNotCheck, match=r"has nothing to strike at \$\.gone"):
        hit(api, "field_missing:$.gone")


def test_a_redirect_leads_back_to_itself_and_takes_no_query_along(api: Api) -> None:
    request = asking(path="/parcels/4?key=secret")

    first = answers.hit(api, api.named("look"), fault("redirect_loop"), answer(), request)

    assert first.struck is not None
    place = first.struck.response.headers.get("Location")
    assert place == "/v2/parcels/4?_troth_loop=1"
    turn = answers.looped(asking(path=place.removeprefix("/v2")))
    assert turn is not None
    assert turn.struck == first.struck


def test_other_requests_are_no_turn_of_a_loop() -> None:
    assert answers.looped(asking(path="/parcels/4?note=_troth_loop")) is None


class TestMinimal:
    """The smallest answer that a contract allows."""

    @pytest.mark.parametrize(
        ("operation", "status", "body"),
        [
            ("send", 201, b'{"number": 1}'),
            ("drop", 204, b""),
            ("look", 503, b'{"code": 503, "word": "SLOW", "text": "Service Unavailable"}'),
            ("look", 504, b"Gateway Timeout"),
            ("motto", 200, b"OK"),
        ],
    )
    def test_it_is_made_of_what_is_required(self, api: Api, operation: str, status: int, body: bytes) -> None:
        response = minimal(api, api.named(operation), status, asking())

        assert response is not None
        assert response.body == body

    def test_lists_and_nulls_are_as_small_as_they_may_be(self, api: Api) -> None:
        response = minimal(api, api.named("look"), 200, asking())

        assert response is not None
        made = json.loads(response.body)
        assert (made["stops"], made["owner"], made["marks"], "weight" in made) == ([], None, {}, False)
        assert api.judge(Exchange(asking(), response)) == ()

    def test_what_is_not_declared_is_not_made(self, api: Api) -> None:
        assert minimal(api, api.named("look"), 418, asking()) is None
