"""What the contract of Cloud KMS lets pass."""

from __future__ import annotations

import typing

import pytest
from google.cloud import kms_v1

from contracts.kms import enums
from contracts.kms.operations import kms
from contracts.kms.texts import crc32c
from tests.contracts.kms.exchanges import (
    KEY,
    MAC_VERIFIED,
    NOW,
    NUMBERS,
    PUBLIC_KEY,
    REFUSED,
    RING,
    SIGNED,
    STATE,
    TEXT,
    VERSION,
    call,
    mac_verifying,
    places,
    signed,
    signing,
    text,
)
from troth.contract_lint import lint
from troth.exchange import Exchange
from troth.jsontext import Json

NAMED = {**SIGNED, "protectionLevel": "SOFTWARE"}
INVALID: Json = {"error": {"code": 400, "message": "m", "status": "INVALID_ARGUMENT"}}
PLAIN = {"plaintext": text(TEXT), "plaintextCrc32c": str(crc32c(TEXT))}


@pytest.mark.parametrize(
    "exchange",
    [
        pytest.param(signed(), id="signed, in numbers"),
        pytest.param(call("POST", f"{VERSION}:asymmetricSign", signing(), NAMED), id="signed, in names"),
        pytest.param(
            signed({"verifiedDigestCrc32c": False}, {"digestCrc32c": None}), id="signed without a checksum"
        ),
        pytest.param(
            call(
                "POST",
                f"{VERSION}:asymmetricSign{NUMBERS}",
                signing(digestCrc32c=None),
                {**SIGNED, "verifiedDigestCrc32c": False},
            ),
            id="signed with null for a checksum",
        ),
        pytest.param(signed({"later": 1}), id="a field that a later release added"),
        pytest.param(call("GET", f"{VERSION}/publicKey{NUMBERS}", None, PUBLIC_KEY), id="public key"),
        pytest.param(call("GET", f"{VERSION}{NUMBERS}", None, STATE), id="version"),
        pytest.param(
            call("POST", f"{VERSION}:macVerify{NUMBERS}", mac_verifying(), MAC_VERIFIED), id="a MAC holds"
        ),
        pytest.param(
            call("POST", f"{KEY}:decrypt", {"ciphertext": "AAAA"}, {**PLAIN, "protectionLevel": "HSM"}),
            id="decrypted",
        ),
        pytest.param(
            call(
                "POST",
                f"{KEY}:decrypt",
                {"ciphertext": "AAAA"},
                {"plaintextCrc32c": "0", "protectionLevel": "HSM"},
            ),
            id="nothing was encrypted: its bytes are left out",
        ),
        pytest.param(call("GET", f"{RING}/cryptoKeys", None, {}), id="an empty list"),
        pytest.param(call("GET", VERSION, None, REFUSED, 404), id="an error"),
        pytest.param(
            call("POST", f"{VERSION}:asymmetricSign", signing(digestCrc32c="1"), INVALID, 400),
            id="a wrong request that was refused",
        ),
    ],
)
def test_it_holds(exchange: Exchange) -> None:
    assert places(exchange) == []


def test_the_checksum_is_castagnoli() -> None:
    assert crc32c(b"123456789") == 3808858755


def test_the_contract_is_clean() -> None:
    assert lint(kms) == ()


@pytest.mark.parametrize(
    ("declared", "google"),
    [
        (enums.Algorithm, kms_v1.CryptoKeyVersion.CryptoKeyVersionAlgorithm),
        (enums.VersionState, kms_v1.CryptoKeyVersion.CryptoKeyVersionState),
        (enums.Purpose, kms_v1.CryptoKey.CryptoKeyPurpose),
        (enums.ProtectionLevel, kms_v1.ProtectionLevel),
        (enums.PublicKeyFormat, kms_v1.PublicKey.PublicKeyFormat),
    ],
)
def test_names_and_numbers_are_those_of_googles_client(declared: object, google: typing.Any) -> None:
    members = typing.get_args(declared)

    ours = dict(zip(members[::2], members[1::2], strict=True))
    theirs = {each.name: each.value for each in google if each.value}

    assert {name: ours.get(name) for name in theirs} == theirs


def test_times_have_nanoseconds() -> None:
    assert NOW.endswith("123456789Z")
    assert places(call("GET", RING, None, {"name": RING, "createTime": NOW})) == []
