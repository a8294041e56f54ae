"""Rules of the library over a request and its answer together, which no schema can say."""

from __future__ import annotations

from collections.abc import Iterator

from troth.api import Facts
from troth.jsontext import Json
from troth.judge import Problem

_DEFAULT_LIMIT = 10


def page_holds_what_was_asked(facts: Facts) -> Iterator[Problem]:
    """No more items than the limit, and no fewer than the total leaves."""
    if facts.status != 200 or not isinstance(facts.response, dict):
        return
    items, total = _items(facts), facts.response.get("total")
    limit, offset = _whole(facts, "limit", _DEFAULT_LIMIT), _whole(facts, "offset", 0)
    if len(items) > limit:
        yield Problem("$.items", f"{limit} at most", str(len(items)), "answer-count")
    elif isinstance(total, int) and len(items) != max(0, min(limit, total - offset)):
        yield Problem("$.total", "a total that fits the items", str(total), "answer-count")


def fines_are_summed(facts: Facts) -> Iterator[Problem]:
    """The sum is that of the items."""
    if facts.status != 200 or not isinstance(facts.response, dict):
        return
    fines = [item["fine"] for item in _items(facts) if isinstance(item, dict)]
    total = sum(fine for fine in fines if isinstance(fine, int))
    if facts.response.get("fines") != total:
        yield Problem("$.fines", str(total), "another sum", "answer-count")


def _items(facts: Facts) -> list[Json]:
    items = facts.response.get("items") if isinstance(facts.response, dict) else None
    return items if isinstance(items, list) else []


def _whole(facts: Facts, name: str, default: int) -> int:
    text = facts.query.get(name, "")
    return int(text) if text.isdecimal() else default
