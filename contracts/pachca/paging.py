"""What holds an answer: ``data`` alone, or a page of them with cursors.

A page is the last one where ``has_next`` is false. Its cursors are there even so, and on an empty page:
they are for polling.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from contracts.pachca.texts import DOCUMENT, Cursor, Limit, LongLimit, absent
from troth.fields import Payload

T = TypeVar("T")


class Data(Payload, Generic[T], source=DOCUMENT):
    """Most answers. Trap: a reaction and the parameters of an upload come without it."""

    data: T


class PaginationMetaPaginate(Payload, source=DOCUMENT):
    next_page: Cursor
    prev_page: Cursor = absent()
    has_next: bool = absent()
    has_prev: bool = absent()


class PaginationMeta(Payload, source=DOCUMENT):
    paginate: PaginationMetaPaginate


class Page(Payload, Generic[T], source=DOCUMENT):
    data: list[T]
    meta: PaginationMeta


class PageQuery(Payload, source=DOCUMENT):
    limit: Limit | None = None
    """50 by default."""
    cursor: Cursor | None = None


class LongPageQuery(Payload, source=DOCUMENT):
    limit: LongLimit | None = None
    """300 by default."""
    cursor: Cursor | None = None
