"""Signatures verify, for every algorithm, and only under their own key."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tests.providers.kms.stage import KEY, P256, SIGN, VERSION, Kms, crc, data, digest, text, verify

PAYLOAD = b"what is signed"
DIGESTS = {
    "RSA_SIGN_PSS_2048_SHA256": "sha256",
    "RSA_SIGN_PSS_3072_SHA256": "sha256",
    "RSA_SIGN_PSS_4096_SHA256": "sha256",
    "RSA_SIGN_PSS_4096_SHA512": "sha512",
    "RSA_SIGN_PKCS1_2048_SHA256": "sha256",
    "RSA_SIGN_PKCS1_3072_SHA256": "sha256",
    "RSA_SIGN_PKCS1_4096_SHA256": "sha256",
    "RSA_SIGN_PKCS1_4096_SHA512": "sha512",
    "EC_SIGN_P256_SHA256": "sha256",
    "EC_SIGN_P384_SHA384": "sha384",
    "EC_SIGN_SECP256K1_SHA256": "sha256",
}
BY_DATA = [
    "EC_SIGN_ED25519",
    "RSA_SIGN_RAW_PKCS1_2048",
    "RSA_SIGN_RAW_PKCS1_3072",
    "RSA_SIGN_RAW_PKCS1_4096",
]


@pytest.mark.parametrize(("algorithm", "kind"), DIGESTS.items())
def test_a_signature_of_a_digest_verifies(kms: Kms, algorithm: str, kind: str) -> None:
    kms.make_key(SIGN, algorithm)

    answer = kms.sign(kind, digest(kind, PAYLOAD))

    verify(algorithm, kms.pem(), data(answer["signature"]), PAYLOAD)


@pytest.mark.parametrize("algorithm", [*DIGESTS, *BY_DATA])
def test_a_signature_of_data_verifies(kms: Kms, algorithm: str) -> None:
    kms.make_key(SIGN, algorithm)

    answer = kms.post(f"{VERSION}:asymmetricSign", {"data": text(PAYLOAD)})

    verify(algorithm, kms.pem(), data(answer["signature"]), PAYLOAD)


@pytest.mark.parametrize("algorithm", [*DIGESTS, *BY_DATA])
def test_a_signature_of_something_else_does_not_verify(kms: Kms, algorithm: str) -> None:
    kms.make_key(SIGN, algorithm)
    signature = data(kms.post(f"{VERSION}:asymmetricSign", {"data": text(PAYLOAD)})["signature"])
    pem = kms.pem()

    with pytest.raises(InvalidSignature):
        verify(algorithm, pem, signature, PAYLOAD + b"!")


def test_a_signature_of_one_version_does_not_verify_under_the_next(kms: Kms) -> None:
    kms.make_key(SIGN, "RSA_SIGN_PSS_2048_SHA256")
    kms.post(f"{KEY}/cryptoKeyVersions", {})
    signature = data(kms.sign("sha256", digest("sha256", PAYLOAD))["signature"])
    other = kms.pem(f"{KEY}/cryptoKeyVersions/2")

    with pytest.raises(InvalidSignature):
        verify("RSA_SIGN_PSS_2048_SHA256", other, signature, PAYLOAD)


def test_a_signature_of_an_elliptic_curve_is_der(kms: Kms) -> None:
    kms.make_key(SIGN, P256)

    signature = data(kms.sign("sha256", digest("sha256", PAYLOAD))["signature"])

    assert len(decode_dss_signature(signature)) == 2


def test_the_answer_names_the_version_and_the_checksum_of_its_bytes(kms: Kms) -> None:
    kms.make_key(SIGN, P256)

    answer = kms.sign("sha256", digest("sha256", PAYLOAD))

    signature = answer.pop("signature")
    assert answer == {"signatureCrc32c": crc(data(signature)), "name": VERSION, "protectionLevel": "SOFTWARE"}


@pytest.mark.parametrize(
    ("algorithm", "body"),
    [
        (P256, {"digest": {"sha384": text(b"0" * 48)}}),
        (P256, {"digest": {"sha512": text(b"0" * 64)}}),
        (P256, {"digest": {"externalMu": text(b"0" * 64)}}),
        (P256, {"digest": {"sha256": text(b"0" * 31)}}),
        (P256, {"digest": {"sha256": text(b"0" * 32)}, "data": text(b"0")}),
        (P256, {"digest": {"sha256": text(b"0" * 32), "sha384": text(b"0" * 48)}}),
        (P256, {"digest": {}}),
        (P256, {}),
        (P256, {"data": text(b"0" * 65537)}),
        ("EC_SIGN_ED25519", {"digest": {"sha256": text(b"0" * 32)}}),
        ("EC_SIGN_ED25519", {}),
        ("RSA_SIGN_RAW_PKCS1_2048", {"digest": {"sha256": text(b"0" * 32)}}),
        ("RSA_SIGN_RAW_PKCS1_2048", {"data": text(b"0" * 246)}),
    ],
)
def test_what_does_not_fit_the_algorithm_is_an_invalid_argument(
    kms: Kms, algorithm: str, body: object
) -> None:
    kms.make_key(SIGN, algorithm)

    assert kms.refused(f"{VERSION}:asymmetricSign", body) == (400, "INVALID_ARGUMENT")


def test_as_much_as_fits_under_a_raw_signature_is_signed(kms: Kms) -> None:
    kms.make_key(SIGN, "RSA_SIGN_RAW_PKCS1_2048")

    answer = kms.post(f"{VERSION}:asymmetricSign", {"data": text(b"0" * 245)})

    assert len(data(answer["signature"])) == 256
