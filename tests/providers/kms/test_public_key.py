"""Public keys, and in which format."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization

from tests.providers.kms.stage import P256, SIGN, VERSION, Kms, crc, data, refusal


@pytest.fixture
def signing(kms: Kms) -> Kms:
    kms.make_key(SIGN, P256)
    return kms


def test_a_pem_with_its_checksum(signing: Kms) -> None:
    answer = signing.get(f"{VERSION}/publicKey")

    pem = str(answer.pop("pem"))
    assert pem.endswith("-----END PUBLIC KEY-----\n")
    assert answer == {
        "name": VERSION,
        "algorithm": P256,
        "protectionLevel": "SOFTWARE",
        "pemCrc32c": crc(pem.encode()),
    }


@pytest.mark.parametrize(("asked", "shown"), [("PEM", "PEM"), ("1", "PEM"), ("DER", "DER"), ("2", "DER")])
def test_a_format_that_is_asked_for_comes_with_its_checksum(signing: Kms, asked: str, shown: str) -> None:
    answer = signing.get(f"{VERSION}/publicKey", publicKeyFormat=asked)

    assert "pem" not in answer
    assert answer["publicKeyFormat"] == shown
    key = answer["publicKey"]
    assert isinstance(key, dict)
    assert key["crc32cChecksum"] == crc(data(key["data"]))


def test_der_and_pem_are_the_same_key(signing: Kms) -> None:
    der = signing.get(f"{VERSION}/publicKey", publicKeyFormat="DER")["publicKey"]
    assert isinstance(der, dict)

    made = serialization.load_der_public_key(data(der["data"]))

    pem = made.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    assert pem.decode() == signing.pem()


@pytest.mark.parametrize("asked", ["NIST_PQC", "4", "PGP", ""])
def test_another_format_is_refused(signing: Kms, asked: str) -> None:
    answer = signing.send("GET", f"{VERSION}/publicKey", query={"publicKeyFormat": asked})

    assert refusal(answer) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    ("purpose", "algorithm"), [("MAC", "HMAC_SHA256"), ("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")]
)
def test_a_secret_has_none(kms: Kms, purpose: str, algorithm: str) -> None:
    kms.make_key(purpose, algorithm)

    assert refusal(kms.send("GET", f"{VERSION}/publicKey")) == (400, "FAILED_PRECONDITION")
