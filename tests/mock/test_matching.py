"""When two requests are the same request."""

from __future__ import annotations

import pytest

from tests.mock.library import ONE, OTHER, SERVER, answer, asking, books_api, recorded, recordings
from troth.exchange import Headers, Request
from troth.mock.matching import asked, origin_of
from troth.mock.redacted import Redactions


def form(body: bytes, media: str) -> Request:
    return Request("POST", f"{SERVER}/loans", Headers.of({"Content-Type": media}), body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (asking("GET", "/titles?page=1&order=title"), asking("GET", "/titles?order=title&page=1")),
        (asking("GET", "/titles/a%20b"), asking("GET", "/titles/%61%20b")),
        (Request("get", f"{SERVER}/titles"), Request("GET", "HTTPS://Books.Example:443/v1/titles")),
        (asking("POST", "/loans", {"a": 1, "b": 2}), asking("POST", "/loans", {"b": 2, "a": 1})),
        (asking("POST", "/loans", text=b'{"a":1}'), asking("POST", "/loans", text=b'{\n "a" : 1\n}')),
        (
            form(b"a=1&b=2", "application/x-www-form-urlencoded"),
            form(b"b=2&a=1", "application/x-www-form-urlencoded"),
        ),
        (
            form(b"--x\r\nhi--x", "multipart/form-data; boundary=x"),
            form(b"--yy\r\nhi--yy", 'multipart/form-data; boundary="yy"'),
        ),
    ],
    ids=["query order", "escapes", "case and port", "key order", "spacing", "form", "boundary"],
)
def test_the_same_request(one: Request, other: Request) -> None:
    assert asked(one) == asked(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (asking("GET", "/titles?page=1"), asking("GET", "/titles?page=2")),
        (asking("GET", "/titles?page=1"), asking("GET", "/titles?page=1&page=1")),
        (asking("GET", "/titles?page="), asking("GET", "/titles")),
        (asking("GET", "/titles/a%2Fb"), asking("GET", "/titles/a/b")),
        (asking("GET", "/titles"), asking("HEAD", "/titles")),
        (Request("GET", "http://books.example/v1/titles"), Request("GET", "https://books.example/v1/titles")),
        (Request("GET", "https://books.example:444/"), Request("GET", "https://books.example/")),
        (form(b"{}", "text/plain"), form(b"{}", "application/json")),
        (asking("POST", "/loans", text=b'{"a":1,"a":1}'), asking("POST", "/loans", text=b'{"a":1}')),
    ],
    ids=["value", "repeated", "blank", "encoded slash", "method", "scheme", "port", "media", "twice"],
)
def test_another_request(one: Request, other: Request) -> None:
    assert asked(one) != asked(other)


def test_one_number_text_and_truth_are_four_values() -> None:
    days = [1, 1.0, True, "1"]

    keys = {asked(asking("POST", "/loans", {"days": day})) for day in days}

    assert len(keys) == 4


def test_an_origin_has_no_userinfo() -> None:
    assert origin_of("https://ada:pw@Books.example:443/x") == "https://books.example"


def test_a_redacted_value_of_the_client_may_be_anything() -> None:
    recorded_one = asking("POST", "/loans", {"title": "Emma", "reader": "redacted-1"})
    redactions = Redactions(books_api(), [recorded(recorded_one, answer(400))])

    sent = asking("POST", "/loans", {"title": "Emma", "reader": "ada@example.com"})

    assert redactions.key(sent) == redactions.keys[0]


def test_a_safe_value_must_be_as_recorded() -> None:
    redactions = Redactions(books_api(), [recorded(asking("POST", "/loans", {"title": "Emma"}), answer(400))])

    assert redactions.key(asking("POST", "/loans", {"title": "Persuasion"})) != redactions.keys[0]


def test_a_value_that_a_response_handed_out_must_come_back() -> None:
    made = recorded(asking("POST", "/loans", {"title": "Emma"}), answer(201, {"id": ONE, "title": "Emma"}))
    looked_up = recorded(asking("GET", f"/loans/{ONE}"), answer(200, {"id": ONE, "title": "Emma"}))
    redactions = Redactions(books_api(), [made, looked_up])

    assert redactions.key(asking("GET", f"/loans/{OTHER}")) != redactions.keys[1]


def test_a_value_that_the_client_chose_is_not_handed_out_by_its_echo() -> None:
    looked_up = recorded(asking("GET", f"/loans/{ONE}"), answer(200, {"id": ONE, "title": "Emma"}))
    redactions = Redactions(books_api(), [looked_up, looked_up])

    assert redactions.key(asking("GET", f"/loans/{OTHER}")) == redactions.keys[1]


def test_a_redacted_malformed_body_matches_another_malformed_one() -> None:
    recorded_one = asking("POST", "/loans", text=b'{"redacted')
    (recording,) = recordings(books_api(), recorded(recorded_one, answer(400)))

    assert (
        recording.redactions.key(asking("POST", "/loans", text=b'{"title": "Em'))
        == recording.redactions.keys[0]
    )
