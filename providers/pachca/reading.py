"""Reads the body of a request, and says by the API's codes what is wrong with it.

Every problem is collected, so that one answer names them all. No member of a
request may be null by the vendor's document: one that is counts as missing where it is required, and is
invalid elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection

from providers.pachca.refusal import Problem, api_error, malformed, unprocessable
from providers.pachca.vocabulary import Code
from troth.jsontext import Json, NotJson
from troth.jsontext import read as read_json

INT32 = 2**31 - 1
INT64 = 2**63 - 1
"""Of the ids of chats, messages and threads: some of the vendor's examples do not fit 32 bits."""


class Fields:
    """The members of one object. What cannot be read is noted, and reads as a zero value until ``settle``."""

    def __init__(self, members: dict[str, Json], problems: list[Problem], where: str = "") -> None:
        self._members = members
        self._problems = problems
        self._where = where

    def settle(self) -> None:
        """
        Raises:
            Refused: something could not be read, here or in what was opened from here.
        """
        if self._problems:
            raise api_error(400, *self._problems)

    def has(self, name: str) -> bool:
        return self._members.get(name) is not None

    def require(self, *names: str) -> None:
        for name in names:
            if not self.has(name) and not self._noted(name):
                self._note(name, Code.REQUIRED)

    def inner(self, name: str) -> Fields:
        """The entity that wraps everything else: its members are named without it."""
        self.require(name)
        value = self._members.get(name)
        if value is not None and not isinstance(value, dict):
            self._note(name, Code.INVALID, value)
        self.settle()
        return Fields(value if isinstance(value, dict) else {}, self._problems)

    def text(self, name: str) -> str:
        """
        Raises:
            Refused: it holds a NUL, which JSON lets a text hold and a database does not.
        """
        value = self._value(name)
        if isinstance(value, str) and "\0" in value:
            raise unprocessable(self._where + name, Code.INVALID, value)
        if value is not None and not isinstance(value, str):
            self._note(name, Code.INVALID, value)
        return value if isinstance(value, str) else ""

    def id(self, name: str) -> int:
        """Of a chat, a message or a thread. That none has 0 is for those to say who look it up."""
        return self.number(name, most=INT64)

    def number(self, name: str, least: int = 0, most: int = INT32) -> int:
        value = self._value(name)
        if value is None:
            return 0
        number = _number(value, least, most)
        if number is None:
            self._note(name, Code.INVALID, value)
        return number or 0

    def flag(self, name: str) -> bool:
        value = self._value(name)
        if value is not None and not isinstance(value, bool):
            self._note(name, Code.INVALID, value)
        return value is True

    def choice(self, name: str, allowed: Collection[str], code: Code = Code.INCLUSION) -> str:
        """One of ``allowed``, in whatever case; empty if it was left out."""
        value = self._value(name)
        chosen = value.lower() if isinstance(value, str) else ""
        if value is not None and chosen not in allowed:
            self._note(name, code if isinstance(value, str) else Code.INVALID, value)
        return chosen if chosen in allowed else ""

    def numbers(self, name: str) -> list[int]:
        found = [_number(value) for value in self._list(name)]
        if None in found:
            self._note(name, Code.INVALID, self._members[name])
        return [number for number in found if number is not None]

    def objects(self, name: str) -> list[Fields]:
        return self._opened(self._list(name), name)

    def rows(self, name: str) -> list[list[Fields]]:
        """A list of lists of objects."""
        rows = self._list(name)
        if not all(isinstance(row, list) for row in rows):
            self._note(name, Code.INVALID, self._members[name])
        return [self._opened(row, name) for row in rows if isinstance(row, list)]

    def _opened(self, values: list[Json], name: str) -> list[Fields]:
        if not all(isinstance(value, dict) for value in values):
            self._note(name, Code.INVALID, self._members[name])
        where = f"{self._where}{name}."
        return [Fields(value, self._problems, where) for value in values if isinstance(value, dict)]

    def _value(self, name: str) -> Json:
        """The member; None where it was left out, or is null, which is noted."""
        value = self._members.get(name)
        if value is None and name in self._members and not self._noted(name):
            self._note(name, Code.INVALID)
        return value

    def _list(self, name: str) -> list[Json]:
        value = self._value(name)
        if value is not None and not isinstance(value, list) and not self._noted(name):
            self._note(name, Code.INVALID, value)
        return value if isinstance(value, list) else []

    def _note(self, name: str, code: Code, value: Json = None) -> None:
        self._problems.append(Problem(self._where + name, code, value))

    def _noted(self, name: str) -> bool:
        return any(problem.key == self._where + name for problem in self._problems)


def read_body(body: bytes) -> Fields:
    """
    Raises:
        Refused: it is not one JSON object.
    """
    try:
        document = read_json(body)
    except NotJson as error:
        raise malformed("base") from error
    if not isinstance(document, dict):
        raise malformed("base")
    return Fields(document, [])


def _number(value: Json, least: int = 0, most: int = INT32) -> int | None:
    """A whole number, which JSON Schema lets be written as 7.0; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if least <= value <= most and value == int(value) else None
