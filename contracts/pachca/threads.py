"""Threads: made from a message, or by themselves."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from contracts.pachca.paging import PageQuery
from contracts.pachca.texts import DOCUMENT, AskedMoment, LongId, Moment
from troth.fields import Payload


class ThreadPath(Payload, source=DOCUMENT):
    id: LongId


class ThreadsQuery(PageQuery, source=DOCUMENT):
    last_message_at_after: AskedMoment | None = None
    last_message_at_before: AskedMoment | None = None


class Thread(Payload, source=DOCUMENT):
    """Send to ``id``; list the messages of ``chat_id``."""

    id: LongId
    chat_id: LongId
    message_id: LongId | None
    message_chat_id: LongId | None
    """These two are null where the thread was made by itself."""
    updated_at: Moment

    @model_validator(mode="after")
    def _comes_from_a_message_or_not(self) -> Self:
        if (self.message_id is None) != (self.message_chat_id is None):
            raise ValueError("message_id and message_chat_id both, or neither")
        return self
