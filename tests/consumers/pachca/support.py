"""A client whose clock a test sets, and answers of Pachca to put behind ``responses``."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import responses

from consumers.pachca.client import PachcaClient
from tests.consumers.http.support import START as START
from tests.consumers.http.support import FakeTime as FakeTime
from tests.consumers.http.support import asked as asked
from tests.consumers.http.support import no_connection as no_connection
from troth.jsontext import Json

URL = "https://pachca.example/api/shared/v1"
STORAGE = "https://storage.example/direct_url"
SECRET = "s3cret-token"
TEXT = "Привет, s3cret-text 🎉"
MOMENT = "2031-05-01T12:00:00.000Z"

DATED: dict[str, str] = {"Retry-After": "Thu, 01 May 2031 12:00:07 GMT"}


def client(
    time: FakeTime | None = None,
    *,
    url: str = URL,
    retries: int = 3,
    deadline: float = 120.0,
    timeout: tuple[float, float] = (3.05, 30.0),
    session: requests.Session | None = None,
) -> PachcaClient:
    """A client of ``url`` that never really waits."""
    return PachcaClient(
        url,
        SECRET,
        timeout=timeout,
        deadline=deadline,
        retries=retries,
        clock=(time or FakeTime()).clock,
        session=session,
    )


# --- answers --------------------------------------------------------------------------------------


def message(message_id: int = 10, content: str = "hello", **changed: Json) -> dict[str, Json]:
    """A message in chat 1."""
    return {
        "id": message_id,
        "entity_type": "discussion",
        "entity_id": 1,
        "chat_id": 1,
        "root_chat_id": 1,
        "content": content,
        "user_id": 5,
        "created_at": MOMENT,
        "url": "https://app.pachca.example/chats/1",
        "files": [],
        "voice_content": None,
        "buttons": None,
        "thread": None,
        "forwarding": None,
        "parent_message_id": None,
        "changed_at": None,
        "deleted_at": None,
        **changed,
    }


def chat(chat_id: int = 1) -> dict[str, Json]:
    """A chat of users 5 and 6."""
    return {
        "id": chat_id,
        "name": "Общий",
        "created_at": MOMENT,
        "owner_id": 5,
        "member_ids": [5, 6],
        "group_tag_ids": [],
        "channel": False,
        "archived": False,
        "personal": False,
        "public": True,
        "last_message_at": MOMENT,
        "meet_room_url": "",
    }


def user(user_id: int = 5) -> dict[str, Json]:
    """A person."""
    return {
        "id": user_id,
        "first_name": "Вера",
        "last_name": "Иванова",
        "nickname": "vera",
        "email": None,
        "phone_number": None,
        "department": None,
        "title": None,
        "role": "user",
        "suspended": False,
        "invite_status": "confirmed",
        "inviter_id": None,
        "list_tags": [],
        "custom_properties": [],
        "user_status": None,
        "bot": False,
        "sso": False,
        "created_at": MOMENT,
        "last_activity_at": None,
        "time_zone": None,
        "image_url": None,
    }


def thread(thread_id: int = 30) -> dict[str, Json]:
    """A thread made from message 10 of chat 1."""
    return {
        "id": thread_id,
        "chat_id": 31,
        "message_id": 10,
        "message_chat_id": 1,
        "updated_at": MOMENT,
    }


def page(*items: Json, cursor: str = "next", more: bool = False) -> dict[str, Json]:
    """One page of a list; as at the service, its cursors are there even on the last."""
    paginate: dict[str, Json] = {
        "next_page": cursor,
        "prev_page": "prev",
        "has_next": more,
        "has_prev": False,
    }
    return {"data": list(items), "meta": {"paginate": paginate}}


def complaint(key: str = "content", code: str | None = "blank", **changed: Json) -> dict[str, Json]:
    """An ApiError of one item, as the service's document has it."""
    item: dict[str, Json] = {"key": key, "value": None, "message": "не может быть пустым", **changed}
    return {"errors": [item if code is None else {**item, "code": code, "payload": None}]}


def unauthorised(error: str, description: str = "s3cret-words") -> dict[str, Json]:
    """An OAuthError."""
    return {"error": error, "error_description": description}


def answers(
    method: str,
    path: str,
    *bodies: Json | Exception,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> None:
    """Answer one call after the other; an exception is raised in place of an answer."""
    for body in bodies:
        if isinstance(body, Exception):
            responses.add(method, URL + path, body=body)
        else:
            responses.add(method, URL + path, json=body, status=status, headers=headers)


def empty(method: str, path: str, status: int = 204, headers: dict[str, str] | None = None) -> None:
    """Answer one call without a body."""
    responses.add(method, URL + path, status=status, headers=headers)


# --- what was sent --------------------------------------------------------------------------------


def sent(index: int = 0) -> Any:
    """The body of one call, as JSON; None where it had none."""
    body = asked()[index].body
    assert body is None or isinstance(body, bytes)
    return None if body is None else json.loads(body)


def query(index: int = 0) -> dict[str, str]:
    """The query of one call."""
    return dict(parse_qsl(urlsplit(asked()[index].url or "").query, keep_blank_values=True))
