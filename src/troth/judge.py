"""The one judge of a JSON document against a declared type.

Strict Pydantic alone is not one: it takes ``true`` for an IntEnum and lets a broken long form pass
as a short one. So a document is (1) read strictly, (2) validated against the branch of the type
that declares most of its keys, wherever a union stands, and (3) dumped again and compared, kind by
kind, with what was sent.
"""

from __future__ import annotations

import enum
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, cast

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from troth import jsontext, walk
from troth.fields import SafeMark
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
        place = f"{self.operation} {self.side} {self.path}"
        return f"{place}: expected {self.expected}, got {self.actual} [{self.rule}]"


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


_WORDS = re.compile(r"[A-Za-z][A-Za-z_ -]{0,39}")
"""What may be shown of a text or a key that nobody declared: a few words, as a new one would be."""


class Branch:
    """One type without alternatives at its root, and what reads it."""

    __slots__ = ("annotation", "unions", "validator")

    def __init__(self, annotation: object) -> None:
        self.annotation = annotation
        self.validator: TypeAdapter[Any] = TypeAdapter(cast(Any, annotation))
        self.unions = walk.holds_model_union(annotation)


class Adapter:
    """What the judge prepared once for a declared type."""

    __slots__ = ("_alternatives", "_branches", "annotation")

    def __init__(self, annotation: object) -> None:
        self.annotation = annotation
        bare, _, _ = walk.unwrapped(annotation)
        self._alternatives = bare if len(walk.branches(bare)) > 1 else None
        self._branches: dict[object, Branch] = {}

    def branch(self, value: Json) -> Branch:
        """The branch that judges ``value``."""
        chosen = self.annotation
        if self._alternatives is not None and value is not None:
            chosen, _ = walk.branch(self._alternatives, value)
        if chosen not in self._branches:
            self._branches[chosen] = Branch(chosen)
        return self._branches[chosen]


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
    return value, _judged(annotation, value, body, closed=closed)


def judge_value(annotation: object, value: Json, *, closed: bool = False) -> tuple[Problem, ...]:
    """What is wrong with a JSON value that was read strictly."""
    return _judged(annotation, value, json.dumps(value), closed=closed)


_Found: TypeAlias = dict[Path, Problem]


def _judged(annotation: object, value: Json, text: str | bytes, *, closed: bool) -> tuple[Problem, ...]:
    branch = adapter(annotation).branch(value)
    found = _read_back(branch, value, text, ())
    if branch.unions:
        found = _by_branches(branch, value, found)
    undeclared = tuple(_undeclared(branch.annotation, value)) if closed else ()
    return (*_placed(branch.annotation, value, found), *undeclared)


def _placed(annotation: object, value: Json, found: _Found) -> Iterator[Problem]:
    """The problems, at paths that may be shown."""
    spots = {spot.path: spot for spot in walk.walk(annotation, value)} if found else {}
    for path, problem in found.items():
        yield replace(problem, path=jsontext.path_text(shown_path(spots, path)))


def shown_path(spots: Mapping[Path, walk.Spot], path: Path) -> Path:
    """A path without the keys that are data: those of a ``dict``, and undeclared ones."""
    return tuple(_shown_part(spots.get(path[:index]), part) for index, part in enumerate(path))


def _shown_part(above: walk.Spot | None, part: str | int) -> str | int:
    if isinstance(part, int) or _WORDS.fullmatch(part):
        return part
    declared = (
        {walk.wire_name(name, info) for name, info in above.annotation.model_fields.items()}
        if above is not None and walk.is_model(above.annotation)
        else set()
    )
    return part if part in declared else "*"


def _read_back(branch: Branch, value: Json, text: str | bytes, path: Path) -> _Found:
    """Read ``text`` into the type and compare what it made of it; ``value`` stands at ``path``."""
    validator = branch.validator
    try:
        # A field goes by its wire name only: populate_by_name is for those who build models.
        model = validator.validate_json(text, strict=True, by_alias=True, by_name=False)
    except ValidationError as error:
        return _from_pydantic(branch.annotation, value, error, path)
    dumped = validator.dump_python(model, mode="json", by_alias=True, exclude_unset=True, warnings=False)
    return dict(_kind_changes(dumped, value, path))


def _by_branches(branch: Branch, value: Json, found: _Found) -> _Found:
    """Judge each object under a union inside the document by the member that it means to be."""
    for spot in walk.walk(branch.annotation, value):
        if spot.union and spot.path and walk.is_model(spot.annotation) and isinstance(spot.value, dict):
            own = _read_back(
                adapter(spot.annotation).branch(spot.value), spot.value, json.dumps(spot.value), spot.path
            )
            if own:
                found = {
                    path: problem for path, problem in found.items() if path[: len(spot.path)] != spot.path
                }
                found.update(own)
    return found


def judge_text_values(
    model: type[BaseModel], values: Mapping[str, str | list[str]], place: str
) -> tuple[Problem, ...]:
    """Judge texts such as query parameters, which carry numbers and booleans as text.

    ``place`` names them in messages: ``query``, ``path``. A parameter that came more than once is a
    list, which only a field that takes a list accepts.
    """
    known = {walk.wire_name(name, info): info for name, info in model.model_fields.items()}
    extra = tuple(
        Problem(
            f"{place} {name}",
            "no such parameter",
            _text_shown(values[name]),
            "parameter-undeclared",
        )
        for name in values
        if name not in known
    )
    try:
        _read_texts(model, values)
    except ValidationError as error:
        return extra + tuple(
            _text_problem(detail, values, place) for detail in error.errors(include_url=False)
        )
    return extra


def _read_texts(model: type[BaseModel], values: Mapping[str, str | list[str]]) -> None:
    lists = {key for key, (kind, _, _) in walk.members(model).items() if walk.is_list(kind)}
    if not lists and all(isinstance(value, str) for value in values.values()):
        model.model_validate_strings(values, strict=False, by_alias=True, by_name=False)
        return
    # Reading from strings knows no lists; reading leniently does, and takes numbers as text as well.
    whole = {
        key: [value] if key in lists and isinstance(value, str) else value for key, value in values.items()
    }
    model.model_validate(whole, strict=False, by_alias=True, by_name=False)


def _text_problem(detail: ErrorDetails, values: Mapping[str, str | list[str]], place: str) -> Problem:
    name = str(detail["loc"][0]) if detail["loc"] else ""
    rule = "parameter-missing" if detail["type"] == "missing" else "parameter-value"
    shown = _text_shown(values[name]) if name in values else "nothing"
    return Problem(f"{place} {name}".strip(), _expected(detail), shown, rule)


def _text_shown(value: str | list[str]) -> str:
    return f"text of {len(value)} characters" if isinstance(value, str) else f"{len(value)} values"


def _from_pydantic(annotation: object, value: Json, error: ValidationError, base: Path) -> _Found:
    """One problem for each place, its expectations joined: a union reports every member."""
    spots = {spot.path: spot for spot in walk.walk(annotation, value)}
    found: _Found = {}
    for detail in error.errors(include_url=False):
        missing = detail["type"] == "missing"
        place = real_path(value, detail["loc"], missing=missing)
        rule = _rule(detail, None if missing else spots[place].value, missing=missing)
        shown = "nothing" if missing else show(spots[place])
        path = (*base, *place)
        expected = _expected(detail)
        if path in found and expected not in found[path].expected:
            expected = f"{found[path].expected} or {expected}"
        found[path] = Problem(jsontext.path_text(path), expected, shown, rule)
    return found


def real_path(value: Json, loc: tuple[int | str, ...], *, missing: bool = False) -> Path:
    """A Pydantic location less the names of union members and validators that it mixes in.

    ``missing``: its last part is a key that the document does not have.
    """
    path: list[str | int] = []
    for index, part in enumerate(loc):
        if isinstance(value, dict) and isinstance(part, str):
            if part in value:
                path.append(part)
                value = value[part]
            elif missing and index == len(loc) - 1:
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
    kinds = {"string"} if "'" in expected else set()
    return kinds | ({"integer"} if re.search(r"\d", re.sub(r"'[^']*'", "", expected)) else set())


def _expected(detail: ErrorDetails) -> str:
    context = detail.get("ctx") or {}
    match detail["type"]:
        case "missing":
            return "this field"
        case "enum" | "literal_error":
            return f"one of {_shortened(str(context['expected']))}"
        case "string_pattern_mismatch":
            return f"text that matches {context['pattern']}"
    message = detail["msg"]
    return message.removeprefix("Input should be ").removeprefix("a valid ").removeprefix("Value error, ")


def _shortened(text: str) -> str:
    """A long list of members, cut at one of them."""
    return text if len(text) <= _LONGEST_LIST else text[:_LONGEST_LIST].rpartition(", ")[0] + ", …"


_LONGEST_LIST = 400


def show(spot: walk.Spot) -> str:
    """A value as a message may show it: whole where it is safe, else its kind and size.

    A type with a closed set of values makes its members safe, not what came instead of one: of that
    only a few words are shown, as a new member would be.
    """
    value = spot.value
    if isinstance(value, str):
        shown = spot.safe and (_is_marked(spot) or _WORDS.fullmatch(value) is not None)
        whole = json.dumps(value, ensure_ascii=False)[:200]
        return whole if shown else f"a string of {len(value)} characters"
    if isinstance(value, dict | list):
        return f"an {jsontext.kind(value)} of {len(value)}"
    return json.dumps(value) if spot.safe else f"a value of kind {jsontext.kind(value)}"


def _is_marked(spot: walk.Spot) -> bool:
    return any(isinstance(mark, SafeMark) for mark in spot.marks)


def _kind_changes(read: object, sent: Json, path: Path) -> Iterator[tuple[Path, Problem]]:
    if read is sent:
        return
    if isinstance(read, dict) and isinstance(sent, dict):
        for key, child in sent.items():
            if key in read:
                yield from _kind_changes(read[key], child, (*path, key))
    elif isinstance(read, list) and isinstance(sent, list) and len(read) == len(sent):
        for index, pair in enumerate(zip(read, sent, strict=True)):
            yield from _kind_changes(*pair, (*path, index))
    elif type(read) is not type(sent) and not _faithful(read, sent):
        expected = jsontext.kind(read.value if isinstance(read, enum.Enum) else read)
        shown = f"a value of kind {jsontext.kind(sent)}"
        yield path, Problem(jsontext.path_text(path), expected, shown, "field-type")


def _faithful(read: object, sent: Json) -> bool:
    kinds = jsontext.kind(read), jsontext.kind(sent)
    return kinds[0] == kinds[1] or kinds == ("number", "integer")


def _undeclared(annotation: object, value: Json) -> Iterator[Problem]:
    """The keys that a model was sent and does not declare; below ``dict`` and ``Any`` nothing is asked."""
    models: set[Path] = set()
    spots = {spot.path: spot for spot in walk.walk(annotation, value)}
    for spot in spots.values():
        if walk.is_model(spot.annotation):
            models.add(spot.path)
        if spot.path and not spot.declared and spot.path[:-1] in models:
            shown = f"a value of kind {jsontext.kind(spot.value)}"
            place = jsontext.path_text(shown_path(spots, spot.path))
            yield Problem(place, "no such field", shown, "field-undeclared")
