"""What the keys of Cloud KMS compute, and the checksums that guard the way there and back.

A flag such as ``verifiedDigestCrc32c`` says that the service compared a checksum which the caller sent.
It is left out where it is false; a checksum that does not hold is refused with 400.

Digests, signatures, public keys and ciphertexts may be seen. Plaintexts never, nor what a MAC is over,
nor the MAC, which is as good as a password for what it is over.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from contracts.kms.enums import Algorithm, ProtectionLevel, PublicKeyFormat
from contracts.kms.texts import (
    AdditionalDataCrc,
    Bytes,
    CiphertextCrc,
    DataCrc,
    DigestCrc,
    KeyCrc,
    MacCrc,
    Message,
    PemCrc,
    PlaintextCrc,
    Sent,
    SignatureCrc,
    SomeBytes,
    SomeSafeBytes,
    VersionName,
)
from troth.fields import SAFE, Safe

_DISCOVERY = "discovery document, revision 20260917; docs, data-integrity-guidelines"

_Of32 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$"), SAFE]
_Of48 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{64}$"), SAFE]
_Of64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$"), SAFE]

Pem = Annotated[
    str,
    StringConstraints(
        pattern=r"^-----BEGIN PUBLIC KEY-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END PUBLIC KEY-----\n$"
    ),
    SAFE,
]


class Digest(Sent, source=_DISCOVERY):
    """One digest, of the kind that the key's algorithm signs."""

    sha256: _Of32 | None = None
    sha384: _Of48 | None = None
    sha512: _Of64 | None = None
    external_mu: _Of64 | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        given = [self.sha256, self.sha384, self.sha512, self.external_mu]
        if sum(digest is not None for digest in given) != 1:
            raise ValueError("exactly one digest")
        return self


class SignRequest(Sent, source=_DISCOVERY):
    """A digest, or the data itself where the algorithm takes no digest (Ed25519, RAW)."""

    digest: Safe[Digest] | None = None
    digest_crc32c: DigestCrc | None = None
    data: SomeBytes | None = None
    data_crc32c: DataCrc | None = None

    @model_validator(mode="after")
    def _has_one_subject(self) -> Self:
        if (self.digest is None) == (self.data is None):
            raise ValueError("either digest or data")
        return self


class SignResponse(Message, source=_DISCOVERY):
    name: VersionName
    signature: SomeSafeBytes
    """DER for elliptic curves, and so of varying length."""
    signature_crc32c: SignatureCrc
    verified_digest_crc32c: bool = False
    verified_data_crc32c: bool = False
    protection_level: ProtectionLevel


class ChecksummedKey(Message, source=_DISCOVERY):
    data: SomeSafeBytes
    crc32c_checksum: KeyCrc


class PublicKey(Message, source=f"{_DISCOVERY}; pem ends with a line feed: recorded by others"):
    """``pem`` where no format is asked for, ``publicKey`` where one is."""

    name: VersionName
    algorithm: Algorithm
    protection_level: ProtectionLevel
    pem: Pem | None = None
    pem_crc32c: PemCrc | None = None
    public_key_format: PublicKeyFormat | None = None
    public_key: ChecksummedKey | None = None

    @model_validator(mode="after")
    def _has_a_key(self) -> Self:
        if self.pem is None and self.public_key is None:
            raise ValueError("pem or publicKey")
        if (self.pem is None) != (self.pem_crc32c is None):
            raise ValueError("pemCrc32c beside pem")
        return self


class AsymmetricDecryptRequest(Sent, source=_DISCOVERY):
    ciphertext: SomeSafeBytes
    ciphertext_crc32c: CiphertextCrc | None = None


class AsymmetricDecryptResponse(Message, source=_DISCOVERY):
    plaintext: Bytes = ""
    plaintext_crc32c: PlaintextCrc
    verified_ciphertext_crc32c: bool = False
    protection_level: ProtectionLevel


class EncryptRequest(Sent, source=_DISCOVERY):
    """64 KiB at most, in software keys."""

    plaintext: Bytes
    plaintext_crc32c: PlaintextCrc | None = None
    additional_authenticated_data: Bytes = ""
    additional_authenticated_data_crc32c: AdditionalDataCrc | None = None


class EncryptResponse(Message, source=_DISCOVERY):
    name: VersionName
    ciphertext: SomeSafeBytes
    ciphertext_crc32c: CiphertextCrc
    verified_plaintext_crc32c: bool = False
    verified_additional_authenticated_data_crc32c: bool = False
    protection_level: ProtectionLevel


class DecryptRequest(Sent, source=_DISCOVERY):
    ciphertext: SomeSafeBytes
    ciphertext_crc32c: CiphertextCrc | None = None
    additional_authenticated_data: Bytes = ""
    additional_authenticated_data_crc32c: AdditionalDataCrc | None = None


class DecryptResponse(Message, source=f"{_DISCOVERY}; no flag says that a checksum was compared"):
    plaintext: Bytes = ""
    plaintext_crc32c: PlaintextCrc
    used_primary: bool = False
    protection_level: ProtectionLevel


class MacSignRequest(Sent, source=_DISCOVERY):
    data: SomeBytes
    data_crc32c: DataCrc | None = None


class MacSignResponse(Message, source=_DISCOVERY):
    name: VersionName
    mac: SomeBytes
    mac_crc32c: MacCrc
    verified_data_crc32c: bool = False
    protection_level: ProtectionLevel


class MacVerifyRequest(Sent, source=_DISCOVERY):
    data: SomeBytes
    data_crc32c: DataCrc | None = None
    mac: SomeBytes
    mac_crc32c: MacCrc | None = None


class MacVerifyResponse(Message, source=_DISCOVERY):
    """A MAC that does not hold is an answer, not an error: ``success`` is left out."""

    name: VersionName
    success: bool = False
    verified_data_crc32c: bool = False
    verified_mac_crc32c: bool = False
    verified_success_integrity: bool = False
    protection_level: ProtectionLevel

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.success != self.verified_success_integrity:
            raise ValueError("verifiedSuccessIntegrity that says the same as success")
        return self
