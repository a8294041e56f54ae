"""Google's own client, over a socket."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import google_crc32c
import pytest
from google.api_core.exceptions import (
    BadRequest,
    Conflict,
    Forbidden,
    NotFound,
    TooManyRequests,
)
from google.cloud.kms_v1 import (
    CryptoKey,
    CryptoKeyVersion,
    KeyManagementServiceClient,
)

from tests.providers.kms.stage import P256, digest, verify, verify_each
from troth.provider import Provider

LOCATION = "projects/p/locations/global"
PAYLOAD = b"what is signed"
DIGEST = digest("sha256", PAYLOAD)
Algorithm = CryptoKeyVersion.CryptoKeyVersionAlgorithm


@pytest.fixture
def ring(google: KeyManagementServiceClient) -> str:
    return google.create_key_ring(request={"parent": LOCATION, "key_ring_id": "ring"}).name


def make_key(client: KeyManagementServiceClient, ring: str, purpose: str, algorithm: str) -> CryptoKey:
    template = {"algorithm": algorithm}
    key = {"purpose": purpose, "version_template": template, "labels": {"a": "1"}}
    return client.create_crypto_key(request={"parent": ring, "crypto_key_id": "key", "crypto_key": key})


@pytest.fixture
def version(google: KeyManagementServiceClient, ring: str) -> str:
    key = make_key(google, ring, "ASYMMETRIC_SIGN", P256)
    return f"{key.name}/cryptoKeyVersions/1"


def test_it_signs_and_the_signature_verifies(google: KeyManagementServiceClient, version: str) -> None:
    pem = google.get_public_key(name=version).pem

    answer = google.asymmetric_sign(
        request={"name": version, "digest": {"sha256": DIGEST}, "digest_crc32c": google_crc32c.value(DIGEST)}
    )

    assert answer.verified_digest_crc32c
    assert answer.name == version
    assert answer.signature_crc32c == google_crc32c.value(answer.signature)
    verify(P256, pem, answer.signature, PAYLOAD)


def test_it_reads_the_key_back(google: KeyManagementServiceClient, ring: str) -> None:
    made = make_key(google, ring, "ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION")

    assert google.get_crypto_key(name=made.name) == made
    assert made.purpose is CryptoKey.CryptoKeyPurpose.ENCRYPT_DECRYPT
    assert made.primary.state is CryptoKeyVersion.CryptoKeyVersionState.ENABLED
    assert made.primary.algorithm is Algorithm.GOOGLE_SYMMETRIC_ENCRYPTION
    assert made.destroy_scheduled_duration.days == 30


def test_it_encrypts_and_decrypts(google: KeyManagementServiceClient, ring: str) -> None:
    name = make_key(google, ring, "ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION").name

    sealed = google.encrypt(request={"name": name, "plaintext": b"secret"})
    answer = google.decrypt(request={"name": name, "ciphertext": sealed.ciphertext})

    assert (answer.plaintext, answer.used_primary) == (b"secret", True)


def test_it_makes_a_mac_that_holds(google: KeyManagementServiceClient, ring: str) -> None:
    name = f"{make_key(google, ring, 'MAC', 'HMAC_SHA256').name}/cryptoKeyVersions/1"

    made = google.mac_sign(request={"name": name, "data": PAYLOAD})

    right = google.mac_verify(request={"name": name, "data": PAYLOAD, "mac": made.mac})
    wrong = google.mac_verify(request={"name": name, "data": b"other", "mac": made.mac})
    assert (right.success, wrong.success) == (True, False)


def test_it_walks_through_pages(google: KeyManagementServiceClient, version: str) -> None:
    key = version.rsplit("/", 2)[0]
    google.create_crypto_key_version(request={"parent": key})
    google.create_crypto_key_version(request={"parent": key})

    found = list(google.list_crypto_key_versions(request={"parent": key, "page_size": 1}))

    assert [each.name.rpartition("/")[2] for each in found] == ["1", "2", "3"]


def test_it_patches_by_a_mask(google: KeyManagementServiceClient, version: str) -> None:
    key = version.rsplit("/", 2)[0]

    changed = google.update_crypto_key(
        request={"crypto_key": {"name": key, "labels": {"b": "2"}}, "update_mask": {"paths": ["labels"]}}
    )

    assert dict(changed.labels) == {"b": "2"}


def test_it_takes_a_version_through_its_states(google: KeyManagementServiceClient, version: str) -> None:
    enabled = {"name": version, "state": "ENABLED"}

    states = [
        google.destroy_crypto_key_version(name=version).state,
        google.restore_crypto_key_version(name=version).state,
        google.update_crypto_key_version(
            request={"crypto_key_version": enabled, "update_mask": {"paths": ["state"]}}
        ).state,
    ]

    assert [state.name for state in states] == ["DESTROY_SCHEDULED", "DISABLED", "ENABLED"]


def test_it_changes_the_primary(google: KeyManagementServiceClient, ring: str) -> None:
    name = make_key(google, ring, "ENCRYPT_DECRYPT", "GOOGLE_SYMMETRIC_ENCRYPTION").name
    second = google.create_crypto_key_version(request={"parent": name})

    changed = google.update_crypto_key_primary_version(name=name, crypto_key_version_id="2")

    assert changed.primary.name == second.name


def test_it_understands_refusals(google: KeyManagementServiceClient, ring: str) -> None:
    with pytest.raises(NotFound, match="not found"):
        google.get_crypto_key(name=f"{ring}/cryptoKeys/nobody")
    with pytest.raises(Conflict):
        google.create_key_ring(request={"parent": LOCATION, "key_ring_id": "ring"})


def test_it_understands_a_wrong_checksum(google: KeyManagementServiceClient, version: str) -> None:
    with pytest.raises(BadRequest, match="digest_crc32c"):
        google.asymmetric_sign(request={"name": version, "digest": {"sha256": DIGEST}, "digest_crc32c": 1})


@pytest.mark.parametrize(
    ("state", "error", "reason"),
    [
        ("a signing key without permission", Forbidden, "IAM_PERMISSION_DENIED"),
        ("requests are throttled", TooManyRequests, "RATE_LIMIT_EXCEEDED"),
        ("a disabled signing key", BadRequest, None),
    ],
)
def test_it_tells_the_reason(
    google: KeyManagementServiceClient,
    provider: Provider,
    state: str,
    error: type[Forbidden | TooManyRequests | BadRequest],
    reason: str | None,
) -> None:
    name = str(provider.states[state]({})["version"])

    with pytest.raises(error) as caught:
        google.asymmetric_sign(request={"name": name, "digest": {"sha256": DIGEST}}, retry=None)

    assert caught.value.reason == reason


def test_many_sign_at_once(google: KeyManagementServiceClient, version: str) -> None:
    pem = google.get_public_key(name=version).pem
    payloads = [f"payload {number}".encode() for number in range(40)]

    def signed(payload: bytes) -> bytes:
        request = {"name": version, "digest": {"sha256": digest("sha256", payload)}}
        return google.asymmetric_sign(request=request).signature

    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(signed, payloads))

    verify_each(P256, pem, signatures, payloads)
