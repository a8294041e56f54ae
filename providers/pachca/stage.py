"""Sets up a world for the states: chats, messages, and what other people do."""

from __future__ import annotations

from collections.abc import Iterable

from providers.pachca.fake import Fake
from providers.pachca.records import Chat, File, Message
from providers.pachca.vocabulary import DISCUSSION
from providers.pachca.world import ANNA, BOT, GENERAL, IVAN, MARIA

THUMB = "\N{THUMBS UP SIGN}"
_EMOJI = 0x1F600
TEXT = "Здравствуйте! Отчёт готов \N{WHITE HEAVY CHECK MARK}\nПодробности\tв файле"


class Stage:
    def __init__(self, fake: Fake) -> None:
        self.fake = fake
        self.world = fake.world

    def chat(self, name: str = "Проект", members: Iterable[int] = (ANNA, IVAN, MARIA, BOT)) -> Chat:
        """One that the bot owns, if it is in it."""
        user_ids = list(members)
        return self.world.add_chat(name, DISCUSSION, BOT if BOT in user_ids else ANNA, user_ids)

    def message(self, chat_id: int = GENERAL, author_id: int = BOT, content: str = TEXT) -> Message:
        chat = self.world.chats[chat_id]
        thread = self.world.thread_in(chat_id)
        place = ("thread", thread.id) if thread is not None else (DISCUSSION, chat.id)
        draft = Message(*place, chat_id, author_id, content)
        return self.world.add_message(draft)

    def messages(self, chat_id: int, count: int) -> list[Message]:
        """By the bot and the employees in turn."""
        authors = (BOT, ANNA, IVAN, MARIA)
        return [
            self.message(chat_id, authors[number % len(authors)], f"Сообщение {number + 1}")
            for number in range(count)
        ]

    def react(self, message: Message, user_id: int, code: str = THUMB) -> None:
        message.reactions.append(self.world.new_reaction(user_id, code))

    def react_aloud(self, message: Message, user_id: int) -> None:
        """The bot is told."""
        reaction = self.world.new_reaction(user_id, THUMB)
        message.reactions.append(reaction)
        self.fake.hooks.reaction("new", message, reaction)

    def press_first_button(self, message: Message) -> None:
        buttons = [button for row in message.buttons for button in row if button.data]
        if buttons:
            self.fake.hooks.click(message, buttons[0].data, IVAN)

    def answer(self, message: Message) -> None:
        """In the chat, or in the thread, as a reply."""
        reply = self.message(message.chat_id, IVAN, "Спасибо!")
        reply.parent_id = message.id
        self.fake.hooks.sent(reply)

    def fill_with_reactions(self, message: Message, limit: str) -> None:
        """So that one more of the bot is too much."""
        if limit == "user":
            for number in range(20):
                self.react(message, BOT, chr(_EMOJI + number))
        if limit == "unique":
            for number in range(30):
                self.react(message, ANNA if number < 20 else IVAN, chr(_EMOJI + number))
        if limit == "general":
            for number in range(1000):
                self.react(message, self.world.add_user("Сотрудник", str(number)).id)

    def read(self, message: Message, readers: int) -> None:
        """By the employees first, and then by others that are made up."""
        known = [ANNA, IVAN, MARIA]
        more = [self.world.add_user("Читатель", str(number)).id for number in range(readers - len(known))]
        message.readers = [*known, *more][:readers]

    def uploaded(self) -> File:
        key = f"attaches/files/{BOT}/example/report.txt"
        self.world.uploaded[key] = 6
        return File(self.world.new_file_id(), key, "report.txt", "file", None, None)
