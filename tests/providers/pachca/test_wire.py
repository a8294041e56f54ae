"""What no client should send: always an answer in the API's own shape."""

from __future__ import annotations

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import Pachca, problems

LONG = "9" * 300


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"text",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b'{"message": {"entity_id": 1, "content": "\xff"}}',
        b'\xef\xbb\xbf{"message": {"entity_id": 1, "content": "x"}}',
        b'{"message": {"entity_id": 1, "content": "\\ud800"}}',
        b'{"message": {"entity_id": 1, "entity_id": 1, "content": "x"}}',
        b'{"message": {"entity_id": NaN, "content": "x"}}',
        b'{"message": {"entity_id": 1e999, "content": "x"}}',
        b'{"message": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"message": {"entity_id": ' + b"9" * 5000 + b', "content": "x"}}',
    ],
)
def test_a_body_that_is_no_document(pachca: Pachca, body: bytes | None) -> None:
    answer = pachca.send("POST", "/messages", raw=body)

    assert problems(answer) == (400, [("base", "invalid")])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"{}", [("message", "required")]),
        (b'{"message": null}', [("message", "required")]),
        (b'{"message": []}', [("message", "invalid")]),
        (b'{"message": {"entity_id": "1", "content": "x"}}', [("entity_id", "invalid")]),
        (b'{"message": {"entity_id": true, "content": "x"}}', [("entity_id", "invalid")]),
        (b'{"message": {"entity_id": 1.5, "content": "x"}}', [("entity_id", "invalid")]),
        (b'{"message": {"entity_id": -1, "content": "x"}}', [("entity_id", "invalid")]),
        (b'{"message": {"entity_id": 9223372036854775808, "content": "x"}}', [("entity_id", "invalid")]),
        (b'{"message": {"entity_id": ' + LONG.encode() + b', "content": "x"}}', [("entity_id", "invalid")]),
        (b'{"message": {"entity_id": 1, "content": 5}}', [("content", "invalid")]),
        (b'{"message": {"entity_id": 1, "content": "x"}, "link_preview": 1}', [("link_preview", "invalid")]),
        (b'{"message": {"entity_id": 1, "content": "x", "files": null}}', [("files", "invalid")]),
        (b'{"message": {"entity_id": 1, "content": null}}', [("content", "required")]),
        (
            b'{"message": {"entity_id": 1, "content": "x"}, "link_preview": null}',
            [("link_preview", "invalid")],
        ),
        (
            b'{"message": {"entity_type": {"a": 1}, "entity_id": [], "content": {}}}',
            [("entity_type", "invalid"), ("entity_id", "invalid"), ("content", "invalid")],
        ),
    ],
)
def test_members_of_the_wrong_kind(pachca: Pachca, body: bytes, expected: list[tuple[str, str]]) -> None:
    assert problems(pachca.send("POST", "/messages", raw=body)) == (400, expected)


@pytest.mark.parametrize("name", ["entity_id", "parent_message_id"])
@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1])
def test_a_number_that_nothing_has_is_well_formed(pachca: Pachca, name: str, number: int) -> None:
    refused = pachca.refused_message(**{name: number})

    assert refused == (422, [(name, "not_found")])


def test_a_text_with_a_nul_is_read_and_refused(pachca: Pachca) -> None:
    assert pachca.refused_message(content="a\0b") == (422, [("content", "invalid")])


def test_a_whole_number_may_be_written_with_a_point(pachca: Pachca) -> None:
    answer = pachca.send("POST", "/messages", raw=b'{"message": {"entity_id": 1.0, "content": "x"}}')

    assert answer.json is not None
    assert (answer.status_code, answer.json["data"]["entity_id"]) == (201, 1)


@pytest.mark.parametrize("number", [0, 2**31, 2**63 - 1])
def test_a_chat_of_a_number_that_nothing_has_is_not_there(pachca: Pachca, number: int) -> None:
    assert pachca.refused("GET", "/messages", chat_id=number) == (404, [("chat_id", "not_found")])


def test_a_refusal_without_a_body_says_of_none_what_it_is(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a deleted message")["message_id"]

    answer = pachca.send("POST", f"/messages/{message_id}/pin")

    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (422, b"", None)


def test_an_answer_without_a_body_says_of_none_what_it_is(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a message")["message_id"]

    answer = pachca.send("POST", f"/messages/{message_id}/pin")

    assert (answer.status_code, answer.data, answer.headers.get("Content-Type")) == (204, b"", None)


def test_a_body_that_is_too_long(pachca: Pachca) -> None:
    body = b'{"message": {"entity_id": 1, "content": "' + b"x" * (1024 * 1024) + b'"}}'

    assert problems(pachca.send("POST", "/messages", raw=body)) == (400, [("base", "too_long")])


def test_a_value_is_shown_cut_off(pachca: Pachca) -> None:
    answer = pachca.send("POST", "/chats", {"chat": {"name": "я" * 1000}}).json

    assert answer is not None
    assert answer["errors"][0]["value"] == "я" * 255


def test_members_that_nobody_knows_are_passed_over(pachca: Pachca) -> None:
    assert pachca.write(mood="good")["id"] == 1001


@pytest.mark.parametrize("raw", ["%00", "%ff", "%ed%a0%80", "1%2f2", "..%2f..", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_a_path_of_odd_characters(pachca: Pachca, raw: str) -> None:
    assert pachca.send("GET", f"/messages/{raw}").status_code == 404


@pytest.mark.parametrize(
    "query", ["chat_id=%ff", "chat_id=%00", "chat_id=1&cursor=%ff%00", "chat_id=1&limit=%ed%a0"]
)
def test_a_query_of_odd_characters(pachca: Pachca, query: str) -> None:
    answer = pachca.send("GET", f"/messages?{query}")

    assert (answer.status_code, answer.content_type) == (400, "application/json; charset=utf-8")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "GET"])
@pytest.mark.parametrize("body", [b"\x00\xff", b"[[[[", b'{"a":'])
@pytest.mark.parametrize(
    "path",
    ["/messages", "/messages/1/reactions", "/chats", "/bot/webhook", "/group_tags", "/chats/1/members"],
)
def test_rubbish_is_never_a_failure_of_the_fake(pachca: Pachca, method: str, path: str, body: bytes) -> None:
    answer = pachca.send(method, path, raw=body)

    assert (answer.status_code < 500, "<" in answer.text) == (True, False)
