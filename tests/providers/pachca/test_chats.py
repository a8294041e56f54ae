"""Chats and their members."""

from __future__ import annotations

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import (
    ANNA,
    BOT,
    GENERAL,
    IVAN,
    MARIA,
    TEAM,
    Clock,
    Json,
    Pachca,
    column,
)


def test_the_world_begins_with_two_chats(pachca: Pachca) -> None:
    chats = pachca.rows("/chats", order="asc")

    assert [(chat["id"], chat["name"]) for chat in chats] == [(GENERAL, "Общий"), (TEAM, "Разработка")]


def test_a_new_chat_belongs_to_who_made_it(pachca: Pachca) -> None:
    made = pachca.post("/chats", {"chat": {"name": "🤿 Проект", "member_ids": [IVAN, IVAN]}})["data"]

    assert made == {
        "id": 3,
        "name": "🤿 Проект",
        "created_at": "2026-01-01T00:00:00.000Z",
        "owner_id": BOT,
        "member_ids": [BOT, IVAN],
        "group_tag_ids": [],
        "channel": False,
        "archived": False,
        "personal": False,
        "public": False,
        "last_message_at": "2026-01-01T00:00:00.000Z",
        "meet_room_url": "https://meet.pachca.example/chat-3",
    }
    assert pachca.data("/chats/3") == made


@pytest.mark.parametrize(
    ("chat", "expected"),
    [
        ({}, (400, [("name", "required")])),
        ({"name": 1}, (400, [("name", "invalid")])),
        ({"name": " "}, (422, [("name", "blank")])),
        ({"name": "я" * 256}, (422, [("name", "too_long")])),
        ({"name": "a", "member_ids": [999]}, (422, [("member_ids", "not_found")])),
        ({"name": "a", "member_ids": ["11"]}, (400, [("member_ids", "invalid")])),
        ({"name": "a", "member_ids": 11}, (400, [("member_ids", "invalid")])),
        ({"name": "a", "group_tag_ids": [999]}, (422, [("group_tag_ids", "not_found")])),
        ({"name": "a", "public": "yes"}, (400, [("public", "invalid")])),
        ({"name": "a", "channel": None}, (400, [("channel", "invalid")])),
        ({"name": "a", "member_ids": [11.5]}, (400, [("member_ids", "invalid")])),
        ({"name": "a", "member_ids": None}, (400, [("member_ids", "invalid")])),
    ],
)
def test_a_chat_that_is_not_made(pachca: Pachca, chat: Json, expected: object) -> None:
    assert pachca.refused("POST", "/chats", {"chat": chat}) == expected


def test_a_chat_is_renamed_and_opened(pachca: Pachca) -> None:
    changed = pachca.put(f"/chats/{TEAM}", {"chat": {"name": "Новое имя", "public": True}})["data"]

    assert changed == pachca.data(f"/chats/{TEAM}")
    assert (changed["name"], changed["public"]) == ("Новое имя", True)


def test_who_is_no_admin_changes_nothing(pachca: Pachca, enter: Enter) -> None:
    enter("a token of an employee")

    refused = pachca.refused("PUT", f"/chats/{TEAM}", {"chat": {"name": "Моё"}})

    assert refused == (403, [("base", "not_authorized")])


def test_an_archived_chat_is_listed_where_it_is_asked_for(pachca: Pachca) -> None:
    archived = pachca.send("PUT", f"/chats/{TEAM}/archive").status_code

    assert archived == 204
    assert (pachca.ids("/chats"), pachca.ids("/chats", archived="true")) == (
        [GENERAL],
        [TEAM, GENERAL],
    )


def test_a_chat_comes_back_from_the_archive(pachca: Pachca, enter: Enter) -> None:
    chat_id = enter("an archived chat")["chat_id"]

    status = pachca.send("PUT", f"/chats/{chat_id}/unarchive").status_code

    assert (status, pachca.data(f"/chats/{chat_id}")["archived"]) == (204, False)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"order": "asc"}, [1, 2, 3, 4, 5]),
        ({"sort": "last_message_at"}, [1, 5, 4, 3, 2]),
        ({"sort": "last_message_at", "order": "asc"}, [2, 3, 4, 5, 1]),
        ({"availability": "public"}, [1]),
        ({"personal": "true"}, []),
        ({"personal": "false"}, [5, 4, 3, 2, 1]),
        ({"last_message_at_after": "2026-01-01T00:00:03.000Z"}, [1]),
        ({"last_message_at_before": "2026-01-01T00:00:03.000Z"}, [5, 4, 3, 2]),
        ({"last_message_at_after": "2026-01-01T00:00:05.000Z"}, [1]),
        ({"last_message_at_before": "2026-01-01T00:00:00.000Z"}, [5, 4, 3, 2]),
    ],
)
def test_chats_are_listed(
    pachca: Pachca, enter: Enter, clock: Clock, query: dict[str, str], expected: list[int]
) -> None:
    enter("several chats", count=3)
    clock.go_on(5)
    pachca.write()

    assert pachca.ids("/chats", **query) == expected


def test_personal_chats_can_be_listed_alone(pachca: Pachca) -> None:
    sent = pachca.write("Лично", IVAN, entity_type="user")

    assert pachca.ids("/chats", personal="true") == [sent["chat_id"]]


def test_nobody_is_added(pachca: Pachca) -> None:
    before = pachca.data(f"/chats/{TEAM}")

    answer = pachca.send("POST", f"/chats/{TEAM}/members", {"member_ids": []})

    assert (answer.status_code, pachca.data(f"/chats/{TEAM}")) == (204, before)


def test_the_chat_of_a_thread_is_not_listed(pachca: Pachca, enter: Enter) -> None:
    enter("a thread")

    assert pachca.ids("/chats") == [TEAM, GENERAL]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"sort": "name"}, ("sort", "inclusion")),
        ({"order": "DESC"}, ("order", "inclusion")),
        ({"availability": "all"}, ("availability", "inclusion")),
        ({"archived": "yes"}, ("archived", "invalid")),
        ({"archived": ""}, ("archived", "invalid")),
        ({"order": ""}, ("order", "inclusion")),
        ({"limit": ""}, ("limit", "invalid")),
        ({"last_message_at_after": ""}, ("last_message_at_after", "invalid")),
        ({"personal": "1"}, ("personal", "invalid")),
        ({"last_message_at_before": "now"}, ("last_message_at_before", "invalid")),
    ],
)
def test_a_list_that_cannot_be_had(pachca: Pachca, query: dict[str, str], problem: tuple[str, str]) -> None:
    assert pachca.refused("GET", "/chats", **query) == (400, [problem])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("PUT", "/archive"),
        ("PUT", "/unarchive"),
        ("DELETE", "/leave"),
        ("GET", "/members"),
        ("DELETE", "/members/12"),
        ("DELETE", "/group_tags/301"),
    ],
)
def test_a_chat_of_others_is_forbidden_by_a_rule(
    pachca: Pachca, enter: Enter, method: str, path: str
) -> None:
    chat_id = enter("a chat of another team")["chat_id"]

    assert pachca.refused(method, f"/chats/{chat_id}{path}") == (403, [("base", "not_authorized")])


def test_a_rule_names_what_it_protects(pachca: Pachca, enter: Enter) -> None:
    chat_id = enter("a chat of another team")["chat_id"]

    answer = pachca.send("GET", f"/chats/{chat_id}").json

    assert answer is not None
    assert answer["errors"][0]["payload"] == {"record": {"type": "Chat", "id": chat_id}, "query": "show?"}


@pytest.mark.parametrize("path", ["/chats/999", "/chats/x", "/chats/999/members", "/chats/-1"])
def test_a_chat_that_is_not_there(pachca: Pachca, path: str) -> None:
    assert pachca.refused("GET", path) == (404, [("id", "not_found")])


def test_who_leaves_is_out(pachca: Pachca) -> None:
    pachca.delete(f"/chats/{GENERAL}/leave")

    assert pachca.ids(f"/chats/{GENERAL}/members") == [ANNA, IVAN, MARIA]


def test_nobody_leaves_twice(pachca: Pachca) -> None:
    pachca.delete(f"/chats/{GENERAL}/leave")

    refused = pachca.refused("DELETE", f"/chats/{GENERAL}/leave")

    assert refused == (422, [("id", "not_applicable")])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("DELETE", "/leave", None),
        ("PUT", "", {"chat": {"name": "Имя"}}),
        ("POST", "/members", {"member_ids": [ANNA]}),
        ("POST", "/group_tags", {"group_tag_ids": []}),
    ],
)
def test_what_a_personal_chat_is_not_for(pachca: Pachca, method: str, path: str, body: object) -> None:
    chat_id = pachca.write("Лично", IVAN, entity_type="user")["chat_id"]

    assert pachca.refused(method, f"/chats/{chat_id}{path}", body) == (422, [("id", "personal_chat")])


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("all", [ANNA, IVAN, MARIA, BOT]),
        ("owner", [ANNA]),
        ("admin", [ANNA, BOT]),
        ("editor", []),
        ("member", [IVAN, MARIA]),
    ],
)
def test_members_of_a_role(pachca: Pachca, role: str, expected: list[int]) -> None:
    assert pachca.ids(f"/chats/{GENERAL}/members", role=role) == expected


def test_a_role_that_is_none(pachca: Pachca) -> None:
    refused = pachca.refused("GET", f"/chats/{GENERAL}/members", role="boss")

    assert refused == (400, [("role", "inclusion")])


def test_members_are_added_once(pachca: Pachca) -> None:
    path = f"/chats/{TEAM}/members"
    statuses = [
        pachca.send("POST", path, {"member_ids": [MARIA, IVAN], "silent": True}).status_code for _ in range(2)
    ]

    assert (statuses, pachca.ids(path)) == ([204, 204], [IVAN, MARIA, BOT])


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, [("member_ids", "required")])),
        ({"member_ids": [999]}, (422, [("member_ids", "not_found")])),
        ({"member_ids": [IVAN], "silent": 1}, (400, [("silent", "invalid")])),
    ],
)
def test_members_that_are_not_added(pachca: Pachca, body: object, expected: object) -> None:
    assert pachca.refused("POST", f"/chats/{TEAM}/members", body) == expected


def test_a_member_is_removed(pachca: Pachca) -> None:
    pachca.delete(f"/chats/{TEAM}/members/{IVAN}")

    assert pachca.ids(f"/chats/{TEAM}/members") == [BOT]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"/chats/{GENERAL}/members/{ANNA}", (403, [("user_id", "cannot_kick_owner")])),
        (f"/chats/{TEAM}/members/{MARIA}", (404, [("user_id", "not_found")])),
        (f"/chats/{TEAM}/members/x", (404, [("user_id", "not_found")])),
    ],
)
def test_a_member_that_is_not_removed(pachca: Pachca, path: str, expected: object) -> None:
    assert pachca.refused("DELETE", path) == expected


def test_a_role_is_changed(pachca: Pachca) -> None:
    status = pachca.send("PUT", f"/chats/{TEAM}/members/{IVAN}", {"role": "editor"}).status_code

    assert (status, pachca.ids(f"/chats/{TEAM}/members", role="editor")) == (204, [IVAN])


@pytest.mark.parametrize(
    ("user_id", "body", "expected"),
    [
        (BOT, {"role": "member"}, (422, [("role", "owner_protected")])),
        (IVAN, {"role": "owner"}, (400, [("role", "inclusion")])),
        (IVAN, {}, (400, [("role", "required")])),
        (MARIA, {"role": "admin"}, (404, [("user_id", "not_found")])),
    ],
)
def test_a_role_that_is_not_changed(pachca: Pachca, user_id: int, body: object, expected: object) -> None:
    assert pachca.refused("PUT", f"/chats/{TEAM}/members/{user_id}", body) == expected


@pytest.fixture
def tagged(pachca: Pachca, enter: Enter) -> tuple[str, str]:
    """The paths of a chat that has a tag of Анна and Мария, and of that tag in it."""
    values = enter("a group tag with users")
    path = f"/chats/{values['chat_id']}"
    pachca.send("POST", f"{path}/group_tags", {"group_tag_ids": [values["tag_id"]]})
    return path, f"{path}/group_tags/{values['tag_id']}"


def test_who_has_a_tag_is_in_its_chats(pachca: Pachca, tagged: tuple[str, str]) -> None:
    chat = pachca.data(tagged[0])

    assert (chat["group_tag_ids"], chat["member_ids"]) == ([301], [BOT, IVAN, ANNA, MARIA])


def test_who_came_by_a_tag_goes_with_it(pachca: Pachca, tagged: tuple[str, str]) -> None:
    pachca.delete(tagged[1])

    assert pachca.ids(f"{tagged[0]}/members") == [IVAN, BOT]


def test_a_tag_goes_once(pachca: Pachca, tagged: tuple[str, str]) -> None:
    pachca.delete(tagged[1])

    assert pachca.refused("DELETE", tagged[1]) == (404, [("tag_id", "not_found")])


def test_who_came_by_a_tag_goes_when_the_tag_is_no_more(pachca: Pachca, tagged: tuple[str, str]) -> None:
    pachca.delete("/group_tags/301")

    assert pachca.data(tagged[0])["group_tag_ids"] == []
    assert column(pachca.rows(f"{tagged[0]}/members"), "nickname") == ["ivan", "troth_bot"]
