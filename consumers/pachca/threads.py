"""Threads: made from a message, or standing alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from consumers.pachca.caller import PAGE_SIZE, Caller, moment, path
from contracts.pachca.paging import Data, Page
from contracts.pachca.threads import Thread


class Threads(Caller):
    """The part of the client that makes and finds threads.

    Messages are sent to the ``id`` of a thread, and listed by its ``chat_id``.
    """

    def create_thread(self, message_id: int) -> Thread:
        """The thread of a message, made if there is none yet."""
        return self._write("POST", path("messages", message_id, "thread"), 201, Data[Thread]).data

    def create_standalone_thread(self) -> Thread:
        """A new thread that belongs to no message."""
        return self._write("POST", "/threads", 201, Data[Thread]).data

    def thread(self, thread_id: int) -> Thread:
        """One thread."""
        return self._get(path("threads", thread_id), Data[Thread]).data

    def list_threads(
        self, *, after: datetime | None = None, before: datetime | None = None, page_size: int = PAGE_SIZE
    ) -> Iterator[Thread]:
        """The threads whose last message is from between two moments."""
        query = {"last_message_at_after": moment(after), "last_message_at_before": moment(before)}
        return self._items("/threads", Page[Thread], query, size=page_size)
