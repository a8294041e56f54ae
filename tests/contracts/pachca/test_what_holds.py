"""What the contract of Pachca lets pass."""

from __future__ import annotations

import pytest

from contracts.pachca.operations import pachca
from tests.contracts.pachca.exchanges import (
    BOT,
    BUTTON,
    CALL,
    CALL_ENDED,
    CALL_RECORDED,
    CHAT,
    CHAT_ID,
    CHAT_MEMBER,
    COMPANY_MEMBER,
    FILE,
    FOLDER,
    IN_A_THREAD,
    LATER,
    LINK_SHARED,
    MESSAGE,
    MESSAGE_EVENT,
    MESSAGE_ID,
    NOW,
    REACTION,
    REACTION_EVENT,
    TAG,
    TEXT,
    THREAD,
    THREAD_CHAT_ID,
    THREAD_ID,
    TOKEN_INFO,
    UPLOAD,
    USER,
    USER_ID,
    VIEW,
    VOICE,
    call,
    complaint,
    delivered,
    html,
    page,
    places,
    refused,
    sent,
    without,
)
from troth.contract_lint import lint
from troth.exchange import Exchange
from troth.jsontext import Json
from troth.redact import redact

CODE = "%F0%9F%91%8D"
OF_A_PERSON = without(without(MESSAGE, "display_name"), "display_avatar_url")
SENT_FILE: dict[str, Json] = {"key": f"{FOLDER}/a.png", "name": "A.PNG", "file_type": "image", "size": 1}
SENT_VOICE: Json = {
    "key": f"{FOLDER}/a.ogg",
    "name": "a.ogg",
    "file_type": "voice",
    "size": 1,
    "duration_ms": 1,
    "waveform": "1",
}
BUTTONS: Json = [[{"text": "Да", "data": "yes"}, {"text": "Подробнее", "url": "https://example.com"}]]
ALONE = {**THREAD, "message_id": None, "message_chat_id": None}
EVENT: dict[str, Json] = {"id": "01KAJZ2XDSS2S3DSW9EXJZ0TBV", "created_at": NOW}


EXCHANGES = [
    pytest.param(sent(), id="to a chat"),
    pytest.param(
        call(
            "POST",
            "/messages",
            {"message": {"entity_id": CHAT_ID, "content": TEXT}},
            {"data": OF_A_PERSON},
            201,
        ),
        id="of a person",
    ),
    pytest.param(sent({"entity_type": "thread", "entity_id": THREAD_ID}, IN_A_THREAD), id="to a thread"),
    pytest.param(sent({"entity_id": THREAD_CHAT_ID}, IN_A_THREAD), id="to a thread by its chat"),
    pytest.param(
        sent({"entity_type": "user", "entity_id": USER_ID}, {"entity_type": "user", "entity_id": USER_ID}),
        id="to a person",
    ),
    pytest.param(sent({"parent_message_id": 7}, {"parent_message_id": 7}), id="a reply"),
    pytest.param(sent({"content": "<@12> привет"}, {"content": "@olga привет"}), id="a mention"),
    pytest.param(
        sent({"buttons": BUTTONS, "files": [SENT_FILE]}, {"buttons": BUTTONS, "files": [FILE]}),
        id="buttons and a file",
    ),
    pytest.param(
        sent({"files": [SENT_VOICE]}, {"files": [{**FILE, "file_type": "voice"}], "voice_content": VOICE}),
        id="a voice",
    ),
    pytest.param(sent(answer={"thread": {"id": THREAD_ID, "chat_id": THREAD_CHAT_ID}}), id="has a thread"),
    pytest.param(sent(answer={"changed_at": None}), id="of before changes were noted"),
    pytest.param(sent(answer={"later": 1}), id="a field that a later release added"),
    pytest.param(
        call(
            "PUT",
            f"/messages/{MESSAGE_ID}",
            {"message": {"content": TEXT, "buttons": []}},
            {"data": {**MESSAGE, "changed_at": LATER}},
        ),
        id="edited",
    ),
    pytest.param(call("DELETE", f"/messages/{MESSAGE_ID}", None, None, 204), id="deleted"),
    pytest.param(call("GET", f"/messages/{MESSAGE_ID}", None, {"data": MESSAGE}), id="a message"),
    pytest.param(call("POST", f"/messages/{MESSAGE_ID}/thread", None, {"data": THREAD}, 201), id="thread"),
    pytest.param(call("POST", "/threads", None, {"data": ALONE}, 201), id="a thread of no message"),
    pytest.param(call("GET", f"/threads/{THREAD_ID}", None, {"data": THREAD}), id="a thread"),
    pytest.param(call("POST", "/messages/1/reactions", {"code": "👍"}, REACTION, 201), id="a reaction, bare"),
    pytest.param(
        call("DELETE", f"/messages/1/reactions?code={CODE}", None, None, 204), id="reaction taken off"
    ),
    pytest.param(call("POST", "/messages/1/pin", None, None, 204), id="pinned"),
    pytest.param(call("POST", "/messages/1/pin", None, None, 422), id="not pinned, and no reason"),
    pytest.param(call("POST", "/messages/1/pin", None, complaint(code="pin_failed"), 422), id="not pinned"),
    pytest.param(call("DELETE", "/messages/1/pin", None, None, 204), id="no longer pinned"),
    pytest.param(
        call("POST", "/chats", {"chat": {"name": CHAT["name"], "member_ids": [5013]}}, {"data": CHAT}, 201),
        id="a new chat",
    ),
    pytest.param(call("GET", f"/chats/{CHAT_ID}", None, {"data": CHAT}), id="a chat"),
    pytest.param(
        call("PUT", f"/chats/{CHAT_ID}", {"chat": {"public": True}}, {"data": {**CHAT, "public": True}}),
        id="a chat was opened",
    ),
    pytest.param(call("PUT", "/chats/1/archive", None, None, 204), id="archived"),
    pytest.param(call("PUT", "/chats/1/unarchive", None, None, 204), id="no longer archived"),
    pytest.param(call("DELETE", "/chats/1/leave", None, None, 204), id="left"),
    pytest.param(call("POST", "/chats/1/members", {"member_ids": [1]}, None, 204), id="members added"),
    pytest.param(call("DELETE", "/chats/1/members/2", None, None, 204), id="a member removed"),
    pytest.param(call("PUT", "/chats/1/members/2", {"role": "editor"}, None, 204), id="a role"),
    pytest.param(call("POST", "/chats/1/group_tags", {"group_tag_ids": [1]}, None, 204), id="tags added"),
    pytest.param(call("DELETE", "/chats/1/group_tags/2", None, None, 204), id="a tag taken off"),
    pytest.param(call("GET", f"/users/{USER_ID}", None, {"data": USER}), id="a user"),
    pytest.param(call("GET", "/profile", None, {"data": USER}), id="a profile"),
    pytest.param(
        call("POST", "/group_tags", {"group_tag": {"name": "Дизайн"}}, {"data": TAG}, 201), id="a new tag"
    ),
    pytest.param(
        call("PUT", "/group_tags/9111", {"group_tag": {"name": "Дизайн"}}, {"data": TAG}),
        id="a tag renamed",
    ),
    pytest.param(call("GET", "/group_tags/9111", None, {"data": TAG}), id="a tag"),
    pytest.param(call("DELETE", "/group_tags/9111", None, None, 204), id="a tag deleted"),
    pytest.param(call("POST", "/uploads", None, UPLOAD, 201), id="an upload, bare"),
    pytest.param(
        call(
            "PUT",
            "/bot/webhook",
            {"webhook": {"outgoing_url": "https://hooks.example/pachca"}},
            {"data": BOT},
        ),
        id="a webhook",
    ),
    pytest.param(call("DELETE", "/webhooks/events/01KAJZ2XDSS2S3DSW9EXJZ0TBV", None, None, 204), id="event"),
    pytest.param(call("GET", "/oauth/token/info", None, {"data": TOKEN_INFO}), id="a token"),
]


@pytest.mark.parametrize("exchange", EXCHANGES)
def test_it_holds(exchange: Exchange) -> None:
    assert places(exchange) == []


@pytest.mark.parametrize("address", [None, ""], ids=["null", "empty"])
def test_a_webhook_was_switched_off(address: str | None) -> None:
    webhook = BOT["webhook"]
    assert isinstance(webhook, dict)
    answer: Json = {"data": {**BOT, "webhook": {**webhook, "outgoing_url": address}}}

    found = places(call("PUT", "/bot/webhook", {"webhook": {"outgoing_url": ""}}, answer))

    assert found == []


PAGES = [
    pytest.param(page("/messages?chat_id=4334", []), id="empty, with cursors all the same"),
    pytest.param(
        page("/messages?chat_id=4334&limit=2", [{**MESSAGE, "id": 9}, {**MESSAGE, "id": 8}], has_next=True),
        id="newest first",
    ),
    pytest.param(
        page("/messages?chat_id=4334&order=asc&sort=id", [{**MESSAGE, "id": 8}, {**MESSAGE, "id": 9}]),
        id="oldest first",
    ),
    pytest.param(
        page(
            "/messages?chat_id=4334&cursor=eyJ",
            [{**MESSAGE, "id": 8}, {**MESSAGE, "id": 9}],
            has_prev=True,
        ),
        id="back by a cursor",
    ),
    pytest.param(
        page("/threads?last_message_at_after=2031-05-01T00:00:00.000Z", [THREAD, ALONE | {"id": 1}]),
        id="threads",
    ),
    pytest.param(page("/messages/1/reactions", [REACTION, {**REACTION, "code": "🔥"}]), id="reactions"),
    pytest.param(page("/messages/1/read_member_ids?limit=300", list(range(300))), id="readers"),
    pytest.param(page("/messages/1/read_member_ids", [1, 2, 3]), id="readers, unlimited"),
    pytest.param(page("/chats", [CHAT]), id="chats"),
    pytest.param(
        page("/chats?archived=true&personal=false", [{**CHAT, "archived": True}]), id="archived too"
    ),
    pytest.param(page("/chats?sort=last_message_at&order=asc", [CHAT, {**CHAT, "id": 1}]), id="by activity"),
    pytest.param(page("/chats?availability=public", [{**CHAT, "public": True}]), id="public chats"),
    pytest.param(page("/chats/1/members?role=owner", [USER]), id="members"),
    pytest.param(page("/users", [USER]), id="users"),
    pytest.param(
        page("/users?query=olga", [USER], prev_page=None, has_next=None, has_prev=None),
        id="users who fit",
    ),
    pytest.param(page("/group_tags?names[]=a&names[]=b", [TAG]), id="tags by name"),
    pytest.param(page("/group_tags?names=a", [TAG]), id="tags by name, without brackets"),
    pytest.param(page("/group_tags/9111/users?limit=50", [USER]), id="users of a tag"),
]


@pytest.mark.parametrize("exchange", PAGES)
def test_a_page_holds(exchange: Exchange) -> None:
    assert places(exchange) == []


@pytest.mark.parametrize(
    ("event_type", "payload"),
    [
        ("message_new", MESSAGE_EVENT),
        ("message_link_shared", LINK_SHARED),
        ("reaction_delete", REACTION_EVENT),
        ("button_click", BUTTON),
        ("view_submit", VIEW),
        ("chat_member_remove", CHAT_MEMBER),
        ("company_member_suspend", COMPANY_MEMBER),
        ("video_call_finished", CALL_ENDED),
    ],
)
def test_an_event_of_the_history_holds(event_type: str, payload: dict[str, Json]) -> None:
    event: Json = {**EVENT, "event_type": event_type, "payload": payload}

    assert places(page("/webhooks/events", [event])) == []


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        pytest.param("message", MESSAGE_EVENT, id="message"),
        pytest.param("message", {**MESSAGE_EVENT, "event": "update"}, id="message, edited"),
        pytest.param("message", without(without(MESSAGE_EVENT, "thread"), "changed_at"), id="message, short"),
        pytest.param("link_shared", LINK_SHARED, id="link"),
        pytest.param("reaction", REACTION_EVENT, id="reaction"),
        pytest.param("button", BUTTON, id="button"),
        pytest.param("view", VIEW, id="view"),
        pytest.param("chat_member", CHAT_MEMBER, id="chat member"),
        pytest.param("company_member", COMPANY_MEMBER, id="company member"),
        pytest.param("video_call", CALL, id="call"),
        pytest.param("video_call", CALL_ENDED, id="call, ended"),
        pytest.param("video_call", CALL_RECORDED, id="call, recorded"),
        pytest.param("reaction", {**REACTION_EVENT, "later": 1}, id="a field that a later release added"),
    ],
)
def test_a_webhook_holds(name: str, payload: dict[str, Json]) -> None:
    delivery = delivered(payload)

    assert (delivery.request.url, places(delivery)) == (f"webhook:{name}", [])


NO_TOKEN: Json = {"error": "invalid_token", "error_description": "Access token is missing"}
NO_SCOPE: Json = {"error": "insufficient_scope", "error_description": "Scope messages:read is required"}
FORBIDDEN = complaint(code="access_denied", key="chat_id")
RECORD: Json = {"record": {"type": "Chat", "id": 4334}, "query": "update?"}


ERRORS = [
    pytest.param(refused(401, NO_TOKEN), id="no token"),
    pytest.param(refused(401, {"error": "unauthenticated", "error_description": "?"}), id="another word"),
    pytest.param(refused(402, complaint(code="payment_required")), id="not paid"),
    pytest.param(refused(403, NO_SCOPE), id="no scope"),
    pytest.param(refused(403, FORBIDDEN), id="forbidden by a rule"),
    pytest.param(refused(403, complaint(code="not_authorized", payload=RECORD)), id="of a record"),
    pytest.param(refused(404, complaint(code="not_found", payload={"id": 5})), id="not there"),
    pytest.param(refused(404, complaint(code=None, payload=None)), id="the short form of the guide"),
    pytest.param(
        call("POST", "/messages", {"message": {"entity_type": "nobody"}}, complaint(code="invalid"), 400),
        id="a wrong request that was refused",
    ),
    pytest.param(call("POST", "/messages/1/thread", None, complaint(code="thread_message"), 422), id="422"),
    pytest.param(html("GET", "/messages/1", 429, {"Retry-After": "3600"}), id="too many requests"),
    pytest.param(html("POST", "/uploads", 500), id="broken"),
    pytest.param(html("GET", "/oauth/token/info", 502), id="the gateway is down"),
    pytest.param(html("DELETE", "/messages/1", 503), id="unavailable"),
    pytest.param(html("PUT", "/chats/1/archive", 504), id="too slow"),
]


@pytest.mark.parametrize("exchange", ERRORS)
def test_an_error_holds(exchange: Exchange) -> None:
    assert places(exchange) == []


def test_the_contract_is_clean() -> None:
    assert lint(pachca) == ()


@pytest.mark.parametrize("exchange", [*EXCHANGES, *PAGES, *ERRORS])
def test_it_holds_in_a_recording_as_well(exchange: Exchange) -> None:
    (shown,) = redact(pachca, [exchange]).exchanges

    (again,) = redact(pachca, [shown]).exchanges

    assert (places(shown), again) == ([], shown)
