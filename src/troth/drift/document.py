"""A vendor's document, read as data: strict JSON, or YAML by the rules that YAML shares with JSON.

Nothing of it is ever built into an object: of the tags of YAML only those of JSON's own kinds are known,
a word such as ``on`` or a date stays the text that it is, and a key that stands twice is an error.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import yaml

from troth import jsontext
from troth.errors import BrokenFile
from troth.jsontext import Json

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same, more slowly
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

MAX_BYTES = 32 * 2**20
MAX_VALUES = 2_000_000
"""Values that a document may unfold to: an alias counts as much as what it stands for."""
MAX_DEPTH = jsontext.MAX_DEPTH

Pointer: TypeAlias = tuple[str, ...]
_Node: TypeAlias = "yaml.Node"
_TAG = "tag:yaml.org,2002:"
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


@dataclass(frozen=True)
class Document:
    """A document and where it came from: a file's path as a person would name it, or a URL."""

    name: str
    value: Json
    text: str

    def at(self, pointer: Pointer) -> Json:
        """The value at ``pointer``.

        Raises:
            LookupError: nothing is there.
        """
        value = self.value
        for part in pointer:
            value = _child(value, part)
        return value

    def place(self, pointer: Pointer) -> str:
        """``vendor.yaml:120``, or as near to it as can be told."""
        line = self.line(pointer)
        return f"{self.name}:{line}" if line is not None else self.name

    def line(self, pointer: Pointer) -> int | None:
        """The line, from 1, of what ``pointer`` leads to, or of the nearest thing around it."""
        node = self._root
        if node is None:
            return None
        line: int = node.start_mark.line + 1
        for part in pointer:
            found = _member(node, part)
            if found is None:
                return line
            line, node = found
        return line

    @functools.cached_property
    def _root(self) -> _Node | None:
        """JSON is YAML but for some escapes, so that its lines are found as those of YAML."""
        try:
            return yaml.compose(self.text, Loader=_Loader)
        except yaml.YAMLError:
            return None

    def broken(self, problem: str, pointer: Pointer = (), *, hint: str = "") -> BrokenFile:
        """What is wrong with the document at ``pointer``."""
        return BrokenFile(Path(self.name), problem, line=self.line(pointer), hint=hint)


def parse(content: bytes, name: str) -> Document:
    """Read a document.

    Raises:
        BrokenFile: it is too large, neither JSON nor YAML, or holds what JSON cannot.
    """
    if len(content) > MAX_BYTES:
        raise BrokenFile(Path(name), f"it has more than {MAX_BYTES // 2**20} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFile(Path(name), f"it is not UTF-8, at byte {error.start}") from error
    read = _json if text.lstrip()[:1] in ("{", "[") else _yaml
    return Document(name, read(text, name), text)


def _json(text: str, name: str) -> Json:
    try:
        return jsontext.read(text.encode())
    except jsontext.NotJson as error:
        line = re.search(r"at line (\d+)", str(error))
        raise BrokenFile(
            Path(name), f"it is not JSON: {error}", line=int(line[1]) if line else None
        ) from error


def _yaml(text: str, name: str) -> Json:
    try:
        _refuse_depth(text, name)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark is not None else None
        raise BrokenFile(Path(name), f"it is not YAML: {error.problem}", line=line) from error
    except yaml.YAMLError as error:
        raise BrokenFile(Path(name), f"it is not YAML: {error}") from error
    if node is None:
        raise BrokenFile(Path(name), "it is empty")
    return _Reading(name).value(node)


def _refuse_depth(text: str, name: str) -> None:
    """Before anything is built: the parser keeps its own stack, and the rest recurses."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            mark = event.start_mark
            line = mark.line + 1 if mark is not None else None
            raise BrokenFile(Path(name), f"it is nested deeper than {MAX_DEPTH}", line=line)


class _Reading:
    """Turns nodes into values, each node once: what an alias stands for is shared, never copied."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._done: dict[int, tuple[Json, int]] = {}
        self._open: set[int] = set()

    def value(self, node: _Node) -> Json:
        return self._read(node)[0]

    def _read(self, node: _Node) -> tuple[Json, int]:
        """The value, and how many values it holds."""
        known = self._done.get(id(node))
        if known is not None:
            return known
        if id(node) in self._open:
            raise self._broken(node, "an alias stands inside what it stands for")
        self._open.add(id(node))
        made = self._made(node)
        self._open.discard(id(node))
        if made[1] > MAX_VALUES:
            raise self._broken(node, f"it unfolds to more than {MAX_VALUES:,} values")
        self._done[id(node)] = made
        return made

    def _made(self, node: _Node) -> tuple[Json, int]:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode) and node.tag == f"{_TAG}seq":
            items = [self._read(child) for child in node.value]
            return [value for value, _ in items], 1 + sum(weight for _, weight in items)
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node), 1
        raise self._broken(node, f"the tag {node.tag} is none of JSON's kinds")

    def _mapping(self, node: yaml.MappingNode) -> tuple[Json, int]:
        if node.tag != f"{_TAG}map":
            raise self._broken(node, f"the tag {node.tag} is none of JSON's kinds")
        found: dict[str, Json] = {}
        merged: dict[str, Json] = {}
        weight = 1
        for key, child in node.value:
            value, more = self._read(child)
            weight += more
            if key.tag == f"{_TAG}merge":
                merged |= self._merged(key, value)
                continue
            name = self._key(key)
            if name in found:
                raise self._broken(key, f"the key {name!r} stands twice in one mapping")
            found[name] = value
        return {**merged, **found}, weight

    def _merged(self, key: _Node, value: Json) -> dict[str, Json]:
        """What ``<<`` brings in; of several mappings the first has the say."""
        mappings = value if isinstance(value, list) else [value]
        made: dict[str, Json] = {}
        for each in reversed(mappings):
            if not isinstance(each, dict):
                raise self._broken(key, "<< brings in what is no mapping")
            made |= each
        return made

    def _key(self, node: _Node) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._broken(node, "a key that is no text")
        # 200: and "200": are the same status.
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode) -> Json:
        """By the rules of YAML 1.2: no other word than true and false is a boolean, no date is a date."""
        text: str = node.value
        kind = node.tag.removeprefix(_TAG)
        match kind:
            case "str" | "timestamp" | "value":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true" if text.lower() in ("true", "false") else text
            case "int":
                return int(text) if _INT.fullmatch(text) and len(text) < 400 else text
            case "float":
                return float(text) if _FLOAT.fullmatch(text) and math.isfinite(float(text)) else text
            case _:
                raise self._broken(node, f"the tag {node.tag} is none of JSON's kinds")

    def _broken(self, node: _Node, problem: str) -> BrokenFile:
        return BrokenFile(Path(self._name), problem, line=node.start_mark.line + 1)


def _child(value: Json, part: str) -> Json:
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, list) and part.isdigit():
        return value[int(part)]
    raise LookupError(part)


def _member(node: _Node, part: str) -> tuple[int, _Node] | None:
    """The line of a member, which is that of its key, and its node."""
    for number, name, child in _members(node):
        if name == part:
            return number, child
    return None


def _members(node: _Node) -> Iterator[tuple[int, str, _Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield key.start_mark.line + 1, str(key.value), child
    elif isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield child.start_mark.line + 1, str(index), child
