"""What the tests of the fake drive it with."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import google_crc32c
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from werkzeug.test import Client, TestResponse

from troth.provider import Provider

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

Json = dict[str, object]

LOCATION = "projects/p/locations/global"
RING = f"{LOCATION}/keyRings/ring"
KEY = f"{RING}/cryptoKeys/key"
VERSION = f"{KEY}/cryptoKeyVersions/1"
SIGN = "ASYMMETRIC_SIGN"
P256 = "EC_SIGN_P256_SHA256"


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def data(value: object) -> bytes:
    return base64.b64decode(str(value), validate=True)


def crc(value: bytes) -> str:
    return str(google_crc32c.value(value))


def digest(kind: str, value: bytes) -> bytes:
    known: dict[str, hashes.HashAlgorithm] = {
        "sha256": hashes.SHA256(),
        "sha384": hashes.SHA384(),
        "sha512": hashes.SHA512(),
    }
    hasher = hashes.Hash(known[kind])
    hasher.update(value)
    return hasher.finalize()


@dataclass
class Kms:
    """A client of one fake, which sends the right token unless told otherwise."""

    client: Client
    token: str

    def send(
        self, method: str, path: str, body: object = None, query: Mapping[str, str] | None = None
    ) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        return self.client.open(
            f"/v1/{path}",
            method=method,
            query_string=dict(query or {}),
            headers=headers,
            data=None if body is None else json.dumps(body),
        )

    def get(self, path: str, **query: str) -> Json:
        return ok(self.send("GET", path, query=query))

    def post(self, path: str, body: object, **query: str) -> Json:
        return ok(self.send("POST", path, body, query))

    def patch(self, path: str, body: object, mask: str) -> Json:
        return ok(self.send("PATCH", path, body, {"updateMask": mask}))

    def refused(self, path: str, body: object, **query: str) -> tuple[int, object]:
        """The status, and its canonical name."""
        return refusal(self.send("POST", path, body, query))

    def make_key(self, purpose: str, algorithm: str, key_id: str = "key", **fields: object) -> Json:
        body = {"purpose": purpose, "versionTemplate": {"algorithm": algorithm}, **fields}
        return self.post(f"{RING}/cryptoKeys", body, cryptoKeyId=key_id)

    def sign(self, kind: str, value: bytes, version: str = VERSION) -> Json:
        return self.post(f"{version}:asymmetricSign", {"digest": {kind: text(value)}})

    def pem(self, version: str = VERSION) -> str:
        return str(self.get(f"{version}/publicKey")["pem"])


def client_of(provider: Provider) -> Client:
    """A client of the fake in this process, which is WSGI."""
    return Client(cast("WSGIApplication", provider.app))


def ok(response: TestResponse) -> Json:
    assert response.status_code == 200, response.text
    return cast(Json, response.json)


def refusal(response: TestResponse) -> tuple[int, object]:
    error = cast(Json, cast(Json, response.json)["error"])
    assert error["code"] == response.status_code
    return response.status_code, error["status"]


def message(response: TestResponse) -> str:
    return str(cast(Json, cast(Json, response.json)["error"])["message"])


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, by: timedelta) -> None:
        self.now += by


def verify(algorithm: str, pem: str, signature: bytes, signed: bytes) -> None:
    """
    Raises:
        InvalidSignature: it is not one of ``signed``, which is the data that was signed or digested.
    """
    key = serialization.load_pem_public_key(pem.encode())
    match key:
        case ed25519.Ed25519PublicKey():
            key.verify(signature, signed)
        case ec.EllipticCurvePublicKey():
            key.verify(signature, signed, ec.ECDSA(_hash(algorithm)))
        case rsa.RSAPublicKey() if "RAW" in algorithm:
            if key.recover_data_from_signature(signature, padding.PKCS1v15(), None) != signed:
                raise InvalidSignature
        case rsa.RSAPublicKey():
            key.verify(signature, signed, _padding(algorithm), _hash(algorithm))
        case _:
            raise AssertionError(f"a public key of another kind: {type(key)}")


def verify_each(algorithm: str, pem: str, signatures: Sequence[bytes], signed: Sequence[bytes]) -> None:
    """As ``verify``; there are as many of the one as of the other."""
    for pair in zip(signatures, signed, strict=True):
        verify(algorithm, pem, *pair)


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    if "_PSS_" in algorithm:
        hashed = _hash(algorithm)
        return padding.PSS(padding.MGF1(hashed), hashed.digest_size)
    return padding.PKCS1v15()


def _hash(algorithm: str) -> hashes.HashAlgorithm:
    known: dict[str, hashes.HashAlgorithm] = {
        "SHA1": hashes.SHA1(),
        "SHA224": hashes.SHA224(),
        "SHA256": hashes.SHA256(),
        "SHA384": hashes.SHA384(),
        "SHA512": hashes.SHA512(),
    }
    return known[algorithm.rpartition("_")[2]]


def encrypt_oaep(algorithm: str, pem: str, plaintext: bytes) -> bytes:
    key = serialization.load_pem_public_key(pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    hashed = _hash(algorithm)
    return key.encrypt(plaintext, padding.OAEP(padding.MGF1(hashed), hashed, None))
