"""Which digest an algorithm signs, and how its signatures are verified offline."""

from __future__ import annotations

import hashlib

from cryptography import exceptions
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from consumers.kms.errors import InvalidSignature

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "SHA256": hashes.SHA256(),
    "SHA384": hashes.SHA384(),
    "SHA512": hashes.SHA512(),
}
_CURVES: dict[str, type[ec.EllipticCurve]] = {
    "EC_SIGN_P256_SHA256": ec.SECP256R1,
    "EC_SIGN_P384_SHA384": ec.SECP384R1,
    "EC_SIGN_SECP256K1_SHA256": ec.SECP256K1,
}


def digest(payload: bytes, algorithm: str) -> dict[str, bytes] | None:
    """The digest that ``algorithm`` signs, by its kind; None where it takes the payload itself."""
    kind = algorithm.rpartition("_")[2]
    if kind not in _HASHES:
        return None
    return {kind.lower(): hashlib.new(kind.lower(), payload).digest()}


def verify(payload: bytes, signature: bytes, *, pem: str, algorithm: str) -> None:
    """Return when ``signature`` is one of ``payload`` by the key.

    Raises:
        InvalidSignature: it is not, or the key is of another kind than the algorithm.
    """
    try:
        _verify(load_pem_public_key(pem.encode()), payload, signature, algorithm)
    except (exceptions.InvalidSignature, ValueError) as error:
        raise InvalidSignature("the signature is not one of this payload by this key") from error


def _verify(key: PublicKeyTypes, payload: bytes, signature: bytes, algorithm: str) -> None:
    if isinstance(key, ed25519.Ed25519PublicKey) and algorithm == "EC_SIGN_ED25519":
        key.verify(signature, payload)
    elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, _curve(algorithm)):
        key.verify(signature, payload, ec.ECDSA(_hash(algorithm)))
    elif isinstance(key, rsa.RSAPublicKey) and f"_{key.key_size}_" in algorithm:
        key.verify(signature, payload, _padding(algorithm), _hash(algorithm))
    else:
        raise ValueError(f"the key is not one for {algorithm}")


def _curve(algorithm: str) -> type[ec.EllipticCurve]:
    if algorithm not in _CURVES:
        raise ValueError(f"{algorithm} has no curve")
    return _CURVES[algorithm]


def _hash(algorithm: str) -> hashes.HashAlgorithm:
    kind = algorithm.rpartition("_")[2]
    if kind not in _HASHES:
        raise ValueError(f"{algorithm} names no digest")
    return _HASHES[kind]


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    if algorithm.startswith("RSA_SIGN_PKCS1_"):
        return padding.PKCS1v15()
    if algorithm.startswith("RSA_SIGN_PSS_"):
        kind = _hash(algorithm)
        return padding.PSS(mgf=padding.MGF1(kind), salt_length=kind.digest_size)
    raise ValueError(f"{algorithm} is not one of RSA signatures")
