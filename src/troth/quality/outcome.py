"""What a file, and what a run amounted to."""

from __future__ import annotations

from dataclasses import dataclass

from troth.quality.rule import Severity, Smell


@dataclass(frozen=True, slots=True)
class Excepted:
    """A problem that stands, and the reason that somebody gave."""

    smell: Smell
    reason: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one file amounted to."""

    path: str
    tests: int
    smells: tuple[Smell, ...]
    suppressed: tuple[Excepted, ...] = ()
    """By a comment."""
    by_path: tuple[Excepted, ...] = ()
    """By an entry of the settings."""
    unchecked: str = ""
    """Why nothing could be said of it."""


@dataclass(frozen=True, slots=True)
class LintRun:
    """What a run amounted to."""

    files: tuple[FileReport, ...]
    smells: tuple[Smell, ...]
    """Without what is excepted."""
    baselined: tuple[Smell, ...] = ()
    empty: tuple[str, ...] = ()
    """Paths that were named, and hold no file of tests."""
    missing: tuple[str, ...] = ()
    """Linters that could not be asked, and why."""
    cached: int = 0
    """Files that were as they had been."""
    fail_on: Severity = Severity.WARNING

    @property
    def suppressed(self) -> tuple[Excepted, ...]:
        """Everything that comments except."""
        return tuple(each for file in self.files for each in file.suppressed)

    @property
    def by_path(self) -> tuple[Excepted, ...]:
        """Everything that the settings except."""
        return tuple(each for file in self.files for each in file.by_path)

    @property
    def unchecked(self) -> tuple[FileReport, ...]:
        """Files that could not be read."""
        return tuple(file for file in self.files if file.unchecked)

    @property
    def tests(self) -> int:
        """How many tests were looked at."""
        return sum(file.tests for file in self.files)

    def count(self, severity: Severity) -> int:
        """How many problems are of that severity."""
        return sum(smell.severity is severity for smell in self.smells)

    @property
    def failing(self) -> tuple[Smell, ...]:
        """The problems that make the exit status 1."""
        return tuple(smell for smell in self.smells if smell.severity.rank <= self.fail_on.rank)
