"""What a user of troth got wrong, and what kept troth from checking.

What an API under test does wrong is never an exception: it is a finding (``troth.evidence``).

    TrothError
    ├── UsageProblem            exit status 2: the call, the workspace or a file of it is wrong
    │   ├── NoWorkspace         no pyproject.toml with [tool.troth] here or above
    │   ├── UnknownName         an API, scenario, operation or state that nobody declared
    │   ├── ContractProblem     a contract that cannot be used as it is written
    │   ├── BrokenFile          a corrupt, foreign or newer file, with its path and line
    │   └── ProviderRefused     a provider that will not start as it was asked to
    ├── CouldNotCheck           exit status 3: something outside is missing, nothing was decided
    └── MockMiss                a request that no mock answers (also a requests.ConnectionError)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path


class TrothError(Exception):
    """Base of every error that troth raises on purpose. ``hint`` says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n  {self.hint}" if self.hint else self.message


class UsageProblem(TrothError):
    """The call, the workspace or one of its files is wrong; exit status 2."""


class NoWorkspace(UsageProblem):
    """No workspace root at or above the folder."""


class ContractProblem(UsageProblem):
    """A contract, scenario or provider module that cannot be used as it is written."""


class ProviderRefused(UsageProblem):
    """A provider will not start as it was asked to."""


class UnknownName(UsageProblem):
    """A name that nobody declared, with the nearest ones that somebody did."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, hint: str = "") -> None:
        names = sorted(set(known))
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.4)
        shown = near or names[:8]
        said = (
            f"did you mean {', '.join(map(repr, shown))}?"
            if near
            else f"known: {', '.join(map(repr, shown)) or 'none'}"
        )
        super().__init__(f"no {kind} is named {name!r}; {said}", hint=hint)


class BrokenFile(UsageProblem):
    """A file that cannot be read as what it should be."""

    def __init__(self, path: Path, problem: str, *, line: int | None = None, hint: str = "") -> None:
        where = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{where}: {problem}", hint=hint)
        self.path = path
        self.line = line


class CouldNotCheck(TrothError):
    """Something outside is missing, so nothing was decided; exit status 3."""
