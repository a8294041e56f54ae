"""Pages of a list. A cursor is opaque, belongs to its list, and is never null, not even on an empty page.

It names the place of a row in the order of the list, not its number, so what comes and goes breaks nothing.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from providers.pachca.call import Call
from providers.pachca.refusal import malformed
from providers.pachca.vocabulary import Code

_R = TypeVar("_R")
Place = tuple[int, ...]
LARGEST = 50


@dataclass(frozen=True, slots=True)
class _Cursor:
    """``place`` None is before the first row."""

    listing: str
    place: Place | None = None
    backwards: bool = False

    def text(self) -> str:
        members = {"list": self.listing, "at": self.place, "back": self.backwards}
        return base64.urlsafe_b64encode(json.dumps(members).encode()).decode().rstrip("=")


def page(
    call: Call,
    listing: str,
    rows: Sequence[_R],
    place: Callable[[_R], Place],
    show: Callable[[_R], object],
    *,
    largest: int = LARGEST,
) -> dict[str, object]:
    """The document of one page. ``place`` sorts the rows, ascending.

    Raises:
        Refused: the limit or the cursor is not one of this list.
    """
    limit = _limit(call, largest)
    cursor = _cursor(call, listing)
    ordered = sorted(rows, key=place)
    at = cursor.place
    before = [row for row in ordered if at is not None and place(row) < at]
    if cursor.backwards:
        # Above a list that was empty everything is new.
        above = before if at is not None else ordered
        shown, has_prev = above[-limit:], len(above) > limit
        has_next = len(ordered) > len(above)
    else:
        below = [row for row in ordered if at is None or place(row) > at]
        shown, has_prev = below[:limit], len(ordered) > len(below)
        has_next = len(below) > limit
    first, last = (place(shown[0]), place(shown[-1])) if shown else (at, at)
    paginate = {
        "next_page": _Cursor(listing, last).text(),
        "prev_page": _Cursor(listing, first, backwards=True).text(),
        "has_next": has_next,
        "has_prev": has_prev,
    }
    return {"data": [show(row) for row in shown], "meta": {"paginate": paginate}}


def _limit(call: Call, largest: int) -> int:
    text = call.given("limit")
    if text is None:
        return largest
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= largest):
        raise malformed("limit", value=text)
    return int(text)


def _cursor(call: Call, listing: str) -> _Cursor:
    text = call.text("cursor")
    if not text:
        return _Cursor(listing)
    try:
        read = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise malformed("cursor", value=text) from error
    if not isinstance(read, dict) or read.get("list") != listing or not _is_place(read.get("at")):
        raise malformed("cursor", Code.INVALID, text)
    at = read["at"]
    return _Cursor(listing, None if at is None else tuple(at), read.get("back") is True)


def _is_place(value: object) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and bool(value) and all(type(number) is int for number in value)
