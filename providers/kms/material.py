"""Key material: making it, and writing it down for ``--data``."""

from __future__ import annotations

import functools
import itertools
import secrets
import threading
from collections import defaultdict
from typing import TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from providers.kms.algorithms import Family, Scheme

PrivateKey: TypeAlias = "rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey"
Material: TypeAlias = "PrivateKey | bytes"
"""A secret of HMAC or AES is bytes."""

_EXPONENT = 65537


class Maker:
    """Makes key material.

    An RSA key of 4096 bits takes about a second. So with ``reuse`` the first RSA key after each ``forget``
    is the first one that this process made, the second the second, and so on: no two keys of one world are
    the same, and a new world costs nothing. It is for worlds in memory only. All else is always new.
    """

    def __init__(self, *, reuse: bool) -> None:
        self._reuse = reuse
        self._lock = threading.Lock()
        self._ordinals: defaultdict[int, itertools.count[int]] = defaultdict(itertools.count)

    def make(self, scheme: Scheme) -> Material:
        if scheme.family in (Family.HMAC, Family.AES_GCM):
            return secrets.token_bytes(scheme.bits // 8)
        if scheme.family is Family.ED25519:
            return ed25519.Ed25519PrivateKey.generate()
        if scheme.curve is not None:
            return ec.generate_private_key(scheme.curve)
        if not self._reuse:
            return rsa.generate_private_key(_EXPONENT, scheme.bits)
        with self._lock:
            ordinal = next(self._ordinals[scheme.bits])
        return _rsa_key(scheme.bits, ordinal)

    def forget(self) -> None:
        """A new world begins."""
        with self._lock:
            self._ordinals.clear()


@functools.cache
def _rsa_key(bits: int, ordinal: int) -> rsa.RSAPrivateKey:  # noqa: ARG001 - it tells keys apart
    return rsa.generate_private_key(_EXPONENT, bits)


def written(material: Material) -> bytes:
    """PKCS #8, or the secret itself. It is not encrypted."""
    if isinstance(material, bytes):
        return material
    return material.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def read(scheme: Scheme, data: bytes) -> Material:
    """The contrary of ``written``.

    Raises:
        ValueError: it is not key material.
    """
    if scheme.family in (Family.HMAC, Family.AES_GCM):
        return data
    key = serialization.load_der_private_key(data, None)
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        return key
    raise ValueError("a private key of another kind")
