"""Labels of keys. Source: docs, labeling-keys."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from providers.kms.refusal import invalid

MOST = 64
_LONGEST = 63


def check_labels(labels: Mapping[str, str]) -> None:
    """
    Raises:
        Refused: there are too many, or one is none.
    """
    if len(labels) > MOST:
        raise invalid(f"A key has {MOST} labels at most.")
    for name, value in labels.items():
        if not name or not _is_letter(name[0]) or not (_is_text(name) and _is_text(value)):
            raise invalid(
                f"A label has up to {_LONGEST} letters in lower case, digits, hyphens and underscores,"
                " and its name begins with a letter."
            )


def _is_text(text: str) -> bool:
    return len(text) <= _LONGEST and all(_is_letter(each) or each.isdigit() or each in "-_" for each in text)


def _is_letter(character: str) -> bool:
    """In lower case, or of a script without cases."""
    return unicodedata.category(character) in ("Ll", "Lo")
