"""What an answer is worth. Nothing here reads or writes a row.

A choice is right when all right options are chosen and no other; there is nothing between. Of a text with
blanks each blank counts the same; what stands in one is compared as it is written, but for blanks around it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a user answers to a problem of an exam; of the two lists the one of its type."""

    problem_id: int
    problem_type: str
    choice_answers: Sequence[str] | None = None
    """Keys of options."""
    fillblank_answers: Sequence[str] | None = None
    """The texts of the blanks, in order."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What an answer has got."""

    score: Decimal
    is_correct: bool
    correct_percentage: float


def share_of_choice(given: Collection[str], right: Collection[str]) -> Fraction:
    """1 or 0."""
    return Fraction(set(given) == set(right))


def share_of_blanks(given: Sequence[str], right: Sequence[Collection[str]]) -> Fraction:
    """How much of a text is right, of 1; ``right`` has for each blank the texts that may stand there.

    Blanks behind the last answer are wrong. A text without blanks cannot be right.
    """
    if not right:
        return Fraction(0)
    hits = sum(
        text.strip() in {each.strip() for each in allowed}
        for text, allowed in zip(given, right, strict=False)
    )
    return Fraction(hits, len(right))


def mark(share: Fraction, worth: int) -> Mark:
    """The mark for a share of a problem that is worth so many points; to a hundredth, halves up."""
    points = Decimal(worth * share.numerator) / Decimal(share.denominator)
    return Mark(
        score=points.quantize(_CENT, ROUND_HALF_UP),
        is_correct=share == 1,
        correct_percentage=round(float(share * 100), 2),
    )
