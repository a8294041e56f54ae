"""A provider state with one of everything, for whoever tries every operation.

Its values are single ids, as paths have them, and texts as JSON has them. Versions that are changed have a
key of their own, so that the other keys stay as they are.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace

from providers.kms.algorithms import SCHEMES
from providers.kms.computation import encrypted
from providers.kms.integrity import checksum
from providers.kms.primitives import encrypt_oaep, mac
from providers.kms.resources import Key, Ring, Version
from providers.kms.vocabulary import Algorithm, Purpose, State
from providers.kms.world import World
from troth.provider import JsonScalar

_PROJECT, _LOCATION, _RING = "example-project", "europe-west3", "example-ring"
_PLACE = f"projects/{_PROJECT}/locations/{_LOCATION}/keyRings/{_RING}"
_SECRET = b"an answer that only the key reveals"
_KEYS = {
    "signing_key": Algorithm.EC_SIGN_P256_SHA256,
    "decryption_key": Algorithm.RSA_DECRYPT_OAEP_2048_SHA256,
    "mac_key": Algorithm.HMAC_SHA256,
    "encryption_key": Algorithm.GOOGLE_SYMMETRIC_ENCRYPTION,
    "changing_key": Algorithm.EC_SIGN_P256_SHA256,
}
_CHANGING = {
    "switched_version": State.DISABLED,
    **{f"enabled_version_{number}": State.ENABLED for number in (1, 2, 3)},
    **{f"scheduled_version_{number}": State.DESTROY_SCHEDULED for number in (1, 2, 3)},
}


def ring_of_everything(world: World) -> Mapping[str, JsonScalar]:
    """Keys of every purpose with their first versions, versions to change, and what keys made of a text."""
    world.add_ring(Ring(_PLACE, world.now()))
    for name, algorithm in _KEYS.items():
        _add_key(world, name.replace("_", "-"), algorithm)
    return {
        "project": _PROJECT,
        "location": _LOCATION,
        "ring": _RING,
        "version": "1",
        **{name: name.replace("_", "-") for name in _KEYS},
        **{name: _add_version(world, state) for name, state in _CHANGING.items()},
        **_texts(world),
    }


def _add_key(world: World, key_id: str, algorithm: Algorithm) -> None:
    purpose = SCHEMES[algorithm].purpose
    key = Key(f"{_PLACE}/cryptoKeys/{key_id}", world.now(), purpose, algorithm)
    world.add_key(key, with_version=True, enabled_primary=purpose is Purpose.ENCRYPT_DECRYPT)


def _add_version(world: World, state: State) -> str:
    """Its number."""
    key = world.key(f"{_PLACE}/cryptoKeys/changing-key")
    due = world.now() + key.destroy_after if state is State.DESTROY_SCHEDULED else None

    def change(version: Version) -> Version:
        return replace(version, state=state, destroy_at=due)

    made = world.add_version(key.name)
    return str(world.change_version(made.name, change).number)


def _texts(world: World) -> Mapping[str, JsonScalar]:
    wrapping, sealing, tagging = (
        world.usable(f"{_PLACE}/cryptoKeys/{key}/cryptoKeyVersions/1")
        for key in ("decryption-key", "encryption-key", "mac-key")
    )
    made = {
        "wrapped": encrypt_oaep(wrapping.scheme, wrapping.material, _SECRET),
        "sealed": encrypted(sealing, _SECRET, b""),
        "data": _SECRET,
        "tag": mac(tagging.scheme, tagging.material, _SECRET),
    }
    texts = {name: base64.b64encode(data).decode() for name, data in made.items()}
    checksums = {f"{name}_crc32c": str(checksum(data)) for name, data in made.items()}
    return {**texts, **checksums}
