"""The states that scenarios start from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

import pytest

from tests.providers.kms.stage import RING, Json, Kms, client_of, digest, message, refusal, text
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
        "enabled_version_1",
        "enabled_version_2",
        "enabled_version_3",
        "encryption_key",
        "location",
        "mac_key",
        "project",
        "ring",
        "scheduled_version_1",
        "scheduled_version_2",
        "scheduled_version_3",
        "sealed",
        "sealed_crc32c",
        "signing_key",
        "switched_version",
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
SHA256 = {"sha256": text(DIGEST)}
DATA = {"data": "{data}", "dataCrc32c": "{data_crc32c}"}
TAG = {"mac": "{tag}", "macCrc32c": "{tag_crc32c}"}
SIGNING = {"digest": SHA256}


def filled_in(template: str, values: Mapping[str, JsonScalar]) -> str:
    """``{name}`` replaced by the state's value."""
    return re.sub(r"\{(\w+)\}", lambda found: str(values[found[1]]), template)


def asked(kms: Kms, values: Mapping[str, JsonScalar], call: str, body: dict[str, str]) -> Json:
    """What a call on a key of the state's ring answers; both have the names of values in them."""
    keys = "projects/{project}/locations/{location}/keyRings/{ring}/cryptoKeys/"
    return kms.post(filled_in(keys + call, values), json.loads(filled_in(json.dumps(body), values)))


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
        ("requests time out", {}, (504, "DEADLINE_EXCEEDED")),
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


@pytest.mark.parametrize("state", ["requests are throttled", "the API is disabled", "requests fail"])
def test_an_outage_tells_nothing_to_who_has_no_token(provider: Provider, enter: Enter, state: str) -> None:
    version = enter(state)["version"]

    answer = Kms(client_of(provider), "another").send("GET", str(version))

    assert refusal(answer) == (401, "UNAUTHENTICATED")


def test_an_outage_is_one_of_methods_that_there_are(kms: Kms, enter: Enter) -> None:
    version = enter("the service is unavailable")["version"]

    assert refusal(kms.send("PUT", str(version))) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("call", "body", "field"),
    [
        ("{signing_key}/cryptoKeyVersions/{version}:asymmetricSign", {"digest": SHA256}, "signature"),
        ("{mac_key}/cryptoKeyVersions/{version}:macVerify", {**DATA, **TAG}, "success"),
        ("{encryption_key}:encrypt", {"plaintext": "{data}"}, "ciphertext"),
        ("{changing_key}/cryptoKeyVersions/{enabled_version_1}:destroy", {}, "destroyTime"),
        ("{changing_key}/cryptoKeyVersions/{scheduled_version_1}:restore", {}, "state"),
    ],
)
def test_a_ring_with_keys_of_every_purpose(
    kms: Kms, enter: Enter, call: str, body: dict[str, str], field: str
) -> None:
    assert field in asked(kms, enter("a ring with keys of every purpose"), call, body)


@pytest.mark.parametrize(
    ("call", "body", "field", "expected"),
    [
        (
            "{decryption_key}/cryptoKeyVersions/{version}:asymmetricDecrypt",
            {"ciphertext": "{wrapped}", "ciphertextCrc32c": "{wrapped_crc32c}"},
            "plaintext",
            "data",
        ),
        (
            "{encryption_key}:decrypt",
            {"ciphertext": "{sealed}", "ciphertextCrc32c": "{sealed_crc32c}"},
            "plaintext",
            "data",
        ),
        ("{mac_key}/cryptoKeyVersions/{version}:macSign", DATA, "mac", "tag"),
    ],
)
def test_what_its_keys_made_of_a_text(
    kms: Kms, enter: Enter, call: str, body: dict[str, str], field: str, expected: str
) -> None:
    values = enter("a ring with keys of every purpose")

    assert asked(kms, values, call, body)[field] == values[expected]


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
