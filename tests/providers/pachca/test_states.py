"""The states that scenarios start from, and the world without one."""

from __future__ import annotations

import pytest

from providers.pachca.fake import Fake
from providers.pachca.states import states
from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import GENERAL, TEAM, Clock, Pachca
from troth.provider import JsonScalar

USUAL = {"bot_id", "chat_id", "user_id"}
MORE: dict[str, set[str]] = {
    "a bot in a chat": set(),
    "an empty chat": set(),
    "a chat with members": {"member_id"},
    "a chat with messages": {"first_id", "last_id"},
    "several chats": {"last_chat_id"},
    "an archived chat": set(),
    "a chat of another team": set(),
    "a group tag with users": {"tag_id"},
    "a message": {"message_id"},
    "a message of somebody else": {"message_id"},
    "a message with reactions": {"message_id"},
    "a message full of reactions": {"message_id"},
    "a message that was read": {"message_id"},
    "a deleted message": {"message_id"},
    "a thread": {"message_id", "thread_id", "thread_chat_id"},
    "a token that may only read": {"message_id"},
    "a token that was revoked": set(),
    "a token of an employee": {"message_id"},
    "a busy workspace": {
        "member_id",
        "tag_id",
        "message_id",
        "thread_id",
        "thread_chat_id",
        "event_id",
        "file_key",
        "file_name",
        "code",
        "comment_id",
        "deleted_message_id",
        "policy",
        "signature",
        "archived_chat_id",
        "foreign_chat_id",
        "foreign_message_id",
        "personal_chat_id",
    },
    "the message limit is used up": {"message_id"},
    "every limit is used up": {"message_id"},
    "the plan has expired": set(),
    "uploads have expired": set(),
    "the service is unavailable": {"message_id"},
    "the gateway is down": {"message_id"},
    "a bot with a webhook": {"message_id"},
    "a message in a chat of the bot that a user reacts to": {"message_id"},
    "a user who writes to the bot": set(),
    "a user who answers the bot": set(),
    "a user who presses the first button": set(),
    "events in the history": {"event_id"},
    "an uploaded file": {"file_key", "file_name"},
}


def test_the_states_are_these(fake: Fake) -> None:
    assert sorted(states(fake)) == sorted(MORE)


@pytest.mark.parametrize(("state", "more"), MORE.items())
def test_the_values_of_a_state(enter: Enter, state: str, more: set[str]) -> None:
    assert set(enter(state)) == USUAL | more


@pytest.mark.parametrize("state", MORE)
def test_a_state_is_the_same_each_time(enter: Enter, state: str) -> None:
    assert enter(state) == enter(state)


@pytest.mark.parametrize(
    ("state", "count", "path"),
    [
        ("a chat with messages", 7, "/messages?chat_id={chat_id}"),
        ("a message that was read", 5, "/messages/{message_id}/read_member_ids"),
        ("a thread", 4, "/messages?chat_id={thread_chat_id}"),
        ("events in the history", 6, "/webhooks/events"),
    ],
)
def test_how_many_there_are(pachca: Pachca, enter: Enter, state: str, count: int, path: str) -> None:
    values = enter(state, count=count)

    found = pachca.rows(path.format(**values))

    assert len(found) == count


def test_several_chats_are_beside_the_first_two(pachca: Pachca, enter: Enter) -> None:
    values = enter("several chats", count=2)

    assert pachca.ids("/chats") == [values["last_chat_id"], values["chat_id"], TEAM, GENERAL]


@pytest.mark.parametrize(
    ("state", "name"),
    [
        ("a chat with messages", "count"),
        ("several chats", "count"),
        ("events in the history", "count"),
        ("the message limit is used up", "retry_after"),
        ("the message limit is used up", "times"),
        ("every limit is used up", "retry_after"),
        ("every limit is used up", "times"),
        ("the service is unavailable", "times"),
        ("uploads have expired", "times"),
        ("the plan has expired", "times"),
    ],
)
@pytest.mark.parametrize("value", [0, -1, "three", True, 1.5])
def test_a_number_that_is_none(enter: Enter, state: str, name: str, value: JsonScalar) -> None:
    with pytest.raises(ValueError, match=name):
        enter(state, **{name: value})


def test_a_limit_of_reactions_that_is_none(enter: Enter) -> None:
    with pytest.raises(ValueError, match="user, unique, general"):
        enter("a message full of reactions", limit="chat")


@pytest.mark.parametrize(
    ("state", "status", "content_type"),
    [
        ("the service is unavailable", 503, "text/plain"),
        ("the gateway is down", 502, "text/html"),
    ],
)
def test_an_outage_is_no_document(
    pachca: Pachca, enter: Enter, state: str, status: int, content_type: str
) -> None:
    enter(state)

    answer = pachca.send("GET", "/profile")

    assert (answer.status_code, answer.content_type) == (status, content_type)


def test_an_outage_strikes_before_the_token_is_read(pachca: Pachca, enter: Enter) -> None:
    enter("the gateway is down")
    pachca.token = "another"

    assert pachca.send("GET", "/nothing").status_code == 502


@pytest.mark.parametrize(
    "state", ["the service is unavailable", "the gateway is down", "the plan has expired"]
)
def test_an_outage_can_pass(pachca: Pachca, enter: Enter, state: str) -> None:
    enter(state, times=2)

    statuses = [pachca.send("GET", "/chats").status_code for _ in range(3)]

    assert (statuses[0] == statuses[1], statuses[2]) == (True, 200)
    assert statuses[0] > 200


@pytest.mark.parametrize("state", [name for name in MORE if name != "a bot in a chat"])
def test_reset_brings_the_base_world_back(pachca: Pachca, fake: Fake, enter: Enter, state: str) -> None:
    enter(state)
    pachca.send("POST", "/messages", {"message": {"entity_id": GENERAL, "content": "Привет"}})

    fake.reset()

    assert (pachca.ids("/chats"), pachca.rows("/webhooks/events")) == ([TEAM, GENERAL], [])
    assert pachca.write()["id"] == 1001


def test_reset_fills_the_limits(pachca: Pachca, fake: Fake) -> None:
    pachca.writes(30)

    fake.reset()

    assert len(pachca.writes(30)) == 30


def test_a_world_is_as_old_as_its_reset(pachca: Pachca, fake: Fake, clock: Clock) -> None:
    clock.go_on(60)
    fake.reset()

    assert pachca.data(f"/chats/{GENERAL}")["created_at"] == "2026-01-01T00:01:00.000Z"


def test_where_every_limit_is_used_up_nothing_is_answered(pachca: Pachca, enter: Enter) -> None:
    enter("every limit is used up", retry_after=7)

    answer = pachca.send("GET", "/profile")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_in_a_busy_workspace_no_limit_bites(pachca: Pachca, enter: Enter) -> None:
    enter("a busy workspace")

    assert len(pachca.writes(31)) == 31
