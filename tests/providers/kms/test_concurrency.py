"""Many clients at once: nothing is made twice, nothing is lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from tests.providers.kms.stage import KEY, LOCATION, P256, RING, SIGN, VERSION, Kms, digest, text

_T = TypeVar("_T")
CLIENTS = 16


def at_once(work: Callable[[int], _T]) -> list[_T]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(work, range(CLIENTS)))


def test_one_of_many_makes_the_ring(kms: Kms) -> None:
    statuses = at_once(
        lambda _: kms.send("POST", f"{LOCATION}/keyRings", {}, {"keyRingId": "new"}).status_code
    )

    assert Counter(statuses) == {200: 1, 409: CLIENTS - 1}


def test_one_of_many_makes_the_key(kms: Kms) -> None:
    body = {"purpose": SIGN, "versionTemplate": {"algorithm": P256}}
    statuses = at_once(
        lambda _: kms.send("POST", f"{RING}/cryptoKeys", body, {"cryptoKeyId": "key"}).status_code
    )

    assert Counter(statuses) == {200: 1, 409: CLIENTS - 1}
    assert kms.get(f"{KEY}/cryptoKeyVersions")["totalSize"] == 1


def test_every_version_gets_a_number_of_its_own(kms: Kms) -> None:
    kms.make_key("MAC", "HMAC_SHA256")

    names = at_once(lambda _: str(kms.post(f"{KEY}/cryptoKeyVersions", {})["name"]))

    assert sorted(int(name.rpartition("/")[2]) for name in names) == list(range(2, CLIENTS + 2))


def test_every_rsa_key_is_another_one(kms: Kms) -> None:
    kms.make_key(SIGN, "RSA_SIGN_PSS_2048_SHA256")

    names = at_once(lambda _: str(kms.post(f"{KEY}/cryptoKeyVersions", {})["name"]))

    assert len({kms.pem(name) for name in [VERSION, *names]}) == CLIENTS + 1


def test_one_of_many_schedules_the_destruction(kms: Kms) -> None:
    kms.make_key(SIGN, P256)

    statuses = at_once(lambda _: kms.send("POST", f"{VERSION}:destroy", {}).status_code)

    assert Counter(statuses) == {200: 1, 400: CLIENTS - 1}


def test_who_signs_while_a_version_is_disabled_gets_a_signature_or_a_refusal(kms: Kms) -> None:
    kms.make_key(SIGN, P256)
    body = {"digest": {"sha256": text(digest("sha256", b"payload"))}}

    sign = partial(kms.send, "POST", f"{VERSION}:asymmetricSign", body)
    disable = partial(kms.send, "PATCH", VERSION, {"state": "DISABLED"}, {"updateMask": "state"})
    calls = [*[sign] * (CLIENTS // 2), disable, *[sign] * (CLIENTS - CLIENTS // 2 - 1)]

    statuses = at_once(lambda number: calls[number]().status_code)

    assert set(statuses) <= {200, 400}
    assert kms.get(VERSION)["state"] == "DISABLED"
