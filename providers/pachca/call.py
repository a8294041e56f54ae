"""One request of the API, read as far as every operation needs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from providers.pachca.reading import INT64, Fields, read_body
from providers.pachca.records import Token, User
from providers.pachca.refusal import malformed, not_found
from providers.pachca.vocabulary import Code

_NUMBER = re.compile(r"[0-9]{1,19}")
Query = Mapping[str, list[str]]
Answer = tuple[int, object]
"""A status and the document of the answer; None for an answer without a body."""
Handler = Callable[["Call"], Answer]


@dataclass(frozen=True, slots=True)
class Call:
    path: Mapping[str, str]
    """The parameters of the path."""
    query: Query
    raw: bytes
    token: Token
    user: User
    """Whose token it is."""
    base: str
    """Where the fake was reached: scheme and host."""

    def body(self) -> Fields:
        """
        Raises:
            Refused: it is not one JSON object.
        """
        return read_body(self.raw)

    def id(self, name: str = "id") -> int:
        """The number of a record, from the path.

        Raises:
            Refused: it is none, so nothing can be there.
        """
        text = self.path[name]
        if not _NUMBER.fullmatch(text) or int(text) > INT64:
            raise not_found(name, text)
        return int(text)

    def text(self, name: str) -> str:
        """A parameter of the query; empty without it."""
        return self.query.get(name, [""])[0]

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """
        Raises:
            Refused: it is none of these. So do the others.
        """
        value = self.text(name) or default
        if value not in allowed:
            raise malformed(name, Code.INCLUSION, value)
        return value

    def flag(self, name: str) -> bool | None:
        value = self.text(name)
        if value not in ("", "true", "false"):
            raise malformed(name, value=value)
        return value == "true" if value else None

    def number(self, name: str) -> int | None:
        """An id, which may be one that nothing has."""
        value = self.text(name)
        if not value:
            return None
        if not _NUMBER.fullmatch(value) or int(value) > INT64:
            raise malformed(name, value=value)
        return int(value)

    def time(self, name: str) -> int | None:
        """In milliseconds since 1970."""
        value = self.text(name)
        if not value:
            return None
        try:
            read = datetime.fromisoformat(value)
            return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, OverflowError) as error:
            raise malformed(name, value=value) from error
