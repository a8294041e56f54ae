"""Key rings, keys and versions: making them, looking at them, and ending them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from google.cloud.kms_v1 import CryptoKey, CryptoKeyVersion, KeyManagementServiceClient

from consumers.kms.connection import Connection
from consumers.kms.errors import Corrupted
from consumers.kms.integrity import enum_name, require_below, require_name
from consumers.kms.translation import translated

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version:
    """A key version and its state."""

    name: str
    state: str
    algorithm: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key. ``primary`` is the name of the version that encrypts; empty where none does."""

    name: str
    purpose: str
    primary: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Keys:
    """All that stands in Cloud KMS, by full names. Every method raises the errors of this package."""

    connection: Connection

    @property
    def _google(self) -> KeyManagementServiceClient:
        return self.connection.google

    # --- making -----------------------------------------------------------------------------------

    def create_ring(self, location: str, ring_id: str) -> str:
        """The name of a new key ring; ``location`` is ``projects/…/locations/…``."""
        request = {"parent": location, "key_ring_id": ring_id, "key_ring": {}}
        made = self.connection.call(self._google.create_key_ring, request, repeatable=False)
        require_name(made.name, f"{location}/keyRings/{ring_id}")
        return made.name

    def create_key(self, ring: str, key_id: str, *, purpose: str, algorithm: str) -> Key:
        """A new key with its first version."""
        key = {"purpose": purpose, "version_template": {"algorithm": algorithm}}
        request = {"parent": ring, "crypto_key_id": key_id, "crypto_key": key}
        made = self.connection.call(self._google.create_crypto_key, request, repeatable=False)
        found = _key(made, f"{ring}/cryptoKeys/{key_id}")
        if found.purpose != purpose:
            raise Corrupted("the answer is about a key of another purpose")
        return found

    def create_version(self, key: str) -> Version:
        """The next version of a key."""
        request = {"parent": key, "crypto_key_version": {}}
        made = self.connection.call(self._google.create_crypto_key_version, request, repeatable=False)
        require_below(made.name, key)
        return _version(made, made.name)

    # --- looking ----------------------------------------------------------------------------------

    def ring(self, name: str) -> str:
        """The name of a key ring that exists."""
        found = self.connection.call(self._google.get_key_ring, {"name": name})
        require_name(found.name, name)
        return found.name

    def key(self, name: str) -> Key:
        """A key."""
        return _key(self.connection.call(self._google.get_crypto_key, {"name": name}), name)

    def version(self, name: str) -> Version:
        """A version."""
        return _version(self.connection.call(self._google.get_crypto_key_version, {"name": name}), name)

    def rings(self, location: str, *, page_size: int = 100) -> Iterator[str]:
        """The names of all key rings, page by page."""
        request = {"parent": location, "page_size": page_size}
        rings = self.connection.call(self._google.list_key_rings, request)
        return (_below(ring.name, location) for ring in _paged(rings))

    def keys(self, ring: str, *, page_size: int = 100) -> Iterator[Key]:
        """All keys of a ring, page by page."""
        request = {"parent": ring, "page_size": page_size}
        found = self.connection.call(self._google.list_crypto_keys, request)
        return (_key(key, _below(key.name, ring)) for key in _paged(found))

    def versions(self, key: str, *, page_size: int = 100) -> Iterator[Version]:
        """All versions of a key, page by page."""
        request = {"parent": key, "page_size": page_size}
        found = self.connection.call(self._google.list_crypto_key_versions, request)
        return (_version(version, _below(version.name, key)) for version in _paged(found))

    # --- changing ---------------------------------------------------------------------------------

    def label(self, key: str, labels: Mapping[str, str]) -> Key:
        """Put ``labels`` in the place of those that the key has."""
        changed = {"name": key, "labels": dict(labels)}
        request = {"crypto_key": changed, "update_mask": {"paths": ["labels"]}}
        found = _key(self.connection.call(self._google.update_crypto_key, request), key)
        if found.labels.keys() != labels.keys():
            raise Corrupted("the answer has other labels than were put there")
        return found

    def choose_primary(self, version: str) -> Key:
        """Encrypt with ``version`` from now on."""
        key, _, version_id = version.rpartition("/cryptoKeyVersions/")
        request = {"name": key, "crypto_key_version_id": version_id}
        found = _key(self.connection.call(self._google.update_crypto_key_primary_version, request), key)
        require_name(found.primary, version)
        return found

    def disable(self, version: str) -> Version:
        """Let the version compute nothing until it is enabled again."""
        return self._set(version, "DISABLED")

    def enable(self, version: str) -> Version:
        """Let the version compute."""
        return self._set(version, "ENABLED")

    def destroy(self, version: str) -> Version:
        """Schedule the version for destruction."""
        method = self._google.destroy_crypto_key_version
        return _version(self.connection.call(method, {"name": version}, repeatable=False), version)

    def restore(self, version: str) -> Version:
        """Take the version back from destruction. It is disabled then."""
        method = self._google.restore_crypto_key_version
        return _version(self.connection.call(method, {"name": version}, repeatable=False), version)

    def _set(self, version: str, state: str) -> Version:
        changed = {"name": version, "state": state}
        request = {"crypto_key_version": changed, "update_mask": {"paths": ["state"]}}
        return _version(self.connection.call(self._google.update_crypto_key_version, request), version)


def _paged(items: Iterable[T]) -> Iterator[T]:
    """Each further page is another call."""
    empty = True
    with translated():
        for item in items:
            empty = False
            yield item
        # The library takes null for a list without items.
        if empty and getattr(items, "total_size", None):
            raise Corrupted("the answer is a list without items, and says that there are some")


def _below(name: str, parent: str) -> str:
    require_below(name, parent)
    return name


def _key(key: CryptoKey, asked: str) -> Key:
    require_name(key.name, asked)
    return Key(key.name, enum_name(key, "purpose"), key.primary.name, dict(key.labels))


def _version(version: CryptoKeyVersion, asked: str) -> Version:
    require_name(version.name, asked)
    return Version(version.name, enum_name(version, "state"), enum_name(version, "algorithm"))
