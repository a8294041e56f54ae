"""Reactions to messages, and how many there may be."""

from __future__ import annotations

from providers.pachca import documents
from providers.pachca.access import Access
from providers.pachca.call import Answer, Call
from providers.pachca.fake import Fake
from providers.pachca.paging import page
from providers.pachca.records import Message
from providers.pachca.refusal import malformed, not_found, unprocessable
from providers.pachca.vocabulary import Code

MOST_OF_A_USER, MOST_DIFFERENT, MOST = 20, 30, 1000


class Reactions:
    """Every operation raises ``Refused``."""

    def __init__(self, fake: Fake) -> None:
        self._fake = fake
        self._world = fake.world
        self._access = Access(fake.world)

    def add(self, call: Call) -> Answer:
        """The same reaction again is no second one."""
        fields = call.body()
        fields.require("code")
        code, name = fields.text("code"), fields.text("name")
        fields.settle()
        message = self._access.living_message(call.user, call.id())
        if not code.strip():
            raise unprocessable("code", Code.BLANK, code)
        for known in message.reactions:
            if (known.user_id, known.code) == (call.user.id, code):
                return 201, documents.reaction(known)
        _require_room(message, call.user.id, code)
        reaction = self._world.new_reaction(call.user.id, code, name)
        message.reactions.append(reaction)
        self._fake.hooks.reaction("new", message, reaction)
        return 201, documents.reaction(reaction)

    def remove(self, call: Call) -> Answer:
        """Only one's own."""
        code, name = call.text("code"), call.text("name")
        if not code:
            raise malformed("code", Code.REQUIRED)
        message = self._access.message(call.user, call.id())
        for known in message.reactions:
            if (known.user_id, known.code) == (call.user.id, code) and name in ("", known.name):
                message.reactions.remove(known)
                self._fake.hooks.reaction("delete", message, known)
                return 204, None
        raise not_found("code", code)

    def list(self, call: Call) -> Answer:
        message = self._access.message(call.user, call.id())
        listing = f"reactions {message.id}"
        return 200, page(call, listing, message.reactions, lambda it: (it.number,), documents.reaction)


def _require_room(message: Message, user_id: int, code: str) -> None:
    known = message.reactions
    if len({it.code for it in known if it.user_id == user_id}) >= MOST_OF_A_USER:
        raise unprocessable("code", Code.USER_LIMIT, code)
    codes = {it.code for it in known}
    if code not in codes and len(codes) >= MOST_DIFFERENT:
        raise unprocessable("code", Code.UNIQUE_LIMIT, code)
    if len(known) >= MOST:
        raise unprocessable("code", Code.GENERAL_LIMIT, code)
