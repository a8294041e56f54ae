"""The states of a version: how it comes into each, and what each refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.providers.kms.stage import (
    KEY,
    P256,
    SIGN,
    VERSION,
    Clock,
    Kms,
    data,
    digest,
    message,
    refusal,
    text,
    verify,
)

DIGEST = digest("sha256", b"payload")
SIGNING = {"digest": {"sha256": text(DIGEST)}}


def test_a_version_is_enabled_when_it_is_made(timed: Kms) -> None:
    timed.make_key(SIGN, P256)

    assert timed.get(VERSION) == {
        "name": VERSION,
        "state": "ENABLED",
        "createTime": "2026-01-01T00:00:00Z",
        "generateTime": "2026-01-01T00:00:00Z",
        "protectionLevel": "SOFTWARE",
        "algorithm": P256,
    }


def test_a_disabled_version_can_be_enabled_again(kms: Kms) -> None:
    kms.make_key(SIGN, P256)

    disabled = kms.patch(VERSION, {"state": "DISABLED"}, "state")
    enabled = kms.patch(VERSION, {"state": 1}, "state")

    assert (disabled["state"], enabled["state"]) == ("DISABLED", "ENABLED")
    verify(P256, kms.pem(), data(kms.sign("sha256", DIGEST)["signature"]), b"payload")


def test_destruction_is_scheduled_thirty_days_ahead(timed: Kms) -> None:
    timed.make_key(SIGN, P256)

    answer = timed.post(f"{VERSION}:destroy", {})

    assert (answer["state"], answer["destroyTime"]) == ("DESTROY_SCHEDULED", "2026-01-31T00:00:00Z")


def test_a_key_can_say_after_how_long(timed: Kms) -> None:
    timed.make_key(SIGN, P256, destroyScheduledDuration="86400s")

    assert timed.post(f"{VERSION}:destroy", {})["destroyTime"] == "2026-01-02T00:00:00Z"


def test_what_is_restored_is_disabled(kms: Kms) -> None:
    kms.make_key(SIGN, P256)
    kms.post(f"{VERSION}:destroy", {})

    answer = kms.post(f"{VERSION}:restore", {})

    assert answer["state"] == "DISABLED"
    assert "destroyTime" not in answer


def test_key_material_is_destroyed_at_its_time(timed: Kms, clock: Clock) -> None:
    timed.make_key(SIGN, P256)
    timed.post(f"{VERSION}:destroy", {})

    clock.go_on(timedelta(days=30))

    version = timed.get(VERSION)
    assert version["state"] == "DESTROYED"
    assert version["destroyEventTime"] == "2026-01-31T00:00:00Z"
    assert "destroyTime" not in version


def test_it_is_not_destroyed_before(timed: Kms, clock: Clock) -> None:
    timed.make_key(SIGN, P256)
    timed.post(f"{VERSION}:destroy", {})

    clock.go_on(timedelta(days=30) - timedelta(microseconds=1))

    assert timed.get(VERSION)["state"] == "DESTROY_SCHEDULED"


UNUSABLE = {
    "a disabled signing key": "DISABLED",
    "a signing key that is scheduled for destruction": "DESTROY_SCHEDULED",
    "a destroyed signing key": "DESTROYED",
    "a signing key in generation": "PENDING_GENERATION",
}


@pytest.mark.parametrize(("given", "state"), UNUSABLE.items())
def test_only_an_enabled_version_signs(
    kms: Kms, enter: Callable[..., dict[str, str]], given: str, state: str
) -> None:
    version = enter(given)["version"]

    answer = kms.send("POST", f"{version}:asymmetricSign", SIGNING)

    assert refusal(answer) == (400, "FAILED_PRECONDITION")
    assert message(answer) == f"{version} is not enabled, current state is: {state}."


@pytest.mark.parametrize("given", UNUSABLE)
def test_only_an_enabled_version_shows_its_public_key(
    kms: Kms, enter: Callable[..., dict[str, str]], given: str
) -> None:
    version = enter(given)["version"]

    assert refusal(kms.send("GET", f"{version}/publicKey")) == (400, "FAILED_PRECONDITION")


@pytest.mark.parametrize(("given", "state"), UNUSABLE.items())
def test_a_version_shows_its_state(
    kms: Kms, enter: Callable[..., dict[str, str]], given: str, state: str
) -> None:
    assert kms.get(enter(given)["version"])["state"] == state


def test_a_version_in_generation_is_enabled_once_it_was_asked_for(
    kms: Kms, enter: Callable[..., dict[str, str]]
) -> None:
    version = enter("a signing key in generation")["version"]
    kms.get(version)

    assert kms.get(version)["state"] == "ENABLED"
    assert kms.sign("sha256", DIGEST, version)["name"] == version


@pytest.mark.parametrize(
    ("given", "verb"),
    [
        ("a signing key", "restore"),
        ("a disabled signing key", "restore"),
        ("a destroyed signing key", "restore"),
        ("a destroyed signing key", "destroy"),
        ("a signing key that is scheduled for destruction", "destroy"),
        ("a signing key in generation", "destroy"),
    ],
)
def test_a_step_that_a_state_does_not_allow(
    kms: Kms, enter: Callable[..., dict[str, str]], given: str, verb: str
) -> None:
    version = enter(given)["version"]

    assert kms.refused(f"{version}:{verb}", {}) == (400, "FAILED_PRECONDITION")


def test_a_version_that_is_scheduled_for_destruction_cannot_be_enabled(
    kms: Kms, enter: Callable[..., dict[str, str]]
) -> None:
    version = enter("a signing key that is scheduled for destruction")["version"]

    answer = kms.send("PATCH", version, {"state": "ENABLED"}, {"updateMask": "state"})

    assert refusal(answer) == (400, "FAILED_PRECONDITION")


@pytest.mark.parametrize(
    ("body", "mask"),
    [
        ({"state": "DESTROYED"}, "state"),
        ({"state": "PENDING_GENERATION"}, "state"),
        ({"state": "DISABLED"}, ""),
        ({"state": "DISABLED"}, "algorithm"),
        ({}, "state"),
        ({"state": "ASLEEP"}, "state"),
        ({"state": 99}, "state"),
    ],
)
def test_a_change_that_nobody_may_make(kms: Kms, body: object, mask: str) -> None:
    kms.make_key(SIGN, P256)

    answer = kms.send("PATCH", VERSION, body, {"updateMask": mask})

    assert refusal(answer) == (400, "INVALID_ARGUMENT")


def test_a_key_whose_primary_is_disabled_does_not_encrypt(kms: Kms) -> None:
    kms.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")
    kms.patch(VERSION, {"state": "DISABLED"}, "state")

    assert kms.refused(f"{KEY}:encrypt", {"plaintext": text(b"x")}) == (400, "FAILED_PRECONDITION")


def test_a_disabled_version_does_not_decrypt(kms: Kms) -> None:
    kms.make_key("ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")
    sealed = kms.post(f"{KEY}:encrypt", {"plaintext": text(b"x")})["ciphertext"]
    kms.patch(VERSION, {"state": "DISABLED"}, "state")

    assert kms.refused(f"{KEY}:decrypt", {"ciphertext": sealed}) == (400, "FAILED_PRECONDITION")


PURPOSES = {
    "ASYMMETRIC_SIGN": P256,
    "ASYMMETRIC_DECRYPT": "RSA_DECRYPT_OAEP_2048_SHA256",
    "ENCRYPT_DECRYPT": "GOOGLE_SYMMETRIC_ENCRYPTION",
    "MAC": "HMAC_SHA256",
}
USES = {
    f"{VERSION}:asymmetricSign": "ASYMMETRIC_SIGN",
    f"{VERSION}:asymmetricDecrypt": "ASYMMETRIC_DECRYPT",
    f"{KEY}:encrypt": "ENCRYPT_DECRYPT",
    f"{VERSION}:encrypt": "ENCRYPT_DECRYPT",
    f"{KEY}:decrypt": "ENCRYPT_DECRYPT",
    f"{VERSION}:macSign": "MAC",
    f"{VERSION}:macVerify": "MAC",
}


@pytest.mark.parametrize(
    ("path", "purpose"),
    [(path, purpose) for path, right in USES.items() for purpose in PURPOSES if purpose != right],
)
def test_a_key_for_another_purpose_is_refused(kms: Kms, path: str, purpose: str) -> None:
    kms.make_key(purpose, PURPOSES[purpose])

    assert kms.refused(path, {}) == (400, "FAILED_PRECONDITION")
