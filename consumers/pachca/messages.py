"""Messages and what people do with them: replies, edits, reactions, pins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypedDict, Unpack

from consumers.pachca.caller import PAGE_SIZE, Json, Query, given, path
from consumers.pachca.threads import Threads
from consumers.pachca.uploads import UploadedFile
from contracts.pachca.enums import MessageEntityType, SortOrder
from contracts.pachca.messages import Button, Message, Reaction
from contracts.pachca.paging import Data, Page

READERS_PAGE_SIZE = 300
"""The most that a page of readers may hold."""

Buttons = Sequence[Sequence[Button]]


class Appearance(TypedDict, total=False):
    """What a message may have beside its text. Buttons are rows of at most eight, a hundred in all."""

    files: Sequence[UploadedFile] | None
    buttons: Buttons | None
    display_name: str | None
    """This and the next are for bots alone."""
    display_avatar_url: str | None


class Extras(Appearance, total=False):
    """What a new message may have beside its text."""

    reply_to: int | None
    """The message that it answers."""
    skip_invite_mentions: bool | None
    """Whom it mentions is not invited into its thread."""
    link_preview: bool
    """Show what the first link leads to."""


class Messages(Threads):
    """The part of the client that sends, changes and lists messages.

    A message that was sent twice is there twice: see ``OutcomeUnknown``.
    """

    # --- sending ----------------------------------------------------------------------------------

    def send(self, chat_id: int, text: str, **extras: Unpack[Extras]) -> Message:
        """Send a message to a chat or channel.

        Raises:
            OutcomeUnknown: it may have been sent; look at the end of ``list_messages`` first.
        """
        return self._send("discussion", chat_id, text, extras)

    def send_to_user(self, user_id: int, text: str, **extras: Unpack[Extras]) -> Message:
        """Send a direct message; the chat with this person is made if there is none."""
        return self._send("user", user_id, text, extras)

    def send_to_thread(self, thread_id: int, text: str, **extras: Unpack[Extras]) -> Message:
        """Send a message to a thread, by its ``id``."""
        return self._send("thread", thread_id, text, extras)

    def reply(self, message: int | Message, text: str, **extras: Unpack[Extras]) -> Message:
        """Answer a message where it stands. One that is given by its id is fetched first."""
        answered = self.get(message) if isinstance(message, int) else message
        extras["reply_to"] = answered.id
        if answered.entity_type == "thread":
            return self._send("thread", answered.entity_id, text, extras)
        # A direct message names as its entity a person, who for whoever answers it is the other one.
        return self._send("discussion", answered.chat_id, text, extras)

    def reply_in_thread(self, message_id: int, text: str, **extras: Unpack[Extras]) -> Message:
        """Answer a message in its thread, which is made if there is none yet."""
        return self.send_to_thread(self.create_thread(message_id).id, text, **extras)

    def _send(self, kind: MessageEntityType, entity_id: int, text: str, extras: Extras) -> Message:
        message = {
            "entity_type": kind,
            "entity_id": entity_id,
            "content": text,
            **_appearance(extras),
            **given(
                parent_message_id=extras.get("reply_to"),
                skip_invite_mentions=extras.get("skip_invite_mentions"),
            ),
        }
        preview: dict[str, Json] = {"link_preview": True} if extras.get("link_preview") else {}
        return self._write("POST", "/messages", 201, Data[Message], {"message": message, **preview}).data

    # --- one message ------------------------------------------------------------------------------

    def get(self, message_id: int) -> Message:
        """One message."""
        return self._get(path("messages", message_id), Data[Message]).data

    def edit(self, message_id: int, text: str | None = None, **appearance: Unpack[Appearance]) -> Message:
        """Change a message; what is not given stays. ``buttons=[]`` takes them off."""
        message = {**given(content=text), **_appearance(appearance)}
        return self._write("PUT", path("messages", message_id), 200, Data[Message], {"message": message}).data

    def delete(self, message_id: int) -> None:
        """Delete a message."""
        self._do("DELETE", path("messages", message_id))

    def pin(self, message_id: int) -> None:
        """Pin a message in its chat.

        Raises:
            Invalid: it is pinned already.
        """
        self._do("POST", path("messages", message_id, "pin"))

    def unpin(self, message_id: int) -> None:
        """Take the pin off."""
        self._do("DELETE", path("messages", message_id, "pin"))

    # --- reactions --------------------------------------------------------------------------------

    def react(self, message_id: int, code: str, *, name: str | None = None) -> Reaction:
        """Add a reaction: an emoji, or for one of the company's own its code and ``name``."""
        document = given(code=code, name=name)
        return self._write("POST", path("messages", message_id, "reactions"), 201, Reaction, document)

    def unreact(self, message_id: int, code: str, *, name: str | None = None) -> None:
        """Take one's own reaction off."""
        self._do("DELETE", path("messages", message_id, "reactions"), query={"code": code, "name": name})

    def reactions(self, message_id: int, *, page_size: int = PAGE_SIZE) -> Iterator[Reaction]:
        """Who reacted, and how."""
        return self._items(path("messages", message_id, "reactions"), Page[Reaction], size=page_size)

    # --- lists ------------------------------------------------------------------------------------

    def list_messages(
        self, chat_id: int, *, order: SortOrder = "desc", page_size: int = PAGE_SIZE
    ) -> Iterator[Message]:
        """The messages of a chat, or of a thread by its ``chat_id``; newest first, unless told otherwise.

        Pages are fetched as they are needed.
        """
        query: Query = {"chat_id": chat_id, "sort": "id", "order": order}
        return self._items("/messages", Page[Message], query, size=page_size)

    def readers(self, message_id: int, *, page_size: int = READERS_PAGE_SIZE) -> Iterator[int]:
        """The ids of the users who have read a message."""
        return self._items(path("messages", message_id, "read_member_ids"), Page[int], size=page_size)


def _appearance(extras: Appearance) -> dict[str, Json]:
    files, buttons = extras.get("files"), extras.get("buttons")
    return given(
        files=None if files is None else [file.document() for file in files],
        buttons=None if buttons is None else [[_button(button) for button in row] for row in buttons],
        display_name=extras.get("display_name"),
        display_avatar_url=extras.get("display_avatar_url"),
    )


def _button(button: Button) -> dict[str, Json]:
    return given(text=button.text, url=button.url, data=button.data)
