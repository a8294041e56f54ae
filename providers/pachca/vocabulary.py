"""Words of the API: error codes with what this fake says to them, and the values of its enumerations."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """Those codes of the API's errors that this fake answers with."""

    BLANK = "blank"
    TOO_LONG = "too_long"
    INVALID = "invalid"
    INCLUSION = "inclusion"
    TAKEN = "taken"
    NOT_FOUND = "not_found"
    PERSONAL_CHAT = "personal_chat"
    NOT_AUTHORIZED = "not_authorized"
    INVALID_WEBHOOK_URL = "invalid_webhook_url"
    RATE_LIMIT = "rate_limit"
    USER_LIMIT = "user_limit"
    UNIQUE_LIMIT = "unique_limit"
    GENERAL_LIMIT = "general_limit"
    UNHANDLED = "unhandled"
    REQUIRED = "required"
    NOT_APPLICABLE = "not_applicable"
    OWNER_PROTECTED = "owner_protected"
    FORBIDDEN = "forbidden"
    WRONG_PARAMS = "wrong_params"
    PAYMENT_REQUIRED = "payment_required"
    USE_OF_SYSTEM_WORDS = "use_of_system_words"
    CANNOT_KICK_OWNER = "cannot_kick_owner"
    MESSAGE_DELETED = "message_deleted"
    THREAD_MESSAGE = "thread_message"


MESSAGES: Mapping[Code, str] = {
    Code.BLANK: "Значение не может быть пустым",
    Code.TOO_LONG: "Значение слишком длинное",
    Code.INVALID: "Значение неверно",
    Code.INCLUSION: "Такого значения здесь не бывает",
    Code.TAKEN: "Такое имя уже занято",
    Code.NOT_FOUND: "Объекта нет",
    Code.PERSONAL_CHAT: "В личном чате так нельзя",
    Code.NOT_AUTHORIZED: "Это действие запрещено",
    Code.INVALID_WEBHOOK_URL: "Это не адрес вебхука",
    Code.RATE_LIMIT: "Запросов слишком много",
    Code.USER_LIMIT: "Один сотрудник ставит не больше 20 реакций",
    Code.UNIQUE_LIMIT: "У сообщения не больше 30 разных реакций",
    Code.GENERAL_LIMIT: "У сообщения не больше 1000 реакций",
    Code.UNHANDLED: "Запрос не выполнен",
    Code.REQUIRED: "Параметр не передан",
    Code.NOT_APPLICABLE: "Здесь это неприменимо",
    Code.OWNER_PROTECTED: "Данные владельца не меняются",
    Code.FORBIDDEN: "Прав на это действие нет",
    Code.WRONG_PARAMS: "Параметры не подходят друг другу",
    Code.PAYMENT_REQUIRED: "Тариф нужно оплатить",
    Code.USE_OF_SYSTEM_WORDS: "Слова here и all заняты системой",
    Code.CANNOT_KICK_OWNER: "Владельца чата удалить нельзя",
    Code.MESSAGE_DELETED: "Сообщение удалено",
    Code.THREAD_MESSAGE: "Сообщение уже в треде",
}

DISCUSSION, THREAD, USER = "discussion", "thread", "user"
ENTITY_TYPES = (DISCUSSION, THREAD, USER)
FILE_TYPES = ("file", "image", "audio", "voice")
ORDERS = ("asc", "desc")
OWNER, ADMIN, EDITOR, MEMBER = "owner", "admin", "editor", "member"
ROLES = (ADMIN, EDITOR, MEMBER)
EVENTS = (
    "message_new",
    "message_update",
    "message_delete",
    "reaction_new",
    "reaction_delete",
    "button_click",
    "message_link_shared",
    "chat_member_add",
    "chat_member_remove",
)
"""Those events of a bot that this fake has."""
