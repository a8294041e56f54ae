"""Messages, and what people do with them: reactions, pins, files, buttons."""

from __future__ import annotations

import posixpath
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.pachca.enums import FileType, MessageEntityType, MessageSortField, SortOrder
from contracts.pachca.paging import PageQuery
from contracts.pachca.texts import (
    DOCUMENT,
    Content,
    Count,
    Emoji,
    FileKey,
    FileName,
    Id,
    LongId,
    Moment,
    NamedEmoji,
    Text255,
    Url,
    absent,
)
from troth.fields import SAFE, Payload

# --- paths and queries ----------------------------------------------------------------------------


class MessagePath(Payload, source=DOCUMENT):
    id: LongId


class MessagesQuery(PageQuery, source=DOCUMENT):
    chat_id: LongId
    """For a thread its ``chat_id``, not its ``id``."""
    sort: MessageSortField | None = None
    order: SortOrder | None = None
    """Newest first by default."""


class ReactionQuery(Payload, source=DOCUMENT):
    """Trap: a reaction is taken off by what stands in the query, not in a body."""

    code: NamedEmoji
    name: Emoji | None = None


# --- messages -------------------------------------------------------------------------------------


class File(Payload, source=DOCUMENT):
    id: Id
    key: FileKey
    name: FileName
    file_type: FileType
    url: Url
    width: Count | None = None
    height: Count | None = None


class VoiceContent(Payload, source=DOCUMENT):
    duration_ms: Count
    waveform: str
    transcript: str | None
    """Null until it is ready."""


class Button(Payload, source=DOCUMENT):
    text: Text255
    url: str = absent()
    data: Text255 = absent()


class MessageThread(Payload, source=DOCUMENT):
    """Trap: in a webhook ``thread`` is another thing, the thread that the message stands in."""

    id: LongId
    chat_id: LongId


class Forwarding(Payload, source=DOCUMENT):
    original_message_id: LongId
    original_chat_id: LongId
    author_id: Id
    original_created_at: Moment
    original_thread_id: LongId | None
    original_thread_message_id: LongId | None
    original_thread_parent_chat_id: LongId | None


class Message(Payload, source=DOCUMENT):
    """``thread`` is the thread made from this message; one inside a thread has none."""

    id: LongId
    entity_type: MessageEntityType
    entity_id: LongId
    chat_id: LongId
    root_chat_id: LongId
    """Of a message in a thread the chat where the thread was made."""
    content: Content
    user_id: Id
    created_at: Moment
    url: Url
    files: list[File]
    voice_content: VoiceContent | None
    buttons: list[list[Button]] | None
    thread: MessageThread | None
    forwarding: Forwarding | None
    parent_message_id: LongId | None
    display_avatar_url: str | None = None
    display_name: str | None = None
    """These two are there on messages of bots, and there alone."""
    changed_at: Moment | None
    """Trap: of a message that was never edited its ``created_at``."""
    deleted_at: Moment | None

    @model_validator(mode="after")
    def _stands_where_it_was_sent(self) -> Self:
        if self.entity_type == "discussion" and self.entity_id != self.chat_id:
            raise ValueError("the chat_id of a discussion that is its entity_id")
        if self.entity_type == "user" and self.root_chat_id != self.chat_id:
            raise ValueError("the root_chat_id of a direct message that is its chat_id")
        if self.entity_type == "thread" and self.thread is not None:
            raise ValueError("no thread of a message that is in a thread")
        return self

    @model_validator(mode="after")
    def _comes_from_a_bot_or_not(self) -> Self:
        if ("display_avatar_url" in self.model_fields_set) != ("display_name" in self.model_fields_set):
            raise ValueError("display_avatar_url and display_name both, or neither")
        return self

    @model_validator(mode="after")
    def _has_a_voice_or_not(self) -> Self:
        if self.voice_content is not None and all(file.file_type != "voice" for file in self.files):
            raise ValueError("voice_content of a message with a voice file, and of no other")
        return self

    @model_validator(mode="after")
    def _was_changed_after_it_was_made(self) -> Self:
        if self.changed_at is not None and self.changed_at < self.created_at:
            raise ValueError("a changed_at that is not before created_at")
        return self


# --- what is sent ---------------------------------------------------------------------------------

MOST_BUTTONS = 100

ButtonRow = Annotated[list[Button], Field(max_length=8)]
Waveform = Annotated[str, StringConstraints(max_length=256)]
Duration = Annotated[int, Field(ge=1, le=2**31 - 1), SAFE]
"""Milliseconds."""


class MessageUpdateRequestFile(Payload, source=DOCUMENT):
    """A file that was uploaded. ``key`` is the upload's, with the file's name in it."""

    key: FileKey
    name: FileName
    file_type: FileType = "file"
    size: Count = absent()
    width: Count = absent()
    height: Count = absent()
    duration_ms: Duration = absent()
    waveform: Waveform = absent()
    """These two are for a voice file, which needs them."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if _extension(self.name) != _extension(self.key):
            raise ValueError("a name with the extension of the key")
        if self.file_type == "voice" and not {"duration_ms", "waveform"} <= self.model_fields_set:
            raise ValueError("duration_ms and waveform of a voice file")
        return self


def _extension(name: str) -> str:
    return posixpath.splitext(name)[1].lower()


class MessageCreateRequestFile(MessageUpdateRequestFile, source=DOCUMENT):
    file_type: FileType
    size: Count


class MessageUpdateRequestMessage(Payload, source=DOCUMENT):
    content: Content = absent()
    files: list[MessageUpdateRequestFile] = absent()
    buttons: list[ButtonRow] = absent()
    """No rows at all take the buttons off."""
    display_avatar_url: str = absent()
    display_name: str = absent()

    @model_validator(mode="after")
    def _has_not_too_many_buttons(self) -> Self:
        _refuse_too_many(self.buttons)
        return self


class MessageUpdateRequest(Payload, source=DOCUMENT):
    message: MessageUpdateRequestMessage


class MessageCreateRequestMessage(Payload, source=DOCUMENT):
    """The names and pictures to display are for bots alone."""

    entity_type: MessageEntityType = "discussion"
    entity_id: LongId
    """Of a chat, a thread or a user; as a discussion any ``chat_id`` passes, a thread's too."""
    content: Content
    files: list[MessageCreateRequestFile] = absent()
    buttons: list[ButtonRow] = absent()
    parent_message_id: LongId = absent()
    display_avatar_url: Text255 = absent()
    display_name: Text255 = absent()
    skip_invite_mentions: bool = False

    @model_validator(mode="after")
    def _has_not_too_many_buttons(self) -> Self:
        _refuse_too_many(self.buttons)
        return self


def _refuse_too_many(rows: list[list[Button]] | None) -> None:
    if sum(len(row) for row in rows or ()) > MOST_BUTTONS:
        raise ValueError(f"{MOST_BUTTONS} buttons at most")


class MessageCreateRequest(Payload, source=DOCUMENT):
    message: MessageCreateRequestMessage
    link_preview: bool = False


# --- reactions ------------------------------------------------------------------------------------


class Reaction(Payload, source=DOCUMENT):
    user_id: Id
    created_at: Moment
    code: Emoji
    name: Emoji


class ReactionRequest(Payload, source=DOCUMENT):
    code: NamedEmoji
    name: Emoji = absent()
    """Of a custom emoji."""
