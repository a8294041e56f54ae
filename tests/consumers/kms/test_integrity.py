"""An answer that was damaged, or is about another key, is never used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses

from consumers.kms.errors import Corrupted
from consumers.kms.secrecy import Authenticator, Box, Mac, decrypt_asymmetric
from consumers.kms.signer import Signer, fetch_public_key
from tests.consumers.kms.answers import (
    BYTES,
    DECRYPTED,
    ENCRYPTED,
    KEY,
    MADE,
    SIGNED,
    VERIFIED,
    VERSION,
    answer,
    connection,
)
from troth.jsontext import Json

OTHER = VERSION.replace("seal", "other")
ALGORITHM = "EC_SIGN_P256_SHA256"


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def _without(document: dict[str, Json], name: str) -> dict[str, Json]:
    return {key: value for key, value in document.items() if key != name}


@pytest.mark.parametrize(
    "damaged",
    [
        pytest.param({**SIGNED, "signatureCrc32c": "1"}, id="checksum"),
        pytest.param({**SIGNED, "signature": "AAAA"}, id="signature"),
        pytest.param(_without(SIGNED, "signatureCrc32c"), id="no checksum"),
        pytest.param({**SIGNED, "name": OTHER}, id="another key"),
        pytest.param(_without(SIGNED, "name"), id="no name"),
        pytest.param(_without(SIGNED, "verifiedDigestCrc32c"), id="not verified"),
        pytest.param("nothing", id="no object"),
    ],
)
def test_a_signature(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, ":asymmetricSign", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        Signer(kms, VERSION, algorithm=ALGORITHM).sign(b"payload")


def test_a_whole_signature_is_returned(mocked: responses.RequestsMock) -> None:
    answer(mocked, ":asymmetricSign", SIGNED)

    with connection() as kms:
        signature = Signer(kms, VERSION, algorithm=ALGORITHM).sign(b"payload")

    assert (signature.value, signature.version, signature.algorithm) == (BYTES, VERSION, ALGORITHM)


def test_signed_data_has_its_own_flag(mocked: responses.RequestsMock) -> None:
    answer(mocked, ":asymmetricSign", _without(SIGNED, "verifiedDataCrc32c"))

    with connection() as kms, pytest.raises(Corrupted):
        Signer(kms, VERSION, algorithm="EC_SIGN_ED25519").sign(b"payload")


@pytest.mark.parametrize(
    "damaged",
    [
        {"name": VERSION, "pem": "a key", "pemCrc32c": "1", "algorithm": 12},
        {"name": OTHER, "pem": "", "pemCrc32c": "0", "algorithm": 12},
        {"name": VERSION, "pem": "a key", "algorithm": 12},
    ],
)
def test_a_public_key(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, "/publicKey", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        fetch_public_key(kms, VERSION)


@pytest.mark.parametrize(
    "damaged",
    [
        {**ENCRYPTED, "ciphertextCrc32c": "1"},
        {**ENCRYPTED, "name": OTHER},
        _without(ENCRYPTED, "verifiedPlaintextCrc32c"),
    ],
)
def test_a_ciphertext(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, ":encrypt", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        Box(kms, KEY).encrypt(BYTES)


def test_a_context_that_was_not_verified(mocked: responses.RequestsMock) -> None:
    answer(mocked, ":encrypt", ENCRYPTED)

    with connection() as kms, pytest.raises(Corrupted):
        Box(kms, KEY).encrypt(BYTES, context=b"course")


@pytest.mark.parametrize("damaged", [{**DECRYPTED, "plaintextCrc32c": "1"}, {"plaintext": "AAAA"}])
def test_a_plaintext(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, ":decrypt", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        Box(kms, KEY).decrypt(BYTES)


@pytest.mark.parametrize(
    "damaged", [DECRYPTED, {**DECRYPTED, "verifiedCiphertextCrc32c": True, "plaintextCrc32c": "1"}]
)
def test_a_plaintext_of_an_asymmetric_key(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, ":asymmetricDecrypt", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        decrypt_asymmetric(kms, VERSION, BYTES)


@pytest.mark.parametrize(
    "damaged",
    [{**MADE, "macCrc32c": "1"}, {**MADE, "name": OTHER}, _without(MADE, "verifiedDataCrc32c")],
)
def test_a_mac(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, ":macSign", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        Authenticator(kms, VERSION).mac(BYTES)


@pytest.mark.parametrize(
    "damaged",
    [
        {**VERIFIED, "name": OTHER},
        _without(VERIFIED, "verifiedDataCrc32c"),
        _without(VERIFIED, "verifiedMacCrc32c"),
        _without(VERIFIED, "verifiedSuccessIntegrity"),
        _without(VERIFIED, "success"),
    ],
)
def test_what_is_said_of_a_mac(mocked: responses.RequestsMock, damaged: Json) -> None:
    answer(mocked, ":macVerify", damaged)

    with connection() as kms, pytest.raises(Corrupted):
        Authenticator(kms, VERSION).holds(BYTES, Mac(BYTES, VERSION))
