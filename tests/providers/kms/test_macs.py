"""Authentication codes: those that hold, and those that do not."""

from __future__ import annotations

import pytest

from tests.providers.kms.stage import VERSION, Kms, crc, data, text

DATA = b"what is authenticated"
SIZES = {"HMAC_SHA1": 20, "HMAC_SHA224": 28, "HMAC_SHA256": 32, "HMAC_SHA384": 48, "HMAC_SHA512": 64}


@pytest.mark.parametrize(("algorithm", "size"), SIZES.items())
def test_a_mac_holds(kms: Kms, algorithm: str, size: int) -> None:
    kms.make_key("MAC", algorithm)
    made = kms.post(f"{VERSION}:macSign", {"data": text(DATA)})

    answer = kms.post(f"{VERSION}:macVerify", {"data": text(DATA), "mac": made["mac"]})

    assert len(data(made["mac"])) == size
    assert made["macCrc32c"] == crc(data(made["mac"]))
    assert answer == {
        "name": VERSION,
        "success": True,
        "verifiedSuccessIntegrity": True,
        "protectionLevel": "SOFTWARE",
    }


@pytest.mark.parametrize("mac", [b"", b"0" * 31, b"0" * 32])
def test_a_mac_that_does_not_hold_is_an_answer_without_success(kms: Kms, mac: bytes) -> None:
    kms.make_key("MAC", "HMAC_SHA256")

    answer = kms.post(f"{VERSION}:macVerify", {"data": text(DATA), "mac": text(mac)})

    assert answer == {"name": VERSION, "protectionLevel": "SOFTWARE"}


def test_a_mac_of_other_data_does_not_hold(kms: Kms) -> None:
    kms.make_key("MAC", "HMAC_SHA256")
    made = kms.post(f"{VERSION}:macSign", {"data": text(DATA)})

    answer = kms.post(f"{VERSION}:macVerify", {"data": text(DATA + b"!"), "mac": made["mac"]})

    assert "success" not in answer


@pytest.mark.parametrize("verb", ["macSign", "macVerify"])
def test_more_than_64_kib_is_refused(kms: Kms, verb: str) -> None:
    kms.make_key("MAC", "HMAC_SHA256")

    assert kms.refused(f"{VERSION}:{verb}", {"data": text(b"0" * 65537)}) == (400, "INVALID_ARGUMENT")
