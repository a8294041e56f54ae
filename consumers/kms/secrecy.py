"""Encrypting, decrypting and MACs. Every payload goes with its checksum, both ways."""

from __future__ import annotations

from dataclasses import dataclass, field

from consumers.kms.connection import Connection
from consumers.kms.errors import Corrupted
from consumers.kms.integrity import (
    crc32c,
    require_checksum,
    require_name,
    require_verified,
    require_version_of,
)


@dataclass(frozen=True, slots=True)
class Box:
    """Encrypts with a key's primary version, decrypts with whichever version encrypted."""

    connection: Connection
    key: str

    def encrypt(self, plaintext: bytes, *, context: bytes = b"") -> bytes:
        """The ciphertext. ``context`` is not in it, and must be the same to decrypt.

        Raises:
            KmsError: there is none, or one that must not be used.
        """
        answer = self.connection.call(
            self.connection.google.encrypt,
            {
                "name": self.key,
                "plaintext": plaintext,
                "plaintext_crc32c": crc32c(plaintext),
                **_context(context),
            },
        )
        require_version_of(answer.name, self.key)
        require_verified(answer.verified_plaintext_crc32c)
        require_verified(not context or answer.verified_additional_authenticated_data_crc32c)
        require_checksum(answer.ciphertext, answer.ciphertext_crc32c)
        return answer.ciphertext

    def decrypt(self, ciphertext: bytes, *, context: bytes = b"") -> bytes:
        """The plaintext.

        Raises:
            InvalidRequest: the ciphertext is not one of this key, or the context is another.
            KmsError: there is none, or one that must not be used.
        """
        answer = self.connection.call(
            self.connection.google.decrypt,
            {
                "name": self.key,
                "ciphertext": ciphertext,
                "ciphertext_crc32c": crc32c(ciphertext),
                **_context(context),
            },
        )
        require_checksum(answer.plaintext, answer.plaintext_crc32c)
        return answer.plaintext


def _context(context: bytes) -> dict[str, object]:
    if not context:
        return {}
    return {
        "additional_authenticated_data": context,
        "additional_authenticated_data_crc32c": crc32c(context),
    }


def decrypt_asymmetric(connection: Connection, version: str, ciphertext: bytes) -> bytes:
    """What was encrypted with the public key of ``version``.

    Raises:
        KmsError: there is no plaintext, or one that must not be used.
    """
    answer = connection.call(
        connection.google.asymmetric_decrypt,
        {"name": version, "ciphertext": ciphertext, "ciphertext_crc32c": crc32c(ciphertext)},
    )
    require_verified(answer.verified_ciphertext_crc32c)
    require_checksum(answer.plaintext, answer.plaintext_crc32c)
    return answer.plaintext


@dataclass(frozen=True, slots=True)
class Mac:
    """A MAC over some data. Whoever has it can pass the data off as confirmed."""

    value: bytes = field(repr=False)
    version: str


@dataclass(frozen=True, slots=True)
class Authenticator:
    """Makes and checks MACs with one key version."""

    connection: Connection
    version: str

    def mac(self, data: bytes) -> Mac:
        """The MAC over ``data``.

        Raises:
            KmsError: there is none, or one that must not be used.
        """
        answer = self.connection.call(
            self.connection.google.mac_sign,
            {"name": self.version, "data": data, "data_crc32c": crc32c(data)},
        )
        require_name(answer.name, self.version)
        require_verified(answer.verified_data_crc32c)
        require_checksum(answer.mac, answer.mac_crc32c)
        return Mac(answer.mac, self.version)

    def holds(self, data: bytes, mac: Mac) -> bool:
        """Whether ``mac`` is the one over ``data``.

        Raises:
            KmsError: the service did not say, or contradicted itself.
        """
        answer = self.connection.call(
            self.connection.google.mac_verify,
            {
                "name": self.version,
                "data": data,
                "data_crc32c": crc32c(data),
                "mac": mac.value,
                "mac_crc32c": crc32c(mac.value),
            },
        )
        require_name(answer.name, self.version)
        require_verified(answer.verified_data_crc32c, answer.verified_mac_crc32c)
        if answer.success != answer.verified_success_integrity:
            raise Corrupted("the answer contradicts itself")
        return answer.success
