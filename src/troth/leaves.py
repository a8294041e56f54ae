"""A value that may not be seen, and what may stand in its place."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from pydantic import TypeAdapter, ValidationError

from troth import jsontext, judge, walk
from troth.fields import Parts, SafeMark, Stand

PLACEHOLDER = re.compile(r"\{\{secret:[\w.-]+\}\}")

Kind = Literal["string", "integer", "number"]


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that may not be seen, as the text that it is or would be in JSON."""

    where: str
    text: str
    kind: Kind
    fits: Callable[[str], bool]
    """Whether a text may stand in its place."""
    marks: tuple[object, ...] = ()
    hints: tuple[str, ...] = ()
    """Forms that a replacement may have, with ``{n}``."""
    listed: bool = False
    """It may be several values with commas between, as URLs have them."""

    @property
    def stands(self) -> tuple[Stand, ...]:
        """What the contract says a replacement looks like."""
        return tuple(mark for mark in self.marks if isinstance(mark, Stand))


@dataclass(frozen=True, slots=True)
class Visitor:
    """What to put in the place of a leaf, and of a text that may be seen."""

    leaf: Callable[[Leaf], str]
    seen: Callable[[str], str]


def anything(text: str) -> bool:
    """Fits everything."""
    return bool(text)


def typed(text: str, kind: Kind) -> str | int | float:
    """The JSON value of that kind. Raises ``ValueError`` when ``text`` is none."""
    if kind == "string":
        return text
    return int(text) if kind == "integer" else float(text)


def whole(pattern: str, text: str) -> bool:
    """Whether the pattern is of the whole text."""
    return re.fullmatch(pattern, text) is not None


def of_kind(kind: Kind) -> Callable[[str], bool]:
    """Fits what is of that kind."""
    return functools.partial(_is_kind, kind)


def _is_kind(kind: Kind, text: str) -> bool:
    try:
        return jsontext.kind(typed(text, kind)) == kind
    except ValueError:
        return False


def fits_json(annotation: object, marks: tuple[object, ...], kind: Kind) -> Callable[[str], bool]:
    """Fits what the declared type takes in JSON."""
    declared = _marked(annotation, marks)

    def fits(text: str) -> bool:
        return _is_kind(kind, text) and not judge.judge_value(declared, typed(text, kind))

    return fits


def fits_text(spot: walk.Spot | None) -> Callable[[str], bool]:
    """Fits what the type of the place takes as the text of a URL; everything where none is declared."""
    if spot is None:
        return anything
    validator: TypeAdapter[Any] = _adapter(_marked(spot.annotation, spot.marks))

    def fits(text: str) -> bool:
        try:
            validator.validate_strings(text)
        except ValidationError:
            return False
        return True

    return fits


@functools.lru_cache(maxsize=1024)
def _adapter(annotation: object) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, annotation))


def _marked(annotation: object, marks: tuple[object, ...]) -> object:
    """The type with those of its marks that say which values it takes."""
    telling = tuple(mark for mark in marks if not isinstance(mark, SafeMark | Stand | Parts))
    for mark in telling:
        annotation = Annotated[cast(Any, annotation), mark]
    return annotation
