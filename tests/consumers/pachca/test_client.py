"""What the client asks, and what it makes of Pachca's answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import responses

from consumers.pachca.client import PachcaClient
from consumers.pachca.errors import PachcaError, Unavailable, Unreadable
from consumers.pachca.uploads import UploadedFile
from contracts.pachca.messages import Button
from tests.consumers.pachca.support import (
    MOMENT,
    TEXT,
    answers,
    asked,
    chat,
    client,
    empty,
    message,
    page,
    query,
    sent,
    thread,
    user,
)
from troth.jsontext import Json

REPORT = UploadedFile("files/1/report.pdf", "report.pdf", "file", 3)

# --- sending --------------------------------------------------------------------------------------


@responses.activate
def test_a_message_arrives_letter_by_letter() -> None:
    answers("POST", "/messages", {"data": message(content=TEXT)}, status=201)

    made = client().send(1, TEXT)

    assert sent() == {"message": {"entity_type": "discussion", "entity_id": 1, "content": TEXT}}
    assert (made.id, made.content) == (10, TEXT)


@responses.activate
def test_what_a_message_may_have_beside_its_text() -> None:
    answers("POST", "/messages", {"data": message()}, status=201)
    buttons = [[Button(text="Docs", url="https://docs.example"), Button(text="Yes", data="yes")]]

    client().send(
        1,
        "hello",
        files=[REPORT],
        buttons=buttons,
        reply_to=9,
        display_name="CI",
        display_avatar_url="https://avatar.example",
        skip_invite_mentions=True,
        link_preview=True,
    )

    assert sent() == {
        "message": {
            "entity_type": "discussion",
            "entity_id": 1,
            "content": "hello",
            "files": [{"key": "files/1/report.pdf", "name": "report.pdf", "file_type": "file", "size": 3}],
            "buttons": [[{"text": "Docs", "url": "https://docs.example"}, {"text": "Yes", "data": "yes"}]],
            "parent_message_id": 9,
            "display_name": "CI",
            "display_avatar_url": "https://avatar.example",
            "skip_invite_mentions": True,
        },
        "link_preview": True,
    }


@responses.activate
def test_a_direct_message_needs_no_chat() -> None:
    direct = message(entity_type="user", entity_id=6)
    answers("POST", "/messages", {"data": direct}, status=201)

    client().send_to_user(6, "hello")

    assert sent()["message"] == {"entity_type": "user", "entity_id": 6, "content": "hello"}


@responses.activate
@pytest.mark.parametrize(
    ("where", "entity"),
    [
        ({"entity_type": "discussion", "entity_id": 1}, ("discussion", 1)),
        ({"entity_type": "user", "entity_id": 5}, ("discussion", 1)),
        ({"entity_type": "thread", "entity_id": 30}, ("thread", 30)),
    ],
    ids=["in a chat", "to a person", "in a thread"],
)
def test_a_reply_stands_where_the_message_does(where: dict[str, Json], entity: tuple[str, int]) -> None:
    answers("GET", "/messages/10", {"data": {**message(), **where}})
    answers("POST", "/messages", {"data": message(11, parent_message_id=10)}, status=201)

    made = client().reply(10, "yes")

    posted = sent(1)["message"]
    assert (posted["entity_type"], posted["entity_id"]) == entity
    assert (posted["parent_message_id"], made.parent_message_id) == (10, 10)


@responses.activate
def test_a_reply_to_a_message_that_is_at_hand_fetches_nothing() -> None:
    answers("GET", "/messages/10", {"data": message()})
    answers("POST", "/messages", {"data": message(11)}, status=201)
    pachca = client()
    answered = pachca.get(10)

    pachca.reply(answered, "yes")

    assert [request.method for request in asked()] == ["GET", "POST"]


@responses.activate
def test_a_reply_in_a_thread_goes_to_the_id_of_the_thread() -> None:
    answers("POST", "/messages/10/thread", {"data": thread(30)}, status=201)
    in_thread = message(11, entity_type="thread", entity_id=30, chat_id=31)
    answers("POST", "/messages", {"data": in_thread}, status=201)

    made = client().reply_in_thread(10, "yes")

    assert sent(1)["message"] == {"entity_type": "thread", "entity_id": 30, "content": "yes"}
    assert made.root_chat_id == 1


@responses.activate
def test_an_edit_changes_only_what_is_given() -> None:
    answers("PUT", "/messages/10", {"data": message(content="new")})

    made = client().edit(10, "new")

    assert sent() == {"message": {"content": "new"}}
    assert made.content == "new"


@responses.activate
def test_buttons_and_files_are_taken_off() -> None:
    answers("PUT", "/messages/10", {"data": message()})

    client().edit(10, buttons=[], files=[])

    assert sent() == {"message": {"files": [], "buttons": []}}


# --- what is answered with nothing ----------------------------------------------------------------

EMPTY: list[tuple[str, str, Callable[[PachcaClient], None], Json]] = [
    ("DELETE", "/messages/10", lambda it: it.delete(10), None),
    ("POST", "/messages/10/pin", lambda it: it.pin(10), None),
    ("DELETE", "/messages/10/pin", lambda it: it.unpin(10), None),
    ("PUT", "/chats/1/archive", lambda it: it.archive(1), None),
    ("PUT", "/chats/1/unarchive", lambda it: it.unarchive(1), None),
    ("DELETE", "/chats/1/leave", lambda it: it.leave(1), None),
    ("POST", "/chats/1/members", lambda it: it.add_members(1, [5, 6]), {"member_ids": [5, 6]}),
    (
        "POST",
        "/chats/1/members",
        lambda it: it.add_members(1, [5], silent=True),
        {"member_ids": [5], "silent": True},
    ),
    ("DELETE", "/chats/1/members/5", lambda it: it.remove_member(1, 5), None),
    ("PUT", "/chats/1/members/5", lambda it: it.change_role(1, 5, "admin"), {"role": "admin"}),
    ("POST", "/chats/1/group_tags", lambda it: it.add_chat_tags(1, [7]), {"group_tag_ids": [7]}),
    ("DELETE", "/chats/1/group_tags/7", lambda it: it.remove_chat_tag(1, 7), None),
    ("DELETE", "/group_tags/7", lambda it: it.delete_tag(7), None),
    ("DELETE", "/webhooks/events/01J", lambda it: it.delete_webhook_event("01J"), None),
]


@responses.activate
@pytest.mark.parametrize(
    ("method", "path", "call", "document"), EMPTY, ids=[f"{case[0]} {case[1]}" for case in EMPTY]
)
def test_a_write_that_is_answered_with_nothing(
    method: str, path: str, call: Callable[[PachcaClient], None], document: Json
) -> None:
    empty(method, path)

    call(client())

    assert (asked()[0].method, len(asked())) == (method, 1)
    assert sent() == document


@responses.activate
@pytest.mark.parametrize(
    ("method", "path", "call", "document"), EMPTY, ids=[f"{case[0]} {case[1]}" for case in EMPTY]
)
def test_another_status_than_the_agreed_one_is_not_taken_for_done(
    method: str,
    path: str,
    call: Callable[[PachcaClient], None],
    document: Json,  # noqa: ARG001 - the same cases as above
) -> None:
    empty(method, path, 200)

    with pytest.raises(Unreadable, match="200"):
        call(client())


# --- reactions ------------------------------------------------------------------------------------


@responses.activate
def test_a_reaction_comes_without_a_wrapper() -> None:
    reaction: Json = {"user_id": 5, "created_at": MOMENT, "code": "👍", "name": ":+1:"}
    answers("POST", "/messages/10/reactions", reaction, status=201)

    made = client().react(10, "👍")

    assert sent() == {"code": "👍"}
    assert (made.code, made.user_id) == ("👍", 5)


@responses.activate
def test_a_reaction_of_the_company_has_a_name() -> None:
    reaction: Json = {"user_id": 5, "created_at": MOMENT, "code": "c1", "name": ":party:"}
    answers("POST", "/messages/10/reactions", reaction, status=201)

    client().react(10, "c1", name=":party:")

    assert sent() == {"code": "c1", "name": ":party:"}


@responses.activate
def test_a_reaction_is_taken_off_by_the_query() -> None:
    empty("DELETE", "/messages/10/reactions")

    client().unreact(10, "👍", name=":+1:")

    assert query() == {"code": "👍", "name": ":+1:"}
    assert asked()[0].body is None


# --- what is answered with a value ----------------------------------------------------------------

TAG: Json = {"id": 7, "name": "Дизайн", "users_count": 2}
TOKEN: Json = {
    "id": 1,
    "token": "abcdefgh...wxyz",
    "name": None,
    "user_id": 5,
    "scopes": ["messages:create"],
    "created_at": MOMENT,
    "revoked_at": None,
    "expires_in": None,
    "last_used_at": None,
}
BOT: Json = {
    "id": 8,
    "webhook": {
        "name": "CI",
        "nickname": "ci",
        "outgoing_url": "https://hooks.example/pachca",
        "events": ["message_new"],
        "trigger_on": "all_messages",
        "commands": [],
        "scopes": [],
        "template": None,
        "template_engine": "liquid",
        "challenge_key": None,
        "link_preview_enabled": False,
        "ignore_self_messages": False,
        "events_history_enabled": True,
        "single_chat": False,
        "can_edit": [],
        "who_can_add": "anyone",
    },
}

VALUES: list[tuple[str, str, int, Json, Callable[[PachcaClient], Any], Json]] = [
    ("GET", "/messages/10", 200, message(), lambda it: it.get(10).id, None),
    ("POST", "/messages/10/thread", 201, thread(10), lambda it: it.create_thread(10).id, None),
    ("POST", "/threads", 201, thread(10), lambda it: it.create_standalone_thread().id, None),
    ("GET", "/threads/10", 200, thread(10), lambda it: it.thread(10).id, None),
    ("GET", "/chats/10", 200, chat(10), lambda it: it.get_chat(10).id, None),
    (
        "POST",
        "/chats",
        201,
        chat(10),
        lambda it: it.create_chat("Общий", member_ids=[5], public=True).id,
        {"chat": {"name": "Общий", "member_ids": [5], "public": True}},
    ),
    (
        "PUT",
        "/chats/10",
        200,
        chat(10),
        lambda it: it.update_chat(10, name="Новый").id,
        {"chat": {"name": "Новый"}},
    ),
    ("GET", "/users/10", 200, user(10), lambda it: it.user(10).id, None),
    ("GET", "/profile", 200, user(10), lambda it: it.profile().id, None),
    ("GET", "/oauth/token/info", 200, TOKEN, lambda it: it.token_info().user_id + 5, None),
    ("GET", "/group_tags/7", 200, TAG, lambda it: it.tag(7).id + 3, None),
    (
        "POST",
        "/group_tags",
        201,
        TAG,
        lambda it: it.create_tag("Дизайн").id + 3,
        {"group_tag": {"name": "Дизайн"}},
    ),
    (
        "PUT",
        "/group_tags/7",
        200,
        TAG,
        lambda it: it.rename_tag(7, "Дизайн").id + 3,
        {"group_tag": {"name": "Дизайн"}},
    ),
    (
        "PUT",
        "/bot/webhook",
        200,
        BOT,
        lambda it: it.register_webhook("https://hooks.example/pachca").id + 2,
        {"webhook": {"outgoing_url": "https://hooks.example/pachca"}},
    ),
]


@responses.activate
@pytest.mark.parametrize(
    ("method", "path", "status", "data", "call", "document"),
    VALUES,
    ids=[f"{case[0]} {case[1]}" for case in VALUES],
)
def test_a_call_that_is_answered_with_a_value(
    method: str, path: str, status: int, data: Json, call: Callable[[PachcaClient], int], document: Json
) -> None:
    answers(method, path, {"data": data}, status=status)

    found = call(client())

    assert found == 10
    assert sent() == document


@responses.activate
@pytest.mark.parametrize(
    "broken",
    [
        {"id": "10"},
        {"id": True},
        {"content": None},
        {"created_at": "2031-05-01"},
        {"entity_type": "channel"},
        {"files": None},
    ],
    ids=str,
)
def test_an_answer_that_breaks_the_contract_is_not_taken(broken: dict[str, Json]) -> None:
    answers("GET", "/messages/10", {"data": {**message(), **broken}})

    with pytest.raises(Unreadable, match=next(iter(broken))):
        client().get(10)


@responses.activate
def test_what_is_added_to_an_answer_does_no_harm() -> None:
    answers("GET", "/messages/10", {"data": {**message(), "mood": "good"}, "debug": 1})

    assert client().get(10).id == 10


@responses.activate
def test_a_part_of_a_path_stays_one_part() -> None:
    empty("DELETE", "/webhooks/events/..%2F..%2Fchats%3Fa")

    client().delete_webhook_event("../../chats?a")

    assert (asked()[0].url or "").endswith("/webhooks/events/..%2F..%2Fchats%3Fa")


# --- lists ----------------------------------------------------------------------------------------


@responses.activate
def test_a_list_goes_on_until_there_is_no_next_page() -> None:
    answers("GET", "/messages", page(message(3), message(2), cursor="a", more=True))
    answers("GET", "/messages", page(message(1), cursor="b"))

    found = [it.id for it in client().list_messages(1, page_size=2)]

    assert found == [3, 2, 1]
    assert query(0) == {"chat_id": "1", "sort": "id", "order": "desc", "limit": "2"}
    assert query(1) == {**query(0), "cursor": "a"}


@responses.activate
def test_an_empty_page_is_not_the_end() -> None:
    answers("GET", "/messages", page(cursor="a", more=True), page(message(1), cursor="b"))

    found = [it.id for it in client().list_messages(1)]

    assert found == [1]


@responses.activate
def test_the_last_page_is_the_end_although_it_has_a_cursor() -> None:
    answers("GET", "/messages", page(message(1), cursor="a"))

    found = list(client().list_messages(1))

    assert (len(found), len(asked())) == (1, 1)


@responses.activate
def test_a_page_is_fetched_when_it_is_needed_and_not_before() -> None:
    answers("GET", "/messages", page(message(2), cursor="a", more=True))

    first = next(client().list_messages(1))

    assert (first.id, len(asked())) == (2, 1)


@responses.activate
def test_a_list_that_says_nothing_of_its_end_ends_with_an_empty_page() -> None:
    answers("GET", "/users", {"data": [user(5)], "meta": {"paginate": {"next_page": "a"}}})
    answers("GET", "/users", {"data": [], "meta": {"paginate": {"next_page": "a"}}})

    found = [it.id for it in client().users("вера")]

    assert found == [5]
    assert (query(0)["query"], query(1)["cursor"]) == ("вера", "a")


@responses.activate
@pytest.mark.parametrize("second", ["a", "b"])
def test_a_list_that_goes_in_a_circle_is_left(second: str) -> None:
    answers("GET", "/messages", page(message(2), cursor="a", more=True))
    answers("GET", "/messages", page(message(1), cursor=second, more=True))
    answers("GET", "/messages", page(message(2), cursor="a", more=True))

    with pytest.raises(Unreadable, match="circle"):
        list(client().list_messages(1))


@responses.activate
def test_what_was_listed_before_a_failure_is_there() -> None:
    answers("GET", "/messages", page(message(2), cursor="a", more=True))
    answers("GET", "/messages", {}, status=503)
    found = client(retries=0).list_messages(1)

    first = next(found)

    assert first.id == 2
    with pytest.raises(Unavailable):
        next(found)


REACTION: Json = {"user_id": 5, "created_at": MOMENT, "code": "👍", "name": ":+1:"}
EVENT: Json = {
    "id": "01J",
    "event_type": "reaction_new",
    "created_at": MOMENT,
    "payload": {
        "type": "reaction",
        "event": "new",
        "chat_id": 1,
        "message_id": 10,
        "code": "👍",
        "name": ":+1:",
        "user_id": 5,
        "created_at": MOMENT,
        "webhook_timestamp": 1935403200,
    },
}
SINCE = datetime(2031, 5, 1, 15, 0, 0, 123456, tzinfo=timezone(timedelta(hours=3)))

LISTS: list[tuple[str, Json, Callable[[PachcaClient], Iterator[Any]], dict[str, str]]] = [
    ("/messages/10/read_member_ids", 5, lambda it: it.readers(10), {"limit": "300"}),
    ("/messages/10/reactions", REACTION, lambda it: it.reactions(10), {"limit": "50"}),
    ("/chats", chat(), lambda it: it.list_chats(), {"limit": "50"}),
    (
        "/chats",
        chat(),
        lambda it: it.list_chats(availability="public", archived=True, personal=False, page_size=5),
        {"availability": "public", "archived": "true", "personal": "false", "limit": "5"},
    ),
    (
        "/chats",
        chat(),
        lambda it: it.list_chats(sort="last_message_at", order="asc", after=SINCE),
        {
            "sort": "last_message_at",
            "order": "asc",
            "last_message_at_after": "2031-05-01T12:00:00.123Z",
            "limit": "50",
        },
    ),
    ("/chats/1/members", user(), lambda it: it.members(1, role="owner"), {"role": "owner", "limit": "50"}),
    ("/users", user(), lambda it: it.users(), {"limit": "50"}),
    ("/group_tags", TAG, lambda it: it.tags(), {"limit": "50"}),
    ("/group_tags", TAG, lambda it: it.tags(["Дизайн"]), {"names[]": "Дизайн", "limit": "50"}),
    ("/group_tags/7/users", user(), lambda it: it.tag_users(7), {"limit": "50"}),
    (
        "/threads",
        thread(),
        lambda it: it.list_threads(before=datetime(2031, 5, 1, tzinfo=UTC)),
        {"last_message_at_before": "2031-05-01T00:00:00.000Z", "limit": "50"},
    ),
    ("/webhooks/events", EVENT, lambda it: it.webhook_events(), {"limit": "50"}),
]


@responses.activate
@pytest.mark.parametrize(
    ("path", "item", "call", "asked_for"), LISTS, ids=[f"{case[0]} {case[3]}" for case in LISTS]
)
def test_every_list_is_read_to_its_end(
    path: str, item: Json, call: Callable[[PachcaClient], Iterator[Any]], asked_for: dict[str, str]
) -> None:
    answers("GET", path, page(item, cursor="a", more=True), page(item, item, cursor="b"))

    found = list(call(client()))

    assert len(found) == 3
    assert (query(0), query(1)) == (asked_for, {**asked_for, "cursor": "a"})


@responses.activate
def test_several_names_are_several_parameters() -> None:
    answers("GET", "/group_tags", page(TAG))

    list(client().tags(["Дизайн", "iOS"]))

    assert (asked()[0].url or "").count("names%5B%5D=") == 2


def test_a_moment_without_a_zone_is_none() -> None:
    naive = datetime(2031, 5, 1)

    with pytest.raises(ValueError, match="time zone"):
        list(client().list_chats(after=naive))


# --- events that were kept ------------------------------------------------------------------------


@responses.activate
def test_an_event_is_deleted_once_it_was_handled() -> None:
    answers("GET", "/webhooks/events", page(EVENT))
    empty("DELETE", "/webhooks/events/01J")
    handled: list[str] = []

    count = client().take_webhook_events(lambda event: handled.append(event.id))

    assert (count, handled) == (1, ["01J"])
    assert [request.method for request in asked()] == ["GET", "DELETE"]


@responses.activate
def test_an_event_that_could_not_be_handled_stays() -> None:
    answers("GET", "/webhooks/events", page(EVENT))

    def fail(_: object) -> None:
        raise LookupError("our own")

    with pytest.raises(LookupError, match="our own"):
        client().take_webhook_events(fail)

    assert [request.method for request in asked()] == ["GET"]


@responses.activate
def test_every_error_has_one_base() -> None:
    answers("GET", "/profile", {}, status=418)

    with pytest.raises(PachcaError):
        client().profile()
