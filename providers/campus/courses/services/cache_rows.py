"""Rows of the database as JSON, for the cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet

from courses.services.cache import View, Whose, shared

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """A page of a list, and how long the whole list is."""

    count: int
    items: list[Row]


@dataclass(frozen=True)
class RowCodec(Generic[Row]):
    """A row with all its columns, or none."""

    model: type[Row]

    def pack(self, value: Row | None) -> Any:
        return None if value is None else _packed(value)

    def unpack(self, packed: Any) -> Row | None:
        return None if packed is None else _unpacked(self.model, packed)


@dataclass(frozen=True)
class PageCodec(Generic[Row]):
    """A page; where the whole list is empty, an empty list."""

    model: type[Row]

    def pack(self, value: Listed[Row]) -> Any:
        if not value.count:
            return []
        return {"count": value.count, "items": [_packed(row) for row in value.items]}

    def unpack(self, packed: Any) -> Listed[Row]:
        if packed == []:
            return Listed(0, [])
        return Listed(int(packed["count"]), [_unpacked(self.model, row) for row in packed["items"]])


class StatusesCodec:
    """Ids to statuses; the names in an object of JSON are text."""

    def pack(self, value: dict[int, str]) -> Any:
        return {str(key): status for key, status in value.items()}

    def unpack(self, packed: Any) -> dict[int, str]:
        return {int(key): str(status) for key, status in packed.items()}


class IdsCodec:
    """A list of ids."""

    def pack(self, value: list[int]) -> Any:
        return value

    def unpack(self, packed: Any) -> list[int]:
        return [int(each) for each in packed]


def cached_page(
    view: View,
    whose: Whose,
    rows: QuerySet[Row],
    *,
    page: int,
    page_size: int,
    parameters: Mapping[str, object] | None = None,
) -> Listed[Row]:
    """A page of ``rows``, from the cache or the database; pages count from 1. The rows have no relations."""

    def load() -> Listed[Row]:
        start = (page - 1) * page_size
        return Listed(rows.count(), list(rows[start : start + page_size]))

    wanted = {"page": page, "page_size": page_size, **(parameters or {})}
    return shared().get(view, whose, PageCodec(rows.model), load, parameters=wanted)


def _packed(row: Model) -> dict[str, Any]:
    fields = row._meta.concrete_fields
    return {
        field.attname: None if getattr(row, field.attname) is None else field.value_to_string(row)
        for field in fields
    }


def _unpacked(model: type[Row], packed: Mapping[str, Any]) -> Row:
    names = [field.attname for field in model._meta.concrete_fields]
    try:
        values = [
            None if packed[field.attname] is None else field.to_python(packed[field.attname])
            for field in model._meta.concrete_fields
        ]
    except ValidationError as error:
        # No kind of ValueError, though it means one.
        raise ValueError(f"no {model.__name__}") from error
    return model.from_db(DEFAULT_DB_ALIAS, names, values)
