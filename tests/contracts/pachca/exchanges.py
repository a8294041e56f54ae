"""Exchanges with Pachca, as the service has them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from contracts.pachca.operations import SIGNATURE, pachca
from troth.exchange import Exchange, Headers, Request, Response
from troth.jsontext import Json
from troth.webhook import webhook_url

NOW = "2031-05-01T12:00:00.123Z"
LATER = "2031-05-01T12:05:00.000Z"
SENT_AT = 1_935_403_200
TEXT = "Привет, мир 👋\n\tвторая строка\r\n"
CHAT_ID, MESSAGE_ID, THREAD_ID, USER_ID, TAG_ID = 4334, 194_275, 265_142, 5012, 9111
THREAD_CHAT_ID = 2_637_266_155
"""Past 32 bits, as chats of threads are."""

MESSAGE: dict[str, Json] = {
    "id": MESSAGE_ID,
    "entity_type": "discussion",
    "entity_id": CHAT_ID,
    "chat_id": CHAT_ID,
    "root_chat_id": CHAT_ID,
    "content": TEXT,
    "user_id": USER_ID,
    "created_at": NOW,
    "url": "https://app.pachca.com/chats/4334?message=194275",
    "files": [],
    "voice_content": None,
    "buttons": None,
    "thread": None,
    "forwarding": None,
    "parent_message_id": None,
    "display_avatar_url": None,
    "display_name": None,
    "changed_at": NOW,
    "deleted_at": None,
}
IN_A_THREAD: dict[str, Json] = {
    **MESSAGE,
    "entity_type": "thread",
    "entity_id": THREAD_ID,
    "chat_id": THREAD_CHAT_ID,
}
FOLDER = "attaches/files/93746/e354fd79-4f3e-4b5a-9c8d-1a2b3c4d5e6f"
FILE: dict[str, Json] = {
    "id": 3560,
    "key": f"{FOLDER}/отчёт.png",
    "name": "отчёт.png",
    "file_type": "image",
    "url": "https://files.pachca.example/3560?response=attachment&signature=abc",
    "width": 1920,
    "height": None,
}
VOICE: dict[str, Json] = {"duration_ms": 5400, "waveform": "4,8,12,20", "transcript": None}
THREAD: dict[str, Json] = {
    "id": THREAD_ID,
    "chat_id": THREAD_CHAT_ID,
    "message_id": MESSAGE_ID,
    "message_chat_id": CHAT_ID,
    "updated_at": NOW,
}
REACTION: dict[str, Json] = {"user_id": USER_ID, "created_at": NOW, "code": "👍", "name": ":+1:"}
CHAT: dict[str, Json] = {
    "id": CHAT_ID,
    "name": "Общий 🤿",
    "created_at": NOW,
    "owner_id": USER_ID,
    "member_ids": [USER_ID, 5013],
    "group_tag_ids": [],
    "channel": False,
    "archived": False,
    "personal": False,
    "public": False,
    "last_message_at": NOW,
    "meet_room_url": "https://meet.pachca.example/general-94bb21b5",
}
USER: dict[str, Json] = {
    "id": USER_ID,
    "first_name": "Ольга",
    "last_name": "",
    "nickname": "olga",
    "email": "olga@example.com",
    "phone_number": None,
    "department": None,
    "title": "Инженер",
    "role": "multi_guest",
    "suspended": False,
    "invite_status": "confirmed",
    "inviter_id": None,
    "list_tags": ["Дизайн"],
    "custom_properties": [{"id": 1678, "name": "Город", "data_type": "string", "value": None}],
    "user_status": {
        "emoji": "🎮",
        "title": "Занята",
        "expires_at": None,
        "is_away": True,
        "away_message": {"text": "Вернусь завтра"},
    },
    "bot": False,
    "sso": False,
    "created_at": NOW,
    "last_activity_at": None,
    "time_zone": "Europe/Moscow",
    "image_url": None,
}
TAG: dict[str, Json] = {"id": TAG_ID, "name": "Дизайн", "users_count": 6}
UPLOAD: dict[str, Json] = {
    "Content-Disposition": "attachment",
    "acl": "private",
    "policy": "eyJleHBpcmF0aW9uIjoiMjAzMS0wNS0wMSJ9",
    "x-amz-credential": "286471_server/20310501/kz-6x/s3/aws4_request",
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-date": "20310501T120000Z",
    "x-amz-signature": "87e8f3ba4083c937c0e891d7a11fe932d8c33c44bacf5380bf27624c10c1475a",
    "key": f"{FOLDER}/${{filename}}",
    "direct_url": "https://uploads.pachca.example/direct_url",
}
BOT: dict[str, Json] = {
    "id": 1_738_816,
    "webhook": {
        "name": "Бот задач",
        "nickname": "tasks_bot",
        "outgoing_url": "https://hooks.example/pachca",
        "events": ["message_new", "reaction_delete", "message_link_shared"],
        "trigger_on": "all_messages",
        "commands": [],
        "scopes": ["messages:create", "of:a-later-release"],
        "template": None,
        "template_engine": "liquid",
        "challenge_key": None,
        "link_preview_enabled": True,
        "ignore_self_messages": False,
        "events_history_enabled": True,
        "single_chat": False,
        "can_edit": ["admin"],
        "who_can_add": "creator_admin_user",
    },
}
TOKEN_INFO: dict[str, Json] = {
    "id": 4827,
    "token": "cH5kR9mN...x7Qp",
    "name": None,
    "user_id": USER_ID,
    "scopes": ["messages:read", "bot_self:webhook:write"],
    "created_at": NOW,
    "revoked_at": None,
    "expires_in": None,
    "last_used_at": None,
}

# --- what Pachca delivers -------------------------------------------------------------------------

MESSAGE_EVENT: dict[str, Json] = {
    "type": "message",
    "id": MESSAGE_ID,
    "event": "new",
    "entity_type": "thread",
    "entity_id": THREAD_ID,
    "content": TEXT,
    "user_id": USER_ID,
    "created_at": NOW,
    "changed_at": None,
    "url": "https://app.pachca.com/chats/4334?message=194275",
    "chat_id": THREAD_CHAT_ID,
    "parent_message_id": None,
    "thread": {"message_id": 194_270, "message_chat_id": CHAT_ID},
    "webhook_timestamp": SENT_AT,
}
LINK_SHARED: dict[str, Json] = {
    "type": "message",
    "event": "link_shared",
    "chat_id": CHAT_ID,
    "message_id": MESSAGE_ID,
    "links": [{"url": "https://example.com/page1", "domain": "example.com", "skip": False}],
    "user_id": USER_ID,
    "created_at": NOW,
    "webhook_timestamp": SENT_AT,
}
REACTION_EVENT: dict[str, Json] = {
    "type": "reaction",
    "event": "delete",
    "chat_id": None,
    "message_id": MESSAGE_ID,
    "code": "👍",
    "name": "thumbsup",
    "user_id": USER_ID,
    "created_at": NOW,
    "webhook_timestamp": SENT_AT,
}
BUTTON: dict[str, Json] = {
    "type": "button",
    "event": "click",
    "message_id": MESSAGE_ID,
    "trigger_id": "a1b2c3d4-5e6f-7a8b-9c10-a11b12c13d14",
    "data": "согласен",
    "user_id": USER_ID,
    "chat_id": CHAT_ID,
    "webhook_timestamp": SENT_AT,
}
VIEW: dict[str, Json] = {
    "type": "view",
    "event": "submit",
    "callback_id": "timeoff_request_form",
    "private_metadata": None,
    "chat_id": None,
    "user_id": USER_ID,
    "data": {
        "from": "2031-07-01",
        "lists": ["news", "updates"],
        "paper": [{"name": "заявка.png", "size": 19_153, "url": "https://files.pachca.example/1"}],
        "note": None,
    },
    "webhook_timestamp": SENT_AT,
}
CHAT_MEMBER: dict[str, Json] = {
    "type": "chat_member",
    "event": "remove",
    "chat_id": CHAT_ID,
    "thread_id": None,
    "user_ids": [USER_ID],
    "created_at": NOW,
    "webhook_timestamp": SENT_AT,
}
COMPANY_MEMBER: dict[str, Json] = {
    "type": "company_member",
    "event": "suspend",
    "user_ids": [USER_ID],
    "created_at": NOW,
    "webhook_timestamp": SENT_AT,
}
CALL: dict[str, Json] = {
    "type": "video_call",
    "event": "started",
    "video_room_id": 9012,
    "chat_id": CHAT_ID,
    "owner_id": USER_ID,
    "thread": None,
    "started_at": NOW,
    "webhook_timestamp": SENT_AT,
}
CALL_ENDED: dict[str, Json] = {
    **CALL,
    "event": "finished",
    "finished_at": LATER,
    "duration": 300,
    "members": [{"user_id": USER_ID, "joined_at": NOW, "left_at": LATER}],
}
CALL_RECORDED: dict[str, Json] = {
    **{name: value for name, value in CALL.items() if name != "started_at"},
    "event": "recording_ready",
    "recording_id": 4567,
    "file_id": None,
    "duration": 299,
    "url": "https://api.pachca.com/files/89012",
    "size": 10_485_760,
}

# --- exchanges ------------------------------------------------------------------------------------

_JSON = Headers.of({"Content-Type": "application/json; charset=utf-8"})


def call(method: str, path: str, asked: Json, answer: Json, status: int = 200) -> Exchange:
    """One exchange; None asks without a body, or is answered without one."""
    request = Request(method, f"{pachca.server}{path}", _headers(asked), _body(asked))
    return Exchange(request, Response(status, _headers(answer), _body(answer)))


def _headers(document: Json) -> Headers:
    return _JSON if document is not None else Headers.of({})


def _body(document: Json) -> bytes:
    return b"" if document is None else json.dumps(document, ensure_ascii=False).encode()


def html(method: str, path: str, status: int, headers: Mapping[str, str] | None = None) -> Exchange:
    """An answer of a gateway."""
    told = Headers.of({"Content-Type": "text/html", **(headers or {})})
    return Exchange(
        Request(method, f"{pachca.server}{path}"), Response(status, told, b"<h1>Bad gateway</h1>")
    )


def sent(
    asked: Mapping[str, Json] | None = None, answer: Mapping[str, Json] | None = None, status: int = 201
) -> Exchange:
    """A message was sent to a chat."""
    message: dict[str, Json] = {"entity_id": CHAT_ID, "content": TEXT, **(asked or {})}
    return call("POST", "/messages", {"message": message}, {"data": {**MESSAGE, **(answer or {})}}, status)


def page(path: str, items: list[Json], **paginate: Json) -> Exchange:
    """A page, the only one unless ``paginate`` says otherwise; None in it leaves a member out."""
    ends: dict[str, Json] = {
        "next_page": "eyJpZCI6MX0",
        "prev_page": "eyJpZCI6Mn0",
        "has_next": False,
        "has_prev": False,
    }
    kept: dict[str, Json] = {name: value for name, value in {**ends, **paginate}.items() if value is not None}
    return call("GET", path, None, {"data": items, "meta": {"paginate": kept}})


def refused(status: int, answer: Json, path: str = "/messages/1", method: str = "GET") -> Exchange:
    """An error."""
    return call(method, path, None, answer, status)


def complaint(**changes: Json) -> dict[str, Json]:
    """An ApiError with one complaint; None in ``changes`` leaves a member out."""
    whole: dict[str, Json] = {
        "key": "content",
        "value": "",
        "message": "Поле не может быть пустым",
        "code": "blank",
        "payload": {},
        **changes,
    }
    kept: dict[str, Json] = {name: value for name, value in whole.items() if value is not None}
    return {"errors": [kept]}


def delivered(payload: Json, headers: Mapping[str, str] | None = None) -> Exchange:
    """A webhook, signed unless ``headers`` say otherwise."""
    body = _body(payload)
    assert pachca.inbox is not None
    assert pachca.inbox.signature is not None
    signed = {SIGNATURE: pachca.inbox.signature.of(body)} if headers is None else dict(headers)
    known = pachca.webhook_of(body)
    url = webhook_url(known.name if known is not None else "")
    request = Request("POST", url, Headers.of({"Content-Type": "application/json", **signed}), body)
    return Exchange(request, Response(200, Headers.of({}), b""))


def without(document: Mapping[str, Json], name: str) -> dict[str, Json]:
    """``document`` less one member."""
    return {key: value for key, value in document.items() if key != name}


def places(exchange: Exchange) -> list[tuple[str, str, str]]:
    """Side, path and rule of each mismatch."""
    return [(each.side, each.path, each.rule) for each in pachca.judge(exchange)]


def told(exchange: Exchange) -> list[tuple[str, str, str]]:
    """Operation, path and rule of each mismatch."""
    return [(each.operation, each.path, each.rule) for each in pachca.judge(exchange)]
