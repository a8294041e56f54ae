"""Pages of a list. A token names the last resource of its page, so what is made meanwhile breaks nothing."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from providers.kms.refusal import invalid
from providers.kms.resources import Resource

DEFAULT_SIZE = 100
LARGEST_SIZE = 1000
_SIZE = re.compile(r"[0-9]{1,10}")
_MOST = 2**31 - 1

_R = TypeVar("_R", bound=Resource)


@dataclass(frozen=True, slots=True)
class Page(Generic[_R]):
    resources: Sequence[_R]
    next_token: str
    """Empty on the last page."""
    total: int


def page(
    found: Sequence[_R],
    order: Callable[[str], tuple[int, str]],
    *,
    size: str | None,
    token: str,
    parent: str,
    descending: bool = False,
) -> Page[_R]:
    """``found`` is sorted by ``order`` of the names, from the last one where it is ``descending``.

    Raises:
        Refused: the size or the token is not one.
    """
    number = _size(size)
    after = order(_last(token, parent)) if token else None
    left = [
        each for each in found if after is None or _follows(order(each.name), after, descending=descending)
    ]
    shown = left[:number]
    more = len(left) > number
    return Page(shown, _token(shown[-1].name) if more else "", len(found))


def _follows(place: tuple[int, str], after: tuple[int, str], *, descending: bool) -> bool:
    return place < after if descending else place > after


def _size(text: str | None) -> int:
    if text is None:
        return DEFAULT_SIZE
    if not _SIZE.fullmatch(text) or int(text) > _MOST:
        raise invalid("page_size is not a 32-bit number from 0 on.")
    return min(int(text), LARGEST_SIZE) or DEFAULT_SIZE


def _token(name: str) -> str:
    return base64.urlsafe_b64encode(name.encode()).decode("ascii")


def _last(token: str, parent: str) -> str:
    """A token of another list is none."""
    try:
        name = base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise invalid("page_token is not one of this list.") from error
    if name.rsplit("/", 2)[0] != parent:
        raise invalid("page_token is not one of this list.")
    return name
