"""Answers of Cloud KMS to put behind ``responses``, and a connection that gets them."""

from __future__ import annotations

import base64

import responses

from consumers.kms.connection import Connection, Patience, access_token
from consumers.kms.integrity import crc32c
from troth.jsontext import Json

URL = "https://kms.example/below"
KEY = "projects/campus/locations/global/keyRings/grades/cryptoKeys/seal"
VERSION = f"{KEY}/cryptoKeyVersions/1"
TOKEN = "s3cret-token"
BYTES = b"some bytes"
CRC = str(crc32c(BYTES))
TEXT = base64.b64encode(BYTES).decode()

ONCE = Patience(deadline=0)
QUICK = Patience(timeout=1, deadline=0.5, first_pause=0.001, longest_pause=0.002)

SIGNED: dict[str, Json] = {
    "name": VERSION,
    "signature": TEXT,
    "signatureCrc32c": CRC,
    "verifiedDigestCrc32c": True,
    "verifiedDataCrc32c": True,
    "protectionLevel": 1,
}
ENCRYPTED: dict[str, Json] = {
    "name": VERSION,
    "ciphertext": TEXT,
    "ciphertextCrc32c": CRC,
    "verifiedPlaintextCrc32c": True,
    "protectionLevel": 1,
}
DECRYPTED: dict[str, Json] = {"plaintext": TEXT, "plaintextCrc32c": CRC, "protectionLevel": 1}
MADE: dict[str, Json] = {
    "name": VERSION,
    "mac": TEXT,
    "macCrc32c": CRC,
    "verifiedDataCrc32c": True,
    "protectionLevel": 1,
}
VERIFIED: dict[str, Json] = {
    "name": VERSION,
    "success": True,
    "verifiedDataCrc32c": True,
    "verifiedMacCrc32c": True,
    "verifiedSuccessIntegrity": True,
    "protectionLevel": 1,
}

ENCRYPTING: dict[str, Json] = {"name": KEY, "purpose": 1}
ENABLED: dict[str, Json] = {"name": VERSION, "state": 1, "algorithm": 1}


def connection(patience: Patience = ONCE) -> Connection:
    """To the service that is mocked."""
    return Connection(access_token(TOKEN), url=URL, patience=patience)


def answer(mocked: responses.RequestsMock, verb: str, document: Json, status: int = 200) -> None:
    """Answer ``verb`` (``:encrypt``, ``/publicKey``) on the version, or on the key."""
    method = responses.GET if verb.startswith("/") else responses.POST
    below = KEY if verb in (":encrypt", ":decrypt") else VERSION
    mocked.add(method, f"{URL}/v1/{below}{verb}", json=document, status=status)


def failure(status: int, name: str) -> dict[str, Json]:
    """An error as the service says it."""
    return {"error": {"code": status, "message": "a message", "status": name}}
