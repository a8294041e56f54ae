"""A tour of the fake: every modelled operation in every state, asked rightly and wrongly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from providers.pachca.app import build_app
from providers.pachca.fake import Fake
from providers.pachca.states import states
from tests.providers.pachca.stage import THUMB, TOKEN
from troth.exchange import Exchange, Headers, Request, Response
from troth.provider import JsonScalar

SERVER = "https://api.pachca.com/api/shared/v1"
MESSAGE = {"message": {"entity_id": 1, "content": "Привет, мир 👋"}}
BUTTONS = [[{"text": "Да", "data": "yes"}, {"text": "Сайт", "url": "https://example.com"}]]
FILE = {"name": "report.txt", "file_type": "file", "size": 6}
VOICE = {**FILE, "file_type": "voice", "duration_ms": 1, "waveform": "1,2"}


@dataclass(frozen=True)
class Ask:
    """One request. Its operation is the vendor's, with the parameters of the path; ``values`` fill these."""

    operation: str
    body: object = None
    query: str = ""
    values: Mapping[str, JsonScalar] | None = None
    raw: bytes | None = None


@dataclass(frozen=True)
class Seen:
    state: str
    ask: Ask
    exchange: Exchange

    @property
    def status(self) -> int:
        return self.exchange.response.status


def rightly(values: Mapping[str, JsonScalar]) -> Iterator[Ask]:
    """Every operation, with what the API wants; what a state has is asked for by ``values``."""
    message = {"id": values.get("message_id", 1001)}
    thread, event = {"id": values.get("thread_id", 501)}, {"id": values.get("event_id", "01TROTH")}
    chat = {"id": values["chat_id"]}
    member = {**chat, "user_id": values.get("member_id", 12), "tag_id": values.get("tag_id", 301)}
    tag = {"id": values.get("tag_id", 301)}
    yield Ask("POST /messages", {"message": {"entity_id": chat["id"], "content": "Привет, мир 👋"}})
    yield Ask("POST /messages", {"message": {"entity_type": "user", "entity_id": 12, "content": "Лично"}})
    yield Ask("POST /messages", {"message": {**MESSAGE["message"], "buttons": BUTTONS}})
    for file in (FILE, VOICE):
        attached = {**file, "key": values.get("file_key", "a/report.txt")}
        yield Ask("POST /messages", {"message": {**MESSAGE["message"], "files": [attached]}})
    yield Ask("GET /messages", query=f"chat_id={chat['id']}&limit=1")
    yield Ask("GET /messages/{id}", values=message)
    yield Ask("POST /messages/{id}/thread", values=message)
    yield Ask("POST /threads")
    yield Ask("GET /threads")
    yield Ask("GET /threads/{id}", values=thread)
    yield Ask(
        "POST /messages", {"message": {**MESSAGE["message"], "entity_type": "thread", "entity_id": 501}}
    )
    yield Ask("POST /messages/{id}/reactions", {"code": THUMB}, values=message)
    yield Ask("GET /messages/{id}/reactions", values=message)
    yield Ask("DELETE /messages/{id}/reactions", query=urlencode({"code": THUMB}), values=message)
    yield Ask("GET /messages/{id}/read_member_ids", values=message)
    yield Ask("POST /messages/{id}/pin", values=message)
    yield Ask("DELETE /messages/{id}/pin", values=message)
    yield Ask("PUT /messages/{id}", {"message": {"content": "Иначе"}}, values=message)
    yield Ask("DELETE /messages/{id}", values=message)
    yield Ask("POST /chats", {"chat": {"name": "Проект", "member_ids": [12]}})
    yield Ask("GET /chats", query="limit=1")
    yield Ask("GET /chats/{id}", values=chat)
    yield Ask("PUT /chats/{id}", {"chat": {"name": "Иначе"}}, values=chat)
    yield Ask("GET /chats/{id}/members", values=chat)
    yield Ask("POST /chats/{id}/members", {"member_ids": [12]}, values=chat)
    yield Ask("PUT /chats/{id}/members/{user_id}", {"role": "editor"}, values=member)
    yield Ask("DELETE /chats/{id}/members/{user_id}", values=member)
    yield Ask("POST /group_tags", {"group_tag": {"name": "Новый"}})
    yield Ask("GET /group_tags")
    yield Ask("GET /group_tags/{id}", values=tag)
    yield Ask("GET /group_tags/{id}/users", values=tag)
    yield Ask("POST /chats/{id}/group_tags", {"group_tag_ids": [tag["id"]]}, values=chat)
    yield Ask("DELETE /chats/{id}/group_tags/{tag_id}", values=member)
    yield Ask("PUT /group_tags/{id}", {"group_tag": {"name": "Иначе"}}, values=tag)
    yield Ask("DELETE /group_tags/{id}", values=tag)
    yield Ask("PUT /chats/{id}/archive", values=chat)
    yield Ask("PUT /chats/{id}/unarchive", values=chat)
    yield Ask("DELETE /chats/{id}/leave", values=chat)
    yield Ask("GET /users")
    yield Ask("GET /users", query="query=a")
    yield Ask("GET /users/{id}", values={"id": 11})
    yield Ask("GET /profile")
    yield Ask("GET /oauth/token/info")
    yield Ask("POST /uploads")
    yield Ask("PUT /bot/webhook", {"webhook": {"outgoing_url": "https://hooks.example/pachca"}})
    yield Ask("PUT /bot/webhook", {"webhook": {"outgoing_url": ""}})
    yield Ask("GET /webhooks/events")
    yield Ask("DELETE /webhooks/events/{id}", values=event)


def wrongly(rights: list[Ask]) -> Iterator[Ask]:
    """The same with ids of nothing, without their bodies, and with pages that are none."""
    nothing = {"id": 999_999, "user_id": 999_999, "tag_id": 999_999}
    for ask in {ask.operation: ask for ask in rights}.values():
        yield Ask(ask.operation, ask.body, ask.query, nothing)
        if ask.body is not None:
            yield Ask(ask.operation, raw=b"{}", values=ask.values)
            yield Ask(ask.operation, raw=b"rubbish", values=ask.values)
        if ask.operation.startswith("GET") or ask.operation.startswith("DELETE"):
            yield Ask(ask.operation, query="limit=0&chat_id=1&code=x", values=ask.values)
            yield Ask(ask.operation, query="cursor=x&chat_id=1&code=x", values=ask.values)
            yield Ask(ask.operation, query="order=x&last_message_at_after=x&role=x", values=ask.values)


def tour(fake: Fake, *only: str) -> Iterator[Seen]:
    """What was answered, state by state: in all of them, or in those that are named."""
    client = Client(build_app(fake))
    for name, enter in states(fake).items():
        if only and name not in only:
            continue
        for way in (list, wrongly):
            fake.reset()
            for ask in way(list(rightly(enter({})))):
                # The limits are tested elsewhere.
                fake.limits.reset()
                yield Seen(name, ask, _asked(client, ask))


def _asked(client: Client, ask: Ask) -> Exchange:
    method, _, template = ask.operation.partition(" ")
    path = template.format(**(ask.values or {})) + (f"?{ask.query}" if ask.query else "")
    body = json.dumps(ask.body).encode() if ask.body is not None else ask.raw
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    answer = client.open(path, method=method, headers=headers, data=body)
    request = Request(method, SERVER + path, Headers.of(headers), body or b"")
    return Exchange(request, _response(answer))


def _response(answer: TestResponse) -> Response:
    return Response(answer.status_code, Headers.of(answer.headers.items()), answer.data)
