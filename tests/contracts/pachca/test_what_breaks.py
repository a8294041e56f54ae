"""What the contract of Pachca finds, and where."""

from __future__ import annotations

import pytest

from tests.contracts.pachca.exchanges import (
    BOT,
    CHAT,
    CHAT_ID,
    FILE,
    IN_A_THREAD,
    MESSAGE,
    MESSAGE_ID,
    REACTION,
    TAG,
    TEXT,
    THREAD,
    THREAD_ID,
    TOKEN_INFO,
    UPLOAD,
    USER,
    USER_ID,
    VOICE,
    call,
    complaint,
    html,
    places,
    refused,
    sent,
    told,
    without,
)
from troth.exchange import Exchange
from troth.jsontext import Json

SEND = "POST /messages"
BEFORE = "2031-05-01T11:59:59.999Z"


@pytest.mark.parametrize(
    ("answer", "path", "rule"),
    [
        pytest.param({"id": "194275"}, "$.data.id", "field-type", id="an id as text"),
        pytest.param({"id": 1.0}, "$.data.id", "field-type", id="an id with a fraction"),
        pytest.param({"id": True}, "$.data.id", "field-type", id="true is not 1"),
        pytest.param({"id": -1}, "$.data.id", "field-constraint", id="a negative id"),
        pytest.param({"chat_id": 2**63}, "$.data.chat_id", "field-constraint", id="past 64 bits"),
        pytest.param({"user_id": 2**31}, "$.data.user_id", "field-constraint", id="past 32 bits"),
        pytest.param({"user_id": None}, "$.data.user_id", "field-null", id="null"),
        pytest.param({"content": None}, "$.data.content", "field-null", id="no content"),
        pytest.param({"files": None}, "$.data.files", "field-null", id="null for no files"),
        pytest.param({"entity_type": "channel"}, "$.data.entity_type", "field-enum", id="unknown entity"),
        pytest.param({"entity_type": "Discussion"}, "$.data.entity_type", "field-enum", id="another case"),
        pytest.param({"created_at": 1746100800}, "$.data.created_at", "field-type", id="seconds"),
        pytest.param(
            {"created_at": "2031-05-01T12:00:00Z"}, "$.data.created_at", "field-constraint", id="no ms"
        ),
        pytest.param(
            {"created_at": "2031-05-01T15:00:00.123+03:00"}, "$.data.created_at", "field-constraint"
        ),
        pytest.param({"url": "/chats/4334"}, "$.data.url", "field-constraint", id="half a URL"),
        pytest.param({"changed_at": BEFORE}, "$.data", "field-invalid", id="changed before it was made"),
        pytest.param({"chat_id": 1}, "$.data", "field-invalid", id="a discussion in another chat"),
        pytest.param({"voice_content": VOICE}, "$.data", "field-invalid", id="a voice without its file"),
        pytest.param({"buttons": [{"text": "Да"}]}, "$.data.buttons[0]", "field-type", id="no rows"),
        pytest.param({"buttons": [[{"text": "Да", "url": None}]]}, "$.data.buttons[0][0].url", "field-null"),
        pytest.param({"buttons": [[{"data": "x"}]]}, "$.data.buttons[0][0].text", "field-missing"),
        pytest.param({"buttons": [[{"text": "Д" * 256}]]}, "$.data.buttons[0][0].text", "field-constraint"),
        pytest.param({"thread": {"id": 1}}, "$.data.thread.chat_id", "field-missing", id="half a thread"),
        pytest.param({"files": [{**FILE, "file_type": "video"}]}, "$.data.files[0].file_type", "field-enum"),
        pytest.param({"files": [without(FILE, "key")]}, "$.data.files[0].key", "field-missing"),
        pytest.param({"files": [{**FILE, "width": "1920"}]}, "$.data.files[0].width", "field-type"),
        pytest.param({"forwarding": {}}, "$.data.forwarding.author_id", "field-missing"),
        pytest.param({"content": TEXT.strip()}, "$.data.content", "echo-differs", id="stripped"),
        pytest.param(
            {"content": TEXT.replace("\r\n", "\n")}, "$.data.content", "echo-differs", id="another line end"
        ),
        pytest.param(
            {"content": TEXT.encode().decode("latin-1")}, "$.data.content", "echo-differs", id="mojibake"
        ),
        pytest.param({"entity_id": 7, "chat_id": 7, "root_chat_id": 7}, "$.data.entity_id", "echo-differs"),
        pytest.param(
            {"entity_type": "user"}, "$.data.entity_type", "echo-differs", id="a person instead of a chat"
        ),
        pytest.param(
            {**IN_A_THREAD, "display_name": None}, "$.data.chat_id", "echo-differs", id="another thread"
        ),
    ],
)
def test_a_message_that_breaks(answer: dict[str, Json], path: str, rule: str) -> None:
    assert (SEND, path, rule) in told(sent(answer=answer))


OF_BOTS = {"display_avatar_url", "display_name"}


@pytest.mark.parametrize("name", sorted(MESSAGE.keys() - OF_BOTS))
def test_a_message_without_one_member(name: str) -> None:
    found = told(call("GET", f"/messages/{MESSAGE_ID}", None, {"data": without(MESSAGE, name)}))

    assert found == [("GET /messages/{id}", f"$.data.{name}", "field-missing")]


@pytest.mark.parametrize("name", sorted(OF_BOTS))
def test_a_message_of_half_a_bot(name: str) -> None:
    found = told(call("GET", f"/messages/{MESSAGE_ID}", None, {"data": without(MESSAGE, name)}))

    assert found == [("GET /messages/{id}", "$.data", "field-invalid")]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"thread": {"id": 1, "chat_id": 2}}, id="a thread from within a thread"),
        pytest.param({"entity_type": "user", "entity_id": 5}, id="a direct message below another chat"),
    ],
)
def test_a_message_of_a_thread_that_breaks(answer: dict[str, Json]) -> None:
    found = call("GET", f"/messages/{MESSAGE_ID}", None, {"data": {**IN_A_THREAD, **answer}})

    assert places(found) == [("response", "$.data", "field-invalid")]


def test_a_reply_that_replies_to_nothing() -> None:
    assert told(sent({"parent_message_id": 7})) == [(SEND, "$.data.parent_message_id", "echo-differs")]


@pytest.mark.parametrize(
    ("asked", "path", "rule"),
    [
        pytest.param({"entity_id": "4334"}, "$.message.entity_id", "field-type", id="an id as text"),
        pytest.param({"entity_type": "Thread"}, "$.message.entity_type", "field-enum", id="another case"),
        pytest.param({"parent_message_id": None}, "$.message.parent_message_id", "field-null"),
        pytest.param({"chat_id": 1}, "$.message.chat_id", "field-undeclared", id="an old client's field"),
        pytest.param({"buttons": [[{"text": "1"}] * 9]}, "$.message.buttons[0]", "field-constraint"),
        pytest.param({"buttons": [[{"text": "1"}] * 8] * 13}, "$.message", "field-invalid", id="104 buttons"),
        pytest.param(
            {"buttons": [[{"text": "1", "data": "x" * 256}]]},
            "$.message.buttons[0][0].data",
            "field-constraint",
        ),
        pytest.param({"display_name": "x" * 256}, "$.message.display_name", "field-constraint"),
        pytest.param(
            {"files": [{"key": "a/b.png", "name": "b.png", "file_type": "image"}]},
            "$.message.files[0].size",
            "field-missing",
        ),
        pytest.param(
            {"files": [{"key": "a/b.png", "name": "b.jpg", "file_type": "image", "size": 1}]},
            "$.message.files[0]",
            "field-invalid",
            id="another extension",
        ),
        pytest.param(
            {"files": [{"key": "a/b.ogg", "name": "b.ogg", "file_type": "voice", "size": 1}]},
            "$.message.files[0]",
            "field-invalid",
            id="a voice of no length",
        ),
        pytest.param(
            {
                "files": [
                    {
                        "key": "a/b",
                        "name": "b",
                        "file_type": "voice",
                        "size": 1,
                        "waveform": "1" * 257,
                        "duration_ms": 0,
                    }
                ]
            },
            "$.message.files[0].duration_ms",
            "field-constraint",
            id="no duration",
        ),
    ],
)
def test_a_request_that_breaks(asked: dict[str, Json], path: str, rule: str) -> None:
    assert ("request", path, rule) in places(sent(asked))


@pytest.mark.parametrize(
    ("method", "path", "asked"),
    [
        pytest.param("POST", "/messages", {"entity_id": CHAT_ID, "content": TEXT}, id="not wrapped"),
        pytest.param("POST", "/messages/1/reactions", {"reaction": {"code": "👍"}}, id="wrapped"),
        pytest.param("POST", "/chats/1/members", {"members": {"member_ids": [1]}}, id="members, wrapped"),
        pytest.param("POST", "/messages/1/pin", {}, id="a body for nothing"),
        pytest.param("PUT", "/chats/1/members/2", {"role": "owner"}, id="a role that nobody is given"),
        pytest.param("PUT", "/bot/webhook", {"webhook": {"url": "https://a.example"}}, id="another name"),
        pytest.param("POST", "/chats", {"chat": {"name": ""}}, id="a chat without a name"),
        pytest.param("PUT", "/chats/1", {"chat": {"name": ""}}, id="a chat whose name is taken off"),
        pytest.param("POST", "/group_tags", {"group_tag": {"name": ""}}, id="a tag without a name"),
        pytest.param("POST", "/messages/1/reactions", {"code": ""}, id="a reaction with nothing"),
        pytest.param("DELETE", "/messages/1/reactions?code=", None, id="nothing that is taken off"),
        pytest.param("PUT", "/bot/webhook", {"webhook": {"outgoing_url": "bot"}}, id="no address"),
        pytest.param("GET", "/chats?last_message_at_after=", None, id="an empty time"),
        pytest.param("GET", "/chats?last_message_at_after=2026-13-01T00:00:00Z", None, id="a 13th month"),
        pytest.param("GET", "/threads?last_message_at_before=2026-01-01T24:00:00Z", None, id="24 o'clock"),
        pytest.param("GET", "/messages", None, id="messages of no chat"),
        pytest.param("GET", "/messages?chat_id=1&per=25&page=2", None, id="pages of an old client"),
        pytest.param("GET", "/messages?chat_id=1&limit=51", None, id="more than a page holds"),
        pytest.param("GET", "/messages?chat_id=1&limit=0", None, id="a page of nothing"),
        pytest.param("GET", "/messages/1/read_member_ids?limit=301", None, id="too many readers"),
        pytest.param("GET", "/chats?archived=1", None, id="another word for true"),
        pytest.param("GET", "/chats?sort=name", None, id="another order"),
        pytest.param("GET", "/threads?last_message_at_after=yesterday", None, id="no time"),
        pytest.param("GET", "/messages/abc", None, id="no id"),
        pytest.param("DELETE", "/messages/1/reactions", {"code": "👍"}, id="the reaction in a body"),
    ],
)
def test_a_request_that_breaks_by_itself(method: str, path: str, asked: Json) -> None:
    found = places(call(method, path, asked, {"error": "invalid_token", "error_description": "no"}, 401))

    assert {side for side, _, _ in found} == {"request"}


# --- what else is answered ------------------------------------------------------------------------

ASKED_CHAT: dict[str, Json] = {"name": CHAT["name"], "member_ids": [5013], "group_tag_ids": []}


@pytest.mark.parametrize(
    ("asked", "answer", "path", "rule"),
    [
        ({}, {"name": "Другой"}, "$.data.name", "echo-differs"),
        ({}, {"member_ids": [USER_ID]}, "$.data.member_ids", "echo-differs"),
        ({"group_tag_ids": [1]}, {}, "$.data.group_tag_ids", "echo-differs"),
        ({"channel": True}, {}, "$.data.channel", "echo-differs"),
        ({}, {"public": True}, "$.data.public", "echo-differs"),
        ({}, {"archived": True}, "$.data.archived", "answer-shape"),
        ({}, {"personal": True}, "$.data.personal", "answer-shape"),
        ({}, {"member_ids": [1.5]}, "$.data.member_ids[0]", "field-type"),
        ({}, {"name": None}, "$.data.name", "field-null"),
        ({}, {"last_message_at": None}, "$.data.last_message_at", "field-null"),
    ],
)
def test_a_new_chat_that_breaks(
    asked: dict[str, Json], answer: dict[str, Json], path: str, rule: str
) -> None:
    exchange = call("POST", "/chats", {"chat": {**ASKED_CHAT, **asked}}, {"data": {**CHAT, **answer}}, 201)

    assert told(exchange) == [("POST /chats", path, rule)]


@pytest.mark.parametrize("name", sorted(USER))
def test_a_user_without_one_member(name: str) -> None:
    found = told(call("GET", "/profile", None, {"data": without(USER, name)}))

    assert found == [("GET /profile", f"$.data.{name}", "field-missing")]


@pytest.mark.parametrize("name", sorted(UPLOAD))
def test_an_upload_without_one_member(name: str) -> None:
    found = told(call("POST", "/uploads", None, without(UPLOAD, name), 201))

    assert [(operation, rule) for operation, _, rule in found] == [("POST /uploads", "field-missing")]


@pytest.mark.parametrize(
    ("exchange", "path", "rule"),
    [
        pytest.param(
            call("POST", "/uploads", None, {"data": UPLOAD}, 201), "$.acl", "field-missing", id="data"
        ),
        pytest.param(
            call("POST", "/uploads", None, {**UPLOAD, "key": "attaches/files/1/a.png"}, 201),
            "$.key",
            "field-constraint",
            id="a key without its hole",
        ),
        pytest.param(
            call("POST", "/uploads", None, {**UPLOAD, "direct_url": "https://s3.example/?sig=1"}, 201),
            "$.direct_url",
            "field-constraint",
            id="a secret in the URL",
        ),
        pytest.param(
            call("POST", "/messages/1/reactions", {"code": "👍"}, {"data": REACTION}, 201),
            "$.code",
            "field-missing",
            id="a reaction within data",
        ),
        pytest.param(
            call("POST", "/messages/1/reactions", {"code": "🔥"}, REACTION, 201),
            "$.code",
            "echo-differs",
            id="another reaction",
        ),
        pytest.param(
            call("POST", "/messages/1/reactions", {"code": "👍"}, {**REACTION, "name": None}, 201),
            "$.name",
            "field-null",
            id="a reaction without a name",
        ),
        pytest.param(
            call("POST", "/messages/7/thread", None, {"data": THREAD}, 201),
            "$.data.message_id",
            "echo-differs",
            id="a thread of another message",
        ),
        pytest.param(
            call("POST", "/threads", None, {"data": THREAD}, 201),
            "$.data.message_id",
            "answer-shape",
            id="a standalone thread of a message",
        ),
        pytest.param(
            call("GET", "/threads/7", None, {"data": THREAD}), "$.data.id", "echo-differs", id="thread"
        ),
        pytest.param(
            call("GET", f"/threads/{THREAD_ID}", None, {"data": {**THREAD, "message_id": None}}),
            "$.data",
            "field-invalid",
            id="a thread of half a message",
        ),
        pytest.param(
            call("GET", "/messages/7", None, {"data": MESSAGE}), "$.data.id", "echo-differs", id="message"
        ),
        pytest.param(
            call("GET", "/messages/194275", None, MESSAGE), "$.data", "field-missing", id="bare message"
        ),
        pytest.param(
            call("PUT", f"/messages/{MESSAGE_ID}", {"message": {"content": "новый"}}, {"data": MESSAGE}),
            "$.data.content",
            "echo-differs",
            id="the old text",
        ),
        pytest.param(
            call("PUT", f"/chats/{CHAT_ID}", {"chat": {"name": "Новый"}}, {"data": CHAT}),
            "$.data.name",
            "echo-differs",
            id="the old name",
        ),
        pytest.param(
            call("PUT", f"/chats/{CHAT_ID}", {"chat": {"public": True}}, {"data": CHAT}),
            "$.data.public",
            "echo-differs",
            id="not opened",
        ),
        pytest.param(call("GET", "/users/7", None, {"data": USER}), "$.data.id", "echo-differs", id="user"),
        pytest.param(
            call("POST", "/group_tags", {"group_tag": {"name": "iOS"}}, {"data": TAG}, 201),
            "$.data.name",
            "echo-differs",
            id="tag",
        ),
        pytest.param(
            call("GET", "/group_tags/9111", None, {"data": {**TAG, "users_count": -1}}),
            "$.data.users_count",
            "field-constraint",
            id="fewer than no users",
        ),
        pytest.param(
            call("PUT", "/bot/webhook", {"webhook": {"outgoing_url": "https://a.example"}}, {"data": BOT}),
            "$.data.webhook.outgoing_url",
            "echo-differs",
            id="another address",
        ),
        pytest.param(
            call("PUT", "/bot/webhook", {"webhook": {"outgoing_url": ""}}, {"data": BOT}),
            "$.data.webhook.outgoing_url",
            "echo-differs",
            id="not switched off",
        ),
        pytest.param(
            call("GET", "/oauth/token/info", None, {"data": {**TOKEN_INFO, "scopes": ["messages"]}}),
            "$.data.scopes[0]",
            "field-enum",
            id="unknown scope",
        ),
        pytest.param(
            call("GET", "/oauth/token/info", None, {"data": {**TOKEN_INFO, "expires_in": "3600"}}),
            "$.data.expires_in",
            "field-type",
            id="seconds as text",
        ),
        pytest.param(
            call("DELETE", "/messages/1", None, {"data": None}, 204), "$", "body-unexpected", id="a body"
        ),
        pytest.param(call("DELETE", "/messages/1", None, None, 200), "status", "status-undeclared", id="200"),
        pytest.param(
            call("PUT", "/chats/1/archive", None, None, 200), "status", "status-undeclared", id="200, too"
        ),
    ],
)
def test_an_answer_that_breaks(exchange: Exchange, path: str, rule: str) -> None:
    assert ("response", path, rule) in places(exchange)


def test_a_user_that_a_later_release_made_looser() -> None:
    answer: Json = {"data": {**USER, "role": "owner", "suspended": None, "time_zone": "x" * 33}}

    found = places(call("GET", f"/users/{USER_ID}", None, answer))

    assert [(path, rule) for _, path, rule in found] == [
        ("$.data.role", "field-enum"),
        ("$.data.suspended", "field-null"),
        ("$.data.time_zone", "field-constraint"),
    ]


# --- errors ---------------------------------------------------------------------------------------

NO_SCOPE: Json = {"error": "insufficient_scope", "error_description": "messages:read"}


@pytest.mark.parametrize(
    ("status", "answer", "path", "rule"),
    [
        pytest.param(404, NO_SCOPE, "$.errors", "field-missing", id="the other shape"),
        pytest.param(401, complaint(), "$.error", "field-missing", id="the other shape of a 401"),
        pytest.param(403, {"error": "insufficient_scope"}, "$.error_description", "field-missing", id="half"),
        pytest.param(403, {"errors": {}}, "$.errors", "field-type", id="an object of errors"),
        pytest.param(404, {"errors": []}, "$.errors", "field-constraint", id="no error"),
        pytest.param(404, complaint(code="gone"), "$.errors[0].code", "field-enum", id="unknown code"),
        pytest.param(404, complaint(message=5), "$.errors[0].message", "field-type", id="a number"),
        pytest.param(404, complaint(key=None), "$.errors[0].key", "field-missing", id="no key"),
        pytest.param(404, complaint(value=[]), "$.errors[0].value", "field-type", id="a list for a value"),
        pytest.param(404, complaint(payload="x"), "$.errors[0].payload", "field-type", id="text"),
        pytest.param(404, {"error": "Not Found"}, "$.errors", "field-missing", id="an error of Rails"),
        pytest.param(410, complaint(), "status", "status-undeclared", id="another status"),
        pytest.param(404, None, "$", "body-malformed", id="nothing"),
    ],
)
def test_an_error_that_breaks(status: int, answer: Json, path: str, rule: str) -> None:
    assert ("GET /messages/{id}", path, rule) in told(refused(status, answer))


@pytest.mark.parametrize(
    ("headers", "rule"),
    [
        pytest.param({}, "header-missing", id="nothing"),
        pytest.param({"Retry-After": "soon"}, "header-value", id="a word"),
        pytest.param({"Retry-After": "0.5"}, "header-value", id="half a second"),
    ],
)
def test_too_many_requests_without_saying_how_long(headers: dict[str, str], rule: str) -> None:
    found = told(html("POST", "/messages/1/pin", 429, headers))

    assert found == [("POST /messages/{id}/pin", "header Retry-After", rule)]


@pytest.mark.parametrize(
    ("method", "path", "asked", "answer"),
    [
        ("PUT", "/messages/7", {"message": {"content": TEXT}}, MESSAGE),
        ("GET", "/chats/7", None, CHAT),
        ("PUT", "/chats/7", {"chat": {"public": False}}, CHAT),
        ("GET", "/group_tags/7", None, TAG),
        ("PUT", "/group_tags/7", {"group_tag": {"name": TAG["name"]}}, TAG),
    ],
)
def test_another_one_than_was_asked_for(method: str, path: str, asked: Json, answer: Json) -> None:
    found = places(call(method, path, asked, {"data": answer}))

    assert found == [("response", "$.data.id", "echo-differs")]


def test_a_tag_that_keeps_its_old_name() -> None:
    found = places(call("PUT", "/group_tags/9111", {"group_tag": {"name": "iOS"}}, {"data": TAG}))

    assert found == [("response", "$.data.name", "echo-differs")]


def test_an_edit_with_too_many_buttons() -> None:
    rows: Json = [[{"text": "1"}] * 8] * 13
    exchange = call("PUT", f"/messages/{MESSAGE_ID}", {"message": {"buttons": rows}}, {"data": MESSAGE})

    assert places(exchange) == [("request", "$.message", "field-invalid")]
