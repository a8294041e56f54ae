"""Failures that do not count: what the real service is documented to do, and defects that are known."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from troth.evidence import Finding
from troth.fuzz.case import Failure
from troth.fuzz.settings import Excepted, FuzzSettings, Known, Off

Needed = Counter[Excepted]
"""How many failures each entry took out."""


@dataclass(frozen=True, slots=True)
class Use:
    """How many failures an entry spoke of. ``holds``: it took them out, for its time is not over."""

    entry: Excepted
    count: int
    holds: bool


class Exceptions:
    """The entries of a ``fuzz.toml``, and how often each was needed. ``today`` ends what has expired."""

    def __init__(self, settings: FuzzSettings, *, today: datetime.date) -> None:
        self._entries: tuple[Excepted, ...] = (*settings.off, *settings.known)
        self._today = today
        self._needed: Needed = Counter()

    @property
    def needed(self) -> Needed:
        """What was taken out, to be added elsewhere."""
        return self._needed

    def add(self, needed: Needed) -> None:
        """Count what another process took out."""
        self._needed += needed

    def keep(self, operation: str, failure: Failure, status: int) -> bool:
        """Whether a failure counts."""
        for entry in self._entries:
            if entry.fits(operation, failure, status):
                self._needed[entry] += 1
                return isinstance(entry, Known) and self._is_over(entry)
        return True

    def _is_over(self, entry: Known) -> bool:
        return self._today >= entry.expires

    @property
    def uses(self) -> tuple[Use, ...]:
        """Every entry, in the order of the file, with how often it was needed."""
        return tuple(
            Use(entry, self._needed[entry], holds=not (isinstance(entry, Known) and self._is_over(entry)))
            for entry in self._entries
        )

    def expired(self, api: str) -> Iterator[Finding]:
        """A finding for each known defect that should be mended by now, and is there still."""
        for entry in self._entries:
            if isinstance(entry, Known) and self._is_over(entry) and self._needed[entry]:
                yield Finding(
                    "fuzz-known-expired",
                    f"a defect that was to be mended by {entry.expires}: {entry.reason} ({entry.owner})",
                    api=api,
                    operation=entry.operations[0],
                    expected=f"that {entry.check} holds",
                    actual="an entry whose time is over",
                    place=f"contracts/{api}/fuzz.toml",
                )

    def unused(self, api: str, tried: frozenset[str]) -> Iterator[Finding]:
        """What is worth knowing: entries that this run did not need, though it tried all their operations."""
        for entry in self._entries:
            if not self._needed[entry] and tried.issuperset(entry.operations):
                kind = "off" if isinstance(entry, Off) else "known"
                yield Finding(
                    "fuzz-exception-unused",
                    f"[[{kind}]] of {entry.check} was not needed: {entry.reason}",
                    api=api,
                    operation=entry.operations[0],
                    place=f"contracts/{api}/fuzz.toml",
                )
