"""The one judge of a JSON document against a declared type.

Strict Pydantic alone is not one: it takes ``true`` for an IntEnum and lets a broken long form pass
as a short one. So a document is (1) read strictly, (2) validated against the branch of the type
that declares most of its keys, and (3) dumped again and compared, kind by kind, with what was sent.
"""

from __future__ import annotations

import enum
import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from troth import jsontext, walk
from troth.jsontext import Json, NotJson, Path

Side = Literal["request", "response"]


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One difference between what was agreed and what was sent.

    ``path`` is a JSON path (``$.status.id``) or a place outside the body (``status``,
    ``header Retry-After``, ``query wait``). ``actual`` never holds a value that is not safe.
    """

    operation: str
    side: Side
    path: str
    expected: str
    actual: str
    rule: str
    """Stable: see docs/findings.md."""

    def __str__(self) -> str:
        return f"{self.operation} {self.side} {self.path}: expected {self.expected}, got {self.actual} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mismatch that does not yet know its operation and side."""

    path: str
    expected: str
    actual: str
    rule: str

    def on(self, operation: str, side: Side) -> Mismatch:
        """The mismatch at its place."""
        return Mismatch(operation, side, self.path, self.expected, self.actual, self.rule)


class Adapter:
    """What the judge prepared once for a declared type."""

    __slots__ = ("_branches", "annotation")

    def __init__(self, annotation: object) -> None:
        self.annotation = annotation
        self._branches: dict[object, TypeAdapter[Any]] = {}

    def branch(self, value: Json) -> tuple[object, TypeAdapter[Any]]:
        """The branch that judges ``value`` and its validator."""
        bare, _, _ = walk.unwrapped(self.annotation)
        if value is None or len(walk.branches(bare)) == 1:
            chosen = self.annotation
        else:
            chosen, _ = walk.branch(bare, value)
        if chosen not in self._branches:
            self._branches[chosen] = TypeAdapter(chosen)
        return chosen, self._branches[chosen]


@functools.lru_cache(maxsize=1024)
def adapter(annotation: object) -> Adapter:
    """The prepared judge of a type; made once, since building a validator costs more than a call."""
    return Adapter(annotation)


def judge_body(annotation: object, body: bytes, *, closed: bool = False) -> tuple[Json, tuple[Problem, ...]]:
    """Judge a JSON body. Returns what was read and what is wrong with it.

    ``closed``: a key that the type does not declare is a problem (requests).
    """
    try:
        value = jsontext.read(body)
    except NotJson as error:
        shown = "an empty body" if not body else f"a body that is not JSON: {error}"
        return None, (Problem("$", "one JSON document", shown, "body-malformed"),)
    return value, judge_value(annotation, value, closed=closed)


def judge_value(annotation: object, value: Json, *, closed: bool = False) -> tuple[Problem, ...]:
    """What is wrong with a JSON value that was read strictly."""
    chosen, validator = adapter(annotation).branch(value)
    try:
        model = validator.validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        found = _from_pydantic(chosen, value, error)
    else:
        dumped = validator.dump_python(model, mode="json", by_alias=True, exclude_unset=True, warnings=False)
        found = tuple(_kind_changes(dumped, value, ()))
    undeclared = tuple(_undeclared(chosen, value)) if closed else ()
    return found + undeclared


def judge_text_values(model: type[BaseModel], values: dict[str, str], place: str) -> tuple[Problem, ...]:
    """Judge texts such as query parameters, which carry numbers and booleans as text.

    ``place`` names them in messages: ``query``, ``path``.
    """
    known = {walk.wire_name(name, info): info for name, info in model.model_fields.items()}
    extra = tuple(
        Problem(
            f"{place} {name}",
            "no such parameter",
            f"text of {len(values[name])} characters",
            "parameter-undeclared",
        )
        for name in values
        if name not in known
    )
    try:
        model.model_validate_strings(values, strict=False)
    except ValidationError as error:
        return extra + tuple(
            _text_problem(detail, values, place) for detail in error.errors(include_url=False)
        )
    return extra


def _text_problem(detail: ErrorDetails, values: dict[str, str], place: str) -> Problem:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    rule = "parameter-missing" if detail["type"] == "missing" else "parameter-value"
    shown = f"text of {len(values[name])} characters" if name in values else "nothing"
    return Problem(f"{place} {name}".strip(), _expected(detail), shown, rule)


def _from_pydantic(annotation: object, value: Json, error: ValidationError) -> tuple[Problem, ...]:
    """One problem for each place, its expectations joined: a union reports every member."""
    spots = {spot.path: spot for spot in walk.walk(annotation, value)}
    found: dict[str, Problem] = {}
    for detail in error.errors(include_url=False):
        path = real_path(value, detail["loc"])
        missing = path not in spots
        rule = _rule(detail, None if missing else spots[path].value, missing=missing)
        shown = "nothing" if missing else show(spots[path])
        text = jsontext.path_text(path)
        expected = _expected(detail)
        if text in found and expected not in found[text].expected:
            expected = f"{found[text].expected} or {expected}"
        found[text] = Problem(text, expected, shown, rule)
    return tuple(found.values())


def real_path(value: Json, loc: tuple[int | str, ...]) -> Path:
    """A Pydantic location less the names of union members and validators that it mixes in."""
    path: list[str | int] = []
    for index, part in enumerate(loc):
        if isinstance(value, dict) and isinstance(part, str):
            if part in value:
                path.append(part)
                value = value[part]
            elif index == len(loc) - 1:
                path.append(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            path.append(part)
            value = value[part]
    return tuple(path)


_RULES = {
    "missing": "field-missing",
    "enum": "field-enum",
    "literal_error": "field-enum",
    "value_error": "field-invalid",
    "assertion_error": "field-invalid",
    "string_pattern_mismatch": "field-constraint",
    "extra_forbidden": "field-undeclared",
}


def _rule(detail: ErrorDetails, value: Json, *, missing: bool) -> str:
    kind_of_error = detail["type"]
    if missing:
        return "field-missing"
    if value is None:
        return "field-null"
    if kind_of_error in ("enum", "literal_error") and jsontext.kind(value) not in _kinds_of(detail):
        return "field-type"
    if kind_of_error in _RULES:
        return _RULES[kind_of_error]
    return "field-type" if kind_of_error.endswith(("_type", "_parsing")) else "field-constraint"


def _kinds_of(detail: ErrorDetails) -> set[str]:
    # Pydantic lists the members as text: quoted ones are strings, the others integers.
    expected = str((detail.get("ctx") or {}).get("expected", ""))
    return {"string"} if "'" in expected else {"integer"}


def _expected(detail: ErrorDetails) -> str:
    context = detail.get("ctx") or {}
    match detail["type"]:
        case "missing":
            return "this field"
        case "enum" | "literal_error":
            return f"one of {context['expected']}"
        case "string_pattern_mismatch":
            return f"text that matches {context['pattern']}"
    message = detail["msg"]
    return message.removeprefix("Input should be ").removeprefix("a valid ").removeprefix("Value error, ")


def show(spot: walk.Spot) -> str:
    """A value as a message may show it: whole where it is safe, else its kind and size."""
    value = spot.value
    if isinstance(value, str):
        return (
            json.dumps(value, ensure_ascii=False)[:200]
            if spot.safe
            else f"a string of {len(value)} characters"
        )
    if isinstance(value, dict | list):
        return f"an {jsontext.kind(value)} of {len(value)}"
    return json.dumps(value) if spot.safe else f"a value of kind {jsontext.kind(value)}"


def _kind_changes(read: object, sent: Json, path: Path) -> Iterator[Problem]:
    if isinstance(read, dict) and isinstance(sent, dict):
        for key in read.keys() & sent.keys():
            yield from _kind_changes(read[key], sent[key], (*path, key))
    elif isinstance(read, list) and isinstance(sent, list) and len(read) == len(sent):
        for index, pair in enumerate(zip(read, sent, strict=True)):
            yield from _kind_changes(*pair, (*path, index))
    elif not _faithful(read, sent):
        expected = jsontext.kind(read.value if isinstance(read, enum.Enum) else read)
        yield Problem(
            jsontext.path_text(path), expected, f"a value of kind {jsontext.kind(sent)}", "field-type"
        )


def _faithful(read: object, sent: Json) -> bool:
    kinds = jsontext.kind(read), jsontext.kind(sent)
    return kinds[0] == kinds[1] or kinds == ("number", "integer")


def _undeclared(annotation: object, value: Json) -> Iterator[Problem]:
    for spot in walk.walk(annotation, value):
        if spot.path and not spot.declared and isinstance(spot.path[-1], str):
            parent = spot.path[:-1]
            if _is_declared(annotation, value, parent):
                text = jsontext.path_text(spot.path)
                yield Problem(
                    text, "no such field", f"a value of kind {jsontext.kind(spot.value)}", "field-undeclared"
                )


def _is_declared(annotation: object, value: Json, path: Path) -> bool:
    return any(spot.path == path and spot.declared for spot in walk.walk(annotation, value))
