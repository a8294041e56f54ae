"""What answers say."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import quote

from providers.pachca.records import (
    Bot,
    Button,
    Chat,
    Event,
    File,
    Message,
    Reaction,
    Tag,
    Thread,
    Token,
    User,
)
from providers.pachca.vocabulary import EVENTS
from providers.pachca.world import World

Document = dict[str, object]
APP = "https://app.pachca.example"
FILES = "https://files.pachca.example"


def moment(milliseconds: int) -> str:
    """``2026-01-31T10:20:30.400Z``."""
    read = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{read:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03d}Z"


def user(it: User, world: World) -> Document:
    return {
        "id": it.id,
        "first_name": it.first_name,
        "last_name": it.last_name or None,
        "nickname": it.nickname,
        "email": None if it.bot else f"{it.nickname}@example.com",
        "phone_number": None,
        "department": None,
        "title": it.title,
        "role": it.role,
        "suspended": False,
        "invite_status": "confirmed",
        "inviter_id": None,
        "list_tags": [tag.name for tag in world.tags.values() if it.id in tag.user_ids],
        "custom_properties": [],
        "user_status": None,
        "bot": it.bot,
        "sso": False,
        "created_at": moment(it.created),
        "last_activity_at": None if it.bot else moment(it.created),
        "time_zone": "Europe/Moscow",
        "image_url": None,
    }


def chat(it: Chat, world: World) -> Document:
    return {
        "id": it.id,
        "name": it.name,
        "created_at": moment(it.created),
        "owner_id": it.owner_id,
        "member_ids": list(world.roles(it)),
        "group_tag_ids": list(it.tag_ids),
        "channel": it.channel,
        "archived": it.archived,
        "personal": it.kind == "user",
        "public": it.public,
        "last_message_at": moment(it.last_message),
        "meet_room_url": f"https://meet.pachca.example/chat-{it.id}",
    }


def message(it: Message, world: World) -> Document:
    author = world.users.get(it.author_id)
    shown_by_bot = {"display_avatar_url": it.display_avatar_url, "display_name": it.display_name}
    thread = world.threads.get(it.thread_id) if it.thread_id is not None else None
    return {
        "id": it.id,
        "entity_type": it.entity_type,
        "entity_id": it.entity_id,
        "chat_id": it.chat_id,
        "root_chat_id": world.root_of(world.chats[it.chat_id]).id,
        "content": it.content,
        "user_id": it.author_id,
        "created_at": moment(it.created),
        "url": link(it),
        "files": [file(each) for each in it.files],
        "voice_content": _voice(it),
        "buttons": [[_button(each) for each in row] for row in it.buttons] or None,
        "thread": None if thread is None else {"id": thread.id, "chat_id": thread.chat_id},
        "forwarding": None,
        "parent_message_id": it.parent_id,
        **(shown_by_bot if author is not None and author.bot else {}),
        "changed_at": moment(it.changed),
        "deleted_at": None if it.deleted is None else moment(it.deleted),
    }


def link(it: Message) -> str:
    return f"{APP}/chats/{it.chat_id}?message={it.id}"


def file(it: File) -> Document:
    document: Document = {
        "id": it.id,
        "key": it.key,
        "name": it.name,
        "file_type": it.file_type,
        "url": f"{FILES}/{quote(it.key)}",
    }
    return {**document, "width": it.width, "height": it.height}


def _voice(it: Message) -> Document | None:
    if it.voice is None:
        return None
    return {"duration_ms": it.voice.duration_ms, "waveform": it.voice.waveform, "transcript": None}


def _button(it: Button) -> Document:
    return {"text": it.text, **({"url": it.url} if it.url else {}), **({"data": it.data} if it.data else {})}


def thread(it: Thread) -> Document:
    return {
        "id": it.id,
        "chat_id": it.chat_id,
        "message_id": it.message_id,
        "message_chat_id": it.message_chat_id,
        "updated_at": moment(it.updated),
    }


def reaction(it: Reaction) -> Document:
    return {"user_id": it.user_id, "created_at": moment(it.created), "code": it.code, "name": it.name}


def tag(it: Tag) -> Document:
    return {"id": it.id, "name": it.name, "users_count": len(it.user_ids)}


def token(it: Token) -> Document:
    """The secret is masked, as on the real service."""
    return {
        "id": it.id,
        "token": f"{it.secret[:8]}...{it.secret[-4:]}",
        "name": None,
        "user_id": it.user_id,
        "scopes": sorted(it.scopes),
        "created_at": moment(it.created),
        "revoked_at": None,
        "expires_in": None,
        "last_used_at": None if it.used is None else moment(it.used),
    }


def bot(it: Bot, owner: User, scopes: frozenset[str]) -> Document:
    webhook = {
        "name": owner.first_name,
        "nickname": owner.nickname,
        "outgoing_url": it.outgoing_url or None,
        "events": list(EVENTS),
        "trigger_on": "all_messages",
        "commands": [],
        "scopes": sorted(scopes),
        "template": None,
        "template_engine": "liquid",
        "challenge_key": None,
        "link_preview_enabled": False,
        "ignore_self_messages": it.ignore_self_messages,
        "events_history_enabled": it.events_history_enabled,
        "single_chat": False,
        "can_edit": [],
        "who_can_add": "creator",
    }
    return {"id": it.user_id, "webhook": webhook}


def event(it: Event) -> Document:
    return {"id": it.id, "event_type": it.kind, "payload": it.payload, "created_at": moment(it.created)}
