"""Messages: sent, edited, deleted, read, pinned."""

from __future__ import annotations

import re
from dataclasses import dataclass

from providers.pachca import attachments, documents
from providers.pachca.access import Access
from providers.pachca.attachments import FileDraft
from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.limits import WRITING
from providers.pachca.paging import page
from providers.pachca.reading import Fields
from providers.pachca.records import Button, Chat, Message, User
from providers.pachca.refusal import (
    Refused,
    malformed,
    not_authorized,
    not_found,
    unprocessable,
)
from providers.pachca.vocabulary import DISCUSSION, ENTITY_TYPES, ORDERS, THREAD, USER, Code

LONGEST_NAME = 255
MOST_READERS = 300
_MENTION = re.compile(r"<@(\d{1,10})>")


@dataclass(frozen=True, slots=True)
class _Draft:
    """A message as it was sent; what was left out is zero or empty."""

    entity_type: str
    entity_id: int
    parent_id: int | None
    content: str
    files: list[FileDraft]
    buttons: list[list[Button]]
    name: str
    avatar: str


class Messages:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        self._world = fake.world
        self._access = Access(fake.world)

    def send(self, call: Call) -> Answer:
        draft = self._draft(call)
        chat, entity = self._target(call.user, draft.entity_type, draft.entity_id)
        self._require_writable(call.user, chat, draft.entity_id)
        self._count(chat)
        _require_content(draft.content, with_files=bool(draft.files))
        attachments.check_buttons(draft.buttons)
        self._require_display_rights(call.user, draft.name, draft.avatar)
        self._require_parent(draft.parent_id, chat)
        files, voice = attachments.attach(draft.files, self._world)
        made = Message(
            *entity,
            chat.id,
            call.user.id,
            draft.content,
            files=files,
            voice=voice,
            buttons=draft.buttons,
            parent_id=draft.parent_id,
            display_name=draft.name or None,
            display_avatar_url=draft.avatar or None,
        )
        message = self._world.add_message(made)
        self._fake.hooks.sent(message)
        return 201, {"data": documents.message(message, self._world)}

    def _draft(self, call: Call) -> _Draft:
        body = call.body()
        fields = body.inner("message")
        body.flag("link_preview")
        fields.flag("skip_invite_mentions")
        entity_type = fields.choice("entity_type", ENTITY_TYPES, Code.INVALID) or DISCUSSION
        fields.require("entity_id", "content")
        draft = _Draft(
            entity_type=entity_type,
            entity_id=fields.id("entity_id"),
            parent_id=fields.id("parent_message_id") if fields.has("parent_message_id") else None,
            content=self._content(fields),
            files=attachments.read_files(fields, when_new=True),
            buttons=attachments.read_buttons(fields),
            name=fields.text("display_name"),
            avatar=fields.text("display_avatar_url"),
        )
        fields.settle()
        return draft

    def list(self, call: Call) -> Answer:
        chat_id = call.number("chat_id")
        if chat_id is None:
            raise malformed("chat_id", Code.REQUIRED)
        call.choice("sort", ("id",), "id")
        order = call.choice("order", ORDERS, "desc")
        chat = self._access.chat(call.user, chat_id, "chat_id")
        sign = 1 if order == "asc" else -1
        found = [it for it in self._world.messages.values() if it.chat_id == chat.id and it.deleted is None]
        return 200, page(
            call,
            f"messages {chat.id} {order}",
            found,
            lambda it: (sign * it.id,),
            lambda it: documents.message(it, self._world),
        )

    def get(self, call: Call) -> Answer:
        message = self._access.message(call.user, call.id())
        return 200, {"data": documents.message(message, self._world)}

    def edit(self, call: Call) -> Answer:
        fields = call.body().inner("message")
        content = self._content(fields)
        files = attachments.read_files(fields, when_new=False)
        buttons = attachments.read_buttons(fields)
        names = fields.text("display_name"), fields.text("display_avatar_url")
        fields.settle()
        message = self._access.living_message(call.user, call.id())
        self._access.require_author(call.user, message)
        self._count(self._world.chats[message.chat_id])
        attachments.check_buttons(buttons)
        self._require_display_rights(call.user, *names)
        if fields.has("content"):
            _require_content(content, with_files=bool(files or message.files))
        if fields.has("files"):
            message.files, message.voice = attachments.attach(files, self._world)
        if fields.has("content"):
            message.content = content
        if fields.has("buttons"):
            message.buttons = buttons
        message.display_name = names[0] or message.display_name
        message.display_avatar_url = names[1] or message.display_avatar_url
        message.changed = self._world.now()
        self._fake.hooks.message("update", message)
        return 200, {"data": documents.message(message, self._world)}

    def delete(self, call: Call) -> Answer:
        message = self._access.message(call.user, call.id())
        if message.deleted is not None:
            raise not_found("id", message.id)
        self._access.require_remover(call.user, message)
        self._count(self._world.chats[message.chat_id])
        message.deleted = self._world.now()
        message.pinned = False
        self._fake.hooks.message("delete", message)
        return 204, None

    def pin(self, call: Call) -> Answer:
        """The vendor's 422 has no body."""
        message = self._access.message(call.user, call.id())
        chat = self._world.chats[message.chat_id]
        self._require_writer(call.user, chat)
        if message.deleted is not None or self._is_archived(chat):
            raise Refused(422, "")
        message.pinned = True
        return 204, None

    def unpin(self, call: Call) -> Answer:
        message = self._access.message(call.user, call.id())
        if not message.pinned:
            raise not_found("id", message.id)
        message.pinned = False
        return 204, None

    def readers(self, call: Call) -> Answer:
        message = self._access.message(call.user, call.id())
        listing = f"readers {message.id}"
        return 200, page(
            call, listing, message.readers, lambda it: (it,), lambda it: it, largest=MOST_READERS
        )

    def _content(self, fields: Fields) -> str:
        """With ``<@12>`` as ``@nickname``, for users that are there."""

        def named(found: re.Match[str]) -> str:
            user = self._world.users.get(int(found[1]))
            return f"@{user.nickname}" if user else found[0]

        return _MENTION.sub(named, fields.text("content"))

    def _target(self, user: User, entity_type: str, entity_id: int) -> tuple[Chat, tuple[str, int]]:
        """The chat to write in, and how messages in it name their place."""
        if entity_type == USER:
            return self._personal_chat(user, entity_id), (USER, entity_id)
        if entity_type == THREAD:
            thread = self._world.threads.get(entity_id)
            if thread is None:
                raise unprocessable("entity_id", Code.NOT_FOUND, entity_id)
            return self._world.chats[thread.chat_id], (THREAD, entity_id)
        chat = self._world.chats.get(entity_id)
        if chat is None:
            raise unprocessable("entity_id", Code.NOT_FOUND, entity_id)
        within = self._world.thread_in(chat.id)
        if within is not None:
            return chat, (THREAD, within.id)
        if chat.kind == USER:
            return chat, (USER, next((it for it in chat.roles if it != user.id), user.id))
        return chat, (DISCUSSION, entity_id)

    def _personal_chat(self, user: User, other_id: int) -> Chat:
        """There is one for two users; it is made with the first message."""
        other = self._world.users.get(other_id)
        if other is None:
            raise unprocessable("entity_id", Code.NOT_FOUND, other_id)
        if other.id == user.id:
            raise unprocessable("entity_id", Code.PERSONAL_CHAT, other_id)
        pair = (user.id, other.id)
        for chat in self._world.chats.values():
            if chat.kind == USER and set(chat.roles) == set(pair):
                return chat
        return self._world.add_chat(f"{other.first_name} {other.last_name}", USER, user.id, pair)

    def _require_writable(self, user: User, chat: Chat, value: int) -> None:
        self._require_writer(user, chat)
        if self._is_archived(chat):
            raise unprocessable("entity_id", Code.NOT_APPLICABLE, value, "Чат в архиве")

    def _require_writer(self, user: User, chat: Chat) -> None:
        if not self._access.may_write(user, chat):
            raise not_authorized("Chat", chat.id, "write?")

    def _is_archived(self, chat: Chat) -> bool:
        return chat.archived or self._world.root_of(chat).archived

    def _count(self, chat: Chat) -> None:
        """Writing is limited for each chat."""
        self._fake.conditions.require_quota()
        self._fake.limits.take(WRITING, chat.id)

    def _require_parent(self, parent_id: int | None, chat: Chat) -> None:
        if parent_id is None:
            return
        parent = self._world.messages.get(parent_id)
        if parent is None or parent.chat_id != chat.id:
            raise unprocessable("parent_message_id", Code.NOT_FOUND, parent_id)
        if parent.deleted is not None:
            raise unprocessable("parent_message_id", Code.MESSAGE_DELETED, parent_id)

    def _require_display_rights(self, user: User, *names: str) -> None:
        """Only a bot may show another name or picture."""
        if any(names) and not user.bot:
            raise unprocessable("display_name", Code.NOT_APPLICABLE)
        if any(len(name) > LONGEST_NAME for name in names):
            raise unprocessable("display_name", Code.TOO_LONG)


def _require_content(content: str, *, with_files: bool) -> None:
    if not content.strip() and not with_files:
        raise unprocessable("content", Code.BLANK, content)
