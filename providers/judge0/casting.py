"""Reading a number from text as Ruby does."""

from __future__ import annotations

import re

_LEADING_INTEGER = re.compile(r"\s*([+-]?\d{1,18})")


def to_i(text: str) -> int:
    """The digits that the text starts with, else 0: "71abc" is 71."""
    leading = _LEADING_INTEGER.match(text)
    return int(leading[1]) if leading else 0
