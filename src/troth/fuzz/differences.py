"""Where two OpenAPI documents of one service differ in what they promise.

What is only for people (descriptions, examples, tags) is passed over, and so are servers and the version:
they are others wherever the service is deployed. References are followed, so that a component that has
another name is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from troth import jsontext
from troth.fuzz.document import METHODS, Document

_FOR_PEOPLE = frozenset(
    {"description", "summary", "title", "example", "examples", "externalDocs", "tags", "operationId"}
    | {"deprecated", "servers"}
)
_OF_NAMES = frozenset(
    {"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "mapping"}
    | {"responses", "headers", "content", "callbacks", "links", "encoding", "scopes"}
)
"""Members whose own members have names of the service's choice."""
_SETS = frozenset({"required", "enum", "type", "security"})
"""Lists without an order."""
_LONGEST = 100
_ABSENT = object()
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One place. ``expected`` is what the committed document has there, ``actual`` what the other one has."""

    operation: str
    path: str
    expected: str
    actual: str
    inside: str = field(default="", compare=False)
    """The place below the operation; that of a component as it is."""


def differences(committed: Document, served: Document) -> Iterator[Difference]:
    """All of them: operations that one has alone, then what differs in those of both."""
    ours, theirs = _operations(committed.content), _operations(served.content)
    for label in ours.keys() - theirs.keys():
        yield Difference(label, _place(ours[label][0]), "the operation", "none")
    for label in theirs.keys() - ours.keys():
        yield Difference(label, _place(theirs[label][0]), "none", "the operation")
    comparison = _Comparison(committed.content, served.content)
    for label in sorted(ours.keys() & theirs.keys()):
        yield from comparison.compare(label, *ours[label], theirs[label][1])


def _operations(content: Mapping[str, Any]) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Label to the place of an operation, and the operation with what it has of its path and document."""
    found: dict[str, tuple[Path, dict[str, Any]]] = {}
    for path, item in content.get("paths", {}).items():
        for method in METHODS:
            if isinstance(item, Mapping) and isinstance(own := item.get(method), Mapping):
                whole = {"security": content.get("security", []), **own}
                whole["parameters"] = [*item.get("parameters", []), *own.get("parameters", [])]
                found[f"{method.upper()} {path}"] = (("paths", path, method), whole)
    return found


def _place(path: Path) -> str:
    return jsontext.path_text(path)


class _Comparison:
    def __init__(self, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
        self._ours = ours
        self._theirs = theirs
        self._met: set[tuple[str, str]] = set()

    def compare(self, label: str, path: Path, ours: Any, theirs: Any) -> Iterator[Difference]:
        for place, expected, actual in self._walk(path, ours, theirs, names=False):
            inside = place[len(path) :] if place[: len(path)] == path else place
            yield Difference(label, _place(place), _shown(expected), _shown(actual), _place(inside))

    def _walk(self, path: Path, ours: Any, theirs: Any, *, names: bool) -> Iterator[tuple[Path, Any, Any]]:
        if (referred := self._referred(ours, theirs)) is not None:
            if referred in self._met:
                return
            self._met.add(referred)
            path = _path_of(referred[0]) or path
            ours, theirs = _resolved(self._ours, ours), _resolved(self._theirs, theirs)
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            yield from self._members(path, ours, theirs, names=names)
        elif isinstance(ours, list) and isinstance(theirs, list):
            yield from self._items(path, ours, theirs)
        elif jsontext.canonical(ours) != jsontext.canonical(theirs):
            yield path, ours, theirs

    def _referred(self, ours: Any, theirs: Any) -> tuple[str, str] | None:
        """The references of both, a text each, where one of them is one."""
        found = tuple(
            str(each["$ref"]) if isinstance(each, Mapping) and isinstance(each.get("$ref"), str) else ""
            for each in (ours, theirs)
        )
        return (found[0], found[1]) if any(found) else None

    def _members(
        self, path: Path, ours: Mapping[str, Any], theirs: Mapping[str, Any], *, names: bool
    ) -> Iterator[tuple[Path, Any, Any]]:
        for key in dict.fromkeys((*ours, *theirs)):
            if not names and (key in _FOR_PEOPLE or key.startswith("x-")):
                continue
            mine, other = ours.get(key, _ABSENT), theirs.get(key, _ABSENT)
            if mine is _ABSENT or other is _ABSENT:
                if (mine, other) not in (([], _ABSENT), (_ABSENT, [])):
                    yield (*path, key), mine, other
            elif not names and key == "parameters":
                yield from self._walk((*path, key), self._named(mine, 0), self._named(other, 1), names=True)
            elif not names and key in _SETS and isinstance(mine, list) and isinstance(other, list):
                if _canonical(mine) != _canonical(other):
                    yield (*path, key), mine, other
            else:
                yield from self._walk((*path, key), mine, other, names=not names and key in _OF_NAMES)

    def _items(self, path: Path, ours: list[Any], theirs: list[Any]) -> Iterator[tuple[Path, Any, Any]]:
        if len(ours) != len(theirs):
            yield path, ours, theirs
            return
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from self._walk((*path, index), mine, other, names=False)

    def _named(self, found: Any, side: int) -> Any:
        """Parameters by place and name: their order says nothing, and a later one comes before an earlier."""
        if not isinstance(found, list):
            return found
        whole = (_resolved((self._ours, self._theirs)[side], each) for each in found)
        return {f"{each.get('in')} {each.get('name')}": each for each in whole if isinstance(each, Mapping)}


def _path_of(reference: str) -> Path:
    return tuple(_unescaped(part) for part in reference.removeprefix("#/").split("/")) if reference else ()


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")


def _resolved(content: Mapping[str, Any], value: Any) -> Any:
    """``value``, or what it refers to in the document itself; a reference to elsewhere stays one."""
    for _ in range(10):
        if not (isinstance(value, Mapping) and str(value.get("$ref", "")).startswith("#/")):
            return value
        target: Any = content
        for part in _path_of(str(value["$ref"])):
            target = target.get(part) if isinstance(target, Mapping) else None
        value = target
    return value


def _canonical(found: list[Any]) -> list[str]:
    return sorted(jsontext.canonical(each) for each in found)


def _shown(value: Any) -> str:
    if value is _ABSENT:
        return "none"
    text = jsontext.canonical(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
