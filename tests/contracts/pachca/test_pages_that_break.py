"""What the contract of Pachca finds in pages, and where."""

from __future__ import annotations

import pytest

from tests.contracts.pachca.exchanges import (
    CHAT,
    IN_A_THREAD,
    MESSAGE,
    NOW,
    REACTION,
    REACTION_EVENT,
    TAG,
    THREAD,
    THREAD_CHAT_ID,
    THREAD_ID,
    USER,
    call,
    page,
    places,
    told,
)
from troth.exchange import Exchange
from troth.jsontext import Json

BEFORE = "2031-05-01T11:59:59.999Z"


@pytest.mark.parametrize(
    ("paginate", "path", "rule"),
    [
        pytest.param({"next_page": None}, "next_page", "field-missing", id="no cursor"),
        pytest.param({"next_page": 2}, "next_page", "field-type", id="a number for a cursor"),
        pytest.param({"has_next": "false"}, "has_next", "field-type", id="text for false"),
        pytest.param({"has_next": None}, "has_next", "answer-shape", id="no end"),
        pytest.param({"prev_page": None}, "prev_page", "answer-shape", id="no way back"),
        pytest.param({"has_prev": None}, "has_prev", "answer-shape", id="no beginning"),
        pytest.param({"has_prev": True}, "has_prev", "answer-shape", id="something before the first page"),
    ],
)
def test_a_page_that_breaks(paginate: dict[str, Json], path: str, rule: str) -> None:
    found = told(page("/group_tags", [TAG], **paginate))

    assert found == [("GET /group_tags", f"$.meta.paginate.{path}", rule)]


@pytest.mark.parametrize("name", ["next_page", "prev_page", "has_next", "has_prev"])
def test_a_page_with_null_for_a_member(name: str) -> None:
    paginate: dict[str, Json] = {"next_page": "a", "prev_page": "b", "has_next": False, "has_prev": False}
    answer: Json = {"data": [], "meta": {"paginate": {**paginate, name: None}}}

    found = told(call("GET", "/threads", None, answer))

    assert found == [("GET /threads", f"$.meta.paginate.{name}", "field-null")]


@pytest.mark.parametrize(
    ("exchange", "path", "rule"),
    [
        pytest.param(page("/users?limit=1", [USER, {**USER, "id": 1}]), "$.data", "answer-count"),
        pytest.param(
            page("/users", [{**USER, "id": number} for number in range(51)]), "$.data", "answer-count"
        ),
        pytest.param(page("/users", [USER, USER]), "$.data", "answer-count", id="one user twice"),
        pytest.param(
            page("/messages/1/read_member_ids", [1, 2, 1]), "$.data", "answer-count", id="reader twice"
        ),
        pytest.param(page("/messages/1/read_member_ids?limit=2", [1, 2, 3]), "$.data", "answer-count"),
        pytest.param(page("/messages/1/read_member_ids", list(range(301))), "$.data", "answer-count"),
        pytest.param(
            page("/messages/1/read_member_ids", ["1"]), "$.data[0]", "field-type", id="an id as text"
        ),
        pytest.param(
            page("/messages/1/reactions", [REACTION] * 2), "$.data", "answer-count", id="reacted twice"
        ),
        pytest.param(
            page("/messages?chat_id=1", [MESSAGE]), "$.data[0].chat_id", "echo-differs", id="another chat"
        ),
        pytest.param(
            page("/messages?chat_id=4334", [{**MESSAGE, "deleted_at": NOW}]),
            "$.data[0].deleted_at",
            "answer-shape",
            id="a deleted message",
        ),
        pytest.param(
            page("/messages?chat_id=4334", [{**MESSAGE, "id": 8}, {**MESSAGE, "id": 9}]),
            "$.data",
            "answer-shape",
            id="oldest first",
        ),
        pytest.param(
            page("/messages?chat_id=4334&order=asc", [{**MESSAGE, "id": 9}, {**MESSAGE, "id": 8}]),
            "$.data",
            "answer-shape",
            id="newest first, not as asked",
        ),
        pytest.param(
            page("/chats?sort=last_message_at", [{**CHAT, "last_message_at": BEFORE}, {**CHAT, "id": 1}]),
            "$.data",
            "answer-shape",
            id="the most silent chat first",
        ),
        pytest.param(
            page("/chats", [{**CHAT, "archived": True}]), "$.data[0].archived", "answer-shape", id="archived"
        ),
        pytest.param(
            page("/chats?personal=true", [CHAT]), "$.data[0].personal", "answer-shape", id="no direct chat"
        ),
        pytest.param(
            page("/chats?availability=public", [CHAT]), "$.data[0].public", "answer-shape", id="not public"
        ),
    ],
)
def test_items_that_break(exchange: Exchange, path: str, rule: str) -> None:
    assert places(exchange) == [("response", path, rule)]


@pytest.mark.parametrize("body", [[TAG], {"data": TAG}, {"data": [TAG]}, {"group_tags": [TAG]}])
def test_a_page_of_another_shape(body: Json) -> None:
    assert places(call("GET", "/group_tags", None, body)) != []


PAGES = [
    "/messages?chat_id=1",
    "/messages/1/reactions",
    "/messages/1/read_member_ids",
    "/threads",
    "/chats",
    "/chats/1/members",
    "/users",
    "/group_tags",
    "/group_tags/1/users",
    "/webhooks/events",
]


@pytest.mark.parametrize("path", PAGES)
def test_no_first_page_has_one_before_it(path: str) -> None:
    found = places(page(path, [], has_prev=True))

    assert found == [("response", "$.meta.paginate.has_prev", "answer-shape")]


EVENT: dict[str, Json] = {"event_type": "reaction_delete", "payload": REACTION_EVENT, "created_at": NOW}


@pytest.mark.parametrize(
    ("path", "items"),
    [
        ("/threads?limit=1", [THREAD, {**THREAD, "id": 1}]),
        ("/chats/1/members?limit=1", [USER, {**USER, "id": 1}]),
        ("/group_tags/1/users?limit=1", [USER, {**USER, "id": 1}]),
        ("/group_tags?limit=1", [TAG, {**TAG, "id": 1}]),
        ("/webhooks/events?limit=1", [{**EVENT, "id": "1"}, {**EVENT, "id": "2"}]),
    ],
)
def test_more_items_than_were_asked_for(path: str, items: list[Json]) -> None:
    assert places(page(path, items)) == [("response", "$.data", "answer-count")]


def test_a_thread_is_listed_by_the_id_of_its_chat() -> None:
    found = places(page(f"/messages?chat_id={THREAD_ID}", [IN_A_THREAD]))

    assert (found, THREAD_CHAT_ID) == (
        [("response", "$.data[0].chat_id", "echo-differs")],
        IN_A_THREAD["chat_id"],
    )
