"""Compares what a vendor's schema lets through with what ours does, place by place.

In a response the vendor speaks: what it may say and ours refuses breaks us. In a request we do: what ours
lets us say and the vendor refuses breaks us. The other way round it is worth knowing, and no more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from troth import jsontext
from troth.drift.deviation import (
    Deviation,
    Side,
    looser,
    missing,
    removed,
    retyped,
    stricter,
    uncompared,
    undocumented,
)
from troth.drift.document import Pointer
from troth.drift.formats import refuses_every_sample
from troth.drift.schema import Reader
from troth.drift.shape import LIMITS, Form, Schema, Shape, is_lower, member_text
from troth.jsontext import Json


@dataclass(frozen=True, slots=True)
class Place:
    """Where two schemas are compared: within the operation, and within our own model."""

    path: str
    model: str = ""
    field: str = ""

    def below(self, step: str) -> Place:
        """A place inside this one."""
        return Place(self.path + step, self.model, self.field + step if self.model else "")

    def named(self, name: str) -> Place:
        """The same place, at the root of a model of ours."""
        return Place(self.path, name, "$") if name else self


@dataclass(slots=True)
class Tally:
    """How much was compared, and what could not be, since one side says nothing of it."""

    fields: int = 0
    undecided: int = 0
    presence: int = 0
    """Requirements that were not compared: the document never says which fields are there."""
    limits: int = 0
    """Limits and patterns that one side states alone."""


class Comparison:
    """Compares schemas of one operation on one side; ``differences`` is what was found."""

    def __init__(self, vendor: Reader, ours: Reader, side: Side, tally: Tally) -> None:
        self.vendor = vendor
        self.ours = ours
        self._side: Side = side
        self._tally = tally
        self._seen: set[tuple[Pointer, ...]] = set()
        self.differences: list[Deviation] = []

    def compare(self, vendor: Schema, ours: Schema, place: Place) -> None:
        """Compare two schemas and all that they hold. A pair of objects is compared once."""
        theirs, mine = self.vendor.shape(vendor), self.ours.shape(ours)
        if theirs.forms or theirs.items:
            pair = (theirs.pointer, mine.pointer)
            if pair in self._seen:
                return
            self._seen.add(pair)
        self.shapes(theirs, mine, place, vendor.pointer)

    def shapes(self, theirs: Shape, mine: Shape, place: Place, pointer: Pointer) -> None:
        """Compare two shapes at one place."""
        # The place of an enum is in the model that has it as a field.
        place = place.named(mine.name) if mine.forms else place
        self._tally.fields += 1
        doubts = [f"in the document: {doubt}" for doubt in theirs.doubts] + [
            f"in ours: {doubt}" for doubt in mine.doubts
        ]
        for doubt in doubts:
            self._doubt(doubt, place, pointer)
        if theirs.anything or mine.anything:
            if not doubts:
                who = "the document" if theirs.anything else "our model"
                self._doubt(f"{who} lets anything stand there", place, pointer)
            self._tally.undecided += 1
            return
        if not self.vendor.dialect.presence:
            theirs, mine = theirs.without("null"), mine.without("null")
        if self._kinds(theirs, mine, place, pointer):
            self._members(theirs, mine, place, pointer)
            self._limits(theirs, mine, place, pointer)
            self._forms(theirs, mine, place, pointer)
            self._items(theirs, mine, place)

    def count_undecided(self) -> None:
        """A field that could not be compared at all."""
        self._tally.fields += 1
        self._tally.undecided += 1

    # --- what is told -----------------------------------------------------------------------------

    def _add(self, difference: Deviation, place: Place, pointer: Pointer) -> None:
        self.differences.append(
            replace(difference, path=place.path, model=place.model, field=place.field, pointer=pointer)
        )

    def _doubt(self, why: str, place: Place, pointer: Pointer) -> None:
        self._add(uncompared(why), place, pointer)

    # --- kinds and values -------------------------------------------------------------------------

    def _kinds(self, theirs: Shape, mine: Shape, place: Place, pointer: Pointer) -> bool:
        """Compare the kinds; whether any is common."""
        side, said, own = self._side, theirs.described(), mine.described()
        if not theirs.kinds & mine.kinds - {"null"} and theirs.kinds != mine.kinds:
            self._add(
                retyped(side, "the document has another type than our model", said, own), place, pointer
            )
            return False
        for kind in sorted(theirs.kinds - mine.kinds):
            told = f"the document allows {_kind(kind)}, and our model refuses it"
            self._add(stricter(side, told, said, own, kind), place, pointer)
        for kind in sorted(mine.kinds - theirs.kinds):
            told = f"our model allows {_kind(kind)}, and the document does not"
            self._add(looser(side, told, said, own, kind), place, pointer)
        return True

    def _members(self, theirs: Shape, mine: Shape, place: Place, pointer: Pointer) -> None:
        side, said, own = self._side, theirs.described(), mine.described()
        for kind in sorted(theirs.kinds & mine.kinds):
            # What holds of a number's integers is told once.
            again = kind == "number" and "integer" in theirs.kinds & mine.kinds
            if kind in theirs.open and kind not in mine.open and not again:
                told = f"the document allows any {kind}, and our model only some"
                self._add(stricter(side, told, said, own, "any"), place, pointer)
            if kind in mine.open and kind not in theirs.open and not mine.members_of(kind) and not again:
                told = f"our model allows any {kind}, and the document only some"
                self._add(looser(side, told, said, own, "any"), place, pointer)
            for member in sorted(theirs.members_of(kind) - mine.members_of(kind)):
                for found in self._member(member, kind, mine):
                    self._add(found, place, pointer)
            for member in sorted(mine.members_of(kind)):
                if not theirs.allows(member):
                    told = f"our model allows {member}, and the document does not"
                    self._add(looser(side, told, said, own, member_text(member)), place, pointer)

    def _member(self, member: str, kind: str, mine: Shape) -> Iterator[Deviation]:
        """A value that the document names, and ours does not: refused, or let through without a name."""
        value = member_text(member)
        if kind not in mine.open and self._side == "response":
            told = f"the document allows {member}, and our model refuses it"
            yield stricter("response", told, member, mine.described(), value)
        elif kind not in mine.open or mine.members_of(kind):
            told = f"the document names {member}, and our model does not"
            yield missing(self._side, told, member, value=value)

    # --- limits -----------------------------------------------------------------------------------

    def _limits(self, theirs: Shape, mine: Shape, place: Place, pointer: Pointer) -> None:
        common = theirs.kinds & mine.kinds
        for keyword, kind in LIMITS.items():
            if kind not in common and not (kind == "number" and "integer" in common):
                continue
            said, own = theirs.limits.get(keyword), mine.limits.get(keyword)
            if keyword == "format":
                self._format(said, mine, place, pointer)
            elif said is None or own is None:
                self._tally.limits += (said is None) != (own is None)
            elif said != own:
                self._limit(keyword, said, own, place, pointer)

    def _limit(self, keyword: str, said: Json, own: Json, place: Place, pointer: Pointer) -> None:
        if not isinstance(said, int | float) or not isinstance(own, int | float):
            self._doubt(f"two of {keyword}: {said!r} in the document, {own!r} in ours", place, pointer)
            return
        narrower = (own > said) == is_lower(keyword)
        tell = stricter if narrower else looser
        told = f"our model has a {'narrower' if narrower else 'wider'} {keyword}"
        self._add(tell(self._side, told, f"{keyword} {said}", f"{keyword} {own}", keyword), place, pointer)

    def _format(self, said: Json, mine: Shape, place: Place, pointer: Pointer) -> None:
        if isinstance(said, str) and refuses_every_sample(said, mine):
            told = f"our model refuses every text of the format {said}"
            own = str(mine.limits.get("format") or mine.limits.get("pattern"))
            self._add(retyped(self._side, told, f"format {said}", own, said), place, pointer)

    # --- objects and arrays -----------------------------------------------------------------------

    def _items(self, theirs: Shape, mine: Shape, place: Place) -> None:
        if "array" not in theirs.kinds & mine.kinds:
            return
        if theirs.items is not None and mine.items is not None:
            self.compare(theirs.items, mine.items, place.below("[]"))
            return
        who = "the document" if theirs.items is None else "our model"
        self._tally.undecided += 1
        self._doubt(f"{who} does not say what the array holds", place, theirs.pointer)

    def _forms(self, theirs: Shape, mine: Shape, place: Place, pointer: Pointer) -> None:
        if "object" not in theirs.kinds & mine.kinds or not theirs.forms or not mine.forms:
            return
        met = set()
        for form in theirs.forms:
            index = self._likest(form, mine.forms)
            met.add(index)
            self._form(form, mine.forms[index], place)
        for index in sorted(set(range(len(mine.forms))) - met):
            name = mine.forms[index].name or f"form {index + 1}"
            told = f"our model also allows {name}, and the document has no such form"
            self._add(looser(self._side, told, theirs.described(), name, name), place, pointer)

    def _likest(self, form: Form, forms: Sequence[Form]) -> int:
        """Which of ours answers a form of theirs."""
        if len(forms) == 1:
            return 0
        return max(range(len(forms)), key=lambda index: self._likeness(form, forms[index]))

    def _likeness(self, form: Form, own: Form) -> tuple[int, int, int]:
        """How well a form of ours answers one of theirs: by what tells the forms apart, then by the keys."""
        common = form.properties.keys() & own.properties.keys()
        clashes = sum(self._clash(form.properties[name], own.properties[name]) for name in common)
        missing = len(own.required - form.properties.keys())
        return -clashes, len(common), -missing

    def _clash(self, theirs: Schema, mine: Schema) -> bool:
        """Whether one is a constant, and the other has no such value."""
        one, other = self.vendor.shape(theirs), self.ours.shape(mine)
        closed = not one.open and not other.open and one.members and other.members
        return bool(closed and not one.members & other.members)

    def _form(self, theirs: Form, mine: Form, place: Place) -> None:
        place = place.named(mine.name)
        if theirs.free or mine.free:
            self._free(theirs, mine, place)
            return
        for name, schema in mine.properties.items():
            spot = place.below(_step(name))
            if name in theirs.properties:
                self._required(name, theirs, mine, spot)
                self.compare(theirs.properties[name], schema, spot)
            elif isinstance(theirs.rest, Schema):
                self._required(name, theirs, mine, spot)
                self.compare(theirs.rest, schema, spot)
            else:
                self._add(self._undocumented(name, mine), spot, theirs.pointer)
        self._missing(theirs, mine, place)

    def _free(self, theirs: Form, mine: Form, place: Place) -> None:
        """Maps are compared by what they hold; an object of which nothing is said is not."""
        if isinstance(theirs.rest, Schema) and isinstance(mine.rest, Schema):
            self.compare(theirs.rest, mine.rest, place.below(".*"))
        elif isinstance(theirs.rest, Schema) and mine.properties:
            named = replace(theirs, free=False)
            self._form(named, mine, place)
        elif isinstance(mine.rest, Schema) and theirs.properties:
            self._form(theirs, replace(mine, free=False), place)
        else:
            who = "the document" if theirs.free else "our model"
            self._tally.undecided += 1
            self._doubt(f"{who} does not say what the object holds", place, theirs.pointer)

    def _missing(self, theirs: Form, mine: Form, place: Place) -> None:
        """What the document has and ours has not."""
        for name, schema in theirs.properties.items():
            if name in mine.properties or theirs.one_way.get(name, self._side) != self._side:
                continue
            spot = place.below(_step(name))
            if isinstance(mine.rest, Schema):
                self.compare(schema, mine.rest, spot)
                continue
            needed = self._side == "request" and name in theirs.required and self.vendor.dialect.presence
            told = f"the document {'requires' if needed else 'has'} {name}, and our model does not have it"
            said = f"{name}: {self.vendor.shape(schema).described()}"
            self._add(missing(self._side, told, said, needed=needed), spot, schema.pointer)

    def _undocumented(self, name: str, mine: Form) -> Deviation:
        """Ours has a field that the document has not."""
        own = self.ours.shape(mine.properties[name]).described()
        if name in mine.required:
            return removed(self._side, f"our model requires {name}, and the document does not have it", own)
        return undocumented(f"our model has {name}, and the document does not", own)

    def _required(self, name: str, theirs: Form, mine: Form, place: Place) -> None:
        if not self.vendor.dialect.presence:
            self._tally.presence += name in mine.required
            return
        needed = name in theirs.required and theirs.one_way.get(name, self._side) == self._side
        schema = theirs.properties.get(name)
        pointer = schema.pointer if schema else theirs.pointer
        if needed and name not in mine.required:
            told = f"the document always has {name}, and our model lets it be left out"
            self._add(looser(self._side, told, "required", "optional", "required"), place, pointer)
        elif not needed and name in mine.required:
            told = f"the document lets {name} be left out, and our model requires it"
            self._add(stricter(self._side, told, "optional", "required", "required"), place, pointer)


def _kind(kind: str) -> str:
    named = {"number": "a number with a fraction", "integer": "an integer", "null": "null"}
    return named.get(kind, f"{'an' if kind[0] in 'ao' else 'a'} {kind}")


def _step(name: str) -> str:
    return jsontext.path_text((name,))[1:]
