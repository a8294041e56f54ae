"""Checksums that are sent are verified, and said to be."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.providers.kms.stage import KEY, VERSION, Json, Kms, crc, digest, encrypt_oaep, text

DIGEST = digest("sha256", b"payload")


@dataclass(frozen=True)
class Guarded:
    """A field with a checksum beside it. ``flag`` is empty where the API has none."""

    purpose: str
    algorithm: str
    path: str
    body: Json
    field: str
    over: bytes
    flag: str


CASES = {
    "digest": Guarded(
        "ASYMMETRIC_SIGN",
        "EC_SIGN_P256_SHA256",
        f"{VERSION}:asymmetricSign",
        {"digest": {"sha256": text(DIGEST)}},
        "digestCrc32c",
        DIGEST,
        "verifiedDigestCrc32c",
    ),
    "data": Guarded(
        "ASYMMETRIC_SIGN",
        "EC_SIGN_ED25519",
        f"{VERSION}:asymmetricSign",
        {"data": text(b"payload")},
        "dataCrc32c",
        b"payload",
        "verifiedDataCrc32c",
    ),
    "plaintext": Guarded(
        "ENCRYPT_DECRYPT",
        "GOOGLE_SYMMETRIC_ENCRYPTION",
        f"{KEY}:encrypt",
        {"plaintext": text(b"payload")},
        "plaintextCrc32c",
        b"payload",
        "verifiedPlaintextCrc32c",
    ),
    "additional data": Guarded(
        "ENCRYPT_DECRYPT",
        "GOOGLE_SYMMETRIC_ENCRYPTION",
        f"{KEY}:encrypt",
        {"plaintext": text(b"payload"), "additionalAuthenticatedData": text(b"for Ada")},
        "additionalAuthenticatedDataCrc32c",
        b"for Ada",
        "verifiedAdditionalAuthenticatedDataCrc32c",
    ),
    "data under a MAC": Guarded(
        "MAC",
        "HMAC_SHA256",
        f"{VERSION}:macSign",
        {"data": text(b"payload")},
        "dataCrc32c",
        b"payload",
        "verifiedDataCrc32c",
    ),
    "data beside a MAC": Guarded(
        "MAC",
        "HMAC_SHA256",
        f"{VERSION}:macVerify",
        {"data": text(b"payload"), "mac": text(b"tag")},
        "dataCrc32c",
        b"payload",
        "verifiedDataCrc32c",
    ),
    "MAC": Guarded(
        "MAC",
        "HMAC_SHA256",
        f"{VERSION}:macVerify",
        {"data": text(b"payload"), "mac": text(b"tag")},
        "macCrc32c",
        b"tag",
        "verifiedMacCrc32c",
    ),
}


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def guarded(request: pytest.FixtureRequest, kms: Kms) -> Guarded:
    case: Guarded = request.param
    kms.make_key(case.purpose, case.algorithm)
    return case


def test_a_checksum_that_holds_is_said_to_be_verified(kms: Kms, guarded: Guarded) -> None:
    answer = kms.post(guarded.path, {**guarded.body, guarded.field: crc(guarded.over)})

    assert [name for name in answer if name.startswith("verified")] == [guarded.flag]
    assert answer[guarded.flag] is True


def test_a_checksum_may_be_a_number(kms: Kms, guarded: Guarded) -> None:
    answer = kms.post(guarded.path, {**guarded.body, guarded.field: int(crc(guarded.over))})

    assert answer[guarded.flag] is True


def test_without_a_checksum_nothing_is_said(kms: Kms, guarded: Guarded) -> None:
    answer = kms.post(guarded.path, guarded.body)

    assert not any(name.startswith("verified") for name in answer)


@pytest.mark.parametrize("wrong", ["0", str(2**32), "-1", str(2**63 - 1)])
def test_a_checksum_that_does_not_hold_is_an_invalid_argument(kms: Kms, guarded: Guarded, wrong: str) -> None:
    assert kms.refused(guarded.path, {**guarded.body, guarded.field: wrong}) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("field", ["ciphertextCrc32c", "additionalAuthenticatedDataCrc32c"])
def test_a_decryption_refuses_a_checksum_that_does_not_hold(kms: Kms, field: str) -> None:
    kms.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")
    sealed = kms.post(f"{KEY}:encrypt", {"plaintext": text(b"payload")})

    answer = kms.refused(f"{KEY}:decrypt", {"ciphertext": sealed["ciphertext"], field: "1"})

    assert answer == (400, "INVALID_ARGUMENT")


@pytest.fixture
def sealed(kms: Kms) -> bytes:
    algorithm = "RSA_DECRYPT_OAEP_2048_SHA256"
    kms.make_key("ASYMMETRIC_DECRYPT", algorithm)
    return encrypt_oaep(algorithm, kms.pem(), b"payload")


def test_a_ciphertext_of_a_public_key_is_verified(kms: Kms, sealed: bytes) -> None:
    body = {"ciphertext": text(sealed), "ciphertextCrc32c": crc(sealed)}

    assert kms.post(f"{VERSION}:asymmetricDecrypt", body)["verifiedCiphertextCrc32c"] is True


def test_a_damaged_ciphertext_of_a_public_key_is_refused(kms: Kms, sealed: bytes) -> None:
    body = {"ciphertext": text(sealed), "ciphertextCrc32c": "1"}

    assert kms.refused(f"{VERSION}:asymmetricDecrypt", body) == (400, "INVALID_ARGUMENT")


def test_the_checksum_is_crc32c() -> None:
    assert crc(b"123456789") == "3808858755"
