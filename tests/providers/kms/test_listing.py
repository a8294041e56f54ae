"""Filters and orders of lists."""

from __future__ import annotations

from typing import cast

import pytest

from tests.providers.kms.stage import KEY, LOCATION, P256, RING, SIGN, Json, Kms, refusal

KEYS = f"{RING}/cryptoKeys"
VERSIONS = f"{KEY}/cryptoKeyVersions"


def names(answer: Json, field: str) -> list[str]:
    """The last part of each name."""
    return [str(each["name"]).rpartition("/")[2] for each in cast(list[Json], answer.get(field, []))]


@pytest.fixture
def three(timed: Kms) -> Kms:
    """Two keys that sign, of two teams, and one for MACs."""
    timed.make_key(SIGN, P256, "alpha", labels={"team": "red"})
    timed.make_key(SIGN, P256, "beta", labels={"team": "blue"})
    timed.make_key("MAC", "HMAC_SHA256", "gamma")
    return timed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("purpose=MAC", ["gamma"]),
        ("purpose = MAC", ["gamma"]),
        ('purpose = "MAC"', ["gamma"]),
        ("purpose!=MAC", ["alpha", "beta"]),
        ("NOT purpose=MAC", ["alpha", "beta"]),
        ("-purpose=MAC", ["alpha", "beta"]),
        ("name:BETA", ["beta"]),
        ("labels.team=red", ["alpha"]),
        ("versionTemplate.algorithm=HMAC_SHA256", ["gamma"]),
        ("purpose=MAC OR labels.team=red", ["alpha", "gamma"]),
        (f"purpose={SIGN} AND labels.team=red", ["alpha"]),
        (f"purpose={SIGN} labels.team=red", ["alpha"]),
        ("name:a labels.team=red OR labels.team=blue", ["alpha", "beta"]),
        ("(name:alpha AND purpose=MAC) OR name:beta", ["beta"]),
        ("NOT (name:alpha OR name:beta)", ["gamma"]),
        ("createTime>2025-12-31T23:59:59Z", ["alpha", "beta", "gamma"]),
        ("createTime=2026-01-01T00:00:00.000Z", ["alpha", "beta", "gamma"]),
        ("createTime<2026-01-01T00:00:00Z", []),
        ("createTime=>2026-01-01T00:00:00Z createTime<=2026-01-01T00:00:00Z", ["alpha", "beta", "gamma"]),
        ("importOnly=true", []),
        (" ", ["alpha", "beta", "gamma"]),
    ],
)
def test_a_filter(three: Kms, text: str, expected: list[str]) -> None:
    assert names(three.get(KEYS, filter=text), "cryptoKeys") == expected


def test_a_time_is_compared_as_one(three: Kms) -> None:
    text = "createTime>=2026-01-01T01:00:00+02:00"

    assert len(names(three.get(KEYS, filter=text), "cryptoKeys")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "G",
        "purpose",
        "purpose=",
        "=MAC",
        "purpose==MAC",
        "purpose=MAC AND",
        "purpose=MAC OR",
        "NOT",
        "(purpose=MAC",
        "purpose=MAC)",
        "()",
        '"purpose"=MAC',
        "unknown=1",
        'name:"open',
        "name:!",
        "(" * 200 + "name:a" + ")" * 200,
        "name:a " * 400,
    ],
)
def test_a_filter_that_is_none(three: Kms, text: str) -> None:
    assert refusal(three.send("GET", KEYS, query={"filter": text})) == (400, "INVALID_ARGUMENT")


def test_a_filtered_list_does_not_say_how_many_there_are(three: Kms) -> None:
    assert "totalSize" not in three.get(KEYS, filter="purpose=MAC")


@pytest.mark.parametrize(
    ("order", "expected"), [("", ["1", "2", "3"]), ("name", ["1", "2", "3"]), ("name desc", ["3", "2", "1"])]
)
def test_an_order(kms: Kms, order: str, expected: list[str]) -> None:
    kms.make_key("MAC", "HMAC_SHA256")
    kms.post(VERSIONS, {})
    kms.post(VERSIONS, {"state": "DISABLED"})

    assert names(kms.get(VERSIONS, orderBy=order), "cryptoKeyVersions") == expected


def test_pages_follow_one_another_from_the_end(three: Kms) -> None:
    query = {"orderBy": "name desc", "pageSize": "2", "filter": "name:a"}
    first = three.get(KEYS, **query)
    second = three.get(KEYS, **query, pageToken=str(first["nextPageToken"]))

    assert [names(page, "cryptoKeys") for page in (first, second)] == [["gamma", "beta"], ["alpha"]]


@pytest.mark.parametrize("order", ["state", "name asc", "name desc desc", "NAME"])
def test_an_order_that_is_none(kms: Kms, order: str) -> None:
    assert refusal(kms.send("GET", KEYS, query={"orderBy": order})) == (400, "INVALID_ARGUMENT")


def test_rings_are_filtered_too(kms: Kms) -> None:
    kms.post(f"{LOCATION}/keyRings", {}, keyRingId="other")

    assert names(kms.get(f"{LOCATION}/keyRings", filter="name:oth"), "keyRings") == ["other"]
