"""One walk over a declared type and a JSON value, side by side.

Redaction asks each leaf whether it is safe, the pact writer asks for its type, messages ask what
may be shown. They all ask this walk, so they agree.
"""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from troth.fields import SafeMark, Stand
from troth.jsontext import Json, Path


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a document: its value, its declared type without None, and its marks."""

    path: Path
    value: Json
    annotation: object
    """The declared type less None and Annotated; None when the contract does not declare the place."""
    nullable: bool
    marks: tuple[object, ...]
    required: bool = True
    union: bool = False
    """The declared type has several members; ``annotation`` is the one that the value fits best."""

    @property
    def safe(self) -> bool:
        """Whether the value may be written and shown."""
        if self.value is None or isinstance(self.value, bool):
            return True
        if any(isinstance(mark, SafeMark) for mark in self.marks):
            return True
        return is_closed(self.annotation)

    @property
    def declared(self) -> bool:
        """Whether the contract says anything of this place."""
        return self.annotation is not None

    @property
    def stand(self) -> Stand | None:
        """How a replacement for the value looks, when the type says so."""
        return next((mark for mark in self.marks if isinstance(mark, Stand)), None)

    @property
    def is_leaf(self) -> bool:
        """Whether the value is a scalar, or an empty array or object."""
        return not isinstance(self.value, dict | list) or not self.value


def is_closed(annotation: object) -> bool:
    """Whether the type has a fixed set of values: an enum, a Literal, a boolean."""
    if isinstance(annotation, type):
        return issubclass(annotation, enum.Enum | bool)
    return typing.get_origin(annotation) is Literal


def walk(annotation: object, value: Json) -> Iterator[Spot]:
    """Every place of ``value``, containers before what they hold, in document order."""
    found: list[Spot] = []
    _walk(annotation, value, (), (), found, required=True)
    return iter(found)


def leaves(annotation: object, value: Json) -> Iterator[Spot]:
    """Only the scalars and the empty containers."""
    return (spot for spot in walk(annotation, value) if spot.is_leaf)


def _walk(
    annotation: object,
    value: Json,
    path: Path,
    marks: tuple[object, ...],
    found: list[Spot],
    *,
    required: bool,
) -> None:
    """Append every place to ``found``: nested generators would hand each leaf through every level."""
    bare, nullable, own = unwrapped(annotation)
    union = len(branches(bare)) > 1
    branch_marks: tuple[object, ...] = ()
    if union:
        bare, branch_marks = branch(bare, value)
    if own or branch_marks:
        marks = (*marks, *own, *branch_marks)
    found.append(Spot(path, value, bare, nullable, marks, required, union))
    if not isinstance(value, dict | list):
        return
    inherited = tuple(mark for mark in marks if isinstance(mark, SafeMark))
    if isinstance(value, dict):
        for key, child in value.items():
            inner, inner_marks, needed = _member(bare, key)
            _walk(inner, child, (*path, key), (*inherited, *inner_marks), found, required=needed)
    else:
        inside = item(bare)
        for index, child in enumerate(value):
            _walk(inside, child, (*path, index), inherited, found, required=True)


@functools.lru_cache(maxsize=4096)
def unwrapped(annotation: object) -> tuple[object, bool, tuple[object, ...]]:
    """The type less Annotated, aliases and None; whether None was allowed; the marks met."""
    marks: tuple[object, ...] = ()
    nullable = False
    while True:
        origin = typing.get_origin(annotation)
        if origin is Annotated:
            inner, *own = typing.get_args(annotation)
            annotation, marks = inner, (*marks, *own)
        elif isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        elif isinstance(origin, TypeAliasType):
            annotation = origin.__value__[typing.get_args(annotation)]
        elif origin in (Union, types.UnionType) and type(None) in typing.get_args(annotation):
            nullable = True
            rest = tuple(arg for arg in typing.get_args(annotation) if arg is not type(None))
            annotation = Union[rest]  # noqa: UP007 - a tuple of members is only accepted here
        else:
            return annotation, nullable or annotation is type(None), marks


@functools.lru_cache(maxsize=4096)
def branches(annotation: object) -> tuple[object, ...]:
    """The members of a union, or the type alone."""
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return typing.get_args(annotation)
    return (annotation,)


def branch(annotation: object, value: Json) -> tuple[object, tuple[object, ...]]:
    """The member of a union that declares most of the document's keys, and its marks.

    Not the one that happens to validate: extras are ignored, so a broken long form would pass as
    the short one. Among equals the one with the fewest missing keys wins, then the first.
    """
    members = branches(annotation)
    if len(members) == 1:
        return annotation, ()
    best = max(members, key=lambda member: _fit(unwrapped(member)[0], value))
    bare, _, marks = unwrapped(best)
    return bare, marks


def holds_model_union(annotation: object) -> bool:
    """Whether a union that has a model among its members stands anywhere below the type's root."""
    return any(_is_model_union(inner) for inner in _below(annotation, set()))


def _is_model_union(annotation: object) -> bool:
    members = branches(unwrapped(annotation)[0])
    return len(members) > 1 and any(is_model(unwrapped(member)[0]) for member in members)


def _below(annotation: object, seen: set[object]) -> Iterator[object]:
    """Every type that a document of ``annotation`` may hold, the root left out."""
    for member in branches(unwrapped(annotation)[0]):
        bare, _, _ = unwrapped(member)
        if is_model(bare):
            inner = [] if bare in seen else [info.annotation for info in bare.model_fields.values()]
            seen.add(bare)
        else:
            inner = list(typing.get_args(bare)) if typing.get_origin(bare) is not Literal else []
        for child in inner:
            yield child
            yield from _below(child, seen)


def _fit(member: object, value: Json) -> tuple[int, int]:
    if is_model(member) and isinstance(value, dict):
        known = members(member)
        matched = sum(key in known for key in value)
        return matched, -sum(needed and key not in value for key, (_, _, needed) in known.items())
    return (1 if _same_kind(member, value) else -1), 0


def _same_kind(member: object, value: Json) -> bool:
    origin = typing.get_origin(member) or member
    if origin is Literal:
        return any(type(arg) is type(value) and arg == value for arg in typing.get_args(member))
    if isinstance(origin, type):
        if issubclass(origin, enum.Enum):
            return any(type(item.value) is type(value) for item in origin)
        if issubclass(origin, Mapping):
            return isinstance(value, dict)
        return type(value) is origin or (origin is float and type(value) is int)
    return False


def is_model(annotation: object) -> typing.TypeGuard[type[BaseModel]]:
    """Whether the type is a Pydantic model."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def is_list(annotation: object) -> bool:
    """Whether the type, less None and marks, is a list."""
    bare = unwrapped(annotation)[0]
    return bare is list or typing.get_origin(bare) is list


def wire_name(name: str, info: FieldInfo) -> str:
    """The key that a field has in JSON."""
    return info.serialization_alias or info.alias or name


@functools.lru_cache(maxsize=1024)
def members(model: type[BaseModel]) -> Mapping[str, tuple[object, tuple[object, ...], bool]]:
    """Each key of a model's JSON with its type, its marks, and whether it is required."""
    return {
        wire_name(name, info): (info.annotation, tuple(info.metadata), info.is_required())
        for name, info in model.model_fields.items()
    }


def field_type(info: FieldInfo) -> object:
    """A field's annotation with the marks that Pydantic took off it put back."""
    if not info.metadata:
        return info.annotation
    return Annotated[typing.cast(Any, info.annotation), *info.metadata]


def _member(annotation: object, key: str) -> tuple[object, tuple[object, ...], bool]:
    if is_model(annotation):
        return members(annotation).get(key, (None, (), False))
    origin = typing.get_origin(annotation)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return typing.get_args(annotation)[1], (), False
    return None, (), False


def item(annotation: object) -> object:
    """The type of a list's items; None when it declares none."""
    origin = typing.get_origin(annotation)
    if origin in (list, tuple) and typing.get_args(annotation):
        return typing.get_args(annotation)[0]
    return None
