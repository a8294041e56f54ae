"""Key rings, keys and versions: made, read, listed and changed. Nothing here computes with a key.

Left out: import, and automatic rotation at ``nextRotationTime``, which is kept and shown only. A location of
the real service offers some purposes, algorithms and protection levels, and refuses the others with 400; so
do those of this fake, which offer what it can compute.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from providers.kms import documents, messages
from providers.kms.algorithms import SCHEMES
from providers.kms.call import Call
from providers.kms.documents import Document
from providers.kms.labels import check_labels
from providers.kms.listing import Listing, by_number
from providers.kms.query import flag
from providers.kms.refusal import Refused, failed_precondition, invalid, unimplemented
from providers.kms.resources import DESTROY_AFTER, Key, Ring, Version
from providers.kms.vocabulary import Algorithm, ProtectionLevel, Purpose, State
from providers.kms.world import World

_ID = re.compile(r"[a-zA-Z0-9_-]{1,63}")
_TEMPLATE = {"versionTemplate", "versionTemplate.algorithm"}
_ROTATION = (timedelta(hours=24), timedelta(hours=876_000))
_DESTRUCTION = (timedelta(hours=24), timedelta(hours=876_000))
"""The longest is not published; this one keeps the time of destruction within the calendar."""
_RING_FIELDS = frozenset({"name", "createTime"})
_KEY_FIELDS = frozenset(map(messages.camel, messages.CryptoKey.model_fields))
_VERSION_FIELDS = frozenset(map(messages.camel, messages.CryptoKeyVersion.model_fields))


class Administration:
    """Each method answers one operation."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rings = Listing("keyRings", _RING_FIELDS, documents.ring)
        self._keys = Listing("cryptoKeys", _KEY_FIELDS, self._shown)
        self._versions = Listing("cryptoKeyVersions", _VERSION_FIELDS, documents.version, by_number)

    def create_ring(self, call: Call) -> Document:
        call.message(messages.NewRing)
        ring = Ring(f"{call.name}/keyRings/{_new_id(call, 'keyRingId')}", self._world.now())
        self._world.add_ring(ring)
        return documents.ring(ring)

    def get_ring(self, call: Call) -> Document:
        return documents.ring(self._world.ring(call.name))

    def list_rings(self, call: Call) -> Document:
        return self._rings.answer(call, self._world.rings_in(call.name))

    def create_key(self, call: Call) -> Document:
        asked = call.message(messages.CryptoKey)
        purpose, algorithm = _purpose(asked), _algorithm(asked)
        skip = flag(call.query, "skipInitialVersionCreation")
        if flag(call.query, "trustedWrappingEnabled"):
            raise invalid("trusted_wrapping_enabled is for the protection level HSM_SINGLE_TENANT only.")
        if SCHEMES[algorithm].purpose is not purpose:
            raise invalid(f"{algorithm.name} is not an algorithm for the purpose {purpose.name}.")
        if asked.import_only and not skip:
            raise invalid(
                "A key for import only has no first version: skip_initial_version_creation is required."
            )
        check_labels(asked.labels)
        _check_rotation(purpose, asked.rotation_period, has_time=asked.next_rotation_time is not None)
        key = Key(
            name=f"{call.name}/cryptoKeys/{_new_id(call, 'cryptoKeyId')}",
            created=self._world.now(),
            purpose=purpose,
            algorithm=algorithm,
            protection=_protection(asked),
            destroy_after=_destruction(asked),
            labels=asked.labels,
            rotation_period=asked.rotation_period,
            next_rotation=asked.next_rotation_time,
            import_only=asked.import_only,
        )
        made = self._world.add_key(
            key,
            with_version=not skip,
            enabled_primary=purpose is Purpose.ENCRYPT_DECRYPT,
        )
        return self._shown(made)

    def get_key(self, call: Call) -> Document:
        return self._shown(self._world.key(call.name))

    def list_keys(self, call: Call) -> Document:
        return self._keys.answer(call, self._world.keys_in(call.name))

    def patch_key(self, call: Call) -> Document:
        asked = call.message(messages.CryptoKey)
        mask = _mask(call, {"labels", "rotationPeriod", "nextRotationTime", *_TEMPLATE})
        return self._shown(self._world.change_key(call.name, lambda key: _patched(key, asked, mask)))

    def update_primary(self, call: Call) -> Document:
        number = call.message(messages.UpdatePrimary).crypto_key_version_id
        if not number:
            raise invalid("crypto_key_version_id is required.")

        def change(key: Key) -> Key:
            if key.purpose is not Purpose.ENCRYPT_DECRYPT:
                raise failed_precondition(f"{key.name} has no primary: it is for {key.purpose.name}.")
            name = f"{key.name}/cryptoKeyVersions/{number}"
            self._world.usable(name)
            return replace(key, primary=name)

        return self._shown(self._world.change_key(call.name, change))

    def create_version(self, call: Call) -> Document:
        state = call.message(messages.CryptoKeyVersion).state or State.ENABLED
        if state not in (State.ENABLED, State.DISABLED):
            raise invalid(f"A version cannot be made in the state {state.name}.")
        key = self._world.key(call.name)
        if key.import_only:
            raise failed_precondition(f"{key.name} is for imported versions only.")
        return documents.version(self._world.add_version(call.name, state))

    def get_version(self, call: Call) -> Document:
        return documents.version(self._world.polled(call.name))

    def list_versions(self, call: Call) -> Document:
        return self._versions.answer(call, self._world.versions_of(call.name))

    def patch_version(self, call: Call) -> Document:
        state = call.message(messages.CryptoKeyVersion).state
        _mask(call, {"state"})
        if state not in (State.ENABLED, State.DISABLED):
            raise invalid("The state can be changed between ENABLED and DISABLED only.")
        return self._changed(call, {State.ENABLED, State.DISABLED}, lambda it: replace(it, state=state))

    def destroy_version(self, call: Call) -> Document:
        call.message(messages.NoFields)
        after = self._world.key(call.name.rsplit("/", 2)[0]).destroy_after
        return self._changed(
            call,
            {State.ENABLED, State.DISABLED},
            lambda it: replace(it, state=State.DESTROY_SCHEDULED, destroy_at=self._world.now() + after),
        )

    def restore_version(self, call: Call) -> Document:
        call.message(messages.NoFields)
        return self._changed(
            call,
            {State.DESTROY_SCHEDULED},
            lambda it: replace(it, state=State.DISABLED, destroy_at=None),
        )

    def delete(self, call: Call) -> Document:
        """This fake deletes nothing; what is not there, nobody could delete.

        Raises:
            Refused: always.
        """
        {
            "keyRings": self._world.ring,
            "cryptoKeys": self._world.key,
            "cryptoKeyVersions": self._world.version,
        }[call.target.collection](call.name)
        raise unimplemented("deletion")

    def _changed(self, call: Call, allowed: set[State], change: Callable[[Version], Version]) -> Document:
        def checked(version: Version) -> Version:
            if version.state not in allowed:
                raise failed_precondition(
                    f"{version.name} cannot be changed so, current state is: {version.state.name}."
                )
            return change(version)

        return documents.version(self._world.change_version(call.name, checked))

    def _shown(self, key: Key) -> Document:
        return documents.key(key, self._world.primary(key))


def _purpose(asked: messages.CryptoKey) -> Purpose:
    if asked.purpose is None:
        raise invalid("crypto_key.purpose is required.")
    if asked.purpose not in {scheme.purpose for scheme in SCHEMES.values()}:
        raise _not_offered(f"keys for {asked.purpose.name}")
    return asked.purpose


def _algorithm(asked: messages.CryptoKey) -> Algorithm:
    algorithm = asked.version_template.algorithm
    if algorithm is None and asked.purpose is Purpose.ENCRYPT_DECRYPT:
        return Algorithm.GOOGLE_SYMMETRIC_ENCRYPTION
    if algorithm is None:
        raise invalid("crypto_key.version_template.algorithm is required.")
    if algorithm not in SCHEMES:
        raise _not_offered(f"the algorithm {algorithm.name}")
    return algorithm


def _protection(asked: messages.CryptoKey) -> ProtectionLevel:
    protection = asked.version_template.protection_level or ProtectionLevel.SOFTWARE
    if protection not in (ProtectionLevel.SOFTWARE, ProtectionLevel.HSM):
        raise _not_offered(f"the protection level {protection.name}")
    return protection


def _not_offered(what: str) -> Refused:
    return invalid(f"The locations of this fake do not offer {what}.")


def _destruction(asked: messages.CryptoKey) -> timedelta:
    """Versions that were imported can be destroyed at once, since they can be imported again."""
    after = asked.destroy_scheduled_duration
    if after is None:
        return DESTROY_AFTER
    shortest = timedelta() if asked.import_only else _DESTRUCTION[0]
    if not shortest <= after <= _DESTRUCTION[1]:
        raise invalid("destroy_scheduled_duration is not between 24 and 876000 hours.")
    return after


def _check_rotation(purpose: Purpose, period: timedelta | None, *, has_time: bool) -> None:
    if period is None and not has_time:
        return
    if purpose is not Purpose.ENCRYPT_DECRYPT:
        raise invalid("Only keys with the purpose ENCRYPT_DECRYPT are rotated.")
    if period is None:
        return
    if not has_time:
        raise invalid("next_rotation_time is required beside rotation_period.")
    if not _ROTATION[0] <= period <= _ROTATION[1]:
        raise invalid("rotation_period is not between 24 and 876000 hours.")


def _patched(key: Key, asked: messages.CryptoKey, mask: set[str]) -> Key:
    changed = key
    if "labels" in mask:
        check_labels(asked.labels)
        changed = replace(changed, labels=asked.labels)
    if "rotationPeriod" in mask:
        changed = replace(changed, rotation_period=asked.rotation_period)
    if "nextRotationTime" in mask:
        changed = replace(changed, next_rotation=asked.next_rotation_time)
    if mask & _TEMPLATE:
        changed = replace(changed, algorithm=_algorithm(asked))
    if SCHEMES[changed.algorithm].purpose is not key.purpose:
        raise invalid(f"{changed.algorithm.name} is not an algorithm for the purpose {key.purpose.name}.")
    _check_rotation(key.purpose, changed.rotation_period, has_time=changed.next_rotation is not None)
    return changed


def _mask(call: Call, allowed: set[str]) -> set[str]:
    paths = {messages.camel(path) for path in call.query.get("updateMask", "").split(",") if path}
    if not paths:
        raise invalid("update_mask is required.")
    if not paths <= allowed:
        raise invalid(f"update_mask may name {', '.join(sorted(allowed))} only.")
    return paths


def _new_id(call: Call, parameter: str) -> str:
    given = call.query.get(parameter, "")
    if not _ID.fullmatch(given):
        raise invalid(f"{parameter} is required: 1 to 63 letters, digits, hyphens and underscores.")
    return given
