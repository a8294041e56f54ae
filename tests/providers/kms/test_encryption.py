"""What is encrypted is decrypted, by the right key and with the right data beside it."""

from __future__ import annotations

import pytest

from tests.providers.kms.stage import KEY, RING, VERSION, Kms, crc, data, encrypt_oaep, text

SECRET = b"a plaintext"
OAEP = [
    "RSA_DECRYPT_OAEP_2048_SHA1",
    "RSA_DECRYPT_OAEP_2048_SHA256",
    "RSA_DECRYPT_OAEP_3072_SHA1",
    "RSA_DECRYPT_OAEP_3072_SHA256",
    "RSA_DECRYPT_OAEP_4096_SHA1",
    "RSA_DECRYPT_OAEP_4096_SHA256",
    "RSA_DECRYPT_OAEP_4096_SHA512",
]


@pytest.fixture
def encrypting(kms: Kms) -> Kms:
    kms.post(KEY.rpartition("/")[0], {"purpose": "ENCRYPT_DECRYPT"}, cryptoKeyId="key")
    return kms


@pytest.mark.parametrize("plaintext", [SECRET, b"", b"0" * 65536])
def test_what_was_encrypted_is_decrypted(encrypting: Kms, plaintext: bytes) -> None:
    sealed = encrypting.post(f"{KEY}:encrypt", {"plaintext": text(plaintext)})

    answer = encrypting.post(f"{KEY}:decrypt", {"ciphertext": sealed["ciphertext"]})

    assert data(answer.get("plaintext", "")) == plaintext
    assert answer["plaintextCrc32c"] == crc(plaintext)
    assert answer["usedPrimary"] is True


@pytest.fixture
def of_an_hsm(kms: Kms) -> Kms:
    body = {"purpose": "ENCRYPT_DECRYPT", "versionTemplate": {"protectionLevel": "HSM"}}
    kms.post(KEY.rpartition("/")[0], body, cryptoKeyId="key")
    return kms


def test_a_key_of_an_hsm_takes_8_kib_together(of_an_hsm: Kms) -> None:
    body = {"plaintext": text(b"0" * 8000), "additionalAuthenticatedData": text(b"1" * 192)}

    assert of_an_hsm.post(f"{KEY}:encrypt", body)["protectionLevel"] == "HSM"


def test_a_key_of_an_hsm_takes_no_more(of_an_hsm: Kms) -> None:
    body = {"plaintext": text(b"0" * 8000), "additionalAuthenticatedData": text(b"1" * 193)}

    assert of_an_hsm.refused(f"{KEY}:encrypt", body) == (400, "INVALID_ARGUMENT")


def test_a_ciphertext_does_not_show_the_plaintext(encrypting: Kms) -> None:
    sealed = encrypting.post(f"{KEY}:encrypt", {"plaintext": text(SECRET)})

    assert SECRET not in data(sealed["ciphertext"])


def test_the_answer_names_the_version_and_the_checksum(encrypting: Kms) -> None:
    sealed = encrypting.post(f"{KEY}:encrypt", {"plaintext": text(SECRET)})

    ciphertext = sealed.pop("ciphertext")
    assert sealed == {
        "name": VERSION,
        "ciphertextCrc32c": crc(data(ciphertext)),
        "protectionLevel": "SOFTWARE",
    }


def test_a_changed_ciphertext_is_refused(encrypting: Kms) -> None:
    sealed = bytearray(data(encrypting.post(f"{KEY}:encrypt", {"plaintext": text(SECRET)})["ciphertext"]))
    sealed[-1] ^= 1

    assert encrypting.refused(f"{KEY}:decrypt", {"ciphertext": text(bytes(sealed))}) == (
        400,
        "INVALID_ARGUMENT",
    )


@pytest.mark.parametrize("ciphertext", [b"", b"abc", b"\0\0\0\1", b"\0\0\0\1short", b"\0\0\0\2" + b"0" * 40])
def test_what_is_no_ciphertext_is_refused(encrypting: Kms, ciphertext: bytes) -> None:
    assert encrypting.refused(f"{KEY}:decrypt", {"ciphertext": text(ciphertext)}) == (400, "INVALID_ARGUMENT")


def test_a_ciphertext_of_another_key_is_refused(encrypting: Kms) -> None:
    encrypting.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION", "other")
    sealed = encrypting.post(f"{KEY}:encrypt", {"plaintext": text(SECRET)})

    answer = encrypting.refused(f"{RING}/cryptoKeys/other:decrypt", {"ciphertext": sealed["ciphertext"]})

    assert answer == (400, "INVALID_ARGUMENT")


def test_the_data_beside_it_has_to_be_the_same(encrypting: Kms) -> None:
    body = {"plaintext": text(SECRET), "additionalAuthenticatedData": text(b"for Ada")}
    sealed = encrypting.post(f"{KEY}:encrypt", body)["ciphertext"]

    right = {"ciphertext": sealed, "additionalAuthenticatedData": text(b"for Ada")}
    wrong = {"ciphertext": sealed, "additionalAuthenticatedData": text(b"for Bob")}

    assert data(encrypting.post(f"{KEY}:decrypt", right)["plaintext"]) == SECRET
    assert encrypting.refused(f"{KEY}:decrypt", wrong) == (400, "INVALID_ARGUMENT")


def test_an_older_version_still_decrypts(encrypting: Kms) -> None:
    sealed = encrypting.post(f"{KEY}:encrypt", {"plaintext": text(SECRET)})["ciphertext"]
    encrypting.post(f"{KEY}/cryptoKeyVersions", {})
    encrypting.post(f"{KEY}:updatePrimaryVersion", {"cryptoKeyVersionId": "2"})

    answer = encrypting.post(f"{KEY}:decrypt", {"ciphertext": sealed})

    assert data(answer["plaintext"]) == SECRET
    assert "usedPrimary" not in answer


def test_a_version_can_be_named_to_encrypt_with(encrypting: Kms) -> None:
    encrypting.post(f"{KEY}/cryptoKeyVersions", {})
    second = f"{KEY}/cryptoKeyVersions/2"

    assert encrypting.post(f"{second}:encrypt", {"plaintext": text(SECRET)})["name"] == second


@pytest.mark.parametrize("field", ["plaintext", "additionalAuthenticatedData"])
def test_more_than_64_kib_is_refused(encrypting: Kms, field: str) -> None:
    assert encrypting.refused(f"{KEY}:encrypt", {field: text(b"0" * 65537)}) == (400, "INVALID_ARGUMENT")


def test_a_key_without_a_primary_does_not_encrypt(kms: Kms) -> None:
    kms.post(
        KEY.rpartition("/")[0],
        {"purpose": "ENCRYPT_DECRYPT"},
        cryptoKeyId="key",
        skipInitialVersionCreation="true",
    )

    assert kms.refused(f"{KEY}:encrypt", {"plaintext": text(SECRET)}) == (400, "FAILED_PRECONDITION")


@pytest.mark.parametrize("algorithm", OAEP)
def test_what_was_encrypted_with_the_public_key_is_decrypted(kms: Kms, algorithm: str) -> None:
    kms.make_key("ASYMMETRIC_DECRYPT", algorithm)
    ciphertext = encrypt_oaep(algorithm, kms.pem(), SECRET)

    answer = kms.post(f"{VERSION}:asymmetricDecrypt", {"ciphertext": text(ciphertext)})

    assert answer == {
        "plaintext": text(SECRET),
        "plaintextCrc32c": crc(SECRET),
        "protectionLevel": "SOFTWARE",
    }


@pytest.mark.parametrize("ciphertext", [b"", b"0" * 255, b"0" * 256, b"0" * 257])
def test_what_was_not_encrypted_with_the_public_key_is_refused(kms: Kms, ciphertext: bytes) -> None:
    kms.make_key("ASYMMETRIC_DECRYPT", "RSA_DECRYPT_OAEP_2048_SHA256")

    answer = kms.refused(f"{VERSION}:asymmetricDecrypt", {"ciphertext": text(ciphertext)})

    assert answer == (400, "INVALID_ARGUMENT")
