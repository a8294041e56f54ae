"""Pages: cursors that are never null, and ends that say so."""

from __future__ import annotations

import base64
import json

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import GENERAL, TEAM, Pachca


@pytest.fixture
def sent(pachca: Pachca) -> list[object]:
    """Five messages, the newest first."""
    return pachca.writes(5)[::-1]


def pages(pachca: Pachca, limit: int, turn: str = "next_page", cursor: object = "") -> list[list[object]]:
    """Pages to their end, by the ids on them."""
    found = []
    while True:
        query = {"chat_id": GENERAL, "limit": limit, **({"cursor": cursor} if cursor else {})}
        found.append(pachca.ids("/messages", **query))
        paginate = pachca.paginate("/messages", **query)
        cursor = paginate[turn]
        if not paginate["has_next" if turn == "next_page" else "has_prev"]:
            return found


@pytest.mark.parametrize(("limit", "lengths"), [(1, [1] * 5), (2, [2, 2, 1]), (5, [5]), (50, [5])])
def test_pages_are_gone_through(pachca: Pachca, sent: list[object], limit: int, lengths: list[int]) -> None:
    found = pages(pachca, limit)

    assert [len(page) for page in found] == lengths
    assert [number for page in found for number in page] == sent


def test_pages_are_gone_back(pachca: Pachca, sent: list[object]) -> None:
    last = pachca.paginate("/messages", chat_id=GENERAL, limit=4)["next_page"]
    back = pachca.paginate("/messages", chat_id=GENERAL, limit=4, cursor=last)["prev_page"]

    found = pages(pachca, 2, "prev_page", back)

    assert found == [sent[2:4], sent[0:2]]


@pytest.mark.usefixtures("sent")
def test_the_ends_of_the_first_page(pachca: Pachca) -> None:
    paginate = pachca.paginate("/messages", chat_id=GENERAL, limit=2)

    assert (paginate["has_prev"], paginate["has_next"]) == (False, True)


@pytest.mark.usefixtures("sent")
def test_the_ends_of_the_last_page(pachca: Pachca) -> None:
    cursor = pachca.paginate("/messages", chat_id=GENERAL, limit=4)["next_page"]

    paginate = pachca.paginate("/messages", chat_id=GENERAL, limit=4, cursor=cursor)

    assert (paginate["has_prev"], paginate["has_next"]) == (True, False)


def test_an_empty_page_has_cursors(pachca: Pachca) -> None:
    paginate = pachca.paginate("/messages", chat_id=GENERAL)

    assert [isinstance(paginate[name], str) and paginate[name] for name in ("next_page", "prev_page")]
    assert (paginate["has_next"], paginate["has_prev"]) == (False, False)


def test_what_is_new_is_found_above_an_empty_list(pachca: Pachca) -> None:
    above = pachca.paginate("/messages", chat_id=GENERAL)["prev_page"]
    new = pachca.write()

    assert pachca.ids("/messages", chat_id=GENERAL, cursor=above) == [new["id"]]


@pytest.mark.usefixtures("sent")
def test_what_is_new_is_found_above_a_list(pachca: Pachca) -> None:
    above = pachca.paginate("/messages", chat_id=GENERAL)["prev_page"]
    new = pachca.write()

    assert pachca.ids("/messages", chat_id=GENERAL, cursor=above) == [new["id"]]


@pytest.mark.usefixtures("sent")
def test_nothing_new_is_an_empty_page_from_where_one_can_look_again(pachca: Pachca) -> None:
    above = pachca.paginate("/messages", chat_id=GENERAL)["prev_page"]
    again = pachca.paginate("/messages", chat_id=GENERAL, cursor=above)

    new = pachca.write()

    assert (again["has_prev"], again["has_next"]) == (False, True)
    assert pachca.ids("/messages", chat_id=GENERAL, cursor=again["prev_page"]) == [new["id"]]


def test_what_is_new_does_not_move_the_pages(pachca: Pachca, sent: list[object]) -> None:
    cursor = pachca.paginate("/messages", chat_id=GENERAL, limit=2)["next_page"]
    pachca.write()

    assert pachca.ids("/messages", chat_id=GENERAL, limit=2, cursor=cursor) == sent[2:4]


def test_what_is_deleted_does_not_move_the_pages(pachca: Pachca, sent: list[object]) -> None:
    cursor = pachca.paginate("/messages", chat_id=GENERAL, limit=2)["next_page"]
    pachca.delete(f"/messages/{sent[1]}")

    assert pachca.ids("/messages", chat_id=GENERAL, limit=2, cursor=cursor) == sent[2:4]


@pytest.mark.parametrize("limit", ["0", "51", "-1", "1.5", "ten", "1e1", "٣", "99999999999999999999", " "])
def test_a_limit_that_is_none(pachca: Pachca, limit: str) -> None:
    refused = pachca.refused("GET", "/messages", chat_id=GENERAL, limit=limit)

    assert refused == (400, [("limit", "invalid")])


def test_readers_have_longer_pages(pachca: Pachca, enter: Enter) -> None:
    path = f"/messages/{enter('a message that was read')['message_id']}/read_member_ids"

    assert pachca.get(path, limit=300)["data"] == [11, 12, 13]
    assert pachca.refused("GET", path, limit=301) == (400, [("limit", "invalid")])


def forged(**members: object) -> str:
    whole = {"list": "messages 1 desc", "at": [-1], "back": False, **members}
    return base64.urlsafe_b64encode(json.dumps(whole).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "нет",
        "bm9uZQ",
        "W10",
        forged(list="messages 2 desc"),
        forged(at=[]),
        forged(at=["x"]),
        forged(at=[True]),
        forged(at="-1"),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
        base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    ],
)
def test_a_cursor_that_is_none(pachca: Pachca, cursor: str) -> None:
    refused = pachca.refused("GET", "/messages", chat_id=GENERAL, cursor=cursor)

    assert refused == (400, [("cursor", "invalid")])


def test_a_cursor_belongs_to_its_list(pachca: Pachca) -> None:
    cursor = pachca.paginate("/messages", chat_id=TEAM)["next_page"]

    refused = pachca.refused("GET", "/messages", chat_id=GENERAL, cursor=cursor)

    assert refused == (400, [("cursor", "invalid")])


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ("several chats", "/chats"),
        ("a chat with members", "/chats/{chat_id}/members"),
        ("a message with reactions", "/messages/{message_id}/reactions"),
        ("a message that was read", "/messages/{message_id}/read_member_ids"),
        ("a group tag with users", "/group_tags/{tag_id}/users"),
        ("a bot in a chat", "/users"),
        ("events in the history", "/webhooks/events"),
    ],
)
def test_every_list_goes_on_where_it_stopped(pachca: Pachca, enter: Enter, state: str, path: str) -> None:
    path = path.format(**enter(state))
    whole = pachca.rows(path)

    first = pachca.rows(path, limit=1)
    rest = pachca.rows(path, cursor=pachca.paginate(path, limit=1)["next_page"])

    assert (len(first), first + rest) == (1, whole)
