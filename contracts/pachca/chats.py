"""Chats and channels, and who is in them."""

from __future__ import annotations

from contracts.pachca.enums import (
    ChatAvailability,
    ChatMemberRole,
    ChatMemberRoleFilter,
    ChatSortField,
    SortOrder,
)
from contracts.pachca.paging import PageQuery
from contracts.pachca.texts import DOCUMENT, AskedMoment, Flag, Id, LongId, Moment, Name, Text255, absent
from troth.fields import Payload

# --- paths and queries ----------------------------------------------------------------------------


class ChatPath(Payload, source=DOCUMENT):
    id: LongId


class ChatMemberPath(ChatPath, source=DOCUMENT):
    user_id: Id


class ChatTagPath(ChatPath, source=DOCUMENT):
    tag_id: Id


class ChatsQuery(PageQuery, source=DOCUMENT):
    sort: ChatSortField | None = None
    order: SortOrder | None = None
    availability: ChatAvailability | None = None
    archived: Flag | None = None
    """Archived ones too."""
    last_message_at_after: AskedMoment | None = None
    last_message_at_before: AskedMoment | None = None
    personal: Flag | None = None
    """Direct chats alone, or the others alone."""


class MembersQuery(PageQuery, source=DOCUMENT):
    role: ChatMemberRoleFilter | None = None


# --- chats ----------------------------------------------------------------------------------------


class Chat(Payload, source=DOCUMENT):
    id: LongId
    name: Text255
    created_at: Moment
    owner_id: Id
    member_ids: list[Id]
    group_tag_ids: list[Id]
    channel: bool
    archived: bool
    personal: bool
    public: bool
    last_message_at: Moment
    meet_room_url: str


class ChatCreateRequestChat(Payload, source=DOCUMENT):
    name: Name
    member_ids: list[Id] = absent()
    group_tag_ids: list[Id] = absent()
    channel: bool = False
    public: bool = False


class ChatCreateRequest(Payload, source=DOCUMENT):
    chat: ChatCreateRequestChat


class ChatUpdateRequestChat(Payload, source=DOCUMENT):
    name: Name = absent()
    public: bool = absent()


class ChatUpdateRequest(Payload, source=DOCUMENT):
    chat: ChatUpdateRequestChat


# --- members --------------------------------------------------------------------------------------


class AddMembersRequest(Payload, source=DOCUMENT):
    """Trap: not wrapped, as most requests are."""

    member_ids: list[Id]
    silent: bool = absent()
    """No message in the chat says that they joined."""


class UpdateMemberRoleRequest(Payload, source=DOCUMENT):
    role: ChatMemberRole


class AddTagsRequest(Payload, source=DOCUMENT):
    group_tag_ids: list[Id]
