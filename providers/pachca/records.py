"""What is kept. Times are milliseconds since 1970. Whoever holds the lock of the fake may change a record."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class User:
    id: int
    first_name: str
    last_name: str
    nickname: str
    created: int
    role: str = "user"
    title: str | None = None
    bot: bool = False


@dataclass(slots=True)
class Chat:
    """``kind``: discussion, user (a personal chat) or thread (the chat in which a thread's comments are)."""

    id: int
    name: str
    kind: str
    owner_id: int
    created: int
    last_message: int
    roles: dict[int, str]
    """Who was added by name. Who is in by a tag is not here."""
    tag_ids: list[int] = field(default_factory=list)
    channel: bool = False
    public: bool = False
    archived: bool = False


@dataclass(frozen=True, slots=True)
class File:
    id: int
    key: str
    name: str
    file_type: str
    width: int | None
    height: int | None


@dataclass(frozen=True, slots=True)
class Voice:
    duration_ms: int
    waveform: str


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    url: str = ""
    data: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    number: int
    user_id: int
    code: str
    name: str
    created: int


@dataclass(slots=True)
class Message:
    """Without an id it is a draft."""

    entity_type: str
    entity_id: int
    chat_id: int
    author_id: int
    content: str
    id: int = 0
    created: int = 0
    changed: int = 0
    deleted: int | None = None
    files: list[File] = field(default_factory=list)
    voice: Voice | None = None
    buttons: list[list[Button]] = field(default_factory=list)
    parent_id: int | None = None
    thread_id: int | None = None
    """The thread that was made from it."""
    display_name: str | None = None
    display_avatar_url: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    readers: list[int] = field(default_factory=list)
    pinned: bool = False


@dataclass(slots=True)
class Thread:
    id: int
    chat_id: int
    message_id: int | None
    message_chat_id: int | None
    updated: int


@dataclass(slots=True)
class Tag:
    id: int
    name: str
    user_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Token:
    id: int
    secret: str = field(repr=False)
    user_id: int
    scopes: frozenset[str]
    created: int
    revoked: bool = False
    used: int | None = None


@dataclass(slots=True)
class Bot:
    """The settings of the bot's webhook."""

    user_id: int
    outgoing_url: str = ""
    ignore_self_messages: bool = False
    events_history_enabled: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    id: str
    number: int
    kind: str
    payload: dict[str, object]
    created: int
