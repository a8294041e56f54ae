"""Which method answers which request, and which permission it needs.

The permission is looked up on the key, for its versions too; above keys on the ring or the location.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from providers.kms.administration import Administration
from providers.kms.call import Call
from providers.kms.computation import Computation
from providers.kms.documents import Document
from providers.kms.world import World

LOCATION = "projects/*/locations/*"
RINGS = f"{LOCATION}/keyRings"
RING = f"{RINGS}/*"
KEYS = f"{RING}/cryptoKeys"
KEY = f"{KEYS}/*"
VERSIONS = f"{KEY}/cryptoKeyVersions"
VERSION = f"{VERSIONS}/*"

USE_TO_SIGN = "cloudkms.cryptoKeyVersions.useToSign"

Route = tuple[str, str, str]
"""Method, shape of the path, verb."""

ABSENT = frozenset(
    {
        "decapsulate",
        "exportTrustedKeyWrappedCryptoKeyVersion",
        "generateRandomBytes",
        "getIamPolicy",
        "import",
        "importTrustedKeyWrappedCryptoKeyVersion",
        "rawDecrypt",
        "rawEncrypt",
        "setIamPolicy",
        "testIamPermissions",
    }
)
"""Verbs of the API that this fake does not have."""


_LIST = frozenset({"filter", "orderBy", "pageSize", "pageToken"})
_NEW_KEY = frozenset({"cryptoKeyId", "skipInitialVersionCreation", "trustedWrappingEnabled"})
_PATCH = frozenset({"updateMask"})


@dataclass(frozen=True, slots=True)
class Operation:
    permission: str
    answer: Callable[[Call], Document]
    parameters: frozenset[str] = frozenset()
    """What its query may say beside what every method takes."""


def operations(world: World) -> Mapping[Route, Operation]:
    return {**_administration(Administration(world)), **_computation(Computation(world))}


def _administration(it: Administration) -> dict[Route, Operation]:
    keys, versions = "cloudkms.cryptoKeys", "cloudkms.cryptoKeyVersions"
    return {
        ("POST", RINGS, ""): Operation("cloudkms.keyRings.create", it.create_ring, frozenset({"keyRingId"})),
        ("GET", RINGS, ""): Operation("cloudkms.keyRings.list", it.list_rings, _LIST),
        ("GET", RING, ""): Operation("cloudkms.keyRings.get", it.get_ring),
        ("POST", KEYS, ""): Operation(f"{keys}.create", it.create_key, _NEW_KEY),
        ("GET", KEYS, ""): Operation(f"{keys}.list", it.list_keys, _LIST | {"versionView"}),
        ("GET", KEY, ""): Operation(f"{keys}.get", it.get_key),
        ("PATCH", KEY, ""): Operation(f"{keys}.update", it.patch_key, _PATCH),
        ("POST", KEY, "updatePrimaryVersion"): Operation(f"{keys}.update", it.update_primary),
        ("POST", VERSIONS, ""): Operation(f"{versions}.create", it.create_version),
        ("GET", VERSIONS, ""): Operation(f"{versions}.list", it.list_versions, _LIST | {"view"}),
        ("GET", VERSION, ""): Operation(f"{versions}.get", it.get_version),
        ("PATCH", VERSION, ""): Operation(f"{versions}.update", it.patch_version, _PATCH),
        ("POST", VERSION, "destroy"): Operation(f"{versions}.destroy", it.destroy_version),
        ("DELETE", RING, ""): Operation("cloudkms.keyRings.delete", it.delete),
        ("DELETE", KEY, ""): Operation(f"{keys}.delete", it.delete),
        ("DELETE", VERSION, ""): Operation(f"{versions}.delete", it.delete),
        ("POST", VERSION, "restore"): Operation(f"{versions}.restore", it.restore_version),
    }


def _computation(it: Computation) -> dict[Route, Operation]:
    versions = "cloudkms.cryptoKeyVersions"
    encrypt = Operation(f"{versions}.useToEncrypt", it.encrypt)
    return {
        ("GET", f"{VERSION}/publicKey", ""): Operation(
            f"{versions}.viewPublicKey", it.public_key, frozenset({"publicKeyFormat"})
        ),
        ("POST", VERSION, "asymmetricSign"): Operation(USE_TO_SIGN, it.asymmetric_sign),
        ("POST", VERSION, "asymmetricDecrypt"): Operation(f"{versions}.useToDecrypt", it.asymmetric_decrypt),
        ("POST", VERSION, "macSign"): Operation(USE_TO_SIGN, it.mac_sign),
        ("POST", VERSION, "macVerify"): Operation(f"{versions}.useToVerify", it.mac_verify),
        ("POST", KEY, "encrypt"): encrypt,
        ("POST", VERSION, "encrypt"): encrypt,
        ("POST", KEY, "decrypt"): Operation(f"{versions}.useToDecrypt", it.decrypt),
    }
