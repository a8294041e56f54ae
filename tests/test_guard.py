"""What keeps web pages away."""

from __future__ import annotations

import json

import pytest

from tests.support.shop import Service
from troth.exchange import Headers, Request
from troth.guard import guarded

URL = "http://127.0.0.1:1/things"
PAGE = "https://page.example"


@pytest.mark.parametrize("origin", [PAGE, "null", "http://127.0.0.1:1"])
def test_a_page_is_refused(origin: str) -> None:
    service = Service()
    reply = guarded(service)(Request("GET", URL, Headers.of({"Origin": origin})))
    assert (reply.status, service.got) == (403, [])


def test_a_page_that_may_call_gets_an_answer() -> None:
    reply = guarded(Service(), cors=[PAGE])(Request("GET", URL, Headers.of({"Origin": PAGE})))
    assert (reply.status, reply.headers.get("Access-Control-Allow-Origin")) == (200, PAGE)


def test_another_page_is_refused_beside_one_that_may_call() -> None:
    reply = guarded(Service(), cors=[PAGE])(Request("GET", URL, Headers.of({"Origin": f"{PAGE}.evil"})))
    assert reply.status == 403


def test_without_cors_no_answer_opens_itself_to_pages() -> None:
    reply = guarded(Service())(Request("GET", URL))
    assert "Access-Control-Allow-Origin" not in reply.headers


def test_a_preflight_of_a_page_that_may_call_is_answered_by_the_guard() -> None:
    service = Service()
    headers = Headers.of(
        {
            "Origin": PAGE,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type, x-shop-token",
        }
    )

    reply = guarded(service, cors=[PAGE])(Request("OPTIONS", URL, headers))

    assert (reply.status, reply.headers.get("Access-Control-Allow-Headers"), service.got) == (
        204,
        "content-type, x-shop-token",
        [],
    )


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
def test_a_body_that_is_not_declared_json_is_refused(method: str, media: str) -> None:
    service = Service()
    reply = guarded(service)(Request(method, URL, Headers.of({"Content-Type": media}), b"{}"))
    assert (reply.status, service.got) == (415, [])


def test_a_body_without_a_content_type_is_refused() -> None:
    assert guarded(Service())(Request("POST", URL, Headers(), b"{}")).status == 415


@pytest.mark.parametrize("media", ["application/json", "Application/JSON; charset=utf-8"])
def test_a_json_body_passes(media: str) -> None:
    assert guarded(Service())(Request("POST", URL, Headers.of({"Content-Type": media}), b"{}")).status == 200


def test_a_request_without_a_body_passes() -> None:
    assert guarded(Service())(Request("POST", URL)).status == 200


FORM = "multipart/form-data"


def form(*headers: tuple[str, str], media: str = f"{FORM}; boundary=x") -> Request:
    return Request("POST", URL, Headers((("Content-Type", media), *headers)), b"--x--")


@pytest.mark.parametrize("site", [(), (("Sec-Fetch-Site", "none"),), (("Sec-Fetch-Site", "same-origin"),)])
def test_a_form_passes_where_one_is_declared(site: tuple[tuple[str, str], ...]) -> None:
    assert guarded(Service(), declared=lambda _: FORM)(form(*site)).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_is_refused(site: str) -> None:
    service = Service()
    reply = guarded(service, declared=lambda _: FORM)(form(("Sec-Fetch-Site", site)))
    assert (reply.status, service.got) == (415, [])


def test_a_form_of_a_page_is_refused() -> None:
    service = Service()
    reply = guarded(service, declared=lambda _: FORM)(form(("Origin", PAGE)))
    assert (reply.status, service.got) == (403, [])


def test_another_body_than_the_declared_one_is_refused() -> None:
    reply = guarded(Service(), declared=lambda _: FORM)(form(media="text/plain"))
    assert (reply.status, "multipart/form-data" in json.loads(reply.body)["error"]) == (415, True)


def test_bodies_of_every_kind_pass_where_they_may() -> None:
    request = Request("POST", URL, Headers.of({"Content-Type": "text/plain"}), b"hello")
    assert guarded(Service(), json_only=False)(request).status == 200


def test_a_refusal_says_why_in_json() -> None:
    reply = guarded(Service())(Request("GET", URL, Headers.of({"Origin": PAGE})))
    assert json.loads(reply.body)["error"] == f"pages of '{PAGE}' may not call this server; see --cors"
