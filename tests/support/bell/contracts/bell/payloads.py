"""What a door bell and its callers say to each other."""

from __future__ import annotations

from typing import Literal

from troth.fields import Payload, Safe, Uuid


class Hook(Payload, source="assumed"):
    """Where rings are told."""

    url: Safe[str]


class Ring(Payload, source="assumed"):
    """Somebody rang."""

    id: Uuid
    note: str


class NewRing(Payload, source="assumed"):
    """Somebody rings, and says why."""

    note: str


class RingPath(Payload, source="assumed"):
    """A ring in a path."""

    id: Uuid


class RingEvent(Payload, source="assumed"):
    """A ring, as the bell tells it."""

    type: Literal["ring"]
    ring: Ring
    sent: Safe[int]


class SilenceEvent(Payload, source="assumed"):
    """Nobody has rung for a while."""

    type: Literal["silence"]
    sent: Safe[int]


class Problem(Payload, source="assumed"):
    """Why not."""

    error: Safe[str]
