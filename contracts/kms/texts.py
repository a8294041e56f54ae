"""The texts of Cloud KMS: bytes, checksums, 64-bit integers and resource names.

Bytes are standard base64. A 64-bit integer is text, and a checksum is an unsigned 32-bit one: CRC32C
(Castagnoli) over the raw bytes, never over their base64.
"""

from __future__ import annotations

import base64
from typing import Annotated

import google_crc32c
from pydantic import ConfigDict, Field, StringConstraints

from troth.fields import SAFE, Base64Text, Checksum, Parts, Payload, Safe, Stand
from troth.jsontext import Json


def crc32c(data: bytes) -> int:
    """The checksum that every payload of Cloud KMS has: 3808858755 for ``123456789``."""
    return int(google_crc32c.value(data))


def crc_of_bytes(value: Json) -> str | None:
    """The checksum over bytes in base64."""
    try:
        return str(crc32c(base64.b64decode(value, validate=True))) if isinstance(value, str) else None
    except ValueError:
        return None


def crc_of_text(value: Json) -> str | None:
    """The checksum over a text's UTF-8."""
    return str(crc32c(value.encode())) if isinstance(value, str) else None


def crc_of_digest(value: Json) -> str | None:
    """The checksum over the bytes of the one digest."""
    return crc_of_bytes(next(iter(value.values()))) if isinstance(value, dict) and len(value) == 1 else None


def _camel(name: str) -> str:
    """``pem_crc32c`` as ``pemCrc32c``; Pydantic's own has ``pemCrc32C``."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


class Message(Payload, source="proto3 JSON mapping"):
    """A message in JSON: names in camel case, and a field that has its default value left out."""

    model_config = ConfigDict(alias_generator=_camel)


CLOSED = ConfigDict(json_schema_extra={"additionalProperties": False})
"""Of what a caller sends: a name that the service does not know is refused with 400. An answer stays open."""


class Sent(Message, source="proto3 JSON mapping; an unknown name is refused: recorded by others"):
    """A message that a caller sends."""

    model_config = CLOSED


# --- bytes, checksums, integers -------------------------------------------------------------------

_UP_TO_32_BITS = (
    r"^(0|[1-9]\d{0,8}|[1-3]\d{9}|4[01]\d{8}|42[0-8]\d{7}|429[0-3]\d{6}|4294[0-8]\d{5}"
    r"|42949[0-5]\d{4}|429496[0-6]\d{3}|4294967[01]\d{2}|42949672[0-8]\d|429496729[0-5])$"
)
CrcText = Annotated[str, StringConstraints(pattern=_UP_TO_32_BITS), Stand("{n}")]

SomeBytes = Annotated[
    str,
    StringConstraints(
        pattern=r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)$"
    ),
    Stand("cmVkYWN0ZWQt{n:04d}"),
]
"""Bytes, at least one."""

Bytes = Base64Text

SomeSafeBytes = Safe[SomeBytes]

DataCrc = Annotated[CrcText, Checksum("data", crc_of_bytes)]
DigestCrc = Annotated[CrcText, Checksum("digest", crc_of_digest), SAFE]
PlaintextCrc = Annotated[CrcText, Checksum("plaintext", crc_of_bytes)]
AdditionalDataCrc = Annotated[CrcText, Checksum("additional_authenticated_data", crc_of_bytes)]
CiphertextCrc = Annotated[CrcText, Checksum("ciphertext", crc_of_bytes), SAFE]
SignatureCrc = Annotated[CrcText, Checksum("signature", crc_of_bytes), SAFE]
MacCrc = Annotated[CrcText, Checksum("mac", crc_of_bytes)]
PemCrc = Annotated[CrcText, Checksum("pem", crc_of_text), SAFE]
KeyCrc = Annotated[CrcText, Checksum("data", crc_of_bytes), SAFE]

Duration = Annotated[str, StringConstraints(pattern=r"^\d{1,12}(\.\d{1,9})?s$"), SAFE]
"""Seconds, such as ``2592000s``."""

SentTime = Annotated[
    str,
    StringConstraints(
        pattern=(
            r"^[12][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
            r"|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
            r"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?"
            r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])$"
        )
    ),
    Stand("2001-01-01T00:00:00.{n:03d}Z"),
]
"""A time that a caller sends: one of the calendar. Left out: 29 February, and years that nobody sends."""

Count = Annotated[int, SAFE]

PageSize = Annotated[int, Field(ge=0, le=2**31 - 1), SAFE]

# --- names ----------------------------------------------------------------------------------------

Project = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.:-]*$"), Stand("redacted-{n}")]
"""An id, which may begin with a domain and a colon, or a number. In which project a recording was made is
nobody's business."""

Location = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+$"), SAFE]

Id = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9_-]{1,63}$"), Stand("redacted-{n}")]
"""Of a key ring or a key."""

VersionId = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*$"), SAFE]
"""Counted from 1 within a key."""

_RING = r"projects/([^/\s]+)/locations/[a-z0-9-]+/keyRings/([a-zA-Z0-9_-]{1,63})"
_KEY = _RING + r"/cryptoKeys/([a-zA-Z0-9_-]{1,63})"
_VERSION = _KEY + r"/cryptoKeyVersions/[1-9]\d*"
_RESOURCE = (
    r"projects/([^/\s]+)(?:/locations/[a-z0-9-]+(?:/keyRings/([a-zA-Z0-9_-]{1,63})"
    r"(?:/cryptoKeys/([a-zA-Z0-9_-]{1,63})(?:/cryptoKeyVersions/[1-9]\d*)?)?)?)?"
)
_RING_STAND = "projects/redacted-{n}/locations/global/keyRings/redacted-{n}"
_KEY_STAND = _RING_STAND + "/cryptoKeys/redacted-{n}"

ResourceName = Annotated[str, Parts(_RESOURCE)]
"""Any text; where it names something of a project, its parts are hidden one by one."""

RingName = Annotated[str, StringConstraints(pattern=f"^{_RING}$"), Parts(_RING), Stand(_RING_STAND)]
KeyName = Annotated[str, StringConstraints(pattern=f"^{_KEY}$"), Parts(_KEY), Stand(_KEY_STAND)]
VersionName = Annotated[
    str,
    StringConstraints(pattern=f"^{_VERSION}$"),
    Parts(_VERSION),
    Stand(_KEY_STAND + "/cryptoKeyVersions/1"),
]
