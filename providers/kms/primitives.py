"""The cryptography itself. Nothing here knows of requests or states."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from providers.kms.algorithms import Family, Scheme
from providers.kms.material import Material

_NONCE = 12
_PKCS1_OVERHEAD = 11


class TooLong(ValueError):
    """The data does not fit under a raw signature."""


class Undecryptable(ValueError):
    """The ciphertext was not made with this key, or was changed."""


def sign_digest(scheme: Scheme, key: Material, digest: bytes) -> bytes:
    """An ECDSA signature is DER; the salt of PSS is as long as the digest."""
    prehashed = utils.Prehashed(_hash(scheme))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, _signature_padding(scheme), prehashed)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(digest, ec.ECDSA(prehashed))
    raise TypeError(f"{scheme.family} signs no digests")


def sign_data(scheme: Scheme, key: Material, data: bytes) -> bytes:
    """
    Raises:
        TooLong: see there.
    """
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(data)
    if scheme.family is Family.RAW_PKCS1 and isinstance(key, rsa.RSAPrivateKey):
        if len(data) > scheme.bits // 8 - _PKCS1_OVERHEAD:
            raise TooLong
        return key.sign(data, padding.PKCS1v15(), utils.NoDigestInfo())
    hasher = hashes.Hash(_hash(scheme))
    hasher.update(data)
    return sign_digest(scheme, key, hasher.finalize())


def public_key(key: Material, encoding: serialization.Encoding) -> bytes:
    """SubjectPublicKeyInfo; a PEM ends with a line break."""
    if isinstance(key, bytes):
        raise TypeError("a secret has no public key")
    return key.public_key().public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)


def encrypt_oaep(scheme: Scheme, key: Material, plaintext: bytes) -> bytes:
    """What anybody makes who has the public key."""
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{scheme.family} is not RSA")
    return key.public_key().encrypt(plaintext, _oaep(scheme))


def decrypt_oaep(scheme: Scheme, key: Material, ciphertext: bytes) -> bytes:
    """
    Raises:
        Undecryptable: see there.
    """
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError(f"{scheme.family} is not RSA")
    try:
        return key.decrypt(ciphertext, _oaep(scheme))
    except ValueError as error:
        raise Undecryptable from error


def seal(key: Material, plaintext: bytes, associated: bytes) -> bytes:
    """The nonce, then what AES-GCM makes."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_secret(key)).encrypt(nonce, plaintext, associated)


def unseal(key: Material, sealed: bytes, associated: bytes) -> bytes:
    """
    Raises:
        Undecryptable: see there.
    """
    try:
        return AESGCM(_secret(key)).decrypt(sealed[:_NONCE], sealed[_NONCE:], associated)
    except (InvalidTag, ValueError) as error:
        raise Undecryptable from error


def mac(scheme: Scheme, key: Material, data: bytes) -> bytes:
    return _hmac(scheme, key, data).finalize()


def mac_holds(scheme: Scheme, key: Material, data: bytes, tag: bytes) -> bool:
    try:
        _hmac(scheme, key, data).verify(tag)
    except InvalidSignature:
        return False
    return True


def _hmac(scheme: Scheme, key: Material, data: bytes) -> hmac.HMAC:
    made = hmac.HMAC(_secret(key), _hash(scheme))
    made.update(data)
    return made


def _oaep(scheme: Scheme) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(_hash(scheme)), _hash(scheme), None)


def _signature_padding(scheme: Scheme) -> padding.AsymmetricPadding:
    if scheme.family is Family.PSS:
        return padding.PSS(padding.MGF1(_hash(scheme)), padding.PSS.DIGEST_LENGTH)
    return padding.PKCS1v15()


def _hash(scheme: Scheme) -> hashes.HashAlgorithm:
    if scheme.hash is None:
        raise TypeError(f"{scheme.family} has no hash")
    return scheme.hash


def _secret(key: Material) -> bytes:
    if not isinstance(key, bytes):
        raise TypeError("a private key is no secret of bytes")
    return key
