"""A workspace that holds some of everything, for who tries every operation at once.

There are several of each, so that what one request deletes or leaves is not the last of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping

from providers.pachca.records import Chat, Message, Tag
from providers.pachca.stage import THUMB, Stage
from providers.pachca.vocabulary import USER
from providers.pachca.world import ANNA, BOT, IVAN, MARIA
from troth.provider import JsonScalar

CHATS, TAGS, MESSAGES_IN_EACH = 12, 8, 3


def fill(stage: Stage) -> Mapping[str, JsonScalar]:
    """The ids of the first of each."""
    world = stage.world
    tags = [world.add_tag(f"Отдел {number + 1}", [ANNA, MARIA]) for number in range(TAGS)]
    chats = [_chat(stage, number, tags) for number in range(CHATS)]
    messages = [message for chat in chats for message in _messages(stage, chat)]
    threads = [world.add_thread(BOT, message) for message in messages[::MESSAGES_IN_EACH]]
    comments = [stage.message(thread.chat_id, IVAN, "В треде") for thread in threads]
    for comment in comments:
        stage.fake.hooks.sent(comment)
    file = stage.uploaded()
    form = stage.fake.signer.open_form(world.now())
    return {
        "chat_id": chats[0].id,
        "member_id": IVAN,
        "tag_id": tags[0].id,
        "message_id": messages[0].id,
        "thread_id": threads[0].id,
        "thread_chat_id": threads[0].chat_id,
        "comment_id": comments[0].id,
        "event_id": next(iter(world.events)),
        "file_key": file.key,
        "file_name": file.name,
        "code": THUMB,
        "policy": form["policy"],
        "signature": form["x-amz-signature"],
        **_others(stage),
    }


def _chat(stage: Stage, number: int, tags: list[Tag]) -> Chat:
    chat = stage.chat(f"Проект {number + 1}")
    chat.tag_ids = [tag.id for tag in tags]
    return chat


def _messages(stage: Stage, chat: Chat) -> list[Message]:
    """Of the bot: pinned, read, and with a reaction of its own."""
    found = [stage.message(chat.id) for _ in range(MESSAGES_IN_EACH)]
    for message in found:
        message.pinned = True
        stage.read(message, 3)
        stage.react(message, BOT)
        stage.react(message, ANNA)
        stage.fake.hooks.sent(message)
    return found


def _others(stage: Stage) -> Mapping[str, JsonScalar]:
    """What the bot may not do everything with."""
    world = stage.world
    archived = stage.chat("Архив")
    archived.archived = True
    foreign = stage.chat("Чужой чат", [ANNA, IVAN])
    deleted = stage.message()
    deleted.deleted = world.now()
    personal = world.add_chat("Анна Смирнова", USER, BOT, [BOT, ANNA])
    return {
        "archived_chat_id": archived.id,
        "deleted_message_id": deleted.id,
        "foreign_chat_id": foreign.id,
        "foreign_message_id": stage.message(foreign.id, ANNA).id,
        "personal_chat_id": personal.id,
    }
