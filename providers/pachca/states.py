"""Provider states: what a scenario may ask the fake to be.

Each answers with ``user_id`` (Анна), ``bot_id`` and ``chat_id``, and with the ids of what it has beside them.
Parameters: ``count``, how many; ``times``, how many calls an outage lasts, all by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from providers.pachca import busy
from providers.pachca.fake import Fake
from providers.pachca.refusal import Refused
from providers.pachca.stage import Stage
from providers.pachca.world import ANNA, BOT, GENERAL, IVAN, MARIA
from troth.provider import JsonScalar, StateHandler

Values = Mapping[str, JsonScalar]
Parameters = Mapping[str, JsonScalar]
_LIMITS = ("user", "unique", "general")


def states(fake: Fake) -> dict[str, StateHandler]:
    """Handlers by name. Each starts from the base world that ``reset`` leaves."""
    stage = Stage(fake)
    found: dict[str, Callable[[Parameters], Values]] = {
        "a bot in a chat": lambda _: {},
        **_chats(stage),
        **_messages(stage),
        **_rights(stage),
        **_outages(stage),
        **_others(stage),
    }
    return {name: _locked(fake, handler) for name, handler in found.items()}


def _locked(fake: Fake, handler: Callable[[Parameters], Values]) -> StateHandler:
    def set_state(parameters: Parameters) -> Values:
        with fake.lock:
            return {"user_id": ANNA, "bot_id": BOT, "chat_id": GENERAL, **handler(parameters)}

    return set_state


def _chats(stage: Stage) -> dict[str, Callable[[Parameters], Values]]:
    def with_messages(parameters: Parameters) -> Values:
        chat = stage.chat()
        messages = stage.messages(chat.id, _number(parameters, "count", 3))
        return {"chat_id": chat.id, "first_id": messages[0].id, "last_id": messages[-1].id}

    def several(parameters: Parameters) -> Values:
        made = [stage.chat(f"Проект {number + 1}") for number in range(_number(parameters, "count", 3))]
        return {"chat_id": made[0].id, "last_chat_id": made[-1].id}

    def archived(_: Parameters) -> Values:
        chat = stage.chat()
        chat.archived = True
        return {"chat_id": chat.id}

    def tagged(_: Parameters) -> Values:
        tag = stage.world.add_tag("Дизайн", [ANNA, MARIA])
        return {"tag_id": tag.id, "chat_id": stage.chat(members=[IVAN, BOT]).id}

    def crowded(_: Parameters) -> Values:
        """One of everything at least, and no limit on how often anything is asked."""
        stage.fake.limits.lift()
        return busy.fill(stage)

    return {
        "an empty chat": lambda _: {"chat_id": stage.chat(members=[BOT]).id},
        "a chat with members": lambda _: {"chat_id": stage.chat().id, "member_id": IVAN},
        "a chat with messages": with_messages,
        "several chats": several,
        "an archived chat": archived,
        "a chat of another team": lambda _: {"chat_id": stage.chat(members=[ANNA, IVAN]).id},
        "a group tag with users": tagged,
        "a busy workspace": crowded,
    }


def _messages(stage: Stage) -> dict[str, Callable[[Parameters], Values]]:
    def with_reactions(_: Parameters) -> Values:
        message = stage.message()
        for user_id in (ANNA, IVAN, MARIA):
            stage.react(message, user_id)
        return {"message_id": message.id}

    def full_of_reactions(parameters: Parameters) -> Values:
        limit = str(parameters.get("limit", "user"))
        if limit not in _LIMITS:
            raise ValueError(f"limit {limit!r} is not among {', '.join(_LIMITS)}")
        message = stage.message()
        stage.fill_with_reactions(message, limit)
        return {"message_id": message.id}

    def was_read(parameters: Parameters) -> Values:
        message = stage.message()
        stage.read(message, _number(parameters, "count", 3))
        return {"message_id": message.id}

    def deleted(_: Parameters) -> Values:
        message = stage.message()
        message.deleted = stage.world.now()
        return {"message_id": message.id}

    def thread(parameters: Parameters) -> Values:
        message = stage.message()
        made = stage.world.add_thread(BOT, message)
        stage.messages(made.chat_id, _number(parameters, "count", 1))
        return {"message_id": message.id, "thread_id": made.id, "thread_chat_id": made.chat_id}

    return {
        "a message": lambda _: {"message_id": stage.message().id},
        "a message of somebody else": lambda _: {"message_id": stage.message(author_id=ANNA).id},
        "a message with reactions": with_reactions,
        "a message full of reactions": full_of_reactions,
        "a message that was read": was_read,
        "a deleted message": deleted,
        "a thread": thread,
    }


def _rights(stage: Stage) -> dict[str, Callable[[Parameters], Values]]:
    def may_only_read(_: Parameters) -> Values:
        token = stage.world.token
        token.scopes = frozenset(scope for scope in token.scopes if scope.endswith(":read"))
        return {"message_id": stage.message().id}

    def revoked(_: Parameters) -> Values:
        stage.world.token.revoked = True
        return {}

    def of_an_employee(_: Parameters) -> Values:
        stage.world.token.user_id = IVAN
        return {"user_id": IVAN, "message_id": stage.message(author_id=ANNA).id}

    return {
        "a token that may only read": may_only_read,
        "a token that was revoked": revoked,
        "a token of an employee": of_an_employee,
    }


def _outages(stage: Stage) -> dict[str, Callable[[Parameters], Values]]:
    conditions = stage.fake.conditions

    def throttled(parameters: Parameters) -> Values:
        """``retry_after``: whole seconds, 1 by default."""
        conditions.throttle(_number(parameters, "retry_after", 1), _times(parameters))
        return {"message_id": stage.message().id}

    def exhausted(parameters: Parameters) -> Values:
        """``retry_after``: whole seconds, 1 by default."""
        conditions.exhaust(_number(parameters, "retry_after", 1), _times(parameters))
        return {"message_id": stage.message().id}

    def unpaid(parameters: Parameters) -> Values:
        conditions.stop_paying(_times(parameters))
        return {}

    def expired(parameters: Parameters) -> Values:
        conditions.expire_uploads(_times(parameters))
        return {}

    return {
        "the message limit is used up": throttled,
        "every limit is used up": exhausted,
        "the plan has expired": unpaid,
        "uploads have expired": expired,
        "the service is unavailable": _failing(
            stage, Refused(503, "Service is temporarily unavailable\n", content_type="text/plain")
        ),
        "the gateway is down": _failing(
            stage,
            Refused(502, "<html><body><h1>502 Bad Gateway</h1></body></html>\n", content_type="text/html"),
        ),
    }


def _failing(stage: Stage, refused: Refused) -> Callable[[Parameters], Values]:
    def fail(parameters: Parameters) -> Values:
        stage.fake.conditions.fail(refused, _times(parameters))
        return {"message_id": stage.message().id}

    return fail


def _others(stage: Stage) -> dict[str, Callable[[Parameters], Values]]:
    """What other people do, and what the bot hears of it."""
    world = stage.world

    def with_webhook(parameters: Parameters) -> Values:
        """``url``: where it is; without one the bot has to register. ``ignore_self_messages``: false."""
        world.bot.outgoing_url = str(parameters.get("url", ""))
        world.bot.ignore_self_messages = parameters.get("ignore_self_messages") is True
        return {"message_id": stage.message(author_id=ANNA).id}

    def reacted_to(_: Parameters) -> Values:
        """Once the bot has registered its webhook."""
        message = stage.message()
        world.on_registration.append(lambda: stage.react_aloud(message, IVAN))
        return {"message_id": message.id, "user_id": IVAN}

    def written_to(_: Parameters) -> Values:
        """Once the bot has registered its webhook."""
        world.on_registration.append(
            lambda: stage.fake.hooks.sent(stage.message(author_id=IVAN, content="Бот, ты здесь?"))
        )
        return {"user_id": IVAN}

    def answers(_: Parameters) -> Values:
        world.on_message.append(stage.answer)
        return {"user_id": IVAN}

    def presses(_: Parameters) -> Values:
        world.on_message.append(stage.press_first_button)
        return {"user_id": IVAN}

    def uploaded(_: Parameters) -> Values:
        file = stage.uploaded()
        return {"file_key": file.key, "file_name": file.name}

    def history(parameters: Parameters) -> Values:
        for message in stage.messages(GENERAL, _number(parameters, "count", 3)):
            stage.fake.hooks.sent(message)
        return {"event_id": next(iter(world.events))}

    return {
        "a bot with a webhook": with_webhook,
        "a message in a chat of the bot that a user reacts to": reacted_to,
        "a user who writes to the bot": written_to,
        "a user who answers the bot": answers,
        "a user who presses the first button": presses,
        "events in the history": history,
        "an uploaded file": uploaded,
    }


def _number(parameters: Parameters, name: str, default: int) -> int:
    """
    Raises:
        ValueError: it is not a number from 1 on.
    """
    value = parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} {value!r} is not a number from 1 on")
    return value


def _times(parameters: Parameters) -> int | None:
    return None if parameters.get("times") is None else _number(parameters, "times", 1)
