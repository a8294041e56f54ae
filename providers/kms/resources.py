"""Key rings, keys and versions, as the fake holds them. They are frozen: a change puts a new one in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from providers.kms.vocabulary import Algorithm, ProtectionLevel, Purpose, State

DESTROY_AFTER = timedelta(days=30)
"""How long a version stays DESTROY_SCHEDULED unless its key says otherwise."""


@dataclass(frozen=True, slots=True)
class Ring:
    name: str
    created: datetime


@dataclass(frozen=True, slots=True)
class Key:
    name: str
    created: datetime
    purpose: Purpose
    algorithm: Algorithm
    protection: ProtectionLevel = ProtectionLevel.SOFTWARE
    destroy_after: timedelta = DESTROY_AFTER
    labels: dict[str, str] = field(default_factory=dict)
    rotation_period: timedelta | None = None
    next_rotation: datetime | None = None
    primary: str = ""
    """The name of a version; empty where there is none, and always with keys that do not encrypt."""
    import_only: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    name: str
    created: datetime
    algorithm: Algorithm
    protection: ProtectionLevel
    state: State
    generated: datetime | None = None
    destroy_at: datetime | None = None
    destroyed: datetime | None = None

    @property
    def key_name(self) -> str:
        return parent(self.name)

    @property
    def number(self) -> int:
        return int(self.name.rpartition("/")[2])


Resource = Ring | Key | Version


def parent(name: str) -> str:
    """The name of what holds a resource: ``a/1/b/2`` is held by ``a/1``."""
    return name.rsplit("/", 2)[0]
