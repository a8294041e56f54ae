"""The places of a JSON document, one after the other as they stand in it."""

from __future__ import annotations

import functools
import json
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from troth import jsontext, walk
from troth.fields import Checksum, Parts, SafeMark
from troth.jsontext import Json, Path
from troth.leaves import PLACEHOLDER, Kind, Leaf, Visitor, fits_json, of_kind, typed


@dataclass(frozen=True, slots=True)
class Document:
    """Lets ``visitor`` see a document; ``where`` is what its leaves are said to be in."""

    where: str
    visitor: Visitor

    def of(self, annotation: object, value: Json) -> Json:
        """``value`` with every place as the visitor gives it."""
        spots = {spot.path: spot for spot in walk.walk(annotation, value)}
        return self._at(spots, value, ())

    def _at(self, spots: Mapping[Path, walk.Spot], value: Json, path: Path) -> Json:
        spot = spots[path]
        if isinstance(value, dict | list) and not spot.declared and not spot.safe:
            return {} if isinstance(value, dict) else []
        if isinstance(value, dict):
            # One after the other, since the order in which things are met numbers them.
            members = [
                (self._key(spot, key, path), self._at(spots, value[key], (*path, key))) for key in value
            ]
            return self._summed(spots, path, value, dict(members))
        if isinstance(value, list):
            return [self._at(spots, item, (*path, index)) for index, item in enumerate(value)]
        return self._scalar(spot, path)

    @staticmethod
    def _summed(
        spots: Mapping[Path, walk.Spot], path: Path, old: dict[str, Json], new: dict[str, Json]
    ) -> dict[str, Json]:
        """``new`` with the checksums over what was replaced; one that was wrong stays wrong."""
        model = spots[path].annotation
        for key in old if walk.is_model(model) else ():
            spot = spots[*path, key]
            for mark in spot.marks:
                if isinstance(mark, Checksum) and walk.is_model(model) and not spot.safe:
                    of = walk.wire_name(mark.of, model.model_fields[mark.of])
                    again = mark.by(new.get(of)) if mark.by(old.get(of)) == old[key] else None
                    new[key] = new[key] if again is None else again
        return new

    def _key(self, spot: walk.Spot, key: str, path: Path) -> str:
        if walk.is_model(spot.annotation):
            names = {walk.wire_name(name, info) for name, info in spot.annotation.model_fields.items()}
            return key if key in names else self.visitor.seen(key)
        origin = typing.get_origin(spot.annotation)
        key_type = typing.get_args(spot.annotation)[0] if isinstance(origin, type) else str
        bare, _, marks = walk.unwrapped(key_type)
        if any(isinstance(mark, SafeMark) for mark in (*spot.marks, *marks)):
            return self.visitor.seen(key)
        if not key or (walk.is_closed(bare) and fits_json(bare, marks, "string")(key)):
            return key
        where = f"{self.where} {jsontext.path_text(path)} key"
        return self.visitor.leaf(Leaf(where, key, "string", fits_json(key_type, (), "string"), marks))

    def _scalar(self, spot: walk.Spot, path: Path) -> Json:
        value = spot.value
        if value is None or isinstance(value, bool) or value == "":
            return value
        assert isinstance(value, str | int | float)
        if isinstance(value, str) and PLACEHOLDER.fullmatch(value):
            return value
        if any(isinstance(mark, SafeMark) for mark in spot.marks):
            return self.visitor.seen(value) if isinstance(value, str) else value
        text = value if isinstance(value, str) else json.dumps(value)
        kind = cast(Kind, jsontext.kind(value))
        fits = fits_json(spot.annotation, spot.marks, kind)
        if spot.safe and (kind != "string" or fits(text)):
            return value  # a closed set of values
        where = f"{self.where} {jsontext.path_text(path)}"
        parts = _found_parts(spot, text)
        if parts is not None:
            return self._parted(where, parts, fits)
        leaf = Leaf(where, text, kind, fits if spot.declared else of_kind(kind), spot.marks)
        return typed(self.visitor.leaf(leaf), kind)

    def _parted(self, where: str, found: re.Match[str], fits: Callable[[str], bool]) -> str:
        text = found.string
        pieces, end = [], 0
        for group in (group for group in range(1, found.re.groups + 1) if found[group]):
            before, after = text[: found.start(group)], text[found.end(group) :]
            fit = functools.partial(_fits_between, fits, before, after)
            pieces += [text[end : found.start(group)]]
            pieces += [self.visitor.leaf(Leaf(where, found[group], "string", fit))]
            end = found.end(group)
        return "".join([*pieces, text[end:]])


def _found_parts(spot: walk.Spot, text: str) -> re.Match[str] | None:
    forms = (mark.form for mark in spot.marks if isinstance(mark, Parts))
    return next((found for form in forms if (found := re.fullmatch(form, text))), None)


def _fits_between(fits: Callable[[str], bool], before: str, after: str, text: str) -> bool:
    return fits(f"{before}{text}{after}")
