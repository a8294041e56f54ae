"""What versions compute, and the checksums that are verified on the way in and made on the way out."""

from __future__ import annotations

import struct

from cryptography.hazmat.primitives.serialization import Encoding

from providers.kms import messages, primitives
from providers.kms.call import Call
from providers.kms.documents import Document, checksum_of
from providers.kms.integrity import verified
from providers.kms.primitives import Undecryptable
from providers.kms.refusal import Refused, failed_precondition, invalid
from providers.kms.vocabulary import ProtectionLevel, PublicKeyFormat, Purpose
from providers.kms.world import Usable, World

LARGEST = 64 * 1024
"""Bytes of a plaintext, of data and of additional authenticated data."""
LARGEST_IN_HSM = 8 * 1024
"""Bytes of a plaintext and of additional authenticated data together, where the key is in an HSM."""

_DIGEST_SIZES = {"sha256": 32, "sha384": 48, "sha512": 64}
_VERSION = struct.Struct(">I")
_ENCODINGS = {PublicKeyFormat.PEM: Encoding.PEM, PublicKeyFormat.DER: Encoding.DER}


class Computation:
    """Each method answers one operation."""

    def __init__(self, world: World) -> None:
        self._world = world

    def public_key(self, call: Call) -> Document:
        asked = _format(call.query.get("publicKeyFormat", "0"))
        found = self._usable(call.name, Purpose.ASYMMETRIC_SIGN, Purpose.ASYMMETRIC_DECRYPT)
        answer = {"name": found.version.name, "algorithm": found.version.algorithm, **_protection(found)}
        if asked is None:
            pem = primitives.public_key(found.material, Encoding.PEM)
            return {**answer, "pem": pem.decode("ascii"), "pemCrc32c": checksum_of(pem)}
        data = primitives.public_key(found.material, _ENCODINGS[asked])
        checksummed: Document = {"data": data, "crc32cChecksum": checksum_of(data)}
        return {**answer, "publicKey": checksummed, "publicKeyFormat": asked}

    def asymmetric_sign(self, call: Call) -> Document:
        asked = call.message(messages.AsymmetricSign)
        digests = asked.digest.given() if asked.digest is not None else {}
        if len(digests) > 1 or (digests and asked.data):
            raise invalid("Exactly one of digest and data is signed.")
        kind, digest = next(iter(digests.items()), ("", b""))
        digest_verified = verified("digest", digest, asked.digest_crc32c)
        data_verified = verified("data", asked.data, asked.data_crc32c)
        found = self._usable(call.name, Purpose.ASYMMETRIC_SIGN)
        signature = _signed_digest(found, kind, digest) if kind else _signed_data(found, asked.data)
        return {
            "signature": signature,
            "signatureCrc32c": checksum_of(signature),
            "verifiedDigestCrc32c": digest_verified,
            "verifiedDataCrc32c": data_verified,
            "name": found.version.name,
            **_protection(found),
        }

    def asymmetric_decrypt(self, call: Call) -> Document:
        asked = call.message(messages.AsymmetricDecrypt)
        ciphertext_verified = verified("ciphertext", asked.ciphertext, asked.ciphertext_crc32c)
        found = self._usable(call.name, Purpose.ASYMMETRIC_DECRYPT)
        try:
            plaintext = primitives.decrypt_oaep(found.scheme, found.material, asked.ciphertext)
        except Undecryptable as error:
            raise _undecryptable() from error
        return {
            "plaintext": plaintext,
            "plaintextCrc32c": checksum_of(plaintext),
            "verifiedCiphertextCrc32c": ciphertext_verified,
            **_protection(found),
        }

    def encrypt(self, call: Call) -> Document:
        """By the primary version, or by the one that the path names."""
        asked = call.message(messages.Encrypt)
        associated = asked.additional_authenticated_data
        plaintext_verified = verified("plaintext", asked.plaintext, asked.plaintext_crc32c)
        associated_verified = verified(
            "additional_authenticated_data", associated, asked.additional_authenticated_data_crc32c
        )
        _require_size("plaintext", asked.plaintext)
        _require_size("additional_authenticated_data", associated)
        found = self._usable(self._encrypting(call), Purpose.ENCRYPT_DECRYPT)
        _require_hsm_size(found, asked.plaintext, associated)
        ciphertext = encrypted(found, asked.plaintext, associated)
        return {
            "name": found.version.name,
            "ciphertext": ciphertext,
            "ciphertextCrc32c": checksum_of(ciphertext),
            "verifiedPlaintextCrc32c": plaintext_verified,
            "verifiedAdditionalAuthenticatedDataCrc32c": associated_verified,
            **_protection(found),
        }

    def decrypt(self, call: Call) -> Document:
        """By the version that the ciphertext names. No flag says that a checksum was verified."""
        asked = call.message(messages.Decrypt)
        associated = asked.additional_authenticated_data
        verified("ciphertext", asked.ciphertext, asked.ciphertext_crc32c)
        verified("additional_authenticated_data", associated, asked.additional_authenticated_data_crc32c)
        _require_size("additional_authenticated_data", associated)
        found = self._usable(self._decrypting(call.name, asked.ciphertext), Purpose.ENCRYPT_DECRYPT)
        try:
            plaintext = primitives.unseal(found.material, asked.ciphertext[_VERSION.size :], associated)
        except Undecryptable as error:
            raise _undecryptable() from error
        return {
            "plaintext": plaintext,
            "plaintextCrc32c": checksum_of(plaintext),
            "usedPrimary": self._world.key(call.name).primary == found.version.name,
            **_protection(found),
        }

    def mac_sign(self, call: Call) -> Document:
        asked = call.message(messages.MacSign)
        data_verified = verified("data", asked.data, asked.data_crc32c)
        _require_size("data", asked.data)
        found = self._usable(call.name, Purpose.MAC)
        mac = primitives.mac(found.scheme, found.material, asked.data)
        return {
            "name": found.version.name,
            "mac": mac,
            "macCrc32c": checksum_of(mac),
            "verifiedDataCrc32c": data_verified,
            **_protection(found),
        }

    def mac_verify(self, call: Call) -> Document:
        """A MAC that does not hold is an answer, not an error."""
        asked = call.message(messages.MacVerify)
        data_verified = verified("data", asked.data, asked.data_crc32c)
        mac_verified = verified("mac", asked.mac, asked.mac_crc32c)
        _require_size("data", asked.data)
        found = self._usable(call.name, Purpose.MAC)
        success = primitives.mac_holds(found.scheme, found.material, asked.data, asked.mac)
        return {
            "name": found.version.name,
            "success": success,
            "verifiedDataCrc32c": data_verified,
            "verifiedMacCrc32c": mac_verified,
            "verifiedSuccessIntegrity": success,
            **_protection(found),
        }

    def _usable(self, version: str, *purposes: Purpose) -> Usable:
        """The purpose is looked at first: a disabled version of the wrong kind is of the wrong kind."""
        purpose = self._world.key(self._world.version(version).key_name).purpose
        if purpose not in purposes:
            raise failed_precondition(f"{version} is for {purpose.name}, not for this operation.")
        return self._world.usable(version)

    def _encrypting(self, call: Call) -> str:
        if call.target.shape.endswith("cryptoKeyVersions/*"):
            return call.name
        key = self._world.key(call.name)
        if key.purpose is not Purpose.ENCRYPT_DECRYPT:
            raise failed_precondition(f"{key.name} is for {key.purpose.name}, not for this operation.")
        if not key.primary:
            raise failed_precondition(f"{key.name} has no primary version.")
        return key.primary

    def _decrypting(self, key_name: str, ciphertext: bytes) -> str:
        key = self._world.key(key_name)
        if key.purpose is not Purpose.ENCRYPT_DECRYPT:
            raise failed_precondition(f"{key.name} is for {key.purpose.name}, not for this operation.")
        if len(ciphertext) < _VERSION.size:
            raise _undecryptable()
        number: int = _VERSION.unpack_from(ciphertext)[0]
        name = f"{key.name}/cryptoKeyVersions/{number}"
        if all(each.name != name for each in self._world.versions_of(key.name)):
            raise _undecryptable()
        return name


def encrypted(found: Usable, plaintext: bytes, associated: bytes) -> bytes:
    """A ciphertext, which names the version that made it."""
    return _VERSION.pack(found.version.number) + primitives.seal(found.material, plaintext, associated)


def _protection(found: Usable) -> Document:
    return {"protectionLevel": found.version.protection}


def _signed_digest(found: Usable, kind: str, digest: bytes) -> bytes:
    scheme = found.scheme
    wanted = scheme.hash.name if scheme.hash is not None and scheme.signs_digests else ""
    if kind != wanted:
        allowed = f"a {wanted} digest" if wanted else "data, and no digest"
        raise invalid(f"{found.version.algorithm.name} signs {allowed}.")
    if len(digest) != _DIGEST_SIZES[kind]:
        raise invalid(f"A {kind} digest has {_DIGEST_SIZES[kind]} bytes.")
    return primitives.sign_digest(scheme, found.material, digest)


def _signed_data(found: Usable, data: bytes) -> bytes:
    if not data:
        raise invalid("Exactly one of digest and data is signed, and neither was sent.")
    _require_size("data", data)
    try:
        return primitives.sign_data(found.scheme, found.material, data)
    except primitives.TooLong as error:
        raise invalid(f"data is too long for {found.version.algorithm.name}.") from error


def _require_size(field: str, data: bytes) -> None:
    if len(data) > LARGEST:
        raise invalid(f"{field} is longer than {LARGEST} bytes.")


def _require_hsm_size(found: Usable, plaintext: bytes, associated: bytes) -> None:
    if found.version.protection is ProtectionLevel.HSM and len(plaintext) + len(associated) > LARGEST_IN_HSM:
        raise invalid(
            f"plaintext and additional_authenticated_data are longer than {LARGEST_IN_HSM} bytes together."
        )


def _format(text: str) -> PublicKeyFormat | None:
    names = {str(int(each)): each for each in PublicKeyFormat} | dict(PublicKeyFormat.__members__)
    if text in ("0", "PUBLIC_KEY_FORMAT_UNSPECIFIED"):
        return None
    if text not in names:
        raise invalid("public_key_format is not one of the API.")
    if names[text] not in _ENCODINGS:
        raise invalid(f"The public key format {names[text].name} is for other algorithms only.")
    return names[text]


def _undecryptable() -> Refused:
    return invalid("Decryption failed: the ciphertext is not one of this key, or was changed.")
