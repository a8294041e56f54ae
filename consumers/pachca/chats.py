"""Chats and channels, and who is in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from consumers.pachca.caller import PAGE_SIZE, Caller, given, moment, path
from contracts.pachca.chats import Chat
from contracts.pachca.enums import (
    ChatAvailability,
    ChatMemberRole,
    ChatMemberRoleFilter,
    ChatSortField,
    SortOrder,
)
from contracts.pachca.paging import Data, Page
from contracts.pachca.users import User


class Chats(Caller):
    """The part of the client that makes, lists and fills chats."""

    def list_chats(
        self,
        *,
        sort: ChatSortField | None = None,
        order: SortOrder | None = None,
        availability: ChatAvailability | None = None,
        archived: bool | None = None,
        personal: bool | None = None,
        after: datetime | None = None,
        before: datetime | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Chat]:
        """The chats that the bot is in, or ``public`` ones. ``after`` and ``before``: of the last message."""
        query = {
            "sort": sort,
            "order": order,
            "availability": availability,
            "archived": archived,
            "personal": personal,
            "last_message_at_after": moment(after),
            "last_message_at_before": moment(before),
        }
        return self._items("/chats", Page[Chat], query, size=page_size)

    def get_chat(self, chat_id: int) -> Chat:
        """One chat."""
        return self._get(path("chats", chat_id), Data[Chat]).data

    def create_chat(
        self,
        name: str,
        *,
        member_ids: Sequence[int] | None = None,
        group_tag_ids: Sequence[int] | None = None,
        channel: bool | None = None,
        public: bool | None = None,
    ) -> Chat:
        """Make a chat, or a ``channel``, where only some may write."""
        chat = given(
            name=name, member_ids=member_ids, group_tag_ids=group_tag_ids, channel=channel, public=public
        )
        return self._write("POST", "/chats", 201, Data[Chat], {"chat": chat}).data

    def update_chat(self, chat_id: int, *, name: str | None = None, public: bool | None = None) -> Chat:
        """Change a chat; what is not given stays."""
        document = {"chat": given(name=name, public=public)}
        return self._write("PUT", path("chats", chat_id), 200, Data[Chat], document).data

    def archive(self, chat_id: int) -> None:
        """Put a chat away."""
        self._do("PUT", path("chats", chat_id, "archive"))

    def unarchive(self, chat_id: int) -> None:
        """Take a chat back out."""
        self._do("PUT", path("chats", chat_id, "unarchive"))

    def leave(self, chat_id: int) -> None:
        """Leave a chat."""
        self._do("DELETE", path("chats", chat_id, "leave"))

    # --- members ----------------------------------------------------------------------------------

    def members(
        self, chat_id: int, *, role: ChatMemberRoleFilter | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[User]:
        """Who is in a chat."""
        return self._items(path("chats", chat_id, "members"), Page[User], {"role": role}, size=page_size)

    def add_members(self, chat_id: int, user_ids: Sequence[int], *, silent: bool | None = None) -> None:
        """Add people to a chat. ``silent``: without a message that says so."""
        self._do("POST", path("chats", chat_id, "members"), given(member_ids=user_ids, silent=silent))

    def remove_member(self, chat_id: int, user_id: int) -> None:
        """Take somebody out of a chat."""
        self._do("DELETE", path("chats", chat_id, "members", user_id))

    def change_role(self, chat_id: int, user_id: int, role: ChatMemberRole) -> None:
        """Say what a member may do."""
        self._do("PUT", path("chats", chat_id, "members", user_id), {"role": role})

    def add_chat_tags(self, chat_id: int, tag_ids: Sequence[int]) -> None:
        """Add everybody who has one of these tags."""
        self._do("POST", path("chats", chat_id, "group_tags"), {"group_tag_ids": tag_ids})

    def remove_chat_tag(self, chat_id: int, tag_id: int) -> None:
        """Take a tag out of a chat."""
        self._do("DELETE", path("chats", chat_id, "group_tags", tag_id))
