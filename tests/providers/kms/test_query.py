"""How the query of a request is read."""

from __future__ import annotations

import pytest

from tests.providers.kms.stage import LOCATION, P256, RING, SIGN, Kms, ok, refusal

KEYS = f"{RING}/cryptoKeys"


def asked(kms: Kms, query: str, path: str = KEYS) -> tuple[int, object]:
    """The refusal of what is asked in these very words."""
    answer = kms.client.get(f"/v1/{path}?{query}", headers={"Authorization": f"Bearer {kms.token}"})
    return refusal(answer)


@pytest.mark.parametrize(
    "query",
    [
        "unknown=1",
        "keyRingId=ring",
        "view=FULL",
        "pageSize=1&pageSize=1",
        "pageSize=1&page_size=1",
        "prettyPrint=true&prettyPrint=true",
        "prettyPrint=null",
        "prettyPrint=",
        "prettyPrint=1",
        "alt=json&alt=json",
        "alt=media",
        "alt=",
        "$alt=json;enum-encoding=text",
        "$alt=proto",
        "$alt=",
    ],
)
def test_a_query_that_the_method_does_not_have(kms: Kms, query: str) -> None:
    assert asked(kms, query) == (400, "INVALID_ARGUMENT")


def test_a_wrong_query_is_refused_before_anything_is_looked_up(kms: Kms) -> None:
    assert asked(kms, "unknown=1", f"{RING}/cryptoKeys/nobody") == (400, "INVALID_ARGUMENT")


def test_names_may_be_in_snake_case(kms: Kms) -> None:
    kms.make_key(SIGN, P256, "a")
    kms.make_key(SIGN, P256, "b")

    assert len(str(kms.get(KEYS, page_size="1")["nextPageToken"])) > 1


@pytest.mark.parametrize(
    "name", ["key", "quotaUser", "$userProject", "$.xgafv", "fields", "uploadType", "access_token"]
)
def test_what_every_method_takes(kms: Kms, name: str) -> None:
    assert ok(kms.send("GET", RING, query={name: "1"}))["name"] == RING


@pytest.mark.parametrize("text", ["True", "1", "yes", ""])
def test_a_truth_that_is_none(kms: Kms, text: str) -> None:
    query = {"cryptoKeyId": "key", "skipInitialVersionCreation": text}

    assert kms.refused(KEYS, {"purpose": "ENCRYPT_DECRYPT"}, **query) == (400, "INVALID_ARGUMENT")


def test_an_error_says_its_enums_as_any_answer_does(kms: Kms) -> None:
    answer = kms.send("GET", f"{LOCATION}/keyRings", query={"prettyPrint": "false", "unknown": "1"})

    assert answer.status_code == 400
    assert "\n" not in answer.text
