"""Who gets in, who may do what, and what a caller without permission learns: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from werkzeug.test import TestResponse

from tests.providers.kms.stage import RING, Json, Kms, client_of, message, refusal, text
from troth.provider import Provider

SIGNING = {"digest": {"sha256": text(b"0" * 32)}}


def reason(response: TestResponse) -> Json:
    details = cast(list[Json], cast(Json, cast(Json, response.json)["error"])["details"])
    return details[0]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({}, "CREDENTIALS_MISSING"),
        ({"Authorization": "Bearer "}, "CREDENTIALS_MISSING"),
        ({"Authorization": "Bearer wrong"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        ({"Authorization": "Bearer ä"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
        ({"Authorization": "Basic dTpw"}, "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ],
)
def test_a_wrong_token_is_unauthenticated(provider: Provider, header: dict[str, str], expected: str) -> None:
    answer = client_of(provider).get(f"/v1/{RING}", headers=header)

    assert refusal(answer) == (401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert reason(answer)["reason"] == expected


def test_the_right_token_under_another_scheme_is_wrong(provider: Provider) -> None:
    header = {"Authorization": f"Basic {provider.credentials['valid']}"}

    assert client_of(provider).get(f"/v1/{RING}", headers=header).status_code == 401


def test_the_token_is_in_no_answer(provider: Provider) -> None:
    header = {"Authorization": f"Bearer {provider.credentials['valid']}x"}

    answer = client_of(provider).get(f"/v1/{RING}", headers=header)

    assert provider.credentials["valid"] not in f"{answer.headers}{answer.text}"


def test_every_fake_has_a_token_of_its_own(provider: Provider) -> None:
    assert len(provider.credentials["valid"]) >= 32
    assert sorted(provider.credentials) == ["valid"]


def test_a_missing_permission_names_the_key_and_not_the_version(
    kms: Kms, enter: Callable[..., dict[str, str]]
) -> None:
    given = enter("a signing key without permission")

    answer = kms.send("POST", f"{given['version']}:asymmetricSign", SIGNING)

    permission = "cloudkms.cryptoKeyVersions.useToSign"
    assert refusal(answer) == (403, "PERMISSION_DENIED")
    assert message(answer) == (
        f"Permission '{permission}' denied on resource '{given['key']}' (or it may not exist)."
    )
    assert reason(answer)["metadata"] == {"permission": permission, "resource": given["key"]}


def test_another_permission_on_the_same_key_is_there(kms: Kms, enter: Callable[..., dict[str, str]]) -> None:
    version = enter("a signing key without permission")["version"]

    assert kms.get(f"{version}/publicKey")["name"] == version


@pytest.mark.parametrize("path", ["cryptoKeys", "cryptoKeys/nobody", "cryptoKeys/nobody/cryptoKeyVersions/1"])
def test_without_permission_nobody_learns_what_is_not_there(
    kms: Kms, enter: Callable[..., dict[str, str]], path: str
) -> None:
    ring = enter("a key ring without permission")["key_ring"]

    assert refusal(kms.send("GET", f"{ring}/{path}")) == (403, "PERMISSION_DENIED")


def test_a_ring_whose_name_goes_on_is_another_one(kms: Kms, enter: Callable[..., dict[str, str]]) -> None:
    ring = enter("a key ring without permission")["key_ring"]

    assert refusal(kms.send("GET", f"{ring}-2")) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "projects/p", (404, "NOT_FOUND")),
        ("GET", f"{RING}/", (404, "NOT_FOUND")),
        ("GET", f"{RING}//cryptoKeys", (404, "NOT_FOUND")),
        ("PUT", RING, (404, "NOT_FOUND")),
        ("POST", f"{RING}/cryptoKeys/key:explode", (404, "NOT_FOUND")),
        ("POST", f"{RING}:setIamPolicy", (501, "UNIMPLEMENTED")),
        ("POST", "projects/p/locations/l:generateRandomBytes", (501, "UNIMPLEMENTED")),
        ("DELETE", RING, (501, "UNIMPLEMENTED")),
        ("DELETE", f"{RING}/cryptoKeys/nobody", (404, "NOT_FOUND")),
        ("DELETE", f"{RING}/cryptoKeys", (404, "NOT_FOUND")),
        ("GET", f"{RING}:", (404, "NOT_FOUND")),
        ("GET", "projects/p/locations/null,null/keyRings", (404, "NOT_FOUND")),
        ("GET", "projects/p q/locations/global/keyRings", (404, "NOT_FOUND")),
    ],
)
def test_what_the_fake_does_not_have(kms: Kms, method: str, path: str, expected: object) -> None:
    assert refusal(kms.send(method, path)) == expected


def test_nothing_is_outside_the_version_of_the_api(kms: Kms) -> None:
    answer = kms.client.get(f"/{RING}", headers={"Authorization": f"Bearer {kms.token}"})

    assert refusal(answer) == (404, "NOT_FOUND")


def test_the_id_of_a_project_may_begin_with_a_domain(kms: Kms) -> None:
    rings = "projects/example.com:p/locations/global/keyRings"

    made = kms.post(rings, {}, keyRingId="ring")

    assert made == kms.get(f"{rings}/ring")


def test_nothing_is_made_where_no_location_can_be(kms: Kms) -> None:
    assert kms.refused("projects/p/locations/Global/keyRings", {}, keyRingId="ring") == (404, "NOT_FOUND")
