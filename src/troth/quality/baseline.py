"""Problems that are known, and not to be mended today: a file of fingerprints.

A fingerprint is made of the rule, the file, the test and the text of the line, and of nothing that moves
when lines are added elsewhere. An entry that matches no problem is told (Q902): a baseline only shrinks.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from troth.errors import BrokenFile, UsageProblem
from troth.quality.rule import Rule, Severity, Smell

STALE = Rule(
    "Q902",
    "baseline entry of nothing",
    Severity.WARNING,
    "The baseline only shrinks",
    "write the baseline anew: --write-baseline FILE",
)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rule: str
    path: str
    fingerprint: str
    message: str = ""


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    format: Literal[1] = 1
    problems: tuple[_Entry, ...] = Field(default=())


def fingerprint(rule: str, path: str, scope: str, line: str, ordinal: int) -> str:
    """What names a problem. ``ordinal`` tells apart those of which all else is the same."""
    parts = "\0".join((rule, path, scope, " ".join(line.split()), str(ordinal)))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Settled:
    """Problems without those of the baseline, and these."""

    left: tuple[Smell, ...]
    known: tuple[Smell, ...]


def apply(smells: Iterable[Smell], path: Path, shown: str, looked_at: frozenset[str]) -> Settled:
    """Take out what the baseline ``path`` knows. ``looked_at`` are the files of the run: of others, an
    entry that matches nothing says nothing.

    Raises:
        UsageProblem: there is no such file.
        BrokenFile: it is no baseline.
    """
    entries = _read(path)
    known = {each.fingerprint for each in entries}
    taken = list(smells)
    found = {smell.fingerprint for smell in taken}
    stale = [each for each in entries if each.path in looked_at and each.fingerprint not in found]
    return Settled(
        (
            *(smell for smell in taken if smell.fingerprint not in known),
            *(_stale(each, shown) for each in stale),
        ),
        tuple(smell for smell in taken if smell.fingerprint in known),
    )


def _stale(entry: _Entry, shown: str) -> Smell:
    said = f"{entry.rule} in {entry.path} is gone, and still in the baseline: {entry.message}"
    return Smell(STALE.id, STALE.severity, shown, 1, 1, said, STALE.hint, STALE.section)


def write(smells: Sequence[Smell], path: Path) -> None:
    """Write a baseline that knows ``smells``."""
    made = _Document(
        problems=tuple(
            _Entry(rule=each.rule, path=each.path, fingerprint=each.fingerprint, message=each.message)
            for each in smells
        )
    )
    text = json.dumps(made.model_dump(), indent=2, ensure_ascii=False) + "\n"
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageProblem(f"{path} cannot be written: {error.strerror}") from error


def _read(path: Path) -> tuple[_Entry, ...]:
    try:
        return _Document.model_validate_json(path.read_bytes()).problems
    except FileNotFoundError as error:
        raise UsageProblem(f"there is no baseline {path}", hint="--write-baseline FILE makes one") from error
    except OSError as error:
        raise BrokenFile(path, f"it cannot be read: {error.strerror}") from error
    except ValidationError as error:
        said = error.errors(include_url=False)[0]["msg"]
        raise BrokenFile(
            path, f"it is no baseline: {said}", hint="--write-baseline FILE makes one"
        ) from error


def numbered(keys: Iterable[tuple[str, ...]]) -> Iterator[int]:
    """For each key, how many of the same came before it."""
    seen: Counter[tuple[str, ...]] = Counter()
    for key in keys:
        yield seen[key]
        seen[key] += 1
