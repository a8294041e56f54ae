"""What the bot is told of what happens in its chats: an event in its history, and a signed delivery.

A delivery is signed once, with the time of the event: a retry has the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from urllib.parse import urlsplit

from providers.pachca import documents
from providers.pachca.courier import Courier, Delivery
from providers.pachca.records import Chat, Message, Reaction
from providers.pachca.world import World

SIGNATURE = "Pachca-Signature"
USER_AGENT = "Faraday v2.12.2"
_LINK = re.compile(r"https?://[^\s<>\"]+")


class Hooks:
    """Not locked: it is used under the lock of the fake."""

    def __init__(self, world: World, courier: Courier, secret: str) -> None:
        self._world = world
        self._courier = courier
        self._secret = secret.encode("utf-8", "surrogateescape")

    def reset(self) -> None:
        self._courier.forget()

    def close(self) -> None:
        self._courier.close()

    def sent(self, message: Message) -> None:
        """A new message; those that others send because of it follow."""
        self.message("new", message)
        self._links(message)
        if message.author_id == self._world.bot.user_id:
            for act in self._world.on_message:
                act(message)

    def message(self, event: str, message: Message) -> None:
        if self._is_ignored(message) or not self._concerns(message.chat_id):
            return
        thread = self._world.thread_in(message.chat_id)
        within = thread is not None and thread.message_id is not None
        payload: dict[str, object] = {
            "type": "message",
            "id": message.id,
            "event": event,
            "entity_type": message.entity_type,
            "entity_id": message.entity_id,
            "content": message.content,
            "user_id": message.author_id,
            "created_at": documents.moment(message.created),
            "changed_at": documents.moment(message.changed),
            "url": documents.link(message),
            "chat_id": message.chat_id,
            "parent_message_id": message.parent_id,
            "thread": None,
        }
        if thread is not None and within:
            payload["thread"] = {
                "message_id": thread.message_id,
                "message_chat_id": thread.message_chat_id,
            }
        self._tell(f"message_{event}", payload)

    def _links(self, message: Message) -> None:
        """Every domain counts as one that the bot watches."""
        urls = _LINK.findall(message.content)
        if not urls or self._is_ignored(message) or not self._concerns(message.chat_id):
            return
        links = [{"url": url, "domain": _domain(url), "skip": False} for url in urls]
        payload: dict[str, object] = {
            "type": "message",
            "event": "link_shared",
            "chat_id": message.chat_id,
            "message_id": message.id,
            "links": links,
            "user_id": message.author_id,
            "created_at": documents.moment(message.created),
        }
        self._tell("message_link_shared", payload)

    def reaction(self, event: str, message: Message, reaction: Reaction) -> None:
        if not self._concerns(message.chat_id):
            return
        payload: dict[str, object] = {
            "type": "reaction",
            "event": event,
            "chat_id": message.chat_id,
            "message_id": message.id,
            "code": reaction.code,
            "name": reaction.name,
            "user_id": reaction.user_id,
            "created_at": documents.moment(reaction.created),
        }
        self._tell(f"reaction_{event}", payload)

    def members(self, event: str, chat: Chat, user_ids: list[int]) -> None:
        """A bot that leaves, or is removed, is told that."""
        if not self._concerns(chat.id) and self._world.bot.user_id not in user_ids:
            return
        thread = self._world.thread_in(chat.id)
        payload: dict[str, object] = {
            "type": "chat_member",
            "event": event,
            "chat_id": chat.id,
            "thread_id": None if thread is None else thread.id,
            "user_ids": user_ids,
            "created_at": documents.moment(self._world.now()),
        }
        self._tell(f"chat_member_{event}", payload)

    def click(self, message: Message, data: str, user_id: int) -> None:
        """Somebody pressed a button of a message of the bot."""
        payload: dict[str, object] = {
            "type": "button",
            "event": "click",
            "message_id": message.id,
            "trigger_id": f"trigger-{message.id}-{user_id}",
            "data": data,
            "user_id": user_id,
            "chat_id": message.chat_id,
        }
        self._tell("button_click", payload)

    def _is_ignored(self, message: Message) -> bool:
        bot = self._world.bot
        return bot.ignore_self_messages and message.author_id == bot.user_id

    def _concerns(self, chat_id: int) -> bool:
        """The bot is in the chat, or in the one where this thread was made."""
        chat = self._world.chats[chat_id]
        places = (chat, self._world.root_of(chat))
        return any(self._world.bot.user_id in self._world.roles(each) for each in places)

    def _tell(self, kind: str, payload: dict[str, object]) -> None:
        payload["webhook_timestamp"] = self._world.now() // 1000
        bot = self._world.bot
        if bot.events_history_enabled:
            self._world.add_event(kind, payload)
        if bot.outgoing_url:
            self._courier.send(self._signed(bot.outgoing_url, payload))

    def _signed(self, url: str, payload: dict[str, object]) -> Delivery:
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        signature = hmac.new(self._secret, body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            SIGNATURE: signature,
        }
        return Delivery(url, body, headers)


def _domain(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
