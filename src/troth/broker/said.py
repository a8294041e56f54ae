"""What a broker says, as it may be shown: no control characters, no credential, and not endless."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping

from troth.broker.access import PASSWORD, USERNAME
from troth.jsontext import Json
from troth.reporting.mask import Mask

_FIRST = 20_000
"""Characters of a text that are looked at; of these the first ``_LONGEST`` are shown."""
_LONGEST = 300
_MOST = 20
_SHORTEST = 3
"""A shorter name is a syllable, and replacing it would garble every text."""
_SAID_UNDER = ("notices", "errors", "error", "reason", "message", "detail", "title")


class Clean:
    """Cleans texts of a broker that was given ``secrets``, by the names of their variables, in ``header``."""

    def __init__(self, secrets: Mapping[str, str], header: str = "") -> None:
        name = secrets.get(USERNAME, "")
        self._basic = header.removeprefix("Basic ") if header.startswith("Basic ") else ""
        # A name is a word, and part of other words.
        self._name = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") if len(name) >= _SHORTEST else None
        self._mask = Mask({})
        for variable in secrets.keys() - {USERNAME}:
            self._mask.hide(variable, secrets[variable])

    def __call__(self, text: str) -> str:
        """``text`` on one line, with the names of variables where it held their values."""
        text = "".join(each if each.isprintable() else " " for each in text[:_FIRST])
        if self._basic:
            text = text.replace(self._basic, f"${USERNAME}:${PASSWORD}")
        text = self._mask.text(text)
        if self._name is not None:
            text = self._name.sub(f"${USERNAME}", text)
        text = " ".join(text.split())
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def lines(self, texts: Iterable[str]) -> tuple[str, ...]:
        """The lines of ``texts``, each of them clean; the empty ones left out."""
        told = (line for text in texts for line in map(self, text.splitlines()) if line)
        found = tuple(itertools.islice(told, _MOST + 1))
        return found if len(found) <= _MOST else (*found[:_MOST], "and more")


def complaints(document: Mapping[str, Json]) -> Iterator[str]:
    """The texts by which a broker explains itself, in any of the forms that it has had."""
    for key in _SAID_UNDER:
        yield from _texts(document.get(key))


def _texts(said: Json) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for each in said:
            yield from _texts(each)
    elif isinstance(said, dict):
        own = said.get("text") or said.get("message") or said.get("detail")
        yield from _texts(own) if own else (text for each in said.values() for text in _texts(each))
