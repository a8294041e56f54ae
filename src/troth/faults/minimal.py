"""The smallest answer that a contract allows, for what no recording backs."""

from __future__ import annotations

import enum
import json
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

import annotated_types

from troth import walk
from troth.api import Anything, Api, Empty, Operation, Text, body_type
from troth.exchange import Exchange, Headers, Request, Response
from troth.fields import Stand
from troth.jsontext import Json
from troth.verdict import judged

_CHOICES = 24
"""How many members of each enum are tried, since the rules of a model may tie one to the status."""
_DEPTH = 12


class _Endless(Exception):
    """The type holds itself, and must."""


def minimal(api: Api, operation: Operation, status: int, request: Request) -> Response | None:
    """A small answer of ``operation`` with ``status``; None where none is declared or none could be made."""
    answer = operation.answers.get(status)
    if answer is None:
        return None
    headers = Headers.of({"Content-Type": answer.content_type})
    bodies = _bodies(answer.forms(), status, request)
    made = (Response(status, headers if body else Headers(), body) for body in bodies)
    return next((each for each in made if _allowed(api, operation, request, each)), None)


def _bodies(forms: tuple[object, ...], status: int, request: Request) -> Iterator[bytes]:
    if any(form is Empty for form in forms):
        yield b""
    if any(form is Anything or isinstance(form, Text) for form in forms):
        yield _phrase(status).encode()
        return
    typed = tuple(form for form in forms if form is not Empty)
    if not typed:
        return
    annotation = body_type(typed, request)
    for choice in range(_CHOICES):
        try:
            document = _Maker(choice, status).value(annotation, (), 0)
        except _Endless:
            return
        yield json.dumps(document, ensure_ascii=False).encode()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status {status}"


def _allowed(api: Api, operation: Operation, request: Request, response: Response) -> bool:
    """Whether the contract allows the body. Of headers, and of what the request said, nothing is asked."""
    alone = replace(operation, echoes=(), conditions=(), answers=_without_headers(operation))
    wrong = judged((alone, {}), api.local_path(request.url), Exchange(request, response))
    return not any(each.side == "response" for each in wrong)


def _without_headers(operation: Operation) -> Mapping[int, typing.Any]:
    return {status: replace(answer, headers={}) for status, answer in operation.answers.items()}


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes values of a declared type: required members alone, null where it may be."""

    choice: int
    status: int

    def value(self, annotation: object, marks: tuple[object, ...], depth: int) -> Json:
        """The smallest value of ``annotation``."""
        bare, nullable, own = walk.unwrapped(annotation)
        marks = (*marks, *own)
        if nullable:
            return None
        if depth > _DEPTH:
            raise _Endless
        first = walk.branches(bare)[0]
        if first != bare:  # equal and not the same: branches are cached by equality
            return self.value(first, marks, depth)
        if walk.is_model(bare):
            members = walk.members(bare).items()
            return {
                name: self.value(kind, inner, depth + 1) for name, (kind, inner, needed) in members if needed
            }
        if walk.is_list(bare):
            return [self.value(walk.item(bare), (), depth + 1)] * _least(marks)
        return self._closed(bare, marks)

    def _closed(self, bare: object, marks: tuple[object, ...]) -> Json:
        members = closed_values(bare)
        if members:
            return members[self.choice % len(members)]
        if bare is bool:
            return False
        if bare is int or bare is float:
            return self._number(marks)
        if bare is str:
            return self._text(marks)
        return {}

    def _number(self, marks: tuple[object, ...]) -> int:
        # Numbers in the answer of a failure are mostly its status.
        wanted = self.status if self.status >= 400 else 1
        for mark in _constraints(marks):
            if isinstance(mark, annotated_types.Ge) and isinstance(mark.ge, int):
                wanted = max(wanted, mark.ge)
            if isinstance(mark, annotated_types.Le) and isinstance(mark.le, int):
                wanted = min(wanted, mark.le)
        return wanted

    def _text(self, marks: tuple[object, ...]) -> str:
        stand = next((mark for mark in marks if isinstance(mark, Stand)), None)
        return stand.text(1) if stand is not None else _phrase(self.status)


def closed_values(annotation: object) -> tuple[Json, ...]:
    """The members of an enum or of a Literal, in their JSON; of any other type none."""
    if isinstance(annotation, type) and issubclass(annotation, enum.Enum):
        return tuple(member.value for member in annotation)
    if typing.get_origin(annotation) is typing.Literal:
        return tuple(
            each.value if isinstance(each, enum.Enum) else each for each in typing.get_args(annotation)
        )
    return ()


def _least(marks: tuple[object, ...]) -> int:
    found = (mark.min_length for mark in _constraints(marks) if isinstance(mark, annotated_types.MinLen))
    return max(found, default=0)


def _constraints(marks: tuple[object, ...]) -> Iterator[object]:
    for mark in marks:
        yield from getattr(mark, "metadata", None) or (mark,)
