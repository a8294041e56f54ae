"""The line of an OpenAPI document that an answer breaks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from troth.fuzz.document import Document
from troth.jsontext import Json

Pointer: TypeAlias = tuple[str | int, ...]
_LONGEST = 100
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_RESPONSES = "responses"


class Lines:
    """Where the parts of a document stand. The file is read when the first place is asked for.

    ``root`` is the folder of the workspace. A document that is no file of it, or has changed since it was
    read, has no lines: its places are told as JSON pointers.
    """

    def __init__(self, document: Document, root: Path) -> None:
        self._document = document
        self._file = root / document.place

    def told(self, pointer: Pointer) -> str:
        """``contracts/campus/openapi.json:12: "type": "integer"``; only the file where there is no place."""
        if not pointer:
            return self._document.place
        found = self._line(pointer)
        if found is None:
            return f"{self._document.place}#{''.join(map(_escaped, pointer))}"
        number, text = found
        return f"{self._document.place}:{number}: {text}"

    def _line(self, pointer: Pointer) -> tuple[int, str] | None:
        node, line = self._root, None
        for part in pointer:
            step = _child(node, part)
            if step is None:
                return None
            node, line = step
        if line is None:
            return None
        return line + 1, self._texts[line].strip().rstrip(",")[:_LONGEST]

    @cached_property
    def _texts(self) -> Sequence[str]:
        return self._text.split("\n")

    @cached_property
    def _text(self) -> str:
        try:
            return self._file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return ""

    @cached_property
    def _root(self) -> yaml.Node | None:
        """JSON is YAML but for surrogates. PyYAML keeps the line of each part, and json does not."""
        try:
            return yaml.compose(_SURROGATE.sub(r"\\u003f", self._text), Loader=yaml.CSafeLoader)
        except yaml.YAMLError:
            return None


def _child(node: yaml.Node | None, part: str | int) -> tuple[yaml.Node, int] | None:
    """What stands at a key or an index, and the line on which it begins: that of its key."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return value, key.start_mark.line
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line
    return None


def _escaped(part: str | int) -> str:
    return "/" + str(part).replace("~", "~0").replace("/", "~1")


def followed(content: Mapping[str, Any], path: Sequence[str | int]) -> Pointer:
    """``path`` as the document itself has it: every $ref on the way is followed.

    It ends where the document has nothing further, so that it always names a part of it.
    """
    pointer: Pointer = ()
    for part in path:
        pointer = _target(content, pointer)
        if not _holds(at(content, pointer), part):
            break
        pointer = (*pointer, part)
    return pointer


def _holds(here: Json, part: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(part, int) and part < len(here)
    return isinstance(here, dict) and part in here


def _target(content: Mapping[str, Any], pointer: Pointer) -> Pointer:
    """Where a reference leads, however often."""
    seen = {pointer}
    here = at(content, pointer)
    while isinstance(here, Mapping) and isinstance(reference := here.get("$ref"), str):
        if not reference.startswith("#/"):
            return pointer
        parts = reference[2:].split("/")
        pointer = tuple(part.replace("~1", "/").replace("~0", "~") for part in parts)
        if pointer in seen:
            return pointer
        seen.add(pointer)
        here = at(content, pointer)
    return pointer


def at(content: Mapping[str, Any], pointer: Pointer) -> Json:
    """What stands at a place of the document; None where nothing does."""
    here: Any = content
    for part in pointer:
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return None
    found: Json = here
    return found


def operation_at(label: str) -> Pointer:
    """The place of an operation, by its label ``GET /books``."""
    method, _, path = label.partition(" ")
    return ("paths", path, method.lower())


def answer_at(content: Mapping[str, Any], label: str, status: int) -> Pointer:
    """The place of what an operation is declared to answer with ``status``; of all its answers, where it is
    declared to answer nothing of the kind."""
    answers = followed(content, (*operation_at(label), _RESPONSES))
    declared = at(content, answers)
    for key in (str(status), f"{status // 100}XX", "default"):
        if isinstance(declared, Mapping) and key in declared:
            return _target(content, (*answers, key))
    return answers


def schema_at(content: Mapping[str, Any], label: str, status: int, media: str) -> Pointer:
    """The place of the schema of a body; of the answer, where there is none for its media type."""
    answer = answer_at(content, label, status)
    declared = at(content, followed(content, (*answer, "content")))
    if not isinstance(declared, Mapping) or not declared:
        return answer
    wanted = media.partition(";")[0].strip().lower()
    key = next((each for each in declared if each.lower() == wanted), next(iter(declared)))
    return followed(content, (*answer, "content", key, "schema"))
