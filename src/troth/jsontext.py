"""JSON as the wire has it: one strict reading, the names of its kinds, and its paths.

Python's own reading forgives what a service must not send (duplicate keys, NaN, a byte-order mark),
and Python's ``==`` says that ``True`` is ``1``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, "list[Json]", "dict[str, Json]", None]
Path: TypeAlias = tuple[str | int, ...]

MAX_DEPTH = 200


class NotJson(ValueError):
    """Why a text is not the JSON that a service may send."""


def read(body: bytes) -> Json:
    """Read ``body`` as one JSON document, strictly.

    Raises:
        NotJson: not UTF-8, a byte-order mark, duplicate keys, NaN, Infinity, a number beyond a
            double, half of a surrogate pair, trailing text, or nested deeper than ``MAX_DEPTH``.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8 at byte {error.start}") from error
    if text.startswith("\ufeff"):
        raise NotJson("it starts with a byte-order mark")
    try:
        value: Json = _DECODER.decode(text)
        if text.count("[") + text.count("{") > MAX_DEPTH:
            _refuse_depth(value, 0)
    except RecursionError as error:
        raise NotJson(f"nested deeper than {MAX_DEPTH}") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"{error.msg} at line {error.lineno}, column {error.colno}") from error
    if "\\u" in text:
        _refuse_lone_surrogates(value)
    return value


def _refuse_lone_surrogates(value: Json) -> None:
    try:
        canonical(value).encode()
    except UnicodeEncodeError as error:
        raise NotJson("it holds half of a surrogate pair") from error


def _pairs(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJson(f"the key {_first_repeated(pairs)!r} stands twice in one object")
    return found


def _first_repeated(pairs: list[tuple[str, Json]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    raise AssertionError("no name stands twice")


def _constant(name: str) -> Json:
    raise NotJson(f"{name} is not JSON")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson("a number is beyond what a double holds")
    return number


def _int(text: str) -> int:
    if len(text) > 400:
        raise NotJson("an integer has more than 400 digits")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_constant=_constant, parse_float=_float, parse_int=_int
)


def _refuse_depth(value: Json, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotJson(f"nested deeper than {MAX_DEPTH}")
    children: Iterable[Json] = ()
    if isinstance(value, dict):
        children = value.values()
    elif isinstance(value, list):
        children = value
    for child in children:
        if isinstance(child, dict | list):
            _refuse_depth(child, depth + 1)


_KINDS: Mapping[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    dict: "object",
    list: "array",
}


def kind(value: object) -> str:
    """The JSON name of a value's kind: null, boolean, integer, number, string, array, object."""
    known = _KINDS.get(type(value))
    if known is not None:
        return known
    # Subclasses come last, bool before int: an enum's member, a tuple, a mapping that is no dict.
    for python, name in ((int, "integer"), (float, "number"), (str, "string"), (Mapping, "object")):
        if isinstance(value, python):
            return name
    return "array" if isinstance(value, Sequence) else type(value).__name__


def canonical(value: Json) -> str:
    """One text for equal JSON: keys sorted, and 1, 1.0, true and "1" kept apart."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def path_text(path: Path) -> str:
    """``("a", 0, "b c")`` as ``$.a[0]['b c']``."""
    return "$" + "".join(_part(part) for part in path)


def _part(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    return f".{part}" if part.isidentifier() else f"[{json.dumps(part, ensure_ascii=False)}]"


def at(value: Json, path: Path) -> Json:
    """The value at ``path``.

    Raises:
        LookupError: nothing is there.
    """
    for part in path:
        value = _child(value, part, path)
    return value


def _child(value: Json, part: str | int, path: Path) -> Json:
    try:
        if isinstance(part, int) and isinstance(value, list):
            return value[part]
        if isinstance(part, str) and isinstance(value, dict):
            return value[part]
    except LookupError:
        raise LookupError(path_text(path)) from None
    raise LookupError(path_text(path))


def put(value: Json, path: Path, new: Json) -> Json:
    """A copy of ``value`` with ``new`` at ``path``."""
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(head, int) and isinstance(value, list):
        return [put(item, rest, new) if index == head else item for index, item in enumerate(value)]
    if isinstance(head, str) and isinstance(value, dict):
        return {**value, head: put(value.get(head), rest, new)}
    raise LookupError(path_text(path))
