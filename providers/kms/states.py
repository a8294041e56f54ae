"""Provider states: what a scenario may ask the fake to be. Values are full resource names, but of the ring
with keys of every purpose.

Parameters: ``algorithm``, by the API's name, where a state has a key; ``times``, how many calls an outage
lasts, all by default.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace

from providers.kms.algorithms import SCHEMES
from providers.kms.conditions import DOMAIN, Conditions
from providers.kms.integrity import checksum
from providers.kms.operations import USE_TO_SIGN
from providers.kms.primitives import encrypt_oaep
from providers.kms.refusal import Code, Reason, Refused
from providers.kms.resources import Key, Ring, Version
from providers.kms.rich_state import ring_of_everything
from providers.kms.vocabulary import Algorithm, ProtectionLevel, Purpose, State
from providers.kms.world import World
from troth.provider import JsonScalar, StateHandler

Values = Mapping[str, JsonScalar]
Parameters = Mapping[str, JsonScalar]

PROJECT = "projects/example-project"
LOCATION = f"{PROJECT}/locations/europe-west3"
RING = f"{LOCATION}/keyRings/example-ring"
ENCRYPTED = b"an answer that only the key reveals"


def states(world: World, conditions: Conditions) -> dict[str, StateHandler]:
    """Handlers by name. Each starts from the empty world that ``reset`` leaves."""
    stage = _Stage(world, conditions)
    return {
        "an empty project": lambda _: {"project": PROJECT, "location": LOCATION},
        "a key ring": lambda _: {"key_ring": stage.ring()},
        "three keys in a ring": lambda _: stage.three_keys(),
        **_signing_states(stage),
        "a decryption key": stage.decryption_key,
        "an encryption key": lambda _: stage.encryption_key(),
        "a MAC key": stage.having(Purpose.MAC),
        "a ring with keys of every purpose": lambda _: ring_of_everything(world),
        "a key ring without permission": lambda _: stage.forbidden_ring(),
        **_outages(stage),
    }


def _signing_states(stage: _Stage) -> dict[str, StateHandler]:
    signing = Purpose.ASYMMETRIC_SIGN
    return {
        "a signing key": stage.having(signing),
        "a disabled signing key": stage.having(signing, stage.disable),
        "a signing key that is scheduled for destruction": stage.having(signing, stage.schedule),
        "a destroyed signing key": stage.having(signing, stage.destroy),
        "a signing key in generation": stage.having(signing, stage.generate),
        "a signing key without permission": stage.having(signing, stage.forbid_signing),
    }


def _outages(stage: _Stage) -> dict[str, StateHandler]:
    throttled = Refused(
        Code.RESOURCE_EXHAUSTED,
        "The quota of cryptographic requests is used up.",
        Reason("RATE_LIMIT_EXCEEDED", "googleapis.com", {"service": DOMAIN}),
    )
    unavailable = Refused(Code.UNAVAILABLE, "The service is currently unavailable.")
    late = Refused(Code.DEADLINE_EXCEEDED, "The service did not answer in time.")
    off = Refused(
        Code.PERMISSION_DENIED,
        "Cloud Key Management Service (KMS) API has not been used in this project, or it is disabled.",
        Reason("SERVICE_DISABLED", "googleapis.com", {"service": DOMAIN}),
    )
    return {
        "requests are throttled": lambda parameters: stage.outage(throttled, parameters),
        "the service is unavailable": lambda parameters: stage.outage(unavailable, parameters),
        "the API is disabled": lambda parameters: stage.outage(off, parameters),
        "requests time out": lambda parameters: stage.outage(late, parameters),
        "requests fail": lambda parameters: stage.outage(_failure(parameters), parameters),
    }


class _Stage:
    """Sets up a world."""

    def __init__(self, world: World, conditions: Conditions) -> None:
        self._world = world
        self._conditions = conditions

    def ring(self) -> str:
        self._world.add_ring(Ring(RING, self._world.now()))
        return RING

    def key(self, key_id: str, algorithm: Algorithm) -> Key:
        purpose = SCHEMES[algorithm].purpose
        key = Key(
            f"{RING}/cryptoKeys/{key_id}", self._world.now(), purpose, algorithm, ProtectionLevel.SOFTWARE
        )
        return self._world.add_key(key, with_version=True, enabled_primary=purpose is Purpose.ENCRYPT_DECRYPT)

    def having(self, purpose: Purpose, then: Callable[[str], None] = lambda _: None) -> StateHandler:
        """A key with one version, with which ``then`` does something."""

        def handler(parameters: Parameters) -> Values:
            algorithm = _algorithm(parameters, purpose)
            self.ring()
            key = self.key("example-key", algorithm)
            version = f"{key.name}/cryptoKeyVersions/1"
            then(version)
            return {"key": key.name, "version": version}

        return handler

    def decryption_key(self, parameters: Parameters) -> Values:
        """Also what somebody encrypted with the public key, and its checksum; both texts as JSON has them."""
        names = self.having(Purpose.ASYMMETRIC_DECRYPT)(parameters)
        found = self._world.usable(str(names["version"]))
        ciphertext = encrypt_oaep(found.scheme, found.material, ENCRYPTED)
        return {
            **names,
            "ciphertext": base64.b64encode(ciphertext).decode(),
            "ciphertext_crc32c": str(checksum(ciphertext)),
            "plaintext": base64.b64encode(ENCRYPTED).decode(),
        }

    def encryption_key(self) -> Values:
        self.ring()
        return {"key": self.key("example-key", Algorithm.GOOGLE_SYMMETRIC_ENCRYPTION).name}

    def three_keys(self) -> Values:
        self.ring()
        for number in ("first", "second", "third"):
            self.key(f"{number}-key", Algorithm.EC_SIGN_P256_SHA256)
        return {"key_ring": RING}

    def disable(self, version: str) -> None:
        self._world.change_version(version, lambda it: replace(it, state=State.DISABLED))

    def schedule(self, version: str) -> None:
        def change(it: Version) -> Version:
            due = self._world.now() + self._world.key(it.key_name).destroy_after
            return replace(it, state=State.DESTROY_SCHEDULED, destroy_at=due)

        self._world.change_version(version, change)

    def destroy(self, version: str) -> None:
        """As if it had been scheduled, and its time had come."""
        due = self._world.now()
        self._world.change_version(
            version, lambda it: replace(it, state=State.DESTROY_SCHEDULED, destroy_at=due)
        )

    def generate(self, version: str) -> None:
        """It is ENABLED once it was asked for."""
        self._world.make_pending(version, reads=1)

    def forbid_signing(self, version: str) -> None:
        self._conditions.deny(self._world.version(version).key_name, USE_TO_SIGN)

    def forbidden_ring(self) -> Values:
        self._conditions.deny(self.ring())
        return {"key_ring": RING}

    def outage(self, refused: Refused, parameters: Parameters) -> Values:
        values = self.having(Purpose.ASYMMETRIC_SIGN)(parameters)
        times = parameters.get("times")
        if times is not None and (isinstance(times, bool) or not isinstance(times, int) or times < 1):
            raise ValueError(f"times {times!r} is not a number from 1 on")
        self._conditions.fail(refused, times)
        return values


_USUAL = {
    Purpose.ASYMMETRIC_SIGN: Algorithm.EC_SIGN_P256_SHA256,
    Purpose.ASYMMETRIC_DECRYPT: Algorithm.RSA_DECRYPT_OAEP_2048_SHA256,
    Purpose.MAC: Algorithm.HMAC_SHA256,
}


def _algorithm(parameters: Parameters, purpose: Purpose) -> Algorithm:
    wanted = parameters.get("algorithm", _USUAL[purpose].name)
    found = Algorithm.__members__.get(str(wanted))
    if found is None or found not in SCHEMES or SCHEMES[found].purpose is not purpose:
        known = sorted(each.name for each, scheme in SCHEMES.items() if scheme.purpose is purpose)
        raise ValueError(f"algorithm {wanted!r} is not among {', '.join(known)}")
    return found


def _failure(parameters: Parameters) -> Refused:
    """``status``: a canonical code, INTERNAL by default."""
    wanted = str(parameters.get("status", Code.INTERNAL))
    if wanted not in list(Code):
        raise ValueError(f"status {wanted!r} is not among {', '.join(Code)}")
    return Refused(Code(wanted), "The service failed, as this state has it.")
