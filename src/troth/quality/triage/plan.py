"""What to test next: every target in its order, and batches that a person can review."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from troth.quality.triage.answers import Unreached
from troth.quality.triage.kinds import Kind
from troth.quality.triage.measured import FileCoverage, Measured, Share, total
from troth.quality.triage.settings import LARGEST_BATCH, TriageSettings
from troth.quality.triage.suite import Suite, Test

Order = tuple[Fraction, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Target:
    """A file that wants tests."""

    file: FileCoverage
    layer: str
    rank: int
    missing: tuple[Kind, ...]
    """Kinds of which it has no test."""
    has_tests: int

    @property
    def order(self) -> Order:
        """The least covered part first; then most missed lines, the layer, most missed branches, the path."""
        file = self.file
        missed = (-len(file.missing_lines), self.rank, -len(file.missing_branches))
        return (file.share.part, *missed, file.path)

    @property
    def wanted(self) -> int:
        """How many tests it wants: one for each function that is not wholly reached, and at least one of
        each kind that is missing."""
        return max(len(self.file.missed_functions), len(self.missing), 1)


@dataclass(frozen=True, slots=True)
class Part:
    """So many tests of a target, as one batch has them."""

    target: Target
    tests: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What to test next."""

    targets: tuple[Target, ...]
    batches: tuple[tuple[Part, ...], ...]
    total: Share
    """Of all files that are looked at, targets or not."""
    files: int
    excluded: int
    branch: bool
    unreached: tuple[Unreached, ...] = ()


def plan(
    measured: Measured, suite: Suite, settings: TriageSettings, unreached: Sequence[Unreached] = ()
) -> Plan:
    """The plan of what ``measured`` shows. A file without a statement wants no test."""
    tests = suite.by_target()
    looked_at = [each for path, each in measured.files.items() if not settings.excludes(path)]
    found = [_target(each, tests.get(each.path, ()), settings) for each in looked_at if each.statements]
    targets = tuple(sorted(filter(_wants_tests, found), key=lambda target: target.order))
    return Plan(
        targets,
        batches(targets, settings.batch),
        total(looked_at),
        len(looked_at),
        len(measured.files) - len(looked_at),
        measured.branch,
        tuple(unreached),
    )


def _target(file: FileCoverage, tests: Sequence[Test], settings: TriageSettings) -> Target:
    shown = {kind for test in tests for kind in test.kinds}
    layer = settings.layer(file.path)
    missing = tuple(kind for kind in Kind if kind not in shown) if _behaves(file) else ()
    return Target(file, layer, settings.rank(layer), missing, len(tests))


def _behaves(file: FileCoverage) -> bool:
    """Whether there is anything that can go right or wrong: a file of nothing but names has no errors.

    A report of before its third format knows no functions; there each file counts.
    """
    return not file.functions or any(each.name for each in file.functions)


def _wants_tests(target: Target) -> bool:
    return target.file.share.part < 1 or bool(target.missing)


def batches(targets: Iterable[Target], size: int = LARGEST_BATCH) -> tuple[tuple[Part, ...], ...]:
    """The targets in their order, ``size`` tests at most in one batch.

    A target stays in one batch where it fits into one, and else goes through several.
    """
    found: list[list[Part]] = []
    room = 0
    for target in targets:
        left = target.wanted
        while left:
            if not room or (left > room and left <= size):
                found.append([])
                room = size
            taken = min(left, room)
            found[-1].append(Part(target, taken))
            left, room = left - taken, room - taken
    return tuple(map(tuple, found))
