"""One request of the API, read as far as every operation needs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from providers.pachca.reading import INT64, Fields, read_body
from providers.pachca.records import Token, User
from providers.pachca.refusal import malformed, not_found
from providers.pachca.vocabulary import Code

_NUMBER = re.compile(r"[0-9]{1,19}")
Query = Mapping[str, Sequence[str]]
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

    def given(self, name: str) -> str | None:
        """A parameter of the query, its first where it came twice; None without it."""
        values = self.query.get(name)
        return values[0] if values else None

    def text(self, name: str) -> str:
        """As ``given``, and empty without it."""
        return self.given(name) or ""

    def choice(self, name: str, allowed: Collection[str], default: str) -> str:
        """
        Raises:
            Refused: it is none of these. So do the others, also where a parameter is there and empty.
        """
        value = self.given(name)
        if value is None:
            return default
        if value not in allowed:
            raise malformed(name, Code.INCLUSION, value)
        return value

    def flag(self, name: str) -> bool | None:
        value = self.given(name)
        if value not in (None, "true", "false"):
            raise malformed(name, value=value)
        return None if value is None else value == "true"

    def number(self, name: str) -> int | None:
        """An id, which may be one that nothing has."""
        value = self.given(name)
        if value is None:
            return None
        if not _NUMBER.fullmatch(value) or int(value) > INT64:
            raise malformed(name, value=value)
        return int(value)

    def time(self, name: str) -> int | None:
        """In milliseconds since 1970."""
        value = self.given(name)
        if value is None:
            return None
        try:
            read = datetime.fromisoformat(value)
            return int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, OverflowError) as error:
            raise malformed(name, value=value) from error
