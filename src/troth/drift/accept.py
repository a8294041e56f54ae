"""What a team knows of its drift: [[tool.troth.drift]] of pyproject.toml.

Each acceptance says why it stands, each accepted difference is counted, and an acceptance that matches
nothing is a finding itself: what it was for has gone.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from troth.drift.deviation import Deviation
from troth.evidence import Finding
from troth.workspace import DriftAcceptance


@dataclass(frozen=True, slots=True)
class Sorted:
    """Differences, each with the acceptance that takes it; and the acceptances that take none."""

    left: tuple[Deviation, ...]
    accepted: tuple[tuple[Deviation, DriftAcceptance], ...]
    unused: tuple[DriftAcceptance, ...]


def sort(differences: Iterable[Deviation], acceptances: Sequence[DriftAcceptance]) -> Sorted:
    """Take out of ``differences`` what is accepted."""
    left, accepted = [], []
    for difference in differences:
        taker = next((each for each in acceptances if fits(each, difference)), None)
        if taker is None:
            left.append(difference)
        else:
            accepted.append((difference, taker))
    used = {acceptance for _, acceptance in accepted}
    return Sorted(tuple(left), tuple(accepted), tuple(each for each in acceptances if each not in used))


def fits(acceptance: DriftAcceptance, difference: Deviation) -> bool:
    """Whether ``acceptance`` is of ``difference``."""
    return (
        acceptance.code == difference.code
        and _like(difference.operation, acceptance.operation)
        and _like(difference.model, acceptance.model)
        and _like(difference.field if acceptance.model else difference.path, acceptance.path)
        and _like(difference.value, acceptance.value)
    )


def _like(text: str, glob: str) -> bool:
    """A path such as ``$.items[].id`` stands for itself, though brackets mean something in a glob."""
    return glob in ("", text) or fnmatch.fnmatchcase(text, glob)


def unused(acceptance: DriftAcceptance) -> Finding:
    """The finding that an acceptance is of nothing."""
    named = {name: value for name, value in acceptance.model_dump().items() if value}
    where = ", ".join(
        f"{name} {named[name]}" for name in ("operation", "model", "path", "value") if name in named
    )
    return Finding(
        "acceptance-unused",
        f"the acceptance of {acceptance.code} at {where} has no effect: it matches nothing",
        api=acceptance.api,
        place="pyproject.toml [[tool.troth.drift]]",
        expected="a difference from the vendor's document",
        actual="none",
    )
