"""Messages: sent, edited, deleted, read, listed, pinned."""

from __future__ import annotations

import pytest

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import ANNA, BOT, GENERAL, IVAN, TEAM, Clock, Pachca

TEXT = "Отчёт готов ✅\nПодробности\tв файле"


def test_a_message_comes_back_as_it_was_sent(pachca: Pachca) -> None:
    sent = pachca.write(TEXT)

    assert pachca.data(f"/messages/{sent['id']}") == sent
    assert (sent["content"], sent["user_id"], sent["chat_id"]) == (TEXT, BOT, GENERAL)


def test_what_a_new_message_says_of_itself(pachca: Pachca) -> None:
    sent = pachca.write("Привет")

    assert sent == {
        "id": 1001,
        "entity_type": "discussion",
        "entity_id": GENERAL,
        "chat_id": GENERAL,
        "root_chat_id": GENERAL,
        "content": "Привет",
        "user_id": BOT,
        "created_at": "2026-01-01T00:00:00.000Z",
        "url": "https://app.pachca.example/chats/1?message=1001",
        "files": [],
        "voice_content": None,
        "buttons": None,
        "thread": None,
        "forwarding": None,
        "parent_message_id": None,
        "display_avatar_url": None,
        "display_name": None,
        "changed_at": "2026-01-01T00:00:00.000Z",
        "deleted_at": None,
    }


def test_a_message_that_is_sent_twice_is_there_twice(pachca: Pachca) -> None:
    first, second = pachca.write("Ещё раз"), pachca.write("Ещё раз")

    listed = pachca.rows("/messages", chat_id=GENERAL)

    assert [(row["id"], row["content"]) for row in listed] == [
        (second["id"], "Ещё раз"),
        (first["id"], "Ещё раз"),
    ]


@pytest.mark.parametrize("entity_type", ["discussion", "DISCUSSION", "Discussion"])
def test_the_type_of_an_entity_may_be_in_any_case(pachca: Pachca, entity_type: str) -> None:
    assert pachca.write(entity_type=entity_type)["entity_type"] == "discussion"


@pytest.mark.parametrize("entity_type", ["channel", "", "users", "discussion "])
def test_a_type_of_an_entity_that_is_none_is_invalid(pachca: Pachca, entity_type: str) -> None:
    assert pachca.refused_message(entity_type=entity_type) == (400, [("entity_type", "invalid")])


def test_a_message_to_a_user_makes_their_chat(pachca: Pachca) -> None:
    sent = pachca.write("Лично", IVAN, entity_type="user")

    chat = pachca.data(f"/chats/{sent['chat_id']}")
    assert (sent["entity_type"], sent["entity_id"]) == ("user", IVAN)
    assert (chat["personal"], chat["member_ids"]) == (True, [BOT, IVAN])


def test_two_users_have_one_chat(pachca: Pachca) -> None:
    chats = [pachca.write("Лично", IVAN, entity_type="user")["chat_id"] for _ in range(2)]

    assert chats[0] == chats[1]


def test_a_message_to_oneself_is_refused(pachca: Pachca) -> None:
    refused = pachca.refused_message(entity_type="user", entity_id=BOT)

    assert refused == (422, [("entity_id", "personal_chat")])


@pytest.mark.parametrize("entity_type", ["discussion", "thread", "user"])
def test_what_is_not_there_cannot_be_written_to(pachca: Pachca, entity_type: str) -> None:
    refused = pachca.refused_message(entity_type=entity_type, entity_id=999)

    assert refused == (422, [("entity_id", "not_found")])


def test_an_archived_chat_cannot_be_written_to(pachca: Pachca, enter: Enter) -> None:
    chat_id = enter("an archived chat")["chat_id"]

    assert pachca.refused_message(entity_id=chat_id) == (422, [("entity_id", "not_applicable")])


def test_a_chat_of_others_cannot_be_written_to(pachca: Pachca, enter: Enter) -> None:
    chat_id = enter("a chat of another team")["chat_id"]

    assert pachca.refused_message(entity_id=chat_id) == (403, [("base", "not_authorized")])


@pytest.mark.parametrize("content", ["", "  ", "\n\t"])
def test_a_message_that_says_nothing_is_refused(pachca: Pachca, content: str) -> None:
    assert pachca.refused_message(content=content) == (422, [("content", "blank")])


def test_every_missing_member_is_named(pachca: Pachca) -> None:
    refused = pachca.refused("POST", "/messages", {"message": {}})

    assert refused == (400, [("entity_id", "required"), ("content", "required")])


def test_a_reply_names_what_it_answers(pachca: Pachca) -> None:
    first = pachca.write("Вопрос")

    reply = pachca.write("Ответ", parent_message_id=first["id"])

    assert reply["parent_message_id"] == first["id"]


def test_a_reply_answers_a_message_of_its_chat(pachca: Pachca) -> None:
    elsewhere = pachca.write("Вопрос", TEAM)

    refused = pachca.refused_message(parent_message_id=elsewhere["id"])

    assert refused == (422, [("parent_message_id", "not_found")])


def test_a_reply_to_a_deleted_message_is_refused(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a deleted message")["message_id"]

    refused = pachca.refused_message(parent_message_id=message_id)

    assert refused == (422, [("parent_message_id", "message_deleted")])


def test_a_mention_by_id_becomes_one_by_name(pachca: Pachca) -> None:
    assert pachca.write(f"<@{IVAN}>, <@999>, смотри")["content"] == "@ivan, <@999>, смотри"


def test_a_bot_may_show_another_name(pachca: Pachca) -> None:
    sent = pachca.write(display_name="Поддержка", display_avatar_url="https://example.com/a.png")

    assert (sent["display_name"], sent["display_avatar_url"]) == ("Поддержка", "https://example.com/a.png")


def test_an_employee_may_not_show_another_name(pachca: Pachca, enter: Enter) -> None:
    enter("a token of an employee")

    assert pachca.refused_message(display_name="Поддержка") == (422, [("display_name", "not_applicable")])


def test_a_message_of_an_employee_has_no_other_name(pachca: Pachca, enter: Enter) -> None:
    enter("a token of an employee")

    sent = pachca.write()

    assert {"display_name", "display_avatar_url"} & set(sent) == set()


def test_an_edited_message_says_when(pachca: Pachca, clock: Clock) -> None:
    sent = pachca.write("Было")
    clock.go_on(1.5)

    edited = pachca.put(f"/messages/{sent['id']}", {"message": {"content": "Стало"}})["data"]

    assert edited == {**sent, "content": "Стало", "changed_at": "2026-01-01T00:00:01.500Z"}


def test_what_is_not_named_stays_in_an_edit(pachca: Pachca) -> None:
    sent = pachca.write("Было", buttons=[[{"text": "Да", "data": "yes"}]])

    edited = pachca.put(f"/messages/{sent['id']}", {"message": {"content": "Стало"}})["data"]

    assert edited == {**sent, "content": "Стало"}


def test_a_refused_edit_changes_nothing(pachca: Pachca) -> None:
    sent = pachca.write("Было")
    change = {"content": "Стало", "files": [{"key": "a/b.txt", "name": "b.txt"}]}

    pachca.send("PUT", f"/messages/{sent['id']}", {"message": change})

    assert pachca.data(f"/messages/{sent['id']}") == sent


def test_a_message_of_somebody_else_cannot_be_edited(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a message of somebody else")["message_id"]

    refused = pachca.refused("PUT", f"/messages/{message_id}", {"message": {"content": "Стало"}})

    assert refused == (403, [("base", "not_authorized")])


def test_an_edit_that_empties_a_message_is_refused(pachca: Pachca) -> None:
    sent = pachca.write()

    refused = pachca.refused("PUT", f"/messages/{sent['id']}", {"message": {"content": ""}})

    assert refused == (422, [("content", "blank")])


def test_a_deleted_message_says_when_and_is_not_listed(pachca: Pachca, clock: Clock) -> None:
    sent, other = pachca.write("Прочь"), pachca.write("Останься")
    clock.go_on(2)

    pachca.delete(f"/messages/{sent['id']}")

    assert pachca.data(f"/messages/{sent['id']}")["deleted_at"] == "2026-01-01T00:00:02.000Z"
    assert pachca.ids("/messages", chat_id=GENERAL) == [other["id"]]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("DELETE", "", None, (404, [("id", "not_found")])),
        ("PUT", "", {"message": {"content": "Стало"}}, (422, [("id", "message_deleted")])),
        ("POST", "/thread", None, (422, [("id", "message_deleted")])),
        ("POST", "/reactions", {"code": "👍"}, (422, [("id", "message_deleted")])),
    ],
)
def test_what_a_deleted_message_is_past(
    pachca: Pachca, enter: Enter, method: str, path: str, body: object, expected: object
) -> None:
    message_id = enter("a deleted message")["message_id"]

    assert pachca.refused(method, f"/messages/{message_id}{path}", body) == expected


def test_an_admin_of_the_chat_deletes_what_others_wrote(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a message of somebody else")["message_id"]

    pachca.delete(f"/messages/{message_id}")

    assert pachca.ids("/messages", chat_id=GENERAL) == []


def test_who_is_no_admin_deletes_nothing_of_others(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a token of an employee")["message_id"]

    assert pachca.refused("DELETE", f"/messages/{message_id}") == (403, [("base", "not_authorized")])


@pytest.mark.parametrize("path", ["/messages/999", "/messages/0", "/messages/abc", "/messages/99999999999"])
def test_a_message_that_is_not_there(pachca: Pachca, path: str) -> None:
    assert pachca.refused("GET", path) == (404, [("id", "not_found")])


def test_the_newest_comes_first(pachca: Pachca) -> None:
    sent = pachca.writes(3)

    assert pachca.ids("/messages", chat_id=GENERAL) == sent[::-1]


def test_the_oldest_comes_first_on_demand(pachca: Pachca) -> None:
    sent = pachca.writes(3)

    assert pachca.ids("/messages", chat_id=GENERAL, sort="id", order="asc") == sent


def test_a_list_is_of_one_chat(pachca: Pachca) -> None:
    pachca.write("Там", TEAM)
    here = pachca.write("Здесь")

    assert pachca.ids("/messages", chat_id=GENERAL) == [here["id"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, (400, [("chat_id", "required")])),
        ({"chat_id": "x"}, (400, [("chat_id", "invalid")])),
        ({"chat_id": "-1"}, (400, [("chat_id", "invalid")])),
        ({"chat_id": "999"}, (404, [("chat_id", "not_found")])),
        ({"chat_id": "1", "order": "up"}, (400, [("order", "inclusion")])),
        ({"chat_id": "1", "sort": "content"}, (400, [("sort", "inclusion")])),
    ],
)
def test_a_list_that_cannot_be_had(pachca: Pachca, query: dict[str, str], expected: object) -> None:
    assert pachca.refused("GET", "/messages", **query) == expected


def test_a_pinned_message_can_be_unpinned_once(pachca: Pachca) -> None:
    path = f"/messages/{pachca.write()['id']}/pin"
    pinned = [pachca.send("POST", path).status_code for _ in range(2)]

    pachca.delete(path)

    assert (pinned, pachca.refused("DELETE", path)) == ([204, 204], (404, [("id", "not_found")]))


def test_the_pin_of_a_deleted_message_is_refused_without_a_body(pachca: Pachca, enter: Enter) -> None:
    response = pachca.send("POST", f"/messages/{enter('a deleted message')['message_id']}/pin")

    assert (response.status_code, response.data) == (422, b"")


def test_in_an_archived_chat_nothing_is_pinned(pachca: Pachca) -> None:
    path = f"/messages/{pachca.write(chat_id=TEAM)['id']}/pin"
    pachca.send("PUT", f"/chats/{TEAM}/archive")

    response = pachca.send("POST", path)

    assert (response.status_code, response.data) == (422, b"")


def test_who_has_read_a_message(pachca: Pachca, enter: Enter) -> None:
    message_id = enter("a message that was read", count=2)["message_id"]

    assert pachca.get(f"/messages/{message_id}/read_member_ids")["data"] == [ANNA, IVAN]


def test_three_hundred_readers_are_one_page(pachca: Pachca, enter: Enter) -> None:
    path = f"/messages/{enter('a message that was read', count=301)['message_id']}/read_member_ids"

    shown = pachca.rows(path)

    assert (len(shown), pachca.paginate(path)["has_next"]) == (300, True)
