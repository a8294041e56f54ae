"""Signing with a key that never leaves Cloud KMS.

with Connection(access_token(token)) as kms:
    signature = Signer(kms, version, algorithm="EC_SIGN_P256_SHA256").sign(b"payload")
    verify(b"payload", signature, fetch_public_key(kms, version))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from google.cloud.kms_v1 import AsymmetricSignResponse

from consumers.kms import algorithms
from consumers.kms.connection import Connection
from consumers.kms.errors import InvalidSignature
from consumers.kms.integrity import crc32c, enum_name, require_checksum, require_name, require_verified


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and what made it."""

    value: bytes
    """DER for elliptic curves."""
    algorithm: str
    version: str
    """The full name of the key version."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a key version."""

    pem: str
    algorithm: str
    version: str


class Signer:
    """Signs with one key version. ``algorithm`` is the version's own: it decides what is sent."""

    def __init__(self, connection: Connection, version: str, *, algorithm: str) -> None:
        self._connection = connection
        self._version = version
        self._algorithm = algorithm

    def sign(self, payload: bytes) -> Signature:
        """Sign ``payload``; its digest alone is sent, where the algorithm signs digests.

        Raises:
            KmsUnavailable, KmsRefused, Misconfigured: there is no signature.
            Corrupted: there is one that must not be used.
        """
        digest = algorithms.digest(payload, self._algorithm)
        if digest is None:
            answer = self._sign({"data": payload, "data_crc32c": crc32c(payload)})
            return self._checked(answer, verified=answer.verified_data_crc32c)
        (value,) = digest.values()
        return self.sign_digest(digest, checksum=crc32c(value))

    def sign_digest(self, digest: dict[str, bytes], *, checksum: int) -> Signature:
        """Sign a digest, given by its kind (``sha256``). ``checksum`` is its CRC32C, by whoever computed it.

        Raises:
            as ``sign``.
        """
        answer = self._sign({"digest": digest, "digest_crc32c": checksum})
        return self._checked(answer, verified=answer.verified_digest_crc32c)

    def _sign(self, subject: Mapping[str, object]) -> AsymmetricSignResponse:
        sign = self._connection.google.asymmetric_sign
        return self._connection.call(sign, {"name": self._version, **subject})

    def _checked(self, answer: AsymmetricSignResponse, *, verified: bool) -> Signature:
        require_name(answer.name, self._version)
        require_verified(verified)
        require_checksum(answer.signature, answer.signature_crc32c)
        return Signature(answer.signature, self._algorithm, self._version)


def fetch_public_key(connection: Connection, version: str) -> PublicKey:
    """The public half of a version.

    Raises:
        as ``Signer.sign``.
    """
    answer = connection.call(connection.google.get_public_key, {"name": version})
    require_name(answer.name, version)
    require_checksum(answer.pem.encode(), answer.pem_crc32c)
    return PublicKey(answer.pem, enum_name(answer, "algorithm"), version)


def verify(payload: bytes, signature: Signature, public_key: PublicKey) -> None:
    """Return when the signature is one of ``payload`` by the key. Asks nobody.

    Raises:
        InvalidSignature: it is not.
    """
    if (signature.version, signature.algorithm) != (public_key.version, public_key.algorithm):
        raise InvalidSignature("the signature was made by another key version, or by another algorithm")
    algorithms.verify(payload, signature.value, pem=public_key.pem, algorithm=public_key.algorithm)
