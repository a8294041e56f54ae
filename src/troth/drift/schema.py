"""Reads a schema of a document into its shape: OpenAPI 3.0 and 3.1, and Google's discovery.

References are followed within the document only. What the reading does not understand becomes a doubt,
which is told as *could not compare*, never a guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import unquote

from troth import jsontext
from troth.drift.document import Document, Pointer
from troth.drift.shape import ALL_KINDS, ANYTHING, LIMITS, Form, Part, Schema, Shape, both, either, unknown
from troth.jsontext import Json

MAX_NESTING = 120
"""Schemas that may stand in one another without a property or an item between them."""

_UNREAD = (
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contains",
    "prefixItems",
    "$dynamicRef",
    "$recursiveRef",
)
_OBJECT = ("properties", "required", "additionalProperties")
_KINDS: Mapping[str, frozenset[str]] = {
    **{kind: frozenset({kind}) for kind in ALL_KINDS},
    "number": frozenset({"integer", "number"}),
    "any": ALL_KINDS,
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """In what the ways of writing a schema differ."""

    nullable: bool = False
    """The keyword ``nullable`` says that null may stand there."""
    siblings: bool = True
    """What stands beside a ``$ref`` holds as well."""
    named_refs: bool = False
    """A ``$ref`` is the name of a schema, and no pointer."""
    presence: bool = True
    """The document says which fields are always there, and which may be null."""


OPENAPI_30 = Dialect(nullable=True, siblings=False)
OPENAPI_31 = Dialect()
DISCOVERY = Dialect(siblings=False, named_refs=True, presence=False)


class Reader:
    """The schemas of one document."""

    def __init__(self, document: Document, dialect: Dialect) -> None:
        self.document = document
        self.dialect = dialect
        self._referred: dict[Pointer, Shape] = {}

    def shape(self, schema: Schema) -> Shape:
        """What ``schema`` lets through.

        Raises:
            BrokenFile: it is no schema, or refers to nothing.
        """
        return self._all(schema.parts, ())

    def resolved(self, value: Json, pointer: Pointer) -> Part | str:
        """What a value that may be a reference stands for; or why that cannot be told."""
        seen: set[Pointer] = set()
        while isinstance(value, dict) and isinstance(value.get("$ref"), str):
            found = self._target(str(value["$ref"]), pointer)
            if isinstance(found, str):
                return found
            value, pointer = found
            if pointer in seen:
                return "a $ref that leads back to itself"
            seen.add(pointer)
        return value, pointer

    def _target(self, reference: str, pointer: Pointer) -> Part | str:
        target = self._pointer(reference)
        if target is None:
            return f"the $ref {reference!r} leads out of the document"
        try:
            return self.document.at(target), target
        except (LookupError, ValueError):
            raise self.document.broken(f"the $ref {reference!r} leads to nothing", pointer) from None

    def _pointer(self, reference: str) -> Pointer | None:
        if self.dialect.named_refs:
            return ("schemas", reference)
        if reference == "#":
            return ()
        if not reference.startswith("#/"):
            return None
        return tuple(_unescaped(part) for part in reference[2:].split("/"))

    def _all(self, parts: Iterable[Part], stack: tuple[Pointer, ...]) -> Shape:
        first, *rest = (self._one(raw, pointer, stack) for raw, pointer in parts)
        for shape in rest:
            first = both(first, shape)
        return first

    def _one(self, raw: Json, pointer: Pointer, stack: tuple[Pointer, ...]) -> Shape:
        if len(stack) > MAX_NESTING:
            return unknown(f"more than {MAX_NESTING} schemas in one another", pointer)
        if isinstance(raw, bool):
            nothing = unknown("a schema that allows nothing", pointer)
            return replace(ANYTHING, pointer=pointer) if raw else nothing
        if not isinstance(raw, dict):
            raise self.document.broken(f"a schema must be an object, not {jsontext.kind(raw)}", pointer)
        if isinstance(raw.get("$ref"), str):
            return self._reference(raw, pointer, stack)
        return self._spelled(raw, pointer, stack)

    def _reference(self, raw: dict[str, Json], pointer: Pointer, stack: tuple[Pointer, ...]) -> Shape:
        found = self._target(str(raw["$ref"]), pointer)
        if isinstance(found, str):
            return unknown(found, pointer)
        value, target = found
        if target in stack:
            return unknown("a $ref that leads back to itself", pointer)
        if target not in self._referred:
            made = self._one(value, target, (*stack, target))
            self._referred[target] = _named(made, target[-1] if target else "")
        shape = self._referred[target]
        rest = {key: each for key, each in raw.items() if key != "$ref"}
        return both(shape, self._spelled(rest, pointer, stack)) if rest and self.dialect.siblings else shape

    def _spelled(self, raw: dict[str, Json], pointer: Pointer, stack: tuple[Pointer, ...]) -> Shape:
        shape = self._own(raw, pointer)
        inner = (*stack, pointer)
        every = self._members(raw, "allOf", pointer)
        if every:
            shape = both(shape, self._all(every, inner))
        for keyword in ("oneOf", "anyOf"):
            some = self._members(raw, keyword, pointer)
            if some:
                shape = both(shape, either(self._one(each, where, inner) for each, where in some))
        shape = replace(shape, pointer=pointer)
        nullable = self.dialect.nullable and raw.get("nullable") is True
        return shape.with_null() if nullable and not shape.anything else shape

    def _members(self, raw: dict[str, Json], keyword: str, pointer: Pointer) -> list[Part]:
        listed = raw.get(keyword, [])
        if not isinstance(listed, list):
            raise self.document.broken(f"{keyword} must be an array", (*pointer, keyword))
        return [(each, (*pointer, keyword, str(index))) for index, each in enumerate(listed)]

    def _own(self, raw: dict[str, Json], pointer: Pointer) -> Shape:
        """What the schema says itself, without what it is composed of."""
        doubts = tuple(f"the keyword {keyword}" for keyword in _UNREAD if keyword in raw)
        kinds, doubt = _kinds(raw)
        doubts = (*doubts, *doubt)
        if kinds is None:
            return replace(ANYTHING, limits=_limits(raw), doubts=doubts, pointer=pointer)
        shape = Shape(
            kinds,
            kinds,
            limits=_limits(raw),
            doubts=doubts,
            forms=(self._form(raw, pointer),) if "object" in kinds else (),
            items=self._items(raw, pointer) if "array" in kinds else None,
            anything=kinds == ALL_KINDS,
            pointer=pointer,
        )
        return _chosen(shape, raw)

    def _items(self, raw: dict[str, Json], pointer: Pointer) -> Schema | None:
        return Schema(((raw["items"], (*pointer, "items")),)) if "items" in raw else None

    def _form(self, raw: dict[str, Json], pointer: Pointer) -> Form:
        listed = raw.get("properties", {})
        if not isinstance(listed, dict):
            raise self.document.broken("properties must be an object", (*pointer, "properties"))
        required = raw.get("required", [])
        names = [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
        further = raw.get("additionalProperties")
        return Form(
            {
                name: Schema(((each, (*pointer, "properties", name)),))
                for name, each in listed.items()
                # A property that may never be there is none.
                if each is not False
            },
            frozenset(names),
            {name: way for name, each in listed.items() if (way := _way(each))},
            Schema(((further, (*pointer, "additionalProperties")),))
            if isinstance(further, dict) and further
            else True
            if further == {}
            else cast("bool | None", further),
            free="properties" not in raw and not names,
            pointer=pointer,
        )


def _named(shape: Shape, name: str) -> Shape:
    return replace(
        shape, name=name, forms=tuple(replace(form, name=form.name or name) for form in shape.forms)
    )


def _unescaped(part: str) -> str:
    return unquote(part).replace("~1", "/").replace("~0", "~")


def _way(raw: Json) -> str:
    """Whether only one side sends the property."""
    if not isinstance(raw, dict):
        return ""
    return "response" if raw.get("readOnly") is True else "request" if raw.get("writeOnly") is True else ""


def _kinds(raw: dict[str, Json]) -> tuple[frozenset[str] | None, tuple[str, ...]]:
    """The kinds that the schema names, or None for all of them; and what is not understood."""
    said = raw.get("type")
    if said is None:
        return _implied(raw), ()
    names = said if isinstance(said, list) else [said]
    known = [_KINDS[name] for name in names if isinstance(name, str) and name in _KINDS]
    if len(known) < len(names) or not known:
        return None, (f"the type {jsontext.canonical(said)[:60]}",)
    return frozenset().union(*known), ()


def _implied(raw: dict[str, Json]) -> frozenset[str] | None:
    if any(keyword in raw for keyword in _OBJECT):
        return frozenset({"object"})
    if "items" in raw:
        return frozenset({"array"})
    values = _values(raw)
    return frozenset(jsontext.kind(value) for value in values) if values else None


def _values(raw: dict[str, Json]) -> list[Json]:
    listed = raw.get("enum", [raw["const"]] if "const" in raw else [])
    return listed if isinstance(listed, list) else []


def _chosen(shape: Shape, raw: dict[str, Json]) -> Shape:
    """The shape of an enum or a constant: only its members, each of a kind that the type has."""
    values = _values(raw)
    if not values:
        return shape
    if any(isinstance(value, dict | list) for value in values):
        return replace(shape, doubts=(*shape.doubts, "an enum of objects or arrays"))
    allowed = [value for value in values if jsontext.kind(value) in shape.kinds]
    kinds = frozenset(map(jsontext.kind, allowed))
    members = frozenset(jsontext.canonical(value) for value in allowed if value is not None)
    # Null is the one value of its kind.
    return replace(shape, kinds=kinds, open=kinds & {"null"}, members=members)


def _limits(raw: dict[str, Json]) -> dict[str, Json]:
    return {
        keyword: value
        for keyword in LIMITS
        if isinstance(value := raw.get(keyword), str | int | float) and not isinstance(value, bool)
    }
