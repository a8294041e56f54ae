"""Lists, a page at a time."""

from __future__ import annotations

from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema

Item = TypeVar("Item")
Row = TypeVar("Row", bound=Model)

LONGEST_PAGE = 100


class Paging(Schema):
    """Which page of a list."""

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 20


class Page(Schema, Generic[Item]):
    """A page of a list, and how long the whole list is."""

    count: Annotated[int, Field(ge=0)]
    items: list[Item]


def page_of(rows: QuerySet[Row], paging: Paging) -> dict[str, Any]:
    """A page of ``rows``; empty behind the last."""
    start = (paging.page - 1) * paging.page_size
    return {"count": rows.count(), "items": list(rows[start : start + paging.page_size])}
