"""The languages that programs may be written in, and their ids at the judge."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from config.errors import Invalid
from consumers.judge0.programs import CPP, JAVA, JAVASCRIPT, PYTHON, C

LANGUAGE_IDS: Mapping[str, int] = MappingProxyType(
    {
        "python": PYTHON,
        "c": C,
        "cpp": CPP,
        "java": JAVA,
        "javascript": JAVASCRIPT,
        "go": 60,
        "rust": 78,
        "kotlin": 79,
        "swift": 82,
    }
)


def language_id(name: str) -> int:
    """The judge's id of a language.

    Raises:
        Invalid: there is none of that name; nothing else is run in its place.
    """
    found = LANGUAGE_IDS.get(name)
    if found is None:
        raise Invalid.field("language", f"it is none of {', '.join(LANGUAGE_IDS)}")
    return found
