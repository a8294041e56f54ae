"""What a rule is, and what it says."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from troth.quality.context import Context
    from troth.quality.model import TestFunction
    from troth.quality.source import TestFile


class Severity(StrEnum):
    """How bad a problem is. Errors and warnings fail by default, information never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 is the worst."""
        return (Severity.ERROR, Severity.WARNING, Severity.INFO).index(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found: ``line`` counts from 1, ``column`` from 1.

    Without a ``severity`` or a ``hint`` those of the rule hold.
    """

    message: str
    line: int
    column: int
    severity: Severity | None = None
    hint: str = ""


def problem(node: ast.AST, message: str, *, severity: Severity | None = None, hint: str = "") -> Problem:
    """A problem at the place of ``node``."""
    line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
    return Problem(message, line, column + 1, severity, hint)


FileCheck: TypeAlias = "Callable[[TestFile, Context], Iterable[Problem]]"
FunctionCheck: TypeAlias = "Callable[[TestFunction, Context], Iterable[Problem]]"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of docs/testing-standard.md.

    ``id`` is stable. ``section`` is the heading of the standard, word by word, that the rule enforces.
    Without a ``check`` only another linter looks for it (``troth.quality.peers``). Test files are checked;
    a rule with ``everywhere`` is checked in conftest.py and in modules of helpers too.
    """

    id: str
    name: str
    severity: Severity
    section: str
    hint: str
    check: FileCheck | None = None
    everywhere: bool = False


def of_each_test(check: FunctionCheck) -> FileCheck:
    """A check of a file that looks at each of its tests."""

    def of_file(file: TestFile, context: Context) -> Iterator[Problem]:
        for test in file.tests:
            yield from check(test, context)

    return of_file


@dataclass(frozen=True, slots=True)
class Smell:
    """A problem with its rule and place: what is printed. ``path`` is relative to the root."""

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    hint: str
    section: str
    fingerprint: str = ""
    """What stays the same when lines move: see ``troth.quality.baseline``."""

    @property
    def place(self) -> str:
        """``path:line:column``."""
        return f"{self.path}:{self.line}:{self.column}"
