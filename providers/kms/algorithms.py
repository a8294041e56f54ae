"""What each algorithm is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from providers.kms.vocabulary import Algorithm, Purpose


class Family(Enum):
    PKCS1 = auto()
    PSS = auto()
    RAW_PKCS1 = auto()
    OAEP = auto()
    ECDSA = auto()
    ED25519 = auto()
    HMAC = auto()
    AES_GCM = auto()


PURPOSES: Mapping[Family, Purpose] = {
    Family.PKCS1: Purpose.ASYMMETRIC_SIGN,
    Family.PSS: Purpose.ASYMMETRIC_SIGN,
    Family.RAW_PKCS1: Purpose.ASYMMETRIC_SIGN,
    Family.ECDSA: Purpose.ASYMMETRIC_SIGN,
    Family.ED25519: Purpose.ASYMMETRIC_SIGN,
    Family.OAEP: Purpose.ASYMMETRIC_DECRYPT,
    Family.HMAC: Purpose.MAC,
    Family.AES_GCM: Purpose.ENCRYPT_DECRYPT,
}

AES_BITS = 256


@dataclass(frozen=True, slots=True)
class Scheme:
    """``bits`` of an RSA modulus or of a secret; ``hash`` where the algorithm has one."""

    family: Family
    bits: int = 0
    hash: hashes.HashAlgorithm | None = None
    curve: ec.EllipticCurve | None = None

    @property
    def purpose(self) -> Purpose:
        return PURPOSES[self.family]

    @property
    def signs_digests(self) -> bool:
        """Whether a digest may be sent in place of the data."""
        return self.family in (Family.PKCS1, Family.PSS, Family.ECDSA)


_SHA1 = hashes.SHA1()
_SHA224, _SHA256, _SHA384, _SHA512 = hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()

SCHEMES: Mapping[Algorithm, Scheme] = {
    Algorithm.GOOGLE_SYMMETRIC_ENCRYPTION: Scheme(Family.AES_GCM, AES_BITS),
    Algorithm.RSA_SIGN_PSS_2048_SHA256: Scheme(Family.PSS, 2048, _SHA256),
    Algorithm.RSA_SIGN_PSS_3072_SHA256: Scheme(Family.PSS, 3072, _SHA256),
    Algorithm.RSA_SIGN_PSS_4096_SHA256: Scheme(Family.PSS, 4096, _SHA256),
    Algorithm.RSA_SIGN_PSS_4096_SHA512: Scheme(Family.PSS, 4096, _SHA512),
    Algorithm.RSA_SIGN_PKCS1_2048_SHA256: Scheme(Family.PKCS1, 2048, _SHA256),
    Algorithm.RSA_SIGN_PKCS1_3072_SHA256: Scheme(Family.PKCS1, 3072, _SHA256),
    Algorithm.RSA_SIGN_PKCS1_4096_SHA256: Scheme(Family.PKCS1, 4096, _SHA256),
    Algorithm.RSA_SIGN_PKCS1_4096_SHA512: Scheme(Family.PKCS1, 4096, _SHA512),
    Algorithm.RSA_SIGN_RAW_PKCS1_2048: Scheme(Family.RAW_PKCS1, 2048),
    Algorithm.RSA_SIGN_RAW_PKCS1_3072: Scheme(Family.RAW_PKCS1, 3072),
    Algorithm.RSA_SIGN_RAW_PKCS1_4096: Scheme(Family.RAW_PKCS1, 4096),
    Algorithm.EC_SIGN_P256_SHA256: Scheme(Family.ECDSA, hash=_SHA256, curve=ec.SECP256R1()),
    Algorithm.EC_SIGN_P384_SHA384: Scheme(Family.ECDSA, hash=_SHA384, curve=ec.SECP384R1()),
    Algorithm.EC_SIGN_SECP256K1_SHA256: Scheme(Family.ECDSA, hash=_SHA256, curve=ec.SECP256K1()),
    Algorithm.EC_SIGN_ED25519: Scheme(Family.ED25519),
    Algorithm.RSA_DECRYPT_OAEP_2048_SHA1: Scheme(Family.OAEP, 2048, _SHA1),
    Algorithm.RSA_DECRYPT_OAEP_3072_SHA1: Scheme(Family.OAEP, 3072, _SHA1),
    Algorithm.RSA_DECRYPT_OAEP_4096_SHA1: Scheme(Family.OAEP, 4096, _SHA1),
    Algorithm.RSA_DECRYPT_OAEP_2048_SHA256: Scheme(Family.OAEP, 2048, _SHA256),
    Algorithm.RSA_DECRYPT_OAEP_3072_SHA256: Scheme(Family.OAEP, 3072, _SHA256),
    Algorithm.RSA_DECRYPT_OAEP_4096_SHA256: Scheme(Family.OAEP, 4096, _SHA256),
    Algorithm.RSA_DECRYPT_OAEP_4096_SHA512: Scheme(Family.OAEP, 4096, _SHA512),
    Algorithm.HMAC_SHA1: Scheme(Family.HMAC, 160, _SHA1),
    Algorithm.HMAC_SHA224: Scheme(Family.HMAC, 224, _SHA224),
    Algorithm.HMAC_SHA256: Scheme(Family.HMAC, 256, _SHA256),
    Algorithm.HMAC_SHA384: Scheme(Family.HMAC, 384, _SHA384),
    Algorithm.HMAC_SHA512: Scheme(Family.HMAC, 512, _SHA512),
}
