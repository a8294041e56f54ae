"""Chats, and who is in them."""

from __future__ import annotations

from collections.abc import Mapping

from providers.pachca import documents
from providers.pachca.access import Access
from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.paging import page
from providers.pachca.records import Chat, User
from providers.pachca.refusal import unprocessable
from providers.pachca.vocabulary import DISCUSSION, ORDERS, THREAD, Code

LONGEST_NAME = 255


class Chats:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        self._world = fake.world
        self._access = Access(fake.world)

    def create(self, call: Call) -> Answer:
        fields = call.body().inner("chat")
        fields.require("name")
        name = fields.text("name")
        user_ids, tag_ids = fields.numbers("member_ids"), fields.numbers("group_tag_ids")
        channel, public = fields.flag("channel"), fields.flag("public")
        fields.settle()
        _require_name(name)
        require_known("member_ids", user_ids, self._world.users)
        require_known("group_tag_ids", tag_ids, self._world.tags)
        chat = self._world.add_chat(name, DISCUSSION, call.user.id, user_ids)
        chat.tag_ids, chat.channel, chat.public = list(dict.fromkeys(tag_ids)), channel, public
        return 201, self._shown(chat)

    def list(self, call: Call) -> Answer:
        """Archived ones only where they are asked for, and then beside the others."""
        sort = call.choice("sort", ("id", "last_message_at"), "id")
        order = call.choice("order", ORDERS, "desc")
        availability = call.choice("availability", ("is_member", "public"), "is_member")
        archived, personal = call.flag("archived") or False, call.flag("personal")
        after, before = call.time("last_message_at_after"), call.time("last_message_at_before")
        found = [
            chat
            for chat in self._world.chats.values()
            if chat.kind != THREAD
            and self._is_available(call.user, chat, availability)
            and (archived or not chat.archived)
            and personal in (None, chat.kind == "user")
            and (after is None or chat.last_message >= after)
            and (before is None or chat.last_message <= before)
        ]
        sign = 1 if order == "asc" else -1
        by_time = sort == "last_message_at"
        listing = f"chats {sort} {order} {availability} {archived} {personal} {after} {before}"
        return 200, page(
            call,
            listing,
            found,
            lambda it: (sign * it.last_message, sign * it.id) if by_time else (sign * it.id,),
            lambda it: documents.chat(it, self._world),
        )

    def get(self, call: Call) -> Answer:
        return 200, self._shown(self._access.chat(call.user, call.id()))

    def update(self, call: Call) -> Answer:
        fields = call.body().inner("chat")
        name, public = fields.text("name"), fields.flag("public")
        fields.settle()
        chat = self._access.managed_chat(call.user, call.id())
        _require_shared(chat)
        if fields.has("name"):
            _require_name(name)
            chat.name = name
        if fields.has("public"):
            chat.public = public
        return 200, self._shown(chat)

    def archive(self, call: Call) -> Answer:
        self._access.managed_chat(call.user, call.id()).archived = True
        return 204, None

    def unarchive(self, call: Call) -> Answer:
        self._access.managed_chat(call.user, call.id()).archived = False
        return 204, None

    def leave(self, call: Call) -> Answer:
        chat = self._access.chat(call.user, call.id())
        _require_shared(chat)
        if call.user.id not in chat.roles:
            raise unprocessable("id", Code.NOT_APPLICABLE, chat.id)
        del chat.roles[call.user.id]
        self._fake.hooks.members("remove", chat, [call.user.id])
        return 204, None

    def _is_available(self, user: User, chat: Chat, availability: str) -> bool:
        return chat.public if availability == "public" else user.id in self._world.roles(chat)

    def _shown(self, chat: Chat) -> dict[str, object]:
        return {"data": documents.chat(chat, self._world)}


def require_known(key: str, numbers: list[int], known: Mapping[int, object]) -> None:
    """
    Raises:
        Refused: one of them is not there.
    """
    for number in numbers:
        if number not in known:
            raise unprocessable(key, Code.NOT_FOUND, number)


def _require_shared(chat: Chat) -> None:
    if chat.kind == "user":
        raise unprocessable("id", Code.PERSONAL_CHAT, chat.id)


def _require_name(name: str) -> None:
    if not name.strip():
        raise unprocessable("name", Code.BLANK, name)
    if len(name) > LONGEST_NAME:
        raise unprocessable("name", Code.TOO_LONG, name)
