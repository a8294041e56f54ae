"""The states that scenarios start from."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.providers.kms.stage import RING, Kms, digest, message, refusal, text
from troth.provider import JsonScalar, Provider

Enter = Callable[..., Mapping[str, JsonScalar]]
VALUES = {
    "an empty project": ["location", "project"],
    "a key ring": ["key_ring"],
    "three keys in a ring": ["key_ring"],
    "a signing key": ["key", "version"],
    "a disabled signing key": ["key", "version"],
    "a signing key that is scheduled for destruction": ["key", "version"],
    "a destroyed signing key": ["key", "version"],
    "a signing key in generation": ["key", "version"],
    "a signing key without permission": ["key", "version"],
    "a key ring without permission": ["key_ring"],
    "a decryption key": ["ciphertext", "ciphertext_crc32c", "key", "plaintext", "version"],
    "an encryption key": ["key"],
    "a MAC key": ["key", "version"],
    "a ring with keys of every purpose": [
        "changing_key",
        "data",
        "data_crc32c",
        "decryption_key",
        "destroyable_version",
        "encryption_key",
        "location",
        "mac_key",
        "project",
        "restorable_version",
        "ring",
        "sealed",
        "sealed_crc32c",
        "signing_key",
        "switchable_version",
        "tag",
        "tag_crc32c",
        "version",
        "wrapped",
        "wrapped_crc32c",
    ],
    "requests are throttled": ["key", "version"],
    "the service is unavailable": ["key", "version"],
    "the API is disabled": ["key", "version"],
    "requests time out": ["key", "version"],
    "requests fail": ["key", "version"],
}
DIGEST = digest("sha256", b"payload")
SIGNING = {"digest": {"sha256": text(DIGEST)}}


def test_the_states_are_these(provider: Provider) -> None:
    assert sorted(provider.states) == sorted(VALUES)


@pytest.mark.parametrize(("state", "values"), VALUES.items())
def test_the_values_of_a_state(enter: Enter, state: str, values: list[str]) -> None:
    assert sorted(enter(state)) == values


@pytest.mark.parametrize(
    ("state", "algorithm"),
    [
        ("a signing key", "RSA_SIGN_PKCS1_4096_SHA256"),
        ("a decryption key", "RSA_DECRYPT_OAEP_2048_SHA1"),
        ("a MAC key", "HMAC_SHA512"),
    ],
)
def test_a_state_has_a_key_of_the_algorithm_that_is_asked_for(
    kms: Kms, enter: Enter, state: str, algorithm: str
) -> None:
    values = enter(state, algorithm=algorithm)

    assert kms.get(str(values["version"]))["algorithm"] == algorithm


@pytest.mark.parametrize("algorithm", ["HMAC_SHA256", "SOMETHING", 12, None])
def test_an_algorithm_for_something_else_is_an_error(enter: Enter, algorithm: JsonScalar) -> None:
    with pytest.raises(ValueError, match="EC_SIGN_P256_SHA256"):
        enter("a signing key", algorithm=algorithm)


def test_what_a_decryption_key_is_given_with(kms: Kms, enter: Enter) -> None:
    values = enter("a decryption key")
    body = {"ciphertext": values["ciphertext"], "ciphertextCrc32c": values["ciphertext_crc32c"]}

    answer = kms.post(f"{values['version']}:asymmetricDecrypt", body)

    assert answer["plaintext"] == values["plaintext"]


def test_a_ring_has_three_keys(kms: Kms, enter: Enter) -> None:
    ring = enter("three keys in a ring")["key_ring"]

    assert kms.get(f"{ring}/cryptoKeys")["totalSize"] == 3


@pytest.mark.parametrize(
    ("state", "parameters", "expected"),
    [
        ("requests are throttled", {}, (429, "RESOURCE_EXHAUSTED")),
        ("the service is unavailable", {}, (503, "UNAVAILABLE")),
        ("the API is disabled", {}, (403, "PERMISSION_DENIED")),
        ("requests fail", {}, (500, "INTERNAL")),
        ("requests fail", {"status": "ABORTED"}, (409, "ABORTED")),
        ("requests fail", {"status": "CANCELLED"}, (499, "CANCELLED")),
        ("requests fail", {"status": "UNIMPLEMENTED"}, (501, "UNIMPLEMENTED")),
        ("requests fail", {"status": "DEADLINE_EXCEEDED"}, (504, "DEADLINE_EXCEEDED")),
    ],
)
def test_an_outage(
    kms: Kms, enter: Enter, state: str, parameters: dict[str, str], expected: tuple[int, str]
) -> None:
    version = enter(state, **parameters)["version"]

    assert kms.refused(f"{version}:asymmetricSign", SIGNING) == expected


def test_an_outage_can_pass(kms: Kms, enter: Enter) -> None:
    version = enter("the service is unavailable", times=2)["version"]

    statuses = [kms.send("POST", f"{version}:asymmetricSign", SIGNING).status_code for _ in range(3)]

    assert statuses == [503, 503, 200]


@pytest.mark.parametrize("times", [0, -1, "two", True])
def test_an_outage_of_no_length_is_an_error(enter: Enter, times: JsonScalar) -> None:
    with pytest.raises(ValueError, match="times"):
        enter("the service is unavailable", times=times)


def test_a_status_that_is_none_is_an_error(enter: Enter) -> None:
    with pytest.raises(ValueError, match="UNAVAILABLE"):
        enter("requests fail", status="TEAPOT")


def test_reset_leaves_an_empty_world(provider: Provider, kms: Kms) -> None:
    provider.reset()

    answer = kms.send("GET", RING)
    assert (refusal(answer), message(answer)) == ((404, "NOT_FOUND"), f"KeyRing {RING} not found.")


def test_reset_ends_an_outage(provider: Provider, kms: Kms, enter: Enter) -> None:
    enter("the service is unavailable")

    provider.reset()

    assert kms.send("GET", RING).status_code == 404


def test_reset_gives_permissions_back(provider: Provider, kms: Kms, enter: Enter) -> None:
    ring = enter("a key ring without permission")["key_ring"]

    provider.reset()

    assert kms.send("GET", str(ring)).status_code == 404
