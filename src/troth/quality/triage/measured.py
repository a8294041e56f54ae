"""What a run of coverage.py measured."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import TypeAlias

Branch: TypeAlias = tuple[int, int]
"""From a line to a line; one to ``-n`` leaves the code that begins in line n."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of something is covered: lines, and branches where those were measured."""

    covered: int
    whole: int

    @property
    def part(self) -> Fraction:
        """0 to 1, exactly. Of nothing, everything is covered."""
        return Fraction(self.covered, self.whole) if self.whole else Fraction(1)

    @property
    def percent(self) -> str:
        """``12.5``. Only what is nothing is ``0.0``, and only what is all is ``100.0``."""
        tenths = round(self.part * 1000)
        if self.part > 0:
            tenths = max(tenths, 1)
        if self.part < 1:
            tenths = min(tenths, 999)
        return f"{tenths // 10}.{tenths % 10}"

    def __add__(self, other: Share) -> Share:
        return Share(self.covered + other.covered, self.whole + other.whole)

    def __str__(self) -> str:
        return f"{self.percent} % ({self.covered} of {self.whole})"


@dataclass(frozen=True, slots=True)
class Function:
    """What of one function, ``Till.add``, was not reached. The code outside of any is called ``""``."""

    name: str
    missing_lines: frozenset[int] = frozenset()
    missing_branches: frozenset[Branch] = frozenset()

    @property
    def is_missed(self) -> bool:
        """Whether anything of it was not reached."""
        return bool(self.missing_lines or self.missing_branches)


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """What of one file was reached. ``path`` is from the root, with slashes."""

    path: str
    statements: int
    executed_lines: frozenset[int]
    missing_lines: frozenset[int]
    branches: int = 0
    executed_branches: frozenset[Branch] = frozenset()
    missing_branches: frozenset[Branch] = frozenset()
    excluded_lines: frozenset[int] = frozenset()
    functions: tuple[Function, ...] = ()

    @property
    def share(self) -> Share:
        """Lines and branches together, as coverage.py counts them."""
        missed = len(self.missing_lines) + len(self.missing_branches)
        whole = self.statements + self.branches
        return Share(whole - missed, whole)

    @property
    def missed_functions(self) -> tuple[Function, ...]:
        """The functions that want a test; of a file where only other code was missed, that code."""
        missed = [each for each in self.functions if each.is_missed]
        named = tuple(each for each in missed if each.name)
        if named or not (self.missing_lines or self.missing_branches):
            return named
        return tuple(missed) or (Function("", self.missing_lines, self.missing_branches),)

    @property
    def lines(self) -> frozenset[int]:
        """What there is to reach, reached or not."""
        return self.executed_lines | self.missing_lines


@dataclass(frozen=True, slots=True)
class Measured:
    """One report."""

    files: Mapping[str, FileCoverage]
    branch: bool
    """Whether branches were measured."""
    when: datetime | None = field(default=None, compare=False)
    """As coverage.py tells it: by the clock of its machine, without a time zone."""


def total(files: Iterable[FileCoverage]) -> Share:
    """All of them together."""
    return sum((each.share for each in files), start=Share(0, 0))


def spans(lines: Iterable[int]) -> str:
    """``3, 5-7``."""
    runs: list[list[int]] = []
    for line in sorted(lines):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def arrow(branch: Branch) -> str:
    """``12 -> 14``, or ``12 -> exit``."""
    start, end = branch
    return f"{start} -> {end if end > 0 else 'exit'}"
