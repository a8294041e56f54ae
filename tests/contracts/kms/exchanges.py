"""Exchanges with Cloud KMS, as the service has them."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from contracts.kms.operations import kms
from contracts.kms.texts import crc32c
from troth.exchange import Exchange, Headers, Request, Response
from troth.jsontext import Json

RING = "projects/campus/locations/global/keyRings/grades"
KEY = f"{RING}/cryptoKeys/seal"
VERSION = f"{KEY}/cryptoKeyVersions/1"
NUMBERS = "?%24alt=json%3Benum-encoding%3Dint"

DIGEST, SIGNATURE, TEXT = bytes(32), b"\x30\x06\x02\x01\x01\x02\x01\x01", b"a plain text"
PEM = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n"
)
NOW = "2031-05-01T12:00:00.123456789Z"

SIGNED: dict[str, Json] = {
    "signature": base64.b64encode(SIGNATURE).decode(),
    "signatureCrc32c": str(crc32c(SIGNATURE)),
    "verifiedDigestCrc32c": True,
    "name": VERSION,
    "protectionLevel": 1,
}
PUBLIC_KEY: dict[str, Json] = {
    "pem": PEM,
    "pemCrc32c": str(crc32c(PEM.encode())),
    "algorithm": 40,
    "name": VERSION,
    "protectionLevel": 1,
}
STATE: dict[str, Json] = {
    "name": VERSION,
    "state": 1,
    "protectionLevel": 1,
    "algorithm": 12,
    "createTime": NOW,
    "generateTime": NOW,
}
MAC_VERIFIED: dict[str, Json] = {
    "name": VERSION,
    "success": True,
    "verifiedDataCrc32c": True,
    "verifiedMacCrc32c": True,
    "verifiedSuccessIntegrity": True,
    "protectionLevel": 1,
}
REFUSED: dict[str, Json] = {"error": {"code": 404, "message": "not found.", "status": "NOT_FOUND"}}


def text(data: bytes) -> str:
    """Bytes as JSON has them."""
    return base64.b64encode(data).decode()


def signing(**changes: Json) -> dict[str, Json]:
    """A request to sign a digest, with its checksum."""
    return {"digest": {"sha256": text(DIGEST)}, "digestCrc32c": str(crc32c(DIGEST)), **changes}


def mac_verifying() -> dict[str, Json]:
    """A request to verify a MAC, with its checksums."""
    checksum = str(crc32c(TEXT))
    return {"data": text(TEXT), "dataCrc32c": checksum, "mac": text(TEXT), "macCrc32c": checksum}


def call(
    method: str, path: str, asked: Mapping[str, Json] | None, answer: Json, status: int = 200
) -> Exchange:
    """One exchange; ``path`` is below ``/v1/`` and may have a query."""
    headers = Headers.of({"Content-Type": "application/json; charset=UTF-8"})
    body = b"" if asked is None else json.dumps(asked).encode()
    request = Request(method, f"{kms.server}/v1/{path}", headers, body)
    return Exchange(request, Response(status, headers, json.dumps(answer).encode()))


def signed(answer: Mapping[str, Json] | None = None, asked: Mapping[str, Json] | None = None) -> Exchange:
    """A digest was signed, answered in numbers; None in ``asked`` leaves a field out."""
    wanted = {name: value for name, value in {**signing(), **(asked or {})}.items() if value is not None}
    return call("POST", f"{VERSION}:asymmetricSign{NUMBERS}", wanted, {**SIGNED, **(answer or {})})


def places(exchange: Exchange) -> list[tuple[str, str, str]]:
    """Side, path and rule of each mismatch."""
    return [(each.side, each.path, each.rule) for each in kms.judge(exchange)]
