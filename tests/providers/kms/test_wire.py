"""How requests are read and answers are written: proto3 JSON."""

from __future__ import annotations

import json
from typing import cast

import pytest
from werkzeug.test import TestResponse

from tests.providers.kms.stage import KEY, P256, RING, SIGN, VERSION, Json, Kms, crc, digest, refusal, text

DIGEST = digest("sha256", b"payload")
AS_NUMBERS = {"$alt": "json;enum-encoding=int"}
SECRET = "c2VjcmV0LXBsYWludGV4dA"


@pytest.fixture
def signing(kms: Kms) -> Kms:
    kms.make_key(SIGN, P256)
    return kms


def test_enums_are_names(signing: Kms) -> None:
    version = signing.get(VERSION, alt="json")

    assert (version["state"], version["algorithm"], version["protectionLevel"]) == (
        "ENABLED",
        P256,
        "SOFTWARE",
    )


@pytest.mark.parametrize("query", ["%24alt=json%3Benum-encoding%3Dint", "$alt=json%3Benum-encoding=int"])
def test_enums_are_numbers_where_that_is_asked_for(signing: Kms, query: str) -> None:
    answer = signing.client.get(
        f"/v1/{VERSION}?{query}", headers={"Authorization": f"Bearer {signing.token}"}
    )

    version = cast(Json, answer.json)
    assert (version["state"], version["algorithm"], version["protectionLevel"]) == (1, 12, 1)


def test_numbers_reach_into_what_is_nested(signing: Kms) -> None:
    answer = signing.get(f"{RING}/cryptoKeys", **AS_NUMBERS)

    assert cast(list[Json], answer["cryptoKeys"])[0]["versionTemplate"] == {
        "protectionLevel": 1,
        "algorithm": 12,
    }


def test_numbers_are_of_their_json_kind(signing: Kms) -> None:
    answer = signing.sign("sha256", DIGEST)

    assert isinstance(answer["signatureCrc32c"], str)
    assert isinstance(signing.get(f"{RING}/cryptoKeys")["totalSize"], int)


def test_the_checksum_of_nothing_is_sent_though_it_is_zero(kms: Kms) -> None:
    kms.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")
    sealed = kms.post(f"{KEY}:encrypt", {})["ciphertext"]

    answer = kms.post(f"{KEY}:decrypt", {"ciphertext": sealed})

    assert answer == {"plaintextCrc32c": "0", "usedPrimary": True, "protectionLevel": "SOFTWARE"}


@pytest.mark.parametrize(
    "body",
    [
        {"digest": {"sha256": text(DIGEST).replace("+", "-").replace("/", "_")}},
        {"digest": {"sha256": text(DIGEST).rstrip("=")}},
        {"digest": {"sha256": text(DIGEST), "sha384": None}, "data": None},
        {"digest": {"sha256": text(DIGEST)}, "digest_crc32c": crc(DIGEST)},
        {"digest": {"sha256": text(DIGEST)}, "digestCrc32c": int(crc(DIGEST))},
    ],
)
def test_what_proto3_lets_a_client_write(signing: Kms, body: object) -> None:
    assert signing.post(f"{VERSION}:asymmetricSign", body)["name"] == VERSION


def test_enums_may_be_sent_as_numbers(kms: Kms) -> None:
    body = {"purpose": 5, "versionTemplate": {"algorithm": 12, "protectionLevel": 0}}

    made = kms.post(f"{RING}/cryptoKeys", body, cryptoKeyId="key")

    assert (made["purpose"], cast(Json, made["versionTemplate"])["algorithm"]) == (SIGN, P256)


MALFORMED = {
    "no JSON": b"{",
    "no object": b"[]",
    "no document": b" ",
    "a name twice": b'{"plaintext": "", "plaintext": ""}',
    "an unknown name": b'{"plainText": ""}',
    "not UTF-8": b'{"plaintext": "\xff"}',
    "half a surrogate pair": b'{"plaintext": "\\ud800"}',
    "not base64": f'{{"plaintext": "{SECRET}!"}}'.encode(),
    "no text": f'{{"plaintext": ["{SECRET}"]}}'.encode(),
    "a fraction": b'{"plaintextCrc32c": 1.5}',
    "a word": f'{{"plaintextCrc32c": "{SECRET}"}}'.encode(),
    "true": b'{"plaintextCrc32c": true}',
    "beyond 64 bits": b'{"plaintextCrc32c": "9223372036854775808"}',
    "too deep": b"[" * 5000,
    "too long": b'{"plaintext": "' + b"A" * 1024 * 1024 + b'"}',
}


def sent(kms: Kms, body: bytes) -> TestResponse:
    headers = {"Authorization": f"Bearer {kms.token}", "Content-Type": "application/json"}
    return kms.client.post(f"/v1/{KEY}:encrypt", data=body, headers=headers)


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_not_the_message_is_an_invalid_argument(kms: Kms, body: bytes) -> None:
    kms.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")

    assert refusal(sent(kms, body)) == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_refusal_does_not_repeat_what_was_sent(kms: Kms, body: bytes) -> None:
    kms.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")

    assert SECRET not in sent(kms, body).text


def test_no_body_is_an_empty_message(signing: Kms) -> None:
    assert signing.send("POST", f"{VERSION}:destroy").status_code == 200


def test_an_error_is_a_status_of_google_rpc(kms: Kms) -> None:
    answer = kms.send("GET", f"{RING}/cryptoKeys/nobody", query=AS_NUMBERS)

    assert answer.json == {
        "error": {
            "code": 404,
            "message": f"CryptoKey {RING}/cryptoKeys/nobody not found.",
            "status": "NOT_FOUND",
        }
    }


def test_answers_are_indented_unless_that_is_unwanted(kms: Kms) -> None:
    pretty, plain = kms.send("GET", RING), kms.send("GET", RING, query={"prettyPrint": "false"})

    assert "\n  " in pretty.text
    assert "\n" not in plain.text
    assert json.loads(pretty.text) == json.loads(plain.text)


def test_the_headers_of_an_answer(kms: Kms) -> None:
    headers = kms.send("GET", RING).headers

    assert headers["Content-Type"] == "application/json; charset=UTF-8"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_another_format_than_json_is_refused(kms: Kms) -> None:
    assert refusal(kms.send("GET", RING, query={"alt": "proto"})) == (400, "INVALID_ARGUMENT")
