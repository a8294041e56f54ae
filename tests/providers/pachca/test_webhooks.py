"""Webhooks: what the bot is told, signed, on a real receiver on this machine; and the history of events."""

from __future__ import annotations

import hashlib
import hmac
import logging
import socket
from collections.abc import Iterator

import pytest

from providers.pachca.courier import DELAYS, Courier
from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import (
    BOT,
    GENERAL,
    IVAN,
    MARIA,
    SIGNING,
    TEAM,
    THUMB,
    Clock,
    Json,
    Pachca,
    Received,
    Receiver,
    column,
)

MADE_AT = "2026-01-01T00:00:00.000Z"
NOW = 1_767_225_600


@pytest.fixture
def registered(pachca: Pachca, receiver: Receiver) -> Receiver:
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})
    return receiver


def signed(body: bytes) -> str:
    return hmac.new(SIGNING.encode(), body, hashlib.sha256).hexdigest()


def test_registering_shows_the_webhook(pachca: Pachca) -> None:
    answer = pachca.put("/bot/webhook", {"webhook": {"outgoing_url": "https://hooks.example/pachca"}})

    bot = answer["data"]
    assert isinstance(bot, dict)
    assert (bot["id"], bot["webhook"]["outgoing_url"]) == (BOT, "https://hooks.example/pachca")


def test_an_empty_url_ends_the_webhook(pachca: Pachca, registered: Receiver) -> None:
    answer = pachca.put("/bot/webhook", {"webhook": {"outgoing_url": ""}})
    pachca.write("Никому")
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": registered.url}})

    pachca.write("Кому-то")

    assert isinstance(answer["data"], dict)
    assert answer["data"]["webhook"]["outgoing_url"] is None
    assert registered.take().json["content"] == "Кому-то"


@pytest.mark.parametrize(
    "url", ["hooks.example", "ftp://hooks.example", "http://", "http://[::1", "javascript:1"]
)
def test_a_webhook_that_is_no_url(pachca: Pachca, url: str) -> None:
    refused = pachca.refused("PUT", "/bot/webhook", {"webhook": {"outgoing_url": url}})

    assert refused == (422, [("outgoing_url", "invalid_webhook_url")])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/bot/webhook", {"webhook": {"outgoing_url": ""}}),
        ("GET", "/webhooks/events", None),
        ("DELETE", "/webhooks/events/1", None),
    ],
)
def test_only_a_bot_has_a_webhook(pachca: Pachca, enter: Enter, method: str, path: str, body: object) -> None:
    enter("a token of an employee")

    assert pachca.refused(method, path, body) == (403, [("base", "forbidden")])


def test_a_delivery_is_signed_over_its_bytes(pachca: Pachca, registered: Receiver) -> None:
    pachca.write("Привет, мир 👋")

    it = registered.take()

    assert (it.path, it.headers["Pachca-Signature"]) == ("/hooks?of=test", signed(it.body))
    assert (it.headers["Content-Type"], it.headers["User-Agent"]) == ("application/json", "Faraday v2.12.2")
    assert "Привет, мир 👋".encode() in it.body


def test_what_is_told_of_a_new_message(pachca: Pachca, registered: Receiver) -> None:
    parent = pachca.write("Вопрос")
    pachca.write("Ответ", parent_message_id=parent["id"])

    assert registered.takes(2)[1].json == {
        "type": "message",
        "id": 1002,
        "event": "new",
        "entity_type": "discussion",
        "entity_id": GENERAL,
        "content": "Ответ",
        "user_id": BOT,
        "created_at": MADE_AT,
        "changed_at": MADE_AT,
        "url": "https://app.pachca.example/chats/1?message=1002",
        "chat_id": GENERAL,
        "parent_message_id": 1001,
        "thread": None,
        "webhook_timestamp": NOW,
    }


def test_a_comment_tells_which_message_its_thread_is_of(pachca: Pachca, registered: Receiver) -> None:
    message = pachca.write()
    pachca.post(f"/messages/{message['id']}/thread")
    pachca.write("В тред", 501, entity_type="thread")

    told = registered.takes(2)[1].json

    assert told["thread"] == {"message_id": message["id"], "message_chat_id": GENERAL}
    assert (told["entity_type"], told["entity_id"]) == ("thread", 501)


def test_a_comment_in_a_thread_alone_tells_of_no_message(pachca: Pachca, registered: Receiver) -> None:
    pachca.post("/threads")
    pachca.write("В тред", 501, entity_type="thread")

    assert registered.take().json["thread"] is None


def test_a_message_is_told_of_in_order(pachca: Pachca, registered: Receiver) -> None:
    path = f"/messages/{pachca.write('Было')['id']}"
    pachca.put(path, {"message": {"content": "Стало"}})
    pachca.delete(path)

    assert registered.kinds(3) == ["message new", "message update", "message delete"]


def test_links_are_told_of(pachca: Pachca, registered: Receiver) -> None:
    message = pachca.write("Смотри: https://example.com/page?a=1 и http://пример.рф/")

    told = registered.takes(2)[1].json

    assert told == {
        "type": "message",
        "event": "link_shared",
        "chat_id": GENERAL,
        "message_id": message["id"],
        "links": [
            {"url": "https://example.com/page?a=1", "domain": "example.com", "skip": False},
            {"url": "http://пример.рф/", "domain": "пример.рф", "skip": False},
        ],
        "user_id": BOT,
        "created_at": MADE_AT,
        "webhook_timestamp": NOW,
    }


def test_reactions_are_told_of(pachca: Pachca, registered: Receiver) -> None:
    path = f"/messages/{pachca.write()['id']}/reactions"
    pachca.post(path, {"code": THUMB, "name": ":+1:"})
    pachca.delete(path, code=THUMB)

    new, gone = registered.takes(3)[1:]

    whole: Json = {
        "type": "reaction",
        "event": "new",
        "chat_id": GENERAL,
        "message_id": 1001,
        "code": THUMB,
        "name": ":+1:",
        "user_id": BOT,
        "created_at": MADE_AT,
        "webhook_timestamp": NOW,
    }
    assert (new.json, gone.json) == (whole, {**whole, "event": "delete"})


def test_members_are_told_of(pachca: Pachca, registered: Receiver) -> None:
    pachca.send("POST", f"/chats/{TEAM}/members", {"member_ids": [MARIA, IVAN]})
    pachca.delete(f"/chats/{TEAM}/members/{IVAN}")

    added, removed = registered.takes(2)

    whole: Json = {
        "type": "chat_member",
        "event": "add",
        "chat_id": TEAM,
        "thread_id": None,
        "user_ids": [MARIA],
        "created_at": MADE_AT,
        "webhook_timestamp": NOW,
    }
    assert (added.json, removed.json) == (whole, {**whole, "event": "remove", "user_ids": [IVAN]})


def test_who_comes_and_goes_by_a_tag_is_told_of(pachca: Pachca, enter: Enter, receiver: Receiver) -> None:
    values = enter("a group tag with users")
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})
    path = f"/chats/{values['chat_id']}/group_tags"
    pachca.send("POST", path, {"group_tag_ids": [values["tag_id"]]})
    pachca.delete(f"{path}/{values['tag_id']}")

    told = [it.json for it in receiver.takes(2)]

    assert [(it["event"], it["user_ids"]) for it in told] == [("add", [11, 13]), ("remove", [11, 13])]


def test_a_bot_that_leaves_is_told_that_and_no_more(pachca: Pachca, registered: Receiver) -> None:
    pachca.delete(f"/chats/{GENERAL}/leave")
    pachca.write("Здесь", TEAM)

    assert registered.kinds(2) == ["chat_member remove", "message new"]


def test_a_bot_can_ignore_what_it_says_itself(pachca: Pachca, enter: Enter, receiver: Receiver) -> None:
    enter("a bot with a webhook", url=receiver.url, ignore_self_messages=True)
    message = pachca.write("Сам себе https://example.com")

    pachca.post(f"/messages/{message['id']}/reactions", {"code": THUMB})

    assert receiver.kinds(1) == ["reaction new"]


def test_a_user_reacts_once_there_is_a_webhook(pachca: Pachca, enter: Enter, receiver: Receiver) -> None:
    values = enter("a message in a chat of the bot that a user reacts to")
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})

    told = receiver.take().json

    assert (told["type"], told["message_id"], told["user_id"]) == ("reaction", values["message_id"], IVAN)


def test_a_user_writes_once_there_is_a_webhook(pachca: Pachca, enter: Enter, receiver: Receiver) -> None:
    enter("a user who writes to the bot")
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})

    assert receiver.take().json["user_id"] == IVAN


def test_a_user_answers_the_bot(pachca: Pachca, enter: Enter, receiver: Receiver) -> None:
    enter("a user who answers the bot")
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})
    question = pachca.write("Есть кто?")

    told = receiver.takes(2)[1].json

    assert (told["user_id"], told["parent_message_id"]) == (IVAN, question["id"])


def test_a_user_presses_the_first_button(pachca: Pachca, enter: Enter, receiver: Receiver) -> None:
    enter("a user who presses the first button")
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})
    buttons = [[{"text": "Сайт", "url": "https://example.com"}], [{"text": "Да", "data": "yes"}]]
    message = pachca.write("Да?", buttons=buttons)

    told = receiver.takes(2)[1].json

    assert told == {
        "type": "button",
        "event": "click",
        "message_id": message["id"],
        "trigger_id": "trigger-1001-12",
        "data": "yes",
        "user_id": IVAN,
        "chat_id": GENERAL,
        "webhook_timestamp": NOW,
    }


def retried(courier: Courier, clock: Clock, receiver: Receiver) -> tuple[Received, Received]:
    """The first two tries of a delivery."""
    first = receiver.take()
    clock.go_on(DELAYS[0])
    courier.wake()
    return first, receiver.take()


@pytest.mark.parametrize("failure", [500, 307, 0])
def test_a_failed_delivery_comes_again_with_the_same_bytes(
    pachca: Pachca, registered: Receiver, courier: Courier, clock: Clock, failure: int
) -> None:
    registered.answers = [failure]
    registered.location = registered.url
    pachca.write()

    first, second = retried(courier, clock, registered)

    assert first.body == second.body
    assert first.headers["Pachca-Signature"] == second.headers["Pachca-Signature"] == signed(second.body)


def test_a_redirect_is_not_followed(
    pachca: Pachca, registered: Receiver, courier: Courier, clock: Clock
) -> None:
    registered.answers = [307]
    registered.location = registered.url.replace("/hooks", "/elsewhere")
    pachca.write()

    first, second = retried(courier, clock, registered)

    assert (first.path, second.path) == ("/hooks?of=test", "/hooks?of=test")


def test_proxies_of_the_environment_are_not_used(
    pachca: Pachca, registered: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    monkeypatch.setenv("http_proxy", "http://192.0.2.1:9")

    pachca.write("Прямо")

    assert registered.take().json["content"] == "Прямо"


@pytest.fixture
def silent() -> Iterator[str]:
    """A place that accepts calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


def test_closing_ends_a_call_that_hangs(pachca: Pachca, silent: str, courier: Courier) -> None:
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": silent}})
    pachca.write()

    courier.close()

    assert courier.ended


def test_a_refused_place_keeps_no_message_from_being_sent(
    pachca: Pachca, enter: Enter, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    enter("a bot with a webhook", url="http://192.0.2.1/secret-path")
    with caplog.at_level(logging.WARNING):
        pachca.write()
        pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})
        pachca.write()
        receiver.take()

    assert "192.0.2.1 is not on this machine" in caplog.text
    assert "secret-path" not in caplog.text


def test_events_are_kept_for_who_asks(pachca: Pachca) -> None:
    message = pachca.write()

    events = pachca.rows("/webhooks/events")

    assert [(it["event_type"], it["created_at"]) for it in events] == [("message_new", MADE_AT)]
    assert column(column(events, "payload"), "id") == [message["id"]]  # type: ignore[arg-type]


def test_the_last_event_comes_first(pachca: Pachca) -> None:
    path = f"/messages/{pachca.write('https://example.com')['id']}"
    pachca.post(f"{path}/reactions", {"code": THUMB})

    assert column(pachca.rows("/webhooks/events"), "event_type") == [
        "reaction_new",
        "message_link_shared",
        "message_new",
    ]


def test_an_event_is_deleted_once(pachca: Pachca, enter: Enter) -> None:
    event_id = enter("events in the history", count=2)["event_id"]
    pachca.delete(f"/webhooks/events/{event_id}")

    refused = pachca.refused("DELETE", f"/webhooks/events/{event_id}")

    assert (refused, len(pachca.rows("/webhooks/events"))) == ((404, [("id", "not_found")]), 1)


def test_what_is_kept_is_what_was_delivered(pachca: Pachca, registered: Receiver) -> None:
    pachca.write("Одно и то же")

    assert column(pachca.rows("/webhooks/events"), "payload") == [registered.take().json]
