"""Compares one operation of ours with the vendor's: parameters, the request's body, every answer."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass, replace

from troth.drift.compare_shapes import Comparison, Place, Tally
from troth.drift.described import Content, Described, Description, Parameter
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
from troth.drift.ours import Contract
from troth.drift.parameters import compare_parameters

_WITHOUT_BODY = ("204", "205", "304")


@dataclass(slots=True)
class OperationComparison:
    """Compares operations of one contract with those of one document."""

    vendor: Description
    ours: Contract
    tally: Tally

    def compare(self, theirs: Described, mine: Described) -> list[Deviation]:
        """Everything in which two operations differ, in the order of a call."""
        found = [
            *self._parameters(theirs, mine, self.vendor.shared),
            *self._request(theirs, mine),
            *self._answers(theirs, mine),
        ]
        return [replace(each, operation=mine.label) for each in found]

    def _undecided(self) -> None:
        self.tally.fields += 1
        self.tally.undecided += 1

    def _comparison(self, side: Side) -> Comparison:
        return Comparison(self.vendor.reader, self.ours.reader, side, self.tally)

    def _parameters(
        self, theirs: Described, mine: Described, shared: tuple[Parameter, ...]
    ) -> Iterator[Deviation]:
        comparison = self._comparison("request")
        yield from compare_parameters(comparison, theirs, mine, shared)
        yield from comparison.differences

    # --- the request ------------------------------------------------------------------------------

    def _request(self, theirs: Described, mine: Described) -> Iterator[Deviation]:
        said, own = theirs.body, mine.body
        if said is not None and said.doubt:
            self._undecided()
            yield _at("request body", uncompared(said.doubt), said.pointer)
        elif said is None and own is not None:
            told = "our request has a body, and the document knows of none"
            yield _at("request body", undocumented(told, ", ".join(own.media)), theirs.pointer)
        elif own is None and said is not None:
            needed = not said.empty
            told = f"the document {'requires' if needed else 'has'} a body, and our request has none"
            found = missing("request", told, ", ".join(said.media), needed=needed)
            yield _at("request body", found, said.pointer)
        elif said is not None and own is not None:
            yield from self._content("request", "request", said, own)

    # --- the answers ------------------------------------------------------------------------------

    def _answers(self, theirs: Described, mine: Described) -> Iterator[Deviation]:
        met = set()
        for status, own in mine.responses.items():
            key = _documented(status, theirs)
            met.add(key)
            if key is None:
                told = f"the document has no answer {status}"
                yield _at(
                    f"status {status}", replace(undocumented(told, status), value=status), theirs.pointer
                )
                continue
            yield from self._answer(status, theirs.responses[key], own)
        for status, said in theirs.responses.items():
            if status not in met and status not in mine.responses:
                told = f"the document has an answer {status}, and our contract does not"
                found = missing("response", told, status, value=status)
                yield _at(f"status {status}", found, said.pointer)

    def _answer(self, status: str, said: Content, own: Content) -> Iterator[Deviation]:
        yield from self._headers(status, said, own)
        place = f"response {status}"
        if own.anything or said.doubt:
            self._undecided()
            why = said.doubt or "our contract promises nothing of the body"
            yield _at(place, uncompared(why), said.pointer)
        elif status in _WITHOUT_BODY or not said.media:
            yield from self._no_body(place, status, said, own)
        elif not own.media:
            told = "the document has a body, and our contract refuses one"
            yield _at(place, stricter("response", told, ", ".join(said.media), "no body"), said.pointer)
        else:
            if own.empty:
                told = "our contract also allows no body, and the document always has one"
                found = looser("response", told, ", ".join(said.media), "a body or none", "empty")
                yield _at(place, found, said.pointer)
            yield from self._content("response", place, said, own)

    def _no_body(self, place: str, status: str, said: Content, own: Content) -> Iterator[Deviation]:
        self.tally.fields += 1
        if not own.media:
            return
        told = f"the document has no body in an answer {status}, and our contract"
        if own.empty:
            found = looser("response", f"{told} allows one", "no body", ", ".join(own.media), "body")
        else:
            found = removed("response", f"{told} requires one", ", ".join(own.media))
        yield _at(place, found, said.pointer)

    def _headers(self, status: str, said: Content, own: Content) -> Iterator[Deviation]:
        for name in sorted(own.headers - said.headers):
            told = f"our contract requires the header {name}, and the document does not have it"
            yield _at(f"response {status} header {name}", removed("response", told, "required"), said.pointer)

    # --- bodies -----------------------------------------------------------------------------------

    def _content(self, side: Side, place: str, said: Content, own: Content) -> Iterator[Deviation]:
        comparison = self._comparison(side)
        for name, mine in own.media.items():
            found = _media(name, said)
            if found is None:
                told = f"the document has no body of the type {name}"
                made = retyped(side, told, ", ".join(said.media) or "nothing", name)
                yield _at(f"{place} content type", made, said.pointer)
                continue
            theirs = said.media[found]
            if theirs is None or mine is None:
                self._undecided()
                yield _at(place, uncompared("the body has no schema"), said.pointer)
                continue
            comparison.compare(theirs, mine, Place(f"{place} $"))
        yield from comparison.differences


def _at(path: str, difference: Deviation, pointer: Pointer) -> Deviation:
    return replace(difference, path=path, pointer=pointer)


def _documented(status: str, theirs: Described) -> str | None:
    """The answer that stands for ``status``: its own, that of its hundred, or the default."""
    for key in (status, f"{status[0]}XX", f"{status[0]}xx", "default"):
        if key in theirs.responses:
            return key
    return None


def _media(name: str, said: Content) -> str | None:
    """The content type of the document that ``name`` is."""
    wanted = name.partition(";")[0].strip().lower()
    return next((each for each in said.media if fnmatch.fnmatchcase(wanted, each)), None)
