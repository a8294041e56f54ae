"""Lists: which resources, in which order, and in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from providers.kms.call import Call
from providers.kms.documents import Document, written
from providers.kms.filters import read_filter
from providers.kms.paging import page
from providers.kms.refusal import invalid
from providers.kms.resources import Resource

_R = TypeVar("_R", bound=Resource)
_DESCENDING = {"": False, "name": False, "name desc": True}
_VIEWS = frozenset({"CRYPTO_KEY_VERSION_VIEW_UNSPECIFIED", "FULL", "0", "1"})


def by_name(name: str) -> tuple[int, str]:
    return 0, name


def by_number(name: str) -> tuple[int, str]:
    number = name.rpartition("/")[2]
    return (int(number) if number.isdecimal() else 0), ""


@dataclass(frozen=True, slots=True)
class Listing(Generic[_R]):
    """How resources of one kind are listed. ``fields`` are those that a filter may name."""

    field: str
    fields: frozenset[str]
    shown: Callable[[_R], Document]
    order: Callable[[str], tuple[int, str]] = by_name

    def answer(self, call: Call, found: Sequence[_R]) -> Document:
        """
        Raises:
            Refused: there is no such page, order, filter or view.
        """
        _check_view(call)
        test = read_filter(call.query.get("filter", ""), self.fields)
        chosen = [each for each in found if test(written(self.shown(each), enum_numbers=False))]
        descending = _DESCENDING.get(call.query.get("orderBy", ""))
        if descending is None:
            raise invalid("order_by may be name, or name desc.")
        chosen.sort(key=lambda each: self.order(each.name), reverse=descending)
        part = page(
            chosen,
            self.order,
            size=call.query.get("pageSize"),
            token=call.query.get("pageToken", ""),
            parent=call.name,
            descending=descending,
        )
        return {
            self.field: [self.shown(each) for each in part.resources],
            "nextPageToken": part.next_token,
            "totalSize": 0 if call.query.get("filter") else part.total,
        }


def _check_view(call: Call) -> None:
    for parameter in ("view", "versionView"):
        if call.query.get(parameter, "0") not in _VIEWS:
            raise invalid(f"{parameter} is not one of the API.")
