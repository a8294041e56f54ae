"""Who is in a chat: by name, with a role, or by a tag."""

from __future__ import annotations

from providers.pachca import documents
from providers.pachca.access import Access
from providers.pachca.call import Answer, Call
from providers.pachca.chats import require_known
from providers.pachca.fake import Fake
from providers.pachca.paging import page
from providers.pachca.refusal import Problem, api_error, not_found, unprocessable
from providers.pachca.vocabulary import MEMBER, OWNER, ROLES, USER, Code


class Members:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        self._world = fake.world
        self._access = Access(fake.world)

    def list(self, call: Call) -> Answer:
        role = call.choice("role", ("all", OWNER, *ROLES), "all")
        chat = self._access.chat(call.user, call.id())
        roles = self._world.roles(chat)
        found = [
            self._world.users[user_id]
            for user_id, held in roles.items()
            if role in ("all", held) or (role == OWNER and user_id == chat.owner_id)
        ]
        return 200, page(
            call,
            f"members {chat.id} {role}",
            found,
            lambda it: (it.id,),
            lambda it: documents.user(it, self._world),
        )

    def add(self, call: Call) -> Answer:
        """Who is in already stays as before. To add nobody is no error: the document asks for a list."""
        fields = call.body()
        fields.require("member_ids")
        user_ids = fields.numbers("member_ids")
        fields.flag("silent")
        fields.settle()
        chat = self._access.managed_chat(call.user, call.id())
        if chat.kind == USER:
            raise unprocessable("id", Code.PERSONAL_CHAT, chat.id)
        require_known("member_ids", user_ids, self._world.users)
        new = [user_id for user_id in dict.fromkeys(user_ids) if user_id not in chat.roles]
        chat.roles.update(dict.fromkeys(new, MEMBER))
        if new:
            self._fake.hooks.members("add", chat, new)
        return 204, None

    def remove(self, call: Call) -> Answer:
        chat = self._access.managed_chat(call.user, call.id())
        user_id = call.id("user_id")
        if user_id not in chat.roles:
            raise not_found("user_id", user_id)
        if user_id == chat.owner_id:
            raise api_error(403, Problem("user_id", Code.CANNOT_KICK_OWNER, user_id))
        del chat.roles[user_id]
        self._fake.hooks.members("remove", chat, [user_id])
        return 204, None

    def change_role(self, call: Call) -> Answer:
        fields = call.body()
        fields.require("role")
        role = fields.choice("role", ROLES)
        fields.settle()
        chat = self._access.managed_chat(call.user, call.id())
        user_id = call.id("user_id")
        if user_id not in self._world.roles(chat):
            raise not_found("user_id", user_id)
        if user_id == chat.owner_id:
            raise unprocessable("role", Code.OWNER_PROTECTED, role)
        chat.roles[user_id] = role
        return 204, None

    def add_tags(self, call: Call) -> Answer:
        """Who has such a tag is in the chat for as long as both hold."""
        fields = call.body()
        fields.require("group_tag_ids")
        tag_ids = fields.numbers("group_tag_ids")
        fields.settle()
        chat = self._access.managed_chat(call.user, call.id())
        if chat.kind == USER:
            raise unprocessable("id", Code.PERSONAL_CHAT, chat.id)
        require_known("group_tag_ids", tag_ids, self._world.tags)
        before = set(self._world.roles(chat))
        chat.tag_ids = list(dict.fromkeys([*chat.tag_ids, *tag_ids]))
        new = [user_id for user_id in self._world.roles(chat) if user_id not in before]
        if new:
            self._fake.hooks.members("add", chat, new)
        return 204, None

    def remove_tag(self, call: Call) -> Answer:
        chat = self._access.managed_chat(call.user, call.id())
        tag_id = call.id("tag_id")
        if tag_id not in chat.tag_ids:
            raise not_found("tag_id", tag_id)
        before = list(self._world.roles(chat))
        chat.tag_ids.remove(tag_id)
        gone = [user_id for user_id in before if user_id not in self._world.roles(chat)]
        if gone:
            self._fake.hooks.members("remove", chat, gone)
        return 204, None
