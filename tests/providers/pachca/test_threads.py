"""Threads of messages, threads alone, and what is written in them."""

from __future__ import annotations

import pytest

from providers.pachca.fake import Fake
from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import BOT, GENERAL, IVAN, TEAM, Clock, Pachca


def test_a_thread_belongs_to_its_message(pachca: Pachca) -> None:
    message_id = pachca.write()["id"]

    thread = pachca.post(f"/messages/{message_id}/thread")["data"]

    assert thread == {
        "id": 501,
        "chat_id": 3,
        "message_id": message_id,
        "message_chat_id": GENERAL,
        "updated_at": "2026-01-01T00:00:00.000Z",
    }
    assert pachca.data(f"/messages/{message_id}")["thread"] == {"id": 501, "chat_id": 3}


def test_a_message_has_one_thread(pachca: Pachca) -> None:
    path = f"/messages/{pachca.write()['id']}/thread"

    assert pachca.post(path) == pachca.post(path)


def test_a_comment_is_in_the_chat_of_the_thread(pachca: Pachca, enter: Enter) -> None:
    values = enter("a thread")

    comment = pachca.write("В тред", int(str(values["thread_id"])), entity_type="thread")

    assert (comment["entity_type"], comment["entity_id"]) == ("thread", values["thread_id"])
    assert (comment["chat_id"], comment["root_chat_id"]) == (values["thread_chat_id"], GENERAL)
    assert pachca.ids("/messages", chat_id=values["thread_chat_id"])[0] == comment["id"]


def test_the_chat_of_a_thread_may_be_written_to_by_its_own_id(pachca: Pachca, enter: Enter) -> None:
    values = enter("a thread")

    comment = pachca.write("В тред", int(str(values["thread_chat_id"])))

    assert (comment["entity_type"], comment["entity_id"]) == ("thread", values["thread_id"])


def test_a_comment_has_no_thread_of_its_own(pachca: Pachca, enter: Enter) -> None:
    comment = pachca.rows("/messages", chat_id=enter("a thread")["thread_chat_id"])[0]

    refused = pachca.refused("POST", f"/messages/{comment['id']}/thread")

    assert (comment["thread"], refused) == (None, (422, [("id", "thread_message")]))


def test_a_comment_does_not_show_in_the_chat_of_the_message(pachca: Pachca, enter: Enter) -> None:
    values = enter("a thread")

    assert pachca.ids("/messages", chat_id=GENERAL) == [values["message_id"]]


def test_a_thread_alone_belongs_to_who_made_it(pachca: Pachca) -> None:
    thread = pachca.data(f"/threads/{pachca.post('/threads')['data']['id']}")  # type: ignore[index]

    chat = pachca.data(f"/chats/{thread['chat_id']}")
    assert (thread["message_id"], thread["message_chat_id"], chat["member_ids"]) == (None, None, [BOT])


def test_a_comment_in_a_thread_alone_is_rooted_there(pachca: Pachca) -> None:
    pachca.post("/threads")

    comment = pachca.write("Есть кто?", 501, entity_type="thread")

    assert comment["root_chat_id"] == comment["chat_id"]


def test_members_can_be_added_to_a_thread(pachca: Pachca) -> None:
    pachca.post("/threads")

    added = pachca.send("POST", "/chats/3/members", {"member_ids": [IVAN]})

    assert (added.status_code, pachca.ids("/chats/3/members")) == (204, [IVAN, BOT])


def test_the_thread_that_was_written_in_last_comes_first(pachca: Pachca, clock: Clock) -> None:
    first, second = [pachca.post("/threads")["data"]["id"] for _ in range(2)]  # type: ignore[index]
    clock.go_on(1)

    pachca.write("Снова сюда", first, entity_type="thread")

    assert pachca.ids("/threads") == [first, second]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"last_message_at_after": "2026-01-01T00:00:05.000Z"}, [502]),
        ({"last_message_at_before": "2026-01-01T00:00:05Z"}, [501]),
        ({"last_message_at_after": "2026-01-01T03:00:05+03:00"}, [502]),
        ({"last_message_at_after": "2027-01-01T00:00:00.000Z"}, []),
        ({"last_message_at_after": "2026-01-01T00:00:10.000Z"}, [502]),
        ({"last_message_at_before": "2026-01-01T00:00:00.000Z"}, [501]),
    ],
)
def test_threads_of_a_time(pachca: Pachca, clock: Clock, query: dict[str, str], expected: list[int]) -> None:
    pachca.post("/threads")
    clock.go_on(10)
    pachca.post("/threads")

    assert pachca.ids("/threads", **query) == expected


@pytest.mark.parametrize("time", ["yesterday", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00+25:00"])
def test_a_time_that_is_none(pachca: Pachca, time: str) -> None:
    refused = pachca.refused("GET", "/threads", last_message_at_after=time)

    assert refused == (400, [("last_message_at_after", "invalid")])


def test_threads_of_chats_that_one_is_not_in_are_not_listed(pachca: Pachca, enter: Enter) -> None:
    enter("a thread")
    pachca.send("DELETE", f"/chats/{GENERAL}/leave")

    assert pachca.ids("/threads") == [501]


def test_a_thread_that_is_not_there(pachca: Pachca) -> None:
    assert pachca.refused("GET", "/threads/999") == (404, [("id", "not_found")])


def test_who_is_in_the_chat_of_the_message_may_read_and_write(
    pachca: Pachca, fake: Fake, enter: Enter
) -> None:
    values = enter("a thread")
    fake.world.token.user_id = IVAN

    comment = pachca.write("И я", int(str(values["thread_id"])), entity_type="thread")

    assert pachca.ids("/messages", chat_id=values["thread_chat_id"])[0] == comment["id"]
    assert pachca.data(f"/threads/{values['thread_id']}")["id"] == values["thread_id"]


def test_a_thread_alone_is_closed_to_others(pachca: Pachca, fake: Fake) -> None:
    pachca.post("/threads")
    fake.world.token.user_id = IVAN

    refused = [
        pachca.refused("GET", "/threads/501"),
        pachca.refused("GET", "/messages", chat_id=3),
        pachca.refused_message(entity_type="thread", entity_id=501),
    ]

    assert refused == [(403, [("base", "not_authorized")])] * 3


def test_a_thread_in_a_public_chat_may_be_read_by_everybody(pachca: Pachca, fake: Fake, enter: Enter) -> None:
    values = enter("a thread")
    fake.world.chats[GENERAL].roles.pop(IVAN)
    fake.world.token.user_id = IVAN

    read = pachca.ids("/messages", chat_id=values["thread_chat_id"])
    refused = pachca.refused_message(entity_type="thread", entity_id=values["thread_id"])

    assert (len(read), refused) == (1, (403, [("base", "not_authorized")]))


def test_a_thread_in_a_closed_chat_may_be_read_by_its_members(pachca: Pachca, fake: Fake) -> None:
    message_id = pachca.write(chat_id=TEAM)["id"]
    pachca.post(f"/messages/{message_id}/thread")
    fake.world.token.user_id = IVAN

    assert pachca.data("/threads/501")["message_id"] == message_id
