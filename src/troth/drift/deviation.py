"""One thing in which a contract and its vendor's document differ, and whose doing it is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Side = Literal["request", "response"]


class Tier(StrEnum):
    """Whether a difference can break a call."""

    ERROR = "error"
    INFO = "info"


class Culprit(StrEnum):
    """Who says more than the other."""

    STRICTER = "model stricter"
    """Our model refuses what the document allows."""
    LOOSER = "model looser"
    """Our model allows what the document does not."""
    UNDOCUMENTED = "undocumented"
    """Ours has what the document has not."""
    UNCOMPARED = "could not compare"


@dataclass(frozen=True, slots=True)
class Deviation:
    """One difference. ``code`` is that of its finding: docs/findings.md.

    ``path`` is a place within the operation: ``request $.name``, ``response 200 $.items[].id``,
    ``query limit``, ``status 429``. ``model`` and ``field`` are the same place within our own model,
    where there is one. ``value`` is what differs there, such as the member of an enum. ``pointer`` leads
    to the place in the vendor's document.
    """

    code: str
    culprit: Culprit
    tier: Tier
    message: str
    expected: str = ""
    actual: str = ""
    value: str = ""
    path: str = ""
    model: str = ""
    field: str = ""
    operation: str = ""
    pointer: tuple[str, ...] = ()


def stricter(side: Side, message: str, expected: str, actual: str, value: str = "") -> Deviation:
    """Ours refuses what the document allows: that breaks where the vendor speaks."""
    tier = Tier.ERROR if side == "response" else Tier.INFO
    return Deviation("drift-stricter", Culprit.STRICTER, tier, message, expected, actual, value)


def looser(side: Side, message: str, expected: str, actual: str, value: str = "") -> Deviation:
    """Ours allows what the document does not: that breaks where we speak."""
    tier = Tier.ERROR if side == "request" else Tier.INFO
    return Deviation("drift-looser", Culprit.LOOSER, tier, message, expected, actual, value)


def retyped(side: Side, message: str, expected: str, actual: str, value: str = "") -> Deviation:
    """Nothing that the one allows does the other."""
    culprit = Culprit.STRICTER if side == "response" else Culprit.LOOSER
    return Deviation("drift-retyped", culprit, Tier.ERROR, message, expected, actual, value)


def removed(side: Side, message: str, actual: str) -> Deviation:
    """Ours cannot do without what the document does not have."""
    culprit = Culprit.STRICTER if side == "response" else Culprit.UNDOCUMENTED
    return Deviation("drift-removed", culprit, Tier.ERROR, message, "nothing", actual)


def undocumented(message: str, actual: str) -> Deviation:
    """Ours has what the document has not: gone, misspelt, or never documented."""
    return Deviation("drift-undocumented", Culprit.UNDOCUMENTED, Tier.ERROR, message, "nothing", actual)


def missing(side: Side, message: str, expected: str, *, needed: bool = False, value: str = "") -> Deviation:
    """The document has what ours has not; ``needed``: it refuses a request without it."""
    culprit = Culprit.LOOSER if needed or side == "response" else Culprit.STRICTER
    tier = Tier.ERROR if needed else Tier.INFO
    return Deviation("drift-missing", culprit, tier, message, expected, "nothing", value)


def uncompared(why: str) -> Deviation:
    """Something that was not decided, and why."""
    return Deviation("drift-uncomparable", Culprit.UNCOMPARED, Tier.INFO, why)
