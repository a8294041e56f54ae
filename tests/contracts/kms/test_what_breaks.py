"""What the contract of Cloud KMS finds, and where."""

from __future__ import annotations

import pytest

from contracts.kms.operations import kms
from contracts.kms.texts import crc32c
from tests.contracts.kms.exchanges import (
    KEY,
    MAC_VERIFIED,
    NOW,
    NUMBERS,
    PUBLIC_KEY,
    RING,
    SIGNATURE,
    SIGNED,
    STATE,
    VERSION,
    call,
    mac_verifying,
    places,
    signed,
    signing,
    text,
)
from troth.jsontext import Json

CUT = text(SIGNATURE[:-1])
OTHER = f"{KEY}/cryptoKeyVersions/2"


@pytest.mark.parametrize(
    ("answer", "path", "rule"),
    [
        pytest.param({"signature": CUT}, "$.signatureCrc32c", "field-invalid", id="cut, old checksum"),
        pytest.param({"signature": "AA"}, "$.signature", "field-constraint", id="no padding"),
        pytest.param({"signature": "-_-_"}, "$.signature", "field-constraint", id="of the URL alphabet"),
        pytest.param({"signature": ""}, "$.signature", "field-constraint", id="empty"),
        pytest.param(
            {"signatureCrc32c": "4294967296"}, "$.signatureCrc32c", "field-constraint", id="past 32 bits"
        ),
        pytest.param({"signatureCrc32c": 4294967296}, "$.signatureCrc32c", "field-type", id="a number"),
        pytest.param({"signatureCrc32c": "-1"}, "$.signatureCrc32c", "field-constraint", id="negative"),
        pytest.param({"signatureCrc32c": "1.5"}, "$.signatureCrc32c", "field-constraint", id="a fraction"),
        pytest.param({"name": OTHER}, "$.name", "echo-differs", id="another version"),
        pytest.param({"name": KEY}, "$.name", "field-constraint", id="no version"),
        pytest.param({"verifiedDigestCrc32c": False}, "$.verifiedDigestCrc32c", "checksum-unverified"),
        pytest.param({"verifiedDataCrc32c": True}, "$.verifiedDataCrc32c", "checksum-unverified"),
        pytest.param({"protectionLevel": 99}, "$.protectionLevel", "field-enum", id="unknown number"),
        pytest.param({"protectionLevel": 0}, "$.protectionLevel", "field-enum", id="unspecified"),
        pytest.param({"protectionLevel": "SOFT"}, "$.protectionLevel", "field-enum", id="unknown name"),
        pytest.param({"protectionLevel": True}, "$.protectionLevel", "field-type", id="true is not 1"),
        pytest.param({"protectionLevel": "SOFTWARE"}, "$.protectionLevel", "enum-encoding", id="a name"),
    ],
)
def test_a_signature_that_breaks(answer: dict[str, Json], path: str, rule: str) -> None:
    assert places(signed(answer)) == [("response", path, rule)]


def test_a_number_where_names_were_asked_for() -> None:
    found = call("POST", f"{VERSION}:asymmetricSign", signing(), SIGNED)

    assert places(found) == [("response", "$.protectionLevel", "enum-encoding")]


@pytest.mark.parametrize(
    ("asked", "path", "rule"),
    [
        pytest.param({"digestCrc32c": "1"}, "$.digestCrc32c", "field-invalid", id="checksum"),
        pytest.param({"digest": {"sha256": text(bytes(31))}}, "$.digest.sha256", "field-constraint"),
        pytest.param({"data": "AAAA"}, "$", "field-invalid", id="digest and data"),
        pytest.param({"digestCRC32C": "1"}, '$["*"]', "field-undeclared", id="misspelt"),
    ],
)
def test_a_request_that_breaks(asked: dict[str, Json], path: str, rule: str) -> None:
    assert ("request", path, rule) in places(signed(asked=asked))


@pytest.mark.parametrize(
    ("query", "path"),
    [("?$alt=xml", "query $alt"), ("?keyRingId=a", "query keyRingId"), ("?alt=media", "query alt")],
)
def test_a_query_that_breaks(query: str, path: str) -> None:
    found = places(call("GET", f"{RING}{query}", None, {"name": RING, "createTime": NOW}))

    assert [(side, place) for side, place, _ in found] == [("request", path)]


@pytest.mark.parametrize(
    ("changed", "path", "rule"),
    [
        pytest.param({"state": 77}, "$.state", "field-enum", id="unknown state"),
        pytest.param({"state": 4}, "$", "field-invalid", id="scheduled for no time"),
        pytest.param({"destroyTime": NOW}, "$", "field-invalid", id="a time, and not scheduled"),
        pytest.param({"destroyEventTime": NOW}, "$", "field-invalid", id="destroyed, and enabled"),
        pytest.param({"createTime": "2031-05-01"}, "$.createTime", "field-constraint", id="a date"),
    ],
)
def test_a_version_that_breaks(changed: dict[str, Json], path: str, rule: str) -> None:
    found = call("GET", f"{VERSION}{NUMBERS}", None, {**STATE, **changed})

    assert places(found) == [("response", path, rule)]


def test_a_public_key_with_the_checksum_of_another() -> None:
    found = call("GET", f"{VERSION}/publicKey{NUMBERS}", None, {**PUBLIC_KEY, "pemCrc32c": "1"})

    assert places(found) == [("response", "$.pemCrc32c", "field-invalid")]


def test_a_public_key_of_another_format_than_asked() -> None:
    found = call("GET", f"{VERSION}/publicKey{NUMBERS}&publicKeyFormat=DER", None, PUBLIC_KEY)

    assert ("response", "$.publicKey", "answer-shape") in places(found)


def test_a_mac_that_holds_and_does_not() -> None:
    answer = {**MAC_VERIFIED, "verifiedSuccessIntegrity": False}

    found = call("POST", f"{VERSION}:macVerify{NUMBERS}", mac_verifying(), answer)

    assert places(found) == [("response", "$", "field-invalid")]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        pytest.param({"keyRings": [{"name": RING, "createTime": NOW}] * 3, "totalSize": 3}, "$.keyRings"),
        pytest.param({"keyRings": [{"name": RING, "createTime": NOW}]}, "$.totalSize"),
        pytest.param(
            {"keyRings": [{"name": RING.replace("campus", "other"), "createTime": NOW}], "totalSize": 1},
            "$.keyRings[0].name",
        ),
        pytest.param({"totalSize": 1.5}, "$.totalSize"),
        pytest.param({"totalSize": "1"}, "$.totalSize"),
    ],
)
def test_a_page_that_breaks(body: dict[str, Json], path: str) -> None:
    listed = RING.rpartition("/")[0]

    assert [place for _, place, _ in places(call("GET", f"{listed}?pageSize=2", None, body))] == [path]


@pytest.mark.parametrize(
    ("error", "path"),
    [
        pytest.param({"code": 404, "message": "m", "status": "PERMISSION_DENIED"}, "$.error"),
        pytest.param({"code": 403, "message": "m", "status": "PERMISSION_DENIED"}, "$.error.code"),
        pytest.param({"code": 404, "message": "m", "status": "LOST"}, "$.error.status"),
        pytest.param({"code": 404, "message": "m"}, "$.error.status"),
        pytest.param("not found", "$.error"),
    ],
)
def test_an_error_that_breaks(error: Json, path: str) -> None:
    assert [place for _, place, _ in places(call("GET", RING, None, {"error": error}, 404))] == [path]


def test_a_key_ring_with_another_id() -> None:
    listed = RING.rpartition("/")[0]

    found = call("POST", f"{listed}?keyRingId=other", {}, {"name": RING, "createTime": NOW})

    assert places(found) == [("response", "$.name", "echo-differs")]


def test_the_checksum_is_over_the_bytes_and_not_their_base64() -> None:
    wrong = str(crc32c(text(SIGNATURE).encode()))

    assert places(signed({"signatureCrc32c": wrong})) == [("response", "$.signatureCrc32c", "field-invalid")]


def test_a_long_list_of_values_is_cut() -> None:
    (found,) = kms.judge(call("GET", f"{VERSION}{NUMBERS}", None, {**STATE, "algorithm": 999}))

    assert found.expected.startswith("one of 'GOOGLE_SYMMETRIC_ENCRYPTION', 1, 'AES_128_GCM', 41, ")
    assert found.expected.endswith(", …")
    assert len(found.expected) < 420
