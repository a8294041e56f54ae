"""Lists, a page at a time."""

from __future__ import annotations

from typing import Generic, TypeVar

from contracts.campus.texts import SOURCE, Count, PageNumber, PageSize
from troth.fields import Payload

T = TypeVar("T")


class PageQuery(Payload, source=SOURCE):
    page: PageNumber = 1
    page_size: PageSize = 20


class Page(Payload, Generic[T], source=SOURCE):
    """A page is empty behind the last one."""

    count: Count
    """Of the whole list."""
    items: list[T]
