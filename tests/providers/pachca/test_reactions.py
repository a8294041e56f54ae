"""Reactions, and how many there may be."""

from __future__ import annotations

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import ANNA, BOT, HEART, IVAN, MARIA, THUMB, Pachca, column


@pytest.fixture
def path(pachca: Pachca) -> str:
    """The reactions of a message."""
    return f"/messages/{pachca.write()['id']}/reactions"


def test_a_reaction_comes_back_bare(pachca: Pachca, path: str) -> None:
    added = pachca.post(path, {"code": THUMB, "name": ":+1:"})

    assert added == {
        "user_id": BOT,
        "created_at": "2026-01-01T00:00:00.000Z",
        "code": THUMB,
        "name": ":+1:",
    }


def test_a_reaction_always_has_a_name(pachca: Pachca, path: str) -> None:
    assert pachca.post(path, {"code": THUMB})["name"] == THUMB


def test_the_same_reaction_again_is_no_second_one(pachca: Pachca, path: str) -> None:
    first, again = [pachca.post(path, {"code": THUMB}) for _ in range(2)]

    assert (first == again, len(pachca.rows(path))) == (True, 1)


def test_reactions_are_listed_in_their_order(pachca: Pachca, path: str) -> None:
    pachca.post(path, {"code": THUMB})
    pachca.post(path, {"code": HEART})

    assert column(pachca.rows(path), "code") == [THUMB, HEART]


def test_reactions_of_several_users(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a message with reactions")["message_id"]

    rows = pachca.rows(f"/messages/{message_id}/reactions")

    assert column(rows, "user_id") == [ANNA, IVAN, MARIA]


def test_one_takes_off_ones_own(pachca: Pachca, path: str) -> None:
    pachca.post(path, {"code": THUMB})

    pachca.delete(path, code=THUMB)

    assert pachca.rows(path) == []


def test_a_name_that_is_not_the_reactions_takes_off_nothing(pachca: Pachca, path: str) -> None:
    pachca.post(path, {"code": THUMB, "name": ":+1:"})

    assert pachca.refused("DELETE", path, code=THUMB, name=":-1:") == (404, [("code", "not_found")])


def test_a_reaction_of_others_stays(pachca: Pachca, enter: Enter) -> None:
    path = f"/messages/{enter('a message with reactions')['message_id']}/reactions"

    assert pachca.refused("DELETE", path, code=THUMB) == (404, [("code", "not_found")])


def test_which_one_to_take_off_has_to_be_said(pachca: Pachca, path: str) -> None:
    assert pachca.refused("DELETE", path) == (400, [("code", "required")])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, [("code", "required")])),
        ({"code": None}, (400, [("code", "required")])),
        ({"code": 1}, (400, [("code", "invalid")])),
        ({"code": " "}, (422, [("code", "blank")])),
    ],
)
def test_a_reaction_that_is_none(pachca: Pachca, path: str, body: object, expected: object) -> None:
    assert pachca.refused("POST", path, body) == expected


@pytest.mark.parametrize("limit", ["user", "unique", "general"])
def test_too_many_reactions(pachca: Pachca, enter: Enter, limit: str) -> None:
    message_id = enter("a message full of reactions", limit=limit)["message_id"]

    refused = pachca.refused("POST", f"/messages/{message_id}/reactions", {"code": HEART})

    assert refused == (422, [("code", f"{limit}_limit")])


def test_twenty_reactions_of_one_user_are_let_through(pachca: Pachca, path: str) -> None:
    codes = [chr(0x1F600 + number) for number in range(21)]

    statuses = [pachca.send("POST", path, {"code": code}).status_code for code in codes]

    assert statuses == [201] * 20 + [422]


def test_a_reaction_that_is_there_already_needs_no_room(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a message full of reactions", limit="unique")["message_id"]

    added = pachca.send("POST", f"/messages/{message_id}/reactions", {"code": chr(0x1F600)})

    assert added.status_code == 201
