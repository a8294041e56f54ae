"""What a schema lets through, whatever way it says so.

A shape is a set of JSON kinds with what narrows each: the members of an enum, the forms of an object, the
schema of an array's items, limits of texts and numbers. The kind ``number`` stands for numbers with a
fraction, so that a number is ``integer`` and ``number`` both.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from troth import jsontext
from troth.drift.document import Pointer
from troth.jsontext import Json

Part: TypeAlias = tuple[Json, Pointer]
"""A schema as it stands in its document, and where."""

ALL_KINDS = frozenset({"null", "boolean", "integer", "number", "string", "array", "object"})
LIMITS: Mapping[str, str] = {
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "minItems": "array",
    "maxItems": "array",
}
"""Keywords that narrow one kind, and which."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema that is not read yet, or several that hold together."""

    parts: tuple[Part, ...]

    @property
    def pointer(self) -> Pointer:
        """Where the first of them stands."""
        return self.parts[0][1]

    def raw(self) -> Json:
        """All of it as one schema."""
        return self.parts[0][0] if len(self.parts) == 1 else {"allOf": [raw for raw, _ in self.parts]}

    def beside(self, other: Schema) -> Schema:
        """Both at once."""
        return Schema((*self.parts, *(part for part in other.parts if part not in self.parts)))


@dataclass(frozen=True, slots=True)
class Form:
    """One form of an object. ``rest`` is what further keys hold: a schema, anything, nothing, or unsaid."""

    properties: Mapping[str, Schema] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    one_way: Mapping[str, str] = field(default_factory=dict)
    """Properties that only a request (``request``) or only a response has."""
    rest: Schema | bool | None = None
    free: bool = False
    """Nothing is said of its properties."""
    name: str = ""
    pointer: Pointer = ()

    def merged(self, other: Form) -> Form:
        """Both at once."""
        shared = {
            name: schema.beside(other.properties[name])
            for name, schema in self.properties.items()
            if name in other.properties
        }
        return Form(
            {**self.properties, **other.properties, **shared},
            self.required | other.required,
            {**self.one_way, **other.one_way},
            self.rest if other.rest is None else other.rest,
            self.free and other.free,
            self.name or other.name,
            self.pointer,
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """What may stand at a place. ``open`` are the kinds of which any value may; of others, ``members``."""

    kinds: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    """Values of an enum, as canonical JSON; beside an open kind, those that are known by name."""
    forms: tuple[Form, ...] = ()
    items: Schema | None = None
    limits: Mapping[str, Json] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()
    """Why the shape says less than the schema does."""
    anything: bool = False
    name: str = ""
    pointer: Pointer = ()

    def allows(self, member: str) -> bool:
        """Whether a value, as canonical JSON, may stand here."""
        return member in self.members or kind_of(member) in self.open

    def members_of(self, kind: str) -> frozenset[str]:
        """The named values of one kind."""
        return frozenset(member for member in self.members if kind_of(member) == kind)

    def without(self, kind: str) -> Shape:
        """The same, less one kind."""
        return replace(
            self,
            kinds=self.kinds - {kind},
            open=self.open - {kind},
            members=self.members - self.members_of(kind),
        )

    def with_null(self) -> Shape:
        """The same, or null."""
        return replace(self, kinds=self.kinds | {"null"}, open=self.open | {"null"})

    def described(self) -> str:
        """For a person: ``string or null``, ``one of "a", "b"``, ``KeyVersion``."""
        return _described(self)


ANYTHING = Shape(kinds=ALL_KINDS, open=ALL_KINDS, anything=True)


def unknown(doubt: str, pointer: Pointer) -> Shape:
    """The shape of a schema that cannot be read, for the reason given."""
    return replace(ANYTHING, doubts=(doubt,), pointer=pointer)


def kind_of(member: str) -> str:
    """The kind of a value in canonical JSON."""
    first = member[:1]
    named = {'"': "string", "t": "boolean", "f": "boolean", "n": "null", "[": "array", "{": "object"}
    return named.get(first) or ("integer" if member.lstrip("-").isdigit() else "number")


def both(one: Shape, other: Shape) -> Shape:
    """What both let through."""
    doubts = _unique((*one.doubts, *other.doubts))
    limits, unclear = _narrowed(one.limits, other.limits)
    doubts = _unique((*doubts, *unclear))
    if one.anything or other.anything:
        said, blank = (other, one) if one.anything else (one, other)
        return replace(said, limits=limits, doubts=doubts, name=said.name or blank.name)
    kinds = one.kinds & other.kinds
    members = frozenset(
        member for member in one.members | other.members if one.allows(member) and other.allows(member)
    )
    return Shape(
        kinds,
        one.open & other.open,
        members,
        _products(one.forms, other.forms),
        one.items.beside(other.items) if one.items and other.items else one.items or other.items,
        limits,
        doubts,
        name=one.name or other.name,
        pointer=one.pointer,
    )


def either(shapes: Iterable[Shape]) -> Shape:
    """What any of them lets through."""
    first, *rest = shapes
    for shape in rest:
        first = _either(first, shape)
    return first


def _either(one: Shape, other: Shape) -> Shape:
    doubts = _unique((*one.doubts, *other.doubts))
    if one.anything or other.anything:
        return replace(ANYTHING, doubts=doubts, pointer=one.pointer)
    return Shape(
        one.kinds | other.kinds,
        one.open | other.open,
        one.members | other.members,
        (*one.forms, *(form for form in other.forms if form not in one.forms)),
        _any_of(one.items, other.items),
        _widened(one, other),
        doubts,
        # A name with null beside it is still that name.
        name=one.name if other.kinds == {"null"} else other.name if one.kinds == {"null"} else "",
        pointer=one.pointer,
    )


def _any_of(one: Schema | None, other: Schema | None) -> Schema | None:
    if one is None or other is None or one == other:
        return one or other
    return Schema((({"anyOf": [one.raw(), other.raw()]}, one.pointer),))


def _products(ones: tuple[Form, ...], others: tuple[Form, ...]) -> tuple[Form, ...]:
    if not ones or not others:
        return ones or others
    return tuple(one.merged(other) for one, other in itertools.product(ones, others))


def _narrowed(one: Mapping[str, Json], other: Mapping[str, Json]) -> tuple[dict[str, Json], list[str]]:
    """The limits of both at once, and what cannot be told of them."""
    found, unclear = {**one, **other}, []
    for keyword in one.keys() & other.keys():
        mine, theirs = one[keyword], other[keyword]
        if isinstance(mine, int | float) and isinstance(theirs, int | float):
            tightest: Callable[[float, float], float] = max if is_lower(keyword) else min
            found[keyword] = tightest(mine, theirs)
        elif mine != theirs:
            unclear.append(f"two of {keyword} at once")
    return found, unclear


def _widened(one: Shape, other: Shape) -> dict[str, Json]:
    """The limits that hold whichever it is: those of a kind that only one of them has, or equal ones."""
    found: dict[str, Json] = {}
    for keyword, kind in LIMITS.items():
        needed = {kind, "integer"} if kind == "number" else {kind}
        holders = [shape for shape in (one, other) if shape.kinds & needed]
        said = [shape.limits.get(keyword) for shape in holders]
        if said and said[0] is not None and all(value == said[0] for value in said):
            found[keyword] = said[0]
    return found


def is_lower(keyword: str) -> bool:
    """Whether the keyword is a lower limit."""
    return keyword.lower().startswith(("min", "exclusivemin"))


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _described(shape: Shape) -> str:
    if shape.anything:
        return "anything"
    return " or ".join(_words(shape)) or "nothing"


def _words(shape: Shape) -> Iterator[str]:
    named = sorted(shape.members)
    if named and not shape.open & {"string", "integer", "number"}:
        more = f" and {len(named) - 4} more" if len(named) > 5 else ""
        yield ("one of " if len(named) > 1 else "") + ", ".join(named[: 4 if more else 5]) + more
    for kind in ("boolean", "string", "integer", "number", "array", "object", "null"):
        if kind not in shape.kinds or (kind == "integer" and "number" in shape.open):
            continue
        if kind in ("array", "object") or kind in shape.open:
            yield shape.name if kind == "object" and shape.name else kind


def member_text(member: str) -> str:
    """A member of an enum as a person would name it: a text without its quotes."""
    value = jsontext.read(member.encode())
    return value if isinstance(value, str) else member
