"""The language of ``filter`` in lists: ``state = ENABLED AND NOT name: "old"``.

``OR`` binds closer than ``AND``, and a space is an ``AND``. A field is named as the answer has it, with dots
between levels. Source: docs, sorting-and-filtering.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from providers.kms.refusal import Refused, invalid
from troth.jsontext import Json

Resource = dict[str, Json]
Test = Callable[[Resource], bool]

_LONGEST = 2048
_DEEPEST = 20
_TOKEN = re.compile(
    r'\s*(?:("(?:[^"\\]|\\.)*")'
    r"|(!=|<=|=>|>=|[=<>:()]|-(?=[\w(]))"
    r'|([0-9]{4}-[0-9]{2}-[0-9]{2}T[^\s()"]+|[^\s"=<>:()!]+))'
)
"""A quoted text, a sign, or a word; a time is a word with colons."""
_COMPARED: dict[str, Callable[[str, str], bool]] = {
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    "<": lambda have, want: have < want,
    "<=": lambda have, want: have <= want,
    ">": lambda have, want: have > want,
    ">=": lambda have, want: have >= want,
    "=>": lambda have, want: have >= want,
    ":": lambda have, want: want.lower() in have.lower(),
}


def read_filter(text: str, fields: frozenset[str]) -> Test:
    """What decides whether a resource, as it is answered, is listed. ``fields`` are the names at its root.

    Raises:
        Refused: it is no expression, or names another field.
    """
    if not text.strip():
        return lambda _: True
    if len(text) > _LONGEST:
        raise _malformed()
    return _Reader(_tokens(text), fields).all()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    quoted: bool = False

    def is_(self, *words: str) -> bool:
        return not self.quoted and self.text in words


_END = _Token("")


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise _malformed()
        quoted, sign, word = match.groups()
        found.append(
            _Token(re.sub(r"\\(.)", r"\1", quoted[1:-1]), quoted=True) if quoted else _Token(sign or word)
        )
        at = match.end()
    return found


class _Reader:
    """Reads tokens from the left."""

    def __init__(self, tokens: list[_Token], fields: frozenset[str]) -> None:
        self._tokens = tokens
        self._fields = fields
        self._at = 0
        self._depth = 0

    def all(self) -> Test:
        test = self._conjunction()
        if self._at < len(self._tokens):
            raise _malformed()
        return test

    def _conjunction(self) -> Test:
        tests = [self._alternatives()]
        while self._next() is not _END and not self._next().is_(")"):
            self._take("AND")
            tests.append(self._alternatives())
        return lambda resource: all(test(resource) for test in tests)

    def _alternatives(self) -> Test:
        tests = [self._term()]
        while self._take("OR"):
            tests.append(self._term())
        return lambda resource: any(test(resource) for test in tests)

    def _term(self) -> Test:
        if self._take("NOT", "-"):
            test = self._plain()
            return lambda resource: not test(resource)
        return self._plain()

    def _plain(self) -> Test:
        if not self._take("("):
            return self._comparison()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _malformed()
        test = self._conjunction()
        if not self._take(")"):
            raise _malformed()
        self._depth -= 1
        return test

    def _comparison(self) -> Test:
        field, sign, value = self._word(), self._word(), self._word()
        path = field.text.split(".")
        if field.quoted or path[0] not in self._fields or sign.quoted or sign.text not in _COMPARED:
            raise _malformed()
        if not value.quoted and (value.text in _COMPARED or value.is_("(", ")", "AND", "OR", "NOT", "-")):
            raise _malformed()
        return lambda resource: _holds(_found(resource, path), sign.text, value.text)

    def _word(self) -> _Token:
        found = self._next()
        if found is _END:
            raise _malformed()
        self._at += 1
        return found

    def _next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self, *words: str) -> bool:
        taken = self._next().is_(*words)
        self._at += taken
        return taken


def _found(resource: Resource, path: list[str]) -> str:
    """What stands there as text; empty for what is left out."""
    at: Json = resource
    for name in path:
        at = at.get(name) if isinstance(at, dict) else None
    if isinstance(at, bool):
        return str(at).lower()
    return str(at) if isinstance(at, str | int) else ""


def _holds(have: str, sign: str, want: str) -> bool:
    times = _time(have), _time(want)
    return _COMPARED[sign](*times) if sign != ":" and all(times) else _COMPARED[sign](have, want)


def _time(text: str) -> str:
    """A time with an offset in UTC, so that texts are in the order of times; empty for any other text."""
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(UTC).isoformat(timespec="microseconds") if found.tzinfo is not None else ""
    except (OverflowError, ValueError):
        return ""


def _malformed() -> Refused:
    return invalid("filter is not an expression over the fields of what is listed.")
