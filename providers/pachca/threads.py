"""Threads: made from a message or alone. Their comments are messages in a chat of their own."""

from __future__ import annotations

from providers.pachca import documents
from providers.pachca.access import Access
from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.paging import page
from providers.pachca.records import Thread, User
from providers.pachca.refusal import not_authorized, unprocessable
from providers.pachca.vocabulary import Code


class Threads:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._world = fake.world
        self._access = Access(fake.world)

    def create(self, call: Call) -> Answer:
        """Who asks again gets the same thread."""
        message = self._access.living_message(call.user, call.id())
        chat = self._world.chats[message.chat_id]
        if not self._access.may_write(call.user, chat):
            raise not_authorized("Chat", chat.id, "write?")
        if self._world.thread_in(message.chat_id) is not None:
            raise unprocessable("id", Code.THREAD_MESSAGE, message.id)
        known = self._world.threads.get(message.thread_id) if message.thread_id is not None else None
        return 201, {"data": documents.thread(known or self._world.add_thread(call.user.id, message))}

    def create_standalone(self, call: Call) -> Answer:
        return 201, {"data": documents.thread(self._world.add_thread(call.user.id, None))}

    def get(self, call: Call) -> Answer:
        return 200, {"data": documents.thread(self._access.thread(call.user, call.id()))}

    def list(self, call: Call) -> Answer:
        """The last that was written in comes first."""
        after, before = call.time("last_message_at_after"), call.time("last_message_at_before")
        found = [
            it
            for it in self._world.threads.values()
            if self._is_in(call.user, it)
            and (after is None or it.updated >= after)
            and (before is None or it.updated <= before)
        ]
        listing = f"threads {call.user.id} {after} {before}"
        return 200, page(call, listing, found, lambda it: (-it.updated, -it.id), documents.thread)

    def _is_in(self, user: User, thread: Thread) -> bool:
        """Public chats that the user has not joined do not count."""
        return self._access.may_write(user, self._world.chats[thread.chat_id])
