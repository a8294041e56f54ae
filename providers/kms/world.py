"""Everything that is there: key rings, keys, versions and their key material. Thread-safe."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from providers.kms.algorithms import SCHEMES, Scheme
from providers.kms.disk import Disk
from providers.kms.material import Maker, Material
from providers.kms.refusal import Code, Refused, failed_precondition
from providers.kms.resources import Key, Resource, Ring, Version, parent
from providers.kms.vocabulary import State

Clock = Callable[[], datetime]
_R = TypeVar("_R", Ring, Key, Version)
_LOCATION = re.compile(r"projects/[a-z0-9][a-z0-9.:-]*/locations/[a-z0-9-]+")
"""Any location of any project is there, if it can have that name."""


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Usable:
    """A version that was enabled when it was asked for, with its key material."""

    version: Version
    scheme: Scheme
    material: Material = field(repr=False)


class World:
    """In memory; with ``folder`` also on disk, from where it is read at start.

    Raises:
        UsageProblem: see ``Disk``.
    """

    def __init__(self, folder: Path | None = None, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._maker = Maker(reuse=folder is None)
        self._disk = Disk(folder) if folder is not None else None
        self._lock = threading.RLock()
        self._rings: dict[str, Ring] = {}
        self._keys: dict[str, Key] = {}
        self._versions: dict[str, Version] = {}
        self._materials: dict[str, Material] = {}
        self._pending: dict[str, int] = {}
        for resource, material in self._disk.load() if self._disk else ():
            self._hold(resource, material)

    def reset(self) -> None:
        with self._lock:
            for each in (self._rings, self._keys, self._versions, self._materials, self._pending):
                each.clear()
            self._maker.forget()
            if self._disk is not None:
                self._disk.clear()

    def close(self) -> None:
        if self._disk is not None:
            self._disk.close()

    def now(self) -> datetime:
        return self._clock()

    def ring(self, name: str) -> Ring:
        """
        Raises:
            Refused: it is not there. So do ``key`` and ``version``.
        """
        with self._lock:
            return _found(self._rings, name, "KeyRing")

    def key(self, name: str) -> Key:
        with self._lock:
            return _found(self._keys, name, "CryptoKey")

    def version(self, name: str) -> Version:
        with self._lock:
            return self._settled(_found(self._versions, name, "CryptoKeyVersion"))

    def polled(self, name: str) -> Version:
        """The version as a client sees it that asks for it: one that is made shows that a few times."""
        with self._lock:
            seen = self.version(name)
            left = self._pending.get(name)
            if left is not None:
                self._pending[name] = left - 1
                if left <= 1:
                    del self._pending[name]
                    self._store(replace(seen, state=State.ENABLED, generated=self.now()))
            return seen

    def primary(self, key: Key) -> Version | None:
        return self.version(key.primary) if key.primary else None

    def rings_in(self, location: str) -> list[Ring]:
        """
        Raises:
            Refused: no location can have that name.
        """
        _require_location(location)
        with self._lock:
            return sorted(_children(self._rings, location), key=lambda each: each.name)

    def keys_in(self, ring: str) -> list[Key]:
        with self._lock:
            self.ring(ring)
            return sorted(_children(self._keys, ring), key=lambda each: each.name)

    def versions_of(self, key: str) -> list[Version]:
        with self._lock:
            self.key(key)
            found = [self._settled(each) for each in _children(self._versions, key)]
            return sorted(found, key=lambda each: each.number)

    def add_ring(self, ring: Ring) -> None:
        """
        Raises:
            Refused: it is there already, or no location can have the name of its own.
        """
        _require_location(parent(ring.name))
        with self._lock:
            _require_absent(self._rings, ring.name, "KeyRing")
            self._store(ring)

    def add_key(self, key: Key, *, with_version: bool, enabled_primary: bool) -> Key:
        """``enabled_primary``: the first version becomes the one to encrypt with.

        Raises:
            Refused: it is there already, or its ring is not.
        """
        self._require_place(key)
        # Outside the lock: it may take a second.
        material = self._maker.make(SCHEMES[key.algorithm]) if with_version else None
        with self._lock:
            self._require_place(key)
            if material is None:
                self._store(key)
                return key
            version = self._new_version(key, 1, State.ENABLED)
            made = replace(key, primary=version.name) if enabled_primary else key
            self._store(made, version, material=material)
            return made

    def add_version(self, key_name: str, state: State = State.ENABLED) -> Version:
        """
        Raises:
            Refused: the key is not there.
        """
        material = self._maker.make(SCHEMES[self.key(key_name).algorithm])
        with self._lock:
            key = self.key(key_name)
            number = len(_children(self._versions, key_name)) + 1
            version = self._new_version(key, number, state)
            self._store(version, material=material)
            return version

    def change_key(self, name: str, change: Callable[[Key], Key]) -> Key:
        """``change`` may refuse."""
        with self._lock:
            changed = change(self.key(name))
            self._store(changed)
            return changed

    def change_version(self, name: str, change: Callable[[Version], Version]) -> Version:
        """``change`` may refuse."""
        with self._lock:
            changed = change(self.version(name))
            self._store(changed)
            return self._settled(changed)

    def make_pending(self, name: str, reads: int) -> None:
        """Let the version be in the making for so many reads."""
        with self._lock:
            self._store(replace(self.version(name), state=State.PENDING_GENERATION, generated=None))
            self._pending[name] = reads

    def usable(self, name: str) -> Usable:
        """
        Raises:
            Refused: it is not there, or not enabled.
        """
        with self._lock:
            version = self.version(name)
            if version.state is not State.ENABLED:
                raise failed_precondition(f"{name} is not enabled, current state is: {version.state.name}.")
            return Usable(version, SCHEMES[version.algorithm], self._materials[name])

    def _new_version(self, key: Key, number: int, state: State) -> Version:
        now = self.now()
        name = f"{key.name}/cryptoKeyVersions/{number}"
        return Version(name, now, key.algorithm, key.protection, state, generated=now)

    def _require_place(self, key: Key) -> None:
        with self._lock:
            self.ring(parent(key.name))
            _require_absent(self._keys, key.name, "CryptoKey")

    def _settled(self, version: Version) -> Version:
        """What became of it meanwhile: key material is destroyed at its time."""
        due = version.destroy_at
        if version.state is not State.DESTROY_SCHEDULED or due is None or self.now() < due:
            return version
        gone = replace(version, state=State.DESTROYED, destroy_at=None, destroyed=due)
        self._versions[gone.name] = gone
        self._materials.pop(gone.name, None)
        if self._disk is not None:
            self._disk.forget_material(gone)
        return gone

    def _store(self, *resources: Resource, material: Material | None = None) -> None:
        if self._disk is not None:
            self._disk.keep(*resources, material=material)
        for each in resources:
            self._hold(each, material if isinstance(each, Version) else None)

    def _hold(self, resource: Resource, material: Material | None) -> None:
        match resource:
            case Ring():
                self._rings[resource.name] = resource
            case Key():
                self._keys[resource.name] = resource
            case Version():
                self._versions[resource.name] = resource
        if material is not None:
            self._materials[resource.name] = material


def _found(held: dict[str, _R], name: str, kind: str) -> _R:
    if name not in held:
        raise Refused(Code.NOT_FOUND, f"{kind} {name} not found.")
    return held[name]


def _require_absent(held: dict[str, Ring] | dict[str, Key], name: str, kind: str) -> None:
    if name in held:
        raise Refused(Code.ALREADY_EXISTS, f"{kind} {name} already exists.")


def _require_location(name: str) -> None:
    if not _LOCATION.fullmatch(name):
        raise Refused(Code.NOT_FOUND, f"Location {name} not found.")


def _children(held: dict[str, _R], of: str) -> list[_R]:
    return [each for each in held.values() if parent(each.name) == of]
