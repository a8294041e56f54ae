"""Finds records, and refuses who may not see or change them."""

from __future__ import annotations

from providers.pachca.records import Chat, Message, Tag, Thread, User
from providers.pachca.refusal import not_authorized, not_found, unprocessable
from providers.pachca.vocabulary import ADMIN, EDITOR, Code
from providers.pachca.world import World


class Access:
    """Every method raises ``Refused``: with 404 for what is not there, with 403 for what is not allowed."""

    def __init__(self, world: World) -> None:
        self._world = world

    def may_see(self, user: User, chat: Chat) -> bool:
        """Its members may, those of the chat where a thread was made, and everybody if it is public."""
        root = self._world.root_of(chat)
        return any(each.public or user.id in self._world.roles(each) for each in (chat, root))

    def may_write(self, user: User, chat: Chat) -> bool:
        root = self._world.root_of(chat)
        return any(user.id in self._world.roles(each) for each in (chat, root))

    def chat(self, user: User, number: int, key: str = "id") -> Chat:
        chat = self._world.chats.get(number)
        if chat is None:
            raise not_found(key, number)
        if not self.may_see(user, chat):
            raise not_authorized("Chat", chat.id, "show?")
        return chat

    def managed_chat(self, user: User, number: int) -> Chat:
        """One that the user may change: its owner and its admins may."""
        chat = self.chat(user, number)
        if user.id != chat.owner_id and self._world.roles(chat).get(user.id) != ADMIN:
            raise not_authorized("Chat", chat.id, "update?")
        return chat

    def message(self, user: User, number: int) -> Message:
        message = self._world.messages.get(number)
        if message is None:
            raise not_found("id", number)
        self.chat(user, message.chat_id)
        return message

    def living_message(self, user: User, number: int) -> Message:
        """One that was not deleted, to do something with."""
        message = self.message(user, number)
        if message.deleted is not None:
            raise unprocessable("id", Code.MESSAGE_DELETED, number)
        return message

    def require_author(self, user: User, message: Message) -> None:
        if message.author_id != user.id:
            raise not_authorized("Message", message.id, "update?")

    def require_remover(self, user: User, message: Message) -> None:
        """The author may delete it, and so may the admins and editors of the chat."""
        chat = self._world.chats[message.chat_id]
        may = chat.kind == "user" or self._world.roles(chat).get(user.id) in (ADMIN, EDITOR)
        if message.author_id != user.id and not may:
            raise not_authorized("Message", message.id, "destroy?")

    def thread(self, user: User, number: int) -> Thread:
        thread = self._world.threads.get(number)
        if thread is None:
            raise not_found("id", number)
        self.chat(user, thread.chat_id)
        return thread

    def user(self, number: int, key: str = "id") -> User:
        user = self._world.users.get(number)
        if user is None:
            raise not_found(key, number)
        return user

    def tag(self, number: int, key: str = "id") -> Tag:
        tag = self._world.tags.get(number)
        if tag is None:
            raise not_found(key, number)
        return tag
