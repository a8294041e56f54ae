"""Everything that is there, and the world in which the fake begins.

Ids come from counters that start anew with each world, so that what is recorded twice is the same. The
numbers of messages, threads and chats are far apart: who mixes them up gets a 404.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import count

from providers.pachca.limits import Clock
from providers.pachca.operations import SCOPES
from providers.pachca.records import Bot, Chat, Event, Message, Reaction, Tag, Thread, Token, User
from providers.pachca.vocabulary import ADMIN, DISCUSSION, MEMBER

ANNA, IVAN, MARIA, BOT = 11, 12, 13, 14
GENERAL, TEAM = 1, 2
_CHATS, _MESSAGES, _THREADS, _TAGS, _FILES, _MORE_USERS = 3, 1001, 501, 301, 701, 21


class World:
    """Not locked: whoever holds the lock of the fake may use it.

    ``secret`` is the one token that is accepted.
    """

    def __init__(self, clock: Clock, secret: str) -> None:
        self._clock = clock
        self._secret = secret
        self.reset()

    def reset(self) -> None:
        """The base world: a bot, three employees, two chats."""
        now = self.now()
        self.users = {user.id: user for user in _employees(now)}
        self.users[BOT] = User(BOT, "Бот", "", "troth_bot", now, bot=True)
        self.bot = Bot(BOT)
        self.token = Token(1, self._secret, BOT, frozenset(SCOPES), now)
        everyone = {ANNA: ADMIN, IVAN: MEMBER, MARIA: MEMBER, BOT: ADMIN}
        self.chats = {
            GENERAL: Chat(GENERAL, "Общий", DISCUSSION, ANNA, now, now, dict(everyone), public=True),
            TEAM: Chat(TEAM, "Разработка", DISCUSSION, BOT, now, now, {IVAN: MEMBER, BOT: ADMIN}),
        }
        self.messages: dict[int, Message] = {}
        self.threads: dict[int, Thread] = {}
        self._threads_by_chat: dict[int, Thread] = {}
        self.tags: dict[int, Tag] = {}
        self.uploaded: dict[str, int] = {}
        """What was uploaded: size by key."""
        self.events: dict[str, Event] = {}
        self.on_registration: list[Callable[[], None]] = []
        """What others do once the bot has a webhook."""
        self.on_message: list[Callable[[Message], None]] = []
        """What others do when the bot has sent a message."""
        self._start_counting()

    def _start_counting(self) -> None:
        self._next_chat = count(_CHATS)
        self._next_message = count(_MESSAGES)
        self._next_thread = count(_THREADS)
        self._next_tag = count(_TAGS)
        self._next_file = count(_FILES)
        self._next_user = count(_MORE_USERS)
        self._next_event = count(1)
        self._next_upload = count(1)
        self._next_reaction = count(1)

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self._clock() * 1000)

    def new_file_id(self) -> int:
        return next(self._next_file)

    def new_upload_number(self) -> int:
        return next(self._next_upload)

    def new_reaction(self, user_id: int, code: str, name: str = "") -> Reaction:
        """Not added to a message yet."""
        return Reaction(next(self._next_reaction), user_id, code, name or code, self.now())

    def add_user(self, first_name: str, last_name: str) -> User:
        number = next(self._next_user)
        user = User(number, first_name, last_name, f"user_{number}", self.now())
        self.users[number] = user
        return user

    def add_chat(self, name: str, kind: str, owner_id: int, members: Iterable[int]) -> Chat:
        now = self.now()
        others = (user_id for user_id in members if user_id != owner_id)
        roles = {owner_id: ADMIN} | dict.fromkeys(others, MEMBER)
        chat = Chat(next(self._next_chat), name, kind, owner_id, now, now, roles)
        self.chats[chat.id] = chat
        return chat

    def add_message(self, draft: Message) -> Message:
        """A message with the contents of ``draft``, under a new id."""
        now = self.now()
        message = replace(draft, id=next(self._next_message), created=now, changed=now)
        self.messages[message.id] = message
        self.chats[message.chat_id].last_message = now
        thread = self.thread_in(message.chat_id)
        if thread is not None:
            thread.updated = now
        return message

    def add_thread(self, owner_id: int, message: Message | None) -> Thread:
        chat = self.add_chat("Тред", "thread", owner_id, [])
        thread = Thread(
            next(self._next_thread),
            chat.id,
            message.id if message else None,
            message.chat_id if message else None,
            self.now(),
        )
        self.threads[thread.id] = self._threads_by_chat[chat.id] = thread
        if message is not None:
            message.thread_id = thread.id
        return thread

    def add_tag(self, name: str, user_ids: Iterable[int] = ()) -> Tag:
        tag = Tag(next(self._next_tag), name, list(user_ids))
        self.tags[tag.id] = tag
        return tag

    def add_event(self, kind: str, payload: dict[str, object]) -> Event:
        number = next(self._next_event)
        event = Event(f"01TROTH{number:019d}", number, kind, payload, self.now())
        self.events[event.id] = event
        return event

    def thread_in(self, chat_id: int) -> Thread | None:
        """The thread whose comments are in that chat."""
        return self._threads_by_chat.get(chat_id)

    def roles(self, chat: Chat) -> dict[int, str]:
        """Who is in the chat, by name or by a tag."""
        tagged = (user_id for tag_id in chat.tag_ids for user_id in self.tags[tag_id].user_ids)
        return chat.roles | {user_id: MEMBER for user_id in tagged if user_id not in chat.roles}

    def root_of(self, chat: Chat) -> Chat:
        """Of a thread's chat the one where the thread was made."""
        thread = self.thread_in(chat.id)
        if thread is None or thread.message_chat_id is None:
            return chat
        return self.chats.get(thread.message_chat_id, chat)


def _employees(now: int) -> tuple[User, ...]:
    return (
        User(ANNA, "Анна", "Смирнова", "anna", now, role="admin", title="Директор"),
        User(IVAN, "Иван", "Петров", "ivan", now, title="Разработчик"),
        User(MARIA, "Мария", "Кузнецова", "maria", now, title="Дизайнер"),
    )
