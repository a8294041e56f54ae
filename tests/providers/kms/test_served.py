"""``troth serve kms``, as people use it: Google's own client, with no credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from google.api_core.client_options import ClientOptions
from google.auth.credentials import AnonymousCredentials
from google.cloud.kms_v1 import KeyManagementServiceClient

from contracts.kms import kms as api
from tests.providers.kms.stage import digest, verify
from troth.loopback import direct_loopback
from troth.serve.run import ServeOptions, serve_provider
from troth.workspace import Workspace

ROOT = Path(__file__).parents[3]
RSA = "RSA_SIGN_PKCS1_4096_SHA256"
VERSION = "projects/p/locations/global/keyRings/ring/cryptoKeys/key/cryptoKeyVersions/1"
Serve = Callable[[Path | None], KeyManagementServiceClient]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve the fake, in place of the one before it, and give a client of it."""
    with ExitStack() as whole:
        whole.enter_context(direct_loopback())
        current = whole.enter_context(ExitStack())

        def serve(data: Path | None) -> KeyManagementServiceClient:
            current.close()
            serving = current.enter_context(
                serve_provider(Workspace.find(ROOT), api, ServeOptions(data=data))
            )
            client = KeyManagementServiceClient(
                transport="rest",
                credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
                client_options=ClientOptions(api_endpoint=serving.url),
            )
            current.callback(client.transport.close)
            return client

        yield serve


def make_key(client: KeyManagementServiceClient) -> None:
    ring = client.create_key_ring(request={"parent": "projects/p/locations/global", "key_ring_id": "ring"})
    key = {"purpose": "ASYMMETRIC_SIGN", "version_template": {"algorithm": RSA}}
    client.create_crypto_key(request={"parent": ring.name, "crypto_key_id": "key", "crypto_key": key})


def signed(client: KeyManagementServiceClient, payload: bytes) -> bytes:
    hashed = {"sha256": digest("sha256", payload)}
    return client.asymmetric_sign(request={"name": VERSION, "digest": hashed}).signature


def test_a_ring_a_key_a_signature_and_its_verification(serve: Serve) -> None:
    client = serve(None)
    make_key(client)

    signature = signed(client, b"payload")

    verify(RSA, client.get_public_key(name=VERSION).pem, signature, b"payload")


def test_a_key_that_is_kept_signs_after_a_restart(serve: Serve, tmp_path: Path) -> None:
    first = serve(tmp_path)
    make_key(first)
    pem = first.get_public_key(name=VERSION).pem

    signature = signed(serve(tmp_path), b"payload")

    verify(RSA, pem, signature, b"payload")
