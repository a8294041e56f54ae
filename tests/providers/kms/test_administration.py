"""Key rings, keys and versions: made, read, listed by pages and changed."""

from __future__ import annotations

from typing import cast

import pytest

from tests.providers.kms.stage import (
    KEY,
    LOCATION,
    P256,
    RING,
    SIGN,
    VERSION,
    Json,
    Kms,
    message,
    refusal,
)

KEYS = f"{RING}/cryptoKeys"
SYMMETRIC = "GOOGLE_SYMMETRIC_ENCRYPTION"
MADE = "2026-01-01T00:00:00Z"


def names(answer: Json, field: str) -> list[str]:
    """The last part of each name."""
    return [str(each["name"]).rpartition("/")[2] for each in cast(list[Json], answer.get(field, []))]


def test_a_key_ring(timed: Kms) -> None:
    assert timed.get(RING) == {"name": RING, "createTime": MADE}


def test_an_asymmetric_key_has_no_primary(timed: Kms) -> None:
    made = timed.make_key(SIGN, P256, labels={"team": "", "env": "test"})

    assert made == timed.get(KEY)
    assert made == {
        "name": KEY,
        "purpose": SIGN,
        "createTime": MADE,
        "versionTemplate": {"protectionLevel": "SOFTWARE", "algorithm": P256},
        "labels": {"team": "", "env": "test"},
        "destroyScheduledDuration": "2592000s",
    }


def test_a_key_that_encrypts_has_one(timed: Kms) -> None:
    made = timed.post(KEYS, {"purpose": "ENCRYPT_DECRYPT"}, cryptoKeyId="key")

    assert made["primary"] == timed.get(VERSION)
    assert made["versionTemplate"] == {"protectionLevel": "SOFTWARE", "algorithm": SYMMETRIC}


def test_a_key_can_be_made_without_a_version(kms: Kms) -> None:
    body = {"purpose": SIGN, "versionTemplate": {"algorithm": P256}}
    kms.post(KEYS, body, cryptoKeyId="key", skipInitialVersionCreation="true")

    assert kms.get(f"{KEY}/cryptoKeyVersions") == {}


def test_a_key_of_an_hsm(kms: Kms) -> None:
    body = {"purpose": SIGN, "versionTemplate": {"algorithm": P256, "protectionLevel": "HSM"}}
    kms.post(KEYS, body, cryptoKeyId="key")

    assert kms.get(VERSION)["protectionLevel"] == "HSM"


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        (f"{LOCATION}/keyRings", {"keyRingId": "ring"}, {}),
        (KEYS, {"cryptoKeyId": "key"}, {"purpose": "ENCRYPT_DECRYPT"}),
    ],
)
def test_what_is_there_cannot_be_made_again(kms: Kms, path: str, query: dict[str, str], body: object) -> None:
    kms.make_key(SIGN, P256)

    assert kms.refused(path, body, **query) == (409, "ALREADY_EXISTS")


@pytest.mark.parametrize("key_id", ["", "a b", "a/b", "a:b", "ä", "k" * 64])
def test_an_id_that_is_none(kms: Kms, key_id: str) -> None:
    answer = kms.refused(KEYS, {"purpose": "ENCRYPT_DECRYPT"}, cryptoKeyId=key_id)

    assert answer == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"purpose": "SOMETHING"},
        {"purpose": 0},
        {"purpose": SIGN},
        {"purpose": SIGN, "versionTemplate": {"algorithm": "HMAC_SHA256"}},
        {"purpose": "ENCRYPT_DECRYPT", "versionTemplate": {"algorithm": P256}},
        {"purpose": SIGN, "versionTemplate": {"algorithm": P256}, "rotationPeriod": "86400s"},
        {"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "86400s"},
        {"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "86399s", "nextRotationTime": MADE},
        {"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "1 day", "nextRotationTime": MADE},
        {"purpose": "ENCRYPT_DECRYPT", "nextRotationTime": "tomorrow"},
        {"purpose": "ENCRYPT_DECRYPT", "nextRotationTime": "2026-01-01T00:00:00"},
        {"purpose": "ENCRYPT_DECRYPT", "labels": {"a": 1}},
        {"purpose": "ENCRYPT_DECRYPT", "unknown": 1},
        {"purpose": "ENCRYPT_DECRYPT", "importOnly": True},
        {"purpose": "ENCRYPT_DECRYPT", "destroyScheduledDuration": "86399s"},
        {"purpose": "ENCRYPT_DECRYPT", "destroyScheduledDuration": "0s"},
        {"purpose": "ENCRYPT_DECRYPT", "destroyScheduledDuration": "3153600001s"},
        {"purpose": "ENCRYPT_DECRYPT", "destroyScheduledDuration": "999999999999s"},
        {"purpose": "ENCRYPT_DECRYPT", "nextRotationTime": "0001-01-01T00:00:00+01:00"},
        {"purpose": "ENCRYPT_DECRYPT", "nextRotationTime": "9999-12-31T23:59:59-01:00"},
        {"purpose": "ENCRYPT_DECRYPT", "nextRotationTime": "2026-02-30T00:00:00Z"},
        {"purpose": "ENCRYPT_DECRYPT", "nextRotationTime": "20260101T000000Z"},
        {"purpose": "ENCRYPT_DECRYPT", "createTime": "yesterday"},
        {"purpose": "ENCRYPT_DECRYPT", "primary": {"unknown": 1}},
        {"purpose": "ENCRYPT_DECRYPT", "labels": {"": "a"}},
        {"purpose": "ENCRYPT_DECRYPT", "labels": {"1": "a"}},
        {"purpose": "ENCRYPT_DECRYPT", "labels": {"a": "B"}},
        {"purpose": "ENCRYPT_DECRYPT", "labels": {"a": "b" * 64}},
        {"purpose": "ENCRYPT_DECRYPT", "labels": {f"a{number}": "" for number in range(65)}},
    ],
)
def test_a_key_that_cannot_be(kms: Kms, body: object) -> None:
    assert kms.refused(KEYS, body, cryptoKeyId="key") == (400, "INVALID_ARGUMENT")


@pytest.mark.parametrize(
    "body",
    [
        {"purpose": "RAW_ENCRYPT_DECRYPT"},
        {"purpose": "ENCRYPT_DECRYPT", "versionTemplate": {"protectionLevel": "EXTERNAL"}},
        {"purpose": SIGN, "versionTemplate": {"algorithm": "PQ_SIGN_ML_DSA_65"}},
    ],
)
def test_a_key_that_no_location_of_the_fake_offers(kms: Kms, body: object) -> None:
    answer = kms.send("POST", KEYS, body, {"cryptoKeyId": "key"})

    assert refusal(answer) == (400, "INVALID_ARGUMENT")
    assert "do not offer" in message(answer)


def test_trusted_wrapping_is_for_keys_that_the_fake_does_not_have(kms: Kms) -> None:
    query = {"cryptoKeyId": "key", "trustedWrappingEnabled": "true"}

    assert kms.refused(KEYS, {"purpose": "ENCRYPT_DECRYPT"}, **query) == (400, "INVALID_ARGUMENT")


def test_a_key_for_import_only_makes_no_versions(kms: Kms) -> None:
    body = {"purpose": "ENCRYPT_DECRYPT", "importOnly": True, "destroyScheduledDuration": "0s"}
    made = kms.post(KEYS, body, cryptoKeyId="key", skipInitialVersionCreation="true")

    assert (made["importOnly"], made["destroyScheduledDuration"]) == (True, "0s")
    assert kms.refused(f"{KEY}/cryptoKeyVersions", {}) == (400, "FAILED_PRECONDITION")


def test_labels_may_be_of_any_script(kms: Kms) -> None:
    labels = {"größe_1": "", "名前": "値-2"}

    assert kms.make_key(SIGN, P256, labels=labels)["labels"] == labels


@pytest.mark.parametrize("labels", [{"Team": "a"}, {"a": "b c"}])
def test_a_patch_takes_no_other_labels(kms: Kms, labels: dict[str, str]) -> None:
    kms.make_key(SIGN, P256)

    answer = kms.send("PATCH", KEY, {"labels": labels}, {"updateMask": "labels"})

    assert refusal(answer) == (400, "INVALID_ARGUMENT")


def test_rotation_is_kept_and_shown(kms: Kms) -> None:
    body = {"purpose": "ENCRYPT_DECRYPT", "rotationPeriod": "86400.5s", "nextRotationTime": MADE}

    made = kms.post(KEYS, body, cryptoKeyId="key")

    assert (made["rotationPeriod"], made["nextRotationTime"]) == ("86400.5s", MADE)


def test_a_patch_changes_what_its_mask_names(kms: Kms) -> None:
    kms.make_key("ENCRYPT_DECRYPT", SYMMETRIC, labels={"a": "1"})

    body = {"name": KEY, "labels": {"b": "2"}, "nextRotationTime": MADE, "rotationPeriod": "86400s"}
    changed = kms.patch(KEY, body, "labels,next_rotation_time")

    assert changed["labels"] == {"b": "2"}
    assert changed["nextRotationTime"] == MADE
    assert "rotationPeriod" not in changed
    assert changed == kms.get(KEY)


def test_a_patch_can_take_something_away(kms: Kms) -> None:
    kms.make_key(SIGN, P256, labels={"a": "1"})

    assert "labels" not in kms.patch(KEY, {}, "labels")


def test_a_new_algorithm_is_for_the_versions_to_come(kms: Kms) -> None:
    kms.make_key(SIGN, P256)

    kms.patch(KEY, {"versionTemplate": {"algorithm": "EC_SIGN_P384_SHA384"}}, "versionTemplate.algorithm")
    second = kms.post(f"{KEY}/cryptoKeyVersions", {})

    assert (kms.get(VERSION)["algorithm"], second["algorithm"]) == (P256, "EC_SIGN_P384_SHA384")


@pytest.mark.parametrize(
    ("body", "mask"),
    [
        ({"labels": {}}, ""),
        ({"purpose": "MAC"}, "purpose"),
        ({"nextRotationTime": MADE}, "nextRotationTime"),
        ({"versionTemplate": {"algorithm": "HMAC_SHA256"}}, "versionTemplate"),
    ],
)
def test_a_patch_that_cannot_be(kms: Kms, body: object, mask: str) -> None:
    kms.make_key(SIGN, P256)

    assert refusal(kms.send("PATCH", KEY, body, {"updateMask": mask})) == (400, "INVALID_ARGUMENT")


def test_versions_are_numbered(kms: Kms) -> None:
    kms.make_key(SIGN, P256)

    assert kms.post(f"{KEY}/cryptoKeyVersions", {})["name"] == f"{KEY}/cryptoKeyVersions/2"
    assert kms.post(f"{KEY}/cryptoKeyVersions", {"state": "DISABLED"})["state"] == "DISABLED"


def test_the_primary_version_can_be_changed(kms: Kms) -> None:
    kms.make_key("ENCRYPT_DECRYPT", SYMMETRIC)
    kms.post(f"{KEY}/cryptoKeyVersions", {})

    changed = kms.post(f"{KEY}:updatePrimaryVersion", {"cryptoKeyVersionId": "2"})

    assert cast(Json, changed["primary"])["name"] == f"{KEY}/cryptoKeyVersions/2"


@pytest.mark.parametrize(
    ("purpose", "algorithm", "body", "expected"),
    [
        ("ENCRYPT_DECRYPT", SYMMETRIC, {}, (400, "INVALID_ARGUMENT")),
        ("ENCRYPT_DECRYPT", SYMMETRIC, {"cryptoKeyVersionId": "7"}, (404, "NOT_FOUND")),
        (SIGN, P256, {"cryptoKeyVersionId": "1"}, (400, "FAILED_PRECONDITION")),
    ],
)
def test_a_primary_version_that_cannot_be(
    kms: Kms, purpose: str, algorithm: str, body: object, expected: object
) -> None:
    kms.make_key(purpose, algorithm)

    assert kms.refused(f"{KEY}:updatePrimaryVersion", body) == expected


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (f"{LOCATION}/keyRings/nobody", f"KeyRing {LOCATION}/keyRings/nobody not found."),
        (f"{RING}/cryptoKeys/nobody", f"CryptoKey {RING}/cryptoKeys/nobody not found."),
        (f"{KEY}/cryptoKeyVersions/9", f"CryptoKeyVersion {KEY}/cryptoKeyVersions/9 not found."),
        (
            f"{LOCATION}/keyRings/nobody/cryptoKeys",
            f"KeyRing {LOCATION}/keyRings/nobody not found.",
        ),
        (
            f"{RING}/cryptoKeys/nobody/cryptoKeyVersions",
            f"CryptoKey {RING}/cryptoKeys/nobody not found.",
        ),
    ],
)
def test_what_is_not_there_is_named(kms: Kms, path: str, text: str) -> None:
    answer = kms.send("GET", path)

    assert (refusal(answer), message(answer)) == ((404, "NOT_FOUND"), text)


def test_a_key_in_a_ring_that_is_not_there(kms: Kms) -> None:
    path = f"{LOCATION}/keyRings/nobody/cryptoKeys"

    assert kms.refused(path, {"purpose": "ENCRYPT_DECRYPT"}, cryptoKeyId="key") == (404, "NOT_FOUND")


@pytest.fixture
def five(kms: Kms) -> Kms:
    """Five keys, made in no order."""
    for key_id in ("d", "b", "e", "a", "c"):
        kms.make_key(SIGN, P256, key_id)
    return kms


def test_a_list_without_a_size_is_one_page(five: Kms) -> None:
    answer = five.get(KEYS)

    assert names(answer, "cryptoKeys") == ["a", "b", "c", "d", "e"]
    assert answer["totalSize"] == 5
    assert "nextPageToken" not in answer


def test_pages_follow_one_another(five: Kms) -> None:
    first = five.get(KEYS, pageSize="2")
    second = five.get(KEYS, pageSize="2", pageToken=str(first["nextPageToken"]))
    third = five.get(KEYS, pageSize="2", pageToken=str(second["nextPageToken"]))

    pages = [names(page, "cryptoKeys") for page in (first, second, third)]
    assert pages == [["a", "b"], ["c", "d"], ["e"]]
    assert "nextPageToken" not in third


def test_what_is_made_meanwhile_shifts_no_page(five: Kms) -> None:
    first = five.get(KEYS, pageSize="2")
    five.make_key(SIGN, P256, "a0")

    second = five.get(KEYS, pageSize="2", pageToken=str(first["nextPageToken"]))

    assert names(second, "cryptoKeys") == ["c", "d"]


@pytest.fixture
def eleven(kms: Kms) -> Kms:
    """A key with eleven versions."""
    kms.make_key("MAC", "HMAC_SHA256")
    for _ in range(10):
        kms.post(f"{KEY}/cryptoKeyVersions", {})
    return kms


def test_versions_are_listed_by_number(eleven: Kms) -> None:
    path = f"{KEY}/cryptoKeyVersions"

    first = eleven.get(path, pageSize="9")
    second = eleven.get(path, pageSize="9", pageToken=str(first["nextPageToken"]))

    assert names(first, "cryptoKeyVersions") == [str(number) for number in range(1, 10)]
    assert names(second, "cryptoKeyVersions") == ["10", "11"]


def test_a_location_lists_its_own_rings(kms: Kms) -> None:
    kms.post("projects/p/locations/elsewhere/keyRings", {}, keyRingId="other")

    assert names(kms.get(f"{LOCATION}/keyRings"), "keyRings") == ["ring"]


def test_an_empty_list_is_an_empty_object(kms: Kms) -> None:
    assert kms.get(KEYS) == {}


@pytest.mark.parametrize(
    "query",
    [
        {"pageSize": "-1"},
        {"pageSize": "many"},
        {"pageSize": ""},
        {"pageSize": "2147483648"},
        {"versionView": "some"},
        {"pageToken": "!"},
        {"pageToken": "bm90aGluZw=="},
        {"pageToken": "/w=="},
    ],
)
def test_a_page_that_cannot_be(five: Kms, query: dict[str, str]) -> None:
    assert refusal(five.send("GET", KEYS, query=query)) == (400, "INVALID_ARGUMENT")


def test_a_token_of_another_list_is_none(five: Kms) -> None:
    token = str(five.get(KEYS, pageSize="2")["nextPageToken"])

    answer = five.send("GET", f"{LOCATION}/keyRings", query={"pageToken": token})

    assert refusal(answer) == (400, "INVALID_ARGUMENT")
