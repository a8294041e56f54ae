"""Many clients at once: ids are unique, the order holds, limits are exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tests.providers.pachca.conftest import Enter
from tests.providers.pachca.stage import GENERAL, HEART, THUMB, Pachca, Receiver, column

_T = TypeVar("_T")
CLIENTS = 8


def at_once(work: Callable[[int], _T], times: int = CLIENTS) -> list[_T]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(work, range(times)))


def test_every_message_gets_an_id_of_its_own(pachca: Pachca) -> None:
    ids = at_once(lambda number: pachca.write(f"Сообщение {number}")["id"], 30)

    assert sorted(map(str, ids)) == [str(number) for number in range(1001, 1031)]


def test_the_messages_of_one_client_keep_their_order(pachca: Pachca) -> None:
    sent = at_once(lambda client: [pachca.write(f"{client}")["id"] for _ in range(3)])

    listed = pachca.ids("/messages", chat_id=GENERAL, order="asc")
    assert [[it for it in listed if it in own] for own in sent] == sent


def test_the_limit_of_a_chat_is_exact(pachca: Pachca) -> None:
    body = {"message": {"entity_id": GENERAL, "content": "Привет"}}

    statuses = at_once(lambda _: pachca.send("POST", "/messages", body).status_code, 64)

    assert Counter(statuses) == {201: 30, 429: 34}
    assert len(pachca.ids("/messages", chat_id=GENERAL)) == 30


def test_one_of_many_makes_the_thread(pachca: Pachca, enter: Enter) -> None:
    path = f"/messages/{enter('a message')['message_id']}/thread"

    threads = at_once(lambda _: pachca.post(path)["data"])

    assert threads == [threads[0]] * CLIENTS


def test_one_of_many_makes_the_personal_chat(pachca: Pachca) -> None:
    chats = at_once(lambda _: pachca.write("Лично", 12, entity_type="user")["chat_id"])

    assert set(chats) == {3}


def test_one_of_many_takes_the_name_of_a_tag(pachca: Pachca) -> None:
    body = {"group_tag": {"name": "Дизайн"}}

    statuses = at_once(lambda _: pachca.send("POST", "/group_tags", body).status_code)

    assert Counter(statuses) == {201: 1, 422: CLIENTS - 1}


def test_the_limit_of_reactions_is_exact(pachca: Pachca, enter: Enter) -> None:
    path = f"/messages/{enter('a message full of reactions', limit='unique')['message_id']}/reactions"

    statuses = at_once(
        lambda number: pachca.send("POST", path, {"code": (THUMB, HEART)[number % 2]}).status_code
    )

    assert Counter(statuses) == {422: CLIENTS}
    assert len(pachca.rows(path)) == 30


def test_one_of_many_deletes_the_message(pachca: Pachca, enter: Enter) -> None:
    path = f"/messages/{enter('a message')['message_id']}"

    statuses = at_once(lambda _: pachca.send("DELETE", path).status_code)

    assert Counter(statuses) == {204: 1, 404: CLIENTS - 1}


def test_webhooks_come_in_the_order_of_what_happened(pachca: Pachca, receiver: Receiver) -> None:
    pachca.put("/bot/webhook", {"webhook": {"outgoing_url": receiver.url}})
    at_once(lambda number: pachca.write(f"Сообщение {number}"), 24)

    told = column([it.json for it in receiver.takes(24)], "id")

    assert told == list(range(1001, 1025))
