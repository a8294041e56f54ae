"""A delivery is genuine, in time and new, or it is not acted on."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from consumers.pachca.errors import BadSignature, Malformed, Stale, WebhookError
from consumers.pachca.seen import SeenInMemory, SeenStore
from consumers.pachca.webhooks import Event, WebhookReceiver, http_status
from contracts.pachca.webhooks import (
    ButtonWebhookPayload,
    LinkSharedWebhookPayload,
    MessageWebhookPayload,
    ReactionWebhookPayload,
)
from tests.consumers.pachca.support import MOMENT

SECRET = "s3cret-signing"
NOW = 1935403200
MESSAGE: dict[str, Any] = {
    "type": "message",
    "event": "new",
    "id": 10,
    "entity_type": "discussion",
    "entity_id": 1,
    "content": "Привет, s3cret-text 🎉\n\tдва",
    "user_id": 5,
    "created_at": MOMENT,
    "changed_at": None,
    "url": "https://app.pachca.example/chats/1",
    "chat_id": 1,
    "parent_message_id": None,
    "thread": None,
    "webhook_timestamp": NOW,
}
BUTTON: dict[str, Any] = {
    "type": "button",
    "event": "click",
    "message_id": 10,
    "trigger_id": "t1",
    "data": "yes",
    "user_id": 5,
    "chat_id": 1,
    "webhook_timestamp": NOW,
}
FORM: dict[str, Any] = {
    "type": "view",
    "event": "submit",
    "callback_id": "holiday",
    "private_metadata": None,
    "chat_id": 1,
    "user_id": 5,
    "data": {"days": "3"},
    "webhook_timestamp": NOW,
}
REACTION: dict[str, Any] = {
    "type": "reaction",
    "event": "new",
    "chat_id": 1,
    "message_id": 10,
    "code": "👍",
    "name": ":+1:",
    "user_id": 5,
    "created_at": MOMENT,
    "webhook_timestamp": NOW,
}
LINK: dict[str, Any] = {
    "type": "message",
    "event": "link_shared",
    "chat_id": 1,
    "message_id": 10,
    "links": [{"url": "https://docs.example/a", "domain": "docs.example", "skip": False}],
    "user_id": 5,
    "created_at": MOMENT,
    "webhook_timestamp": NOW,
}


def sign(body: bytes, secret: str = SECRET) -> str:
    """As the service signs."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def raw(document: object) -> bytes:
    """A body as the service writes it; other spaces make another text."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def signed(document: object) -> tuple[dict[str, str], bytes]:
    """A delivery."""
    body = raw(document)
    return {"Pachca-Signature": sign(body)}, body


@dataclass
class Now:
    """A clock that a test sets."""

    seconds: float = NOW

    def __call__(self) -> float:
        return self.seconds


def receiver(now: Now | None = None, *, seen: SeenStore | None = None) -> WebhookReceiver:
    """One whose clock stands still, and whose store has the same clock."""
    now = now or Now()
    return WebhookReceiver(SECRET, clock=now, seen=seen or SeenInMemory(clock=now))


def ignore(_: Event) -> None:
    """Does nothing with an event."""


# --- what arrives ---------------------------------------------------------------------------------


def test_a_delivery_that_is_genuine_is_an_event() -> None:
    event = receiver().receive(*signed(MESSAGE))

    assert isinstance(event.payload, MessageWebhookPayload)
    assert (event.type, event.event, event.sent_at, event.duplicate) == ("message", "new", NOW, False)
    assert event.payload.content == MESSAGE["content"]
    assert event.document == MESSAGE


@pytest.mark.parametrize(
    ("document", "kind"),
    [(REACTION, ReactionWebhookPayload), (BUTTON, ButtonWebhookPayload), (LINK, LinkSharedWebhookPayload)],
    ids=["reaction", "button", "link shared"],
)
def test_each_kind_of_event_has_its_type(document: dict[str, Any], kind: type) -> None:
    event = receiver().receive(*signed(document))

    assert type(event.payload) is kind


def test_a_message_in_a_thread_says_what_the_thread_was_made_from() -> None:
    thread = {"message_id": 9, "message_chat_id": 1}
    in_thread = {**MESSAGE, "entity_type": "thread", "entity_id": 30, "chat_id": 31, "thread": thread}

    event = receiver().receive(*signed(in_thread))

    assert isinstance(event.payload, MessageWebhookPayload)
    assert event.payload.thread is not None
    assert (event.payload.thread.message_id, event.payload.thread.message_chat_id) == (9, 1)


@pytest.mark.parametrize(
    "changed", [{"type": "task"}, {"type": "reaction2", "event": "new"}, {"event": "pinned"}], ids=str
)
def test_an_event_of_a_kind_that_we_do_not_know_is_genuine_all_the_same(changed: dict[str, str]) -> None:
    event = receiver().receive(*signed({**MESSAGE, **changed}))

    assert event.payload is None
    assert event.document["type"] == {**MESSAGE, **changed}["type"]


class CaseInsensitive(Mapping[str, str]):
    """As Django's ``request.headers``: names in a case of its own, found in any."""

    def __init__(self, pairs: dict[str, str]) -> None:
        self._pairs = {name.title(): value for name, value in pairs.items()}

    def __getitem__(self, name: str) -> str:
        return self._pairs[name.title()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)


@pytest.mark.parametrize("name", ["Pachca-Signature", "pachca-signature", "PACHCA-SIGNATURE"])
@pytest.mark.parametrize("mapping", [dict, CaseInsensitive])
def test_the_header_is_found_in_any_case(name: str, mapping: type[Any]) -> None:
    body = raw(MESSAGE)

    event = receiver().receive(mapping({name: sign(body), "Host": "hooks.example"}), body)

    assert event.type == "message"


# --- what is not genuine --------------------------------------------------------------------------


def test_the_signature_is_of_the_bytes_and_not_of_what_they_say() -> None:
    headers, body = signed(MESSAGE)
    written_again = json.dumps(json.loads(body)).encode()

    with pytest.raises(BadSignature):
        receiver().receive(headers, written_again)


@pytest.mark.parametrize("at", [0, 40, -2])
def test_one_changed_byte_is_found(at: int) -> None:
    headers, body = signed(MESSAGE)
    tampered = bytearray(body)
    tampered[at] ^= 1

    with pytest.raises(BadSignature):
        receiver().receive(headers, bytes(tampered))


@pytest.mark.parametrize(
    "signature",
    [
        "",
        sign(raw(MESSAGE), "another"),
        sign(raw(MESSAGE)).upper(),
        f"sha256={sign(raw(MESSAGE))}",
        sign(raw(MESSAGE))[:-1],
        f"{sign(raw(MESSAGE))} ",
        "подпись",
        "\ud800",
    ],
    ids=["empty", "another secret", "upper case", "prefix", "short", "space", "not ascii", "surrogate"],
)
def test_another_signature_is_refused(signature: str) -> None:
    with pytest.raises(BadSignature):
        receiver().receive({"Pachca-Signature": signature}, raw(MESSAGE))


def test_a_delivery_without_a_signature_is_refused() -> None:
    with pytest.raises(BadSignature, match="0 headers"):
        receiver().receive({"Content-Type": "application/json"}, raw(MESSAGE))


def test_two_signatures_are_none() -> None:
    right = sign(raw(MESSAGE))

    with pytest.raises(BadSignature, match="2 headers"):
        receiver().receive({"Pachca-Signature": right, "pachca-signature": right}, raw(MESSAGE))


def test_what_is_not_genuine_is_not_even_read() -> None:
    with pytest.raises(BadSignature):
        receiver().receive({"Pachca-Signature": "0" * 64}, b"not json")


def test_what_is_not_genuine_does_not_count_as_taken() -> None:
    takes = receiver()
    forged = {"Pachca-Signature": "0" * 64}

    with pytest.raises(BadSignature):
        takes.receive(forged, raw(MESSAGE))

    assert not takes.receive(*signed(MESSAGE)).duplicate


def test_without_a_secret_there_is_no_receiver() -> None:
    with pytest.raises(ValueError, match="signing secret"):
        WebhookReceiver("")


# --- when it was sent -----------------------------------------------------------------------------


@pytest.mark.parametrize("late", [-60, -59.9, 0, 59.9, 60])
def test_a_delivery_within_the_window_is_taken(late: float) -> None:
    event = receiver(Now(NOW + late)).receive(*signed(MESSAGE))

    assert event.sent_at == NOW


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (NOW - 60.001, NOW),
        (NOW + 60.001, NOW),
        (NOW, NOW - 61),
        (NOW, NOW + 61),
        (NOW, 10**400),
        (NOW, -(10**400)),
    ],
    ids=["early", "late", "old", "of the future", "far beyond", "far before"],
)
def test_a_delivery_outside_the_window_is_stale(now: float, moment: int) -> None:
    takes = receiver(Now(now))

    with pytest.raises(Stale):
        takes.receive(*signed({**MESSAGE, "webhook_timestamp": moment}))


def test_a_stale_delivery_is_taken_when_it_comes_again_in_time() -> None:
    now = Now(NOW + 61)
    takes = receiver(now)
    with pytest.raises(Stale):
        takes.receive(*signed(MESSAGE))
    now.seconds = NOW

    event = takes.receive(*signed(MESSAGE))

    assert not event.duplicate


# --- what is not a webhook ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        raw({}),
        raw({**MESSAGE, "webhook_timestamp": str(NOW)}),
        raw({**MESSAGE, "webhook_timestamp": True}),
        raw({**MESSAGE, "webhook_timestamp": float(NOW)}),
        raw({**MESSAGE, "webhook_timestamp": None}),
        raw({**MESSAGE, "type": 1}),
        raw({**MESSAGE, "event": None}),
        raw({**MESSAGE, "id": "10"}),
        raw({**MESSAGE, "content": None}),
        raw({name: value for name, value in MESSAGE.items() if name != "chat_id"}),
        b'{"webhook_timestamp":%d,"type":"x","event":"y","deep":%s1%s}' % (NOW, b"[" * 9000, b"]" * 9000),
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_what_is_signed_and_no_webhook_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        receiver().receive({"Pachca-Signature": sign(body)}, body)

    assert "s3cret" not in f"{caught.value} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_half_of_a_surrogate_pair_is_malformed() -> None:
    body = json.dumps({**MESSAGE, "content": "\ud83d"}).encode()

    with pytest.raises(Malformed):
        receiver().receive({"Pachca-Signature": sign(body)}, body)


# --- what was taken already -----------------------------------------------------------------------


def test_a_second_delivery_is_a_duplicate() -> None:
    takes = receiver()

    first, second = takes.receive(*signed(MESSAGE)), takes.receive(*signed(MESSAGE))

    assert (first.duplicate, second.duplicate, first.key == second.key) == (False, True, True)


def test_a_second_delivery_that_was_signed_anew_is_a_duplicate() -> None:
    now = Now()
    takes = receiver(now)
    takes.receive(*signed(MESSAGE))
    now.seconds = NOW + 3600

    again = takes.receive(*signed({**MESSAGE, "webhook_timestamp": NOW + 3600}))

    assert again.duplicate


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (MESSAGE, {**MESSAGE, "id": 11}),
        (MESSAGE, {**MESSAGE, "event": "update", "changed_at": "2031-05-01T12:00:01.000Z"}),
        (
            {**MESSAGE, "event": "update", "changed_at": "2031-05-01T12:00:01.000Z"},
            {**MESSAGE, "event": "update", "changed_at": "2031-05-01T12:00:02.000Z"},
        ),
        (MESSAGE, {**MESSAGE, "event": "delete"}),
        (REACTION, {**REACTION, "code": "🎉"}),
        (REACTION, {**REACTION, "user_id": 6}),
        (REACTION, {**REACTION, "event": "delete"}),
        (REACTION, {**REACTION, "created_at": "2031-05-01T12:00:01.000Z"}),
        (BUTTON, {**BUTTON, "trigger_id": "t2"}),
        (FORM, {**FORM, "data": {"days": 3}}),
    ],
    ids=[
        "another message",
        "its edit",
        "its second edit",
        "its deletion",
        "another reaction",
        "another person",
        "taken off",
        "put on again",
        "a second click",
        "another entry",
    ],
)
def test_two_events_are_told_apart(first: dict[str, Any], second: dict[str, Any]) -> None:
    takes = receiver()

    taken = [takes.receive(*signed(first)), takes.receive(*signed(second))]

    assert [event.duplicate for event in taken] == [False, False]


@pytest.mark.parametrize(("later", "duplicate"), [(121, True), (122, False)])
def test_a_form_that_says_nothing_of_its_moment_may_be_submitted_again(
    later: int,
    duplicate: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    now = Now()
    takes = receiver(now)
    takes.receive(*signed(FORM))
    now.seconds = NOW + later - 0.5

    again = takes.receive(*signed({**FORM, "webhook_timestamp": NOW + later}))

    assert again.duplicate is duplicate


def test_a_delivery_cannot_be_replayed_from_one_end_of_the_window_to_the_other() -> None:
    now = Now(NOW - 60)
    takes = receiver(now)
    takes.receive(*signed(FORM))
    now.seconds = NOW + 60

    assert takes.receive(*signed(FORM)).duplicate


def test_of_many_threads_one_takes_it() -> None:
    takes = receiver()
    start = threading.Barrier(8, timeout=10)

    def deliver(_: int) -> bool:
        start.wait()
        return takes.receive(*signed(MESSAGE)).duplicate

    with ThreadPoolExecutor(8) as pool:
        duplicates = list(pool.map(deliver, range(8)))

    assert sorted(duplicates) == [False] + [True] * 7


class DjangoCache:
    """A cache with the methods of Django's."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}
        self.timeouts: list[float | None] = []

    def add(self, key: str, value: object, timeout: float | None = 300, version: int | None = None) -> bool:
        assert version is None
        self.timeouts.append(timeout)
        new = key not in self.kept
        self.kept.setdefault(key, value)
        return new

    def delete(self, key: str, version: int | None = None) -> bool:
        assert version is None
        return self.kept.pop(key, None) is not None


def test_a_cache_of_django_is_a_store() -> None:
    cache = DjangoCache()
    takes = receiver(seen=cache)

    events = [takes.receive(*signed(MESSAGE)), takes.receive(*signed(MESSAGE))]

    assert [event.duplicate for event in events] == [False, True]
    assert cache.timeouts == [86_400, 86_400]
    assert list(cache.kept) == [events[0].key]


# --- what is answered -----------------------------------------------------------------------------


def test_a_delivery_is_handled_once() -> None:
    takes, handled = receiver(), list[int]()

    first = takes.answer(*signed(MESSAGE), lambda event: handled.append(event.sent_at))
    second = takes.answer(*signed(MESSAGE), lambda event: handled.append(event.sent_at))

    assert (first, second, handled) == (200, 200, [NOW])


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, raw(MESSAGE), 401),
        ({"Pachca-Signature": sign(b"{}")}, b"{}", 400),
        (*signed({**MESSAGE, "webhook_timestamp": NOW - 61}), 400),
        (*signed({**MESSAGE, "type": "task"}), 200),
    ],
    ids=["unsigned", "malformed", "stale", "unknown"],
)
def test_what_each_delivery_is_answered_with(headers: dict[str, str], body: bytes, status: int) -> None:
    assert receiver().answer(headers, body, ignore) == status


def test_an_event_whose_handling_failed_may_come_again() -> None:
    takes, handled = receiver(), list[str]()

    def fail(_: Event) -> None:
        raise LookupError("our own")

    with pytest.raises(LookupError, match="our own"):
        takes.answer(*signed(MESSAGE), fail)
    status = takes.answer(*signed(MESSAGE), lambda event: handled.append(event.type))

    assert (status, handled) == (200, ["message"])


def test_an_event_that_was_received_and_not_handled_can_be_forgotten() -> None:
    takes = receiver()
    takes.forget(takes.receive(*signed(MESSAGE)))

    again = takes.receive(*signed(MESSAGE))

    assert not again.duplicate


@pytest.mark.parametrize(
    ("error", "status"), [(BadSignature("no"), 401), (Stale("old"), 400), (Malformed("odd"), 400)]
)
def test_the_status_for_an_error(error: WebhookError, status: int) -> None:
    assert http_status(error) == status


def test_the_status_for_a_duplicate() -> None:
    takes = receiver()
    takes.receive(*signed(MESSAGE))

    assert http_status(takes.receive(*signed(MESSAGE))) == 200


def test_neither_the_secret_nor_the_content_is_shown() -> None:
    takes = receiver()
    event = takes.receive(*signed(MESSAGE))

    assert "s3cret" not in f"{takes!r} {event!r}"


# --- the store in memory --------------------------------------------------------------------------


def test_a_key_is_kept_for_its_time() -> None:
    now = Now(0)
    store = SeenInMemory(clock=now)
    first = store.add("a", 1, 10)
    now.seconds = 9.9
    second = store.add("a", 1, 10)
    now.seconds = 10

    third = store.add("a", 1, 10)

    assert (first, second, third) == (True, False, True)


def test_the_store_keeps_the_newest_within_its_limit() -> None:
    store = SeenInMemory(limit=2, clock=Now(0))
    added = [store.add(key, 1, 10) for key in "abc"]

    assert (added, len(store)) == ([True, True, True], 2)
    assert [store.add("c", 1, 10), store.add("b", 1, 10), store.add("a", 1, 10)] == [False, False, True]


def test_what_has_ended_makes_room_first() -> None:
    now = Now(0)
    store = SeenInMemory(limit=2, clock=now)
    store.add("long", 1, 100)
    store.add("short", 1, 1)
    now.seconds = 2

    store.add("new", 1, 100)

    assert not store.add("long", 1, 100)


def test_a_store_without_room_is_none() -> None:
    with pytest.raises(ValueError, match="keeps nothing"):
        SeenInMemory(limit=0)


def test_forgetting_what_is_not_there_does_no_harm() -> None:
    assert not SeenInMemory().delete("a")
