"""The answer to a generated request is judged, and what is wrong with the request is nobody's business."""

from __future__ import annotations

import pytest

from tests.pacts.library import library_api
from troth.exchange import Exchange, Headers, Request, Response
from troth.fuzz.case import JUDGE, Failure, Sent
from troth.fuzz.judged import as_contract, judged, operation_of

BASE = "http://127.0.0.1:81/api"
JSON = Headers.of({"Content-Type": "application/json"})


def sent(
    method: str, path: str, status: int = 200, body: bytes = b"", *, label: str = "", asked: bytes = b""
) -> Sent:
    """One request at ``BASE``, and its answer."""
    request = Request(method, f"{BASE}{path}", JSON, asked)
    exchange = Exchange(request, Response(status, JSON, body))
    return Sent(label or f"{method} {path}", "fuzzing", "", positive=True, exchange=exchange)


def rules(one: Sent) -> list[str]:
    """What the judge says of it."""
    return [each.rule for each in judged(library_api(), one, BASE).failures if each.check == JUDGE]


def test_an_answer_that_fits_is_left_as_it_is() -> None:
    one = sent("GET", "/shelves/7", body=b"[]")

    assert judged(library_api(), one, BASE) == one


@pytest.mark.parametrize(
    ("one", "rule"),
    [
        (sent("GET", "/shelves/7", 418), "status-undeclared"),
        (sent("GET", "/shelves/7", body=b'[{"shelf": "7"}]'), "field-type"),
        (sent("GET", "/busy", 503), "header-missing"),
    ],
)
def test_an_answer_that_breaks_the_contract_is_a_failure(one: Sent, rule: str) -> None:
    assert rule in rules(one)


def test_what_is_wrong_with_the_request_is_none() -> None:
    assert rules(sent("POST", "/loans", 400, asked=b'{"shelf": null}')) == []


def test_what_other_checks_found_stays() -> None:
    other = Failure("use_after_free", "Use after free")
    one = Sent("GET /shelves/7", "stateful", "", None, sent("GET", "/shelves/7", 418).exchange, (other,))

    assert judged(library_api(), one, BASE).failures[0] == other


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(sent("PUT", "/loans", 405, label="GET /loans"), id="another method, on purpose"),
        pytest.param(sent("GET", "/nowhere", 404), id="an operation that the contract lacks"),
    ],
)
def test_what_is_no_operation_of_the_contract_is_not_judged(one: Sent) -> None:
    assert operation_of(library_api(), one, BASE) is None
    assert judged(library_api(), one, BASE) == one


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{BASE}/loans?ids=1", "https://library.example/v2/loans?ids=1"),
        (BASE, "https://library.example/v2/"),
        (f"{BASE}/loans/a%2Fb", "https://library.example/v2/loans/a%2Fb"),
    ],
)
def test_an_exchange_is_judged_at_the_url_of_the_real_service(url: str, expected: str) -> None:
    exchange = Exchange(Request("GET", url), Response(200))

    assert as_contract(library_api(), exchange, BASE).request.url == expected
