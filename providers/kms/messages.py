"""What requests say: the messages of the API, read by the rules of proto3 JSON.

Names may be camelCase or snake_case, null is no value, bytes are base64 of either alphabet, a 64-bit
integer is text or a number, an enum is its name or its number. Unknown names are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Annotated, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from providers.kms.refusal import invalid
from providers.kms.vocabulary import Algorithm, ProtectionLevel, Purpose, State
from troth.jsontext import NotJson
from troth.jsontext import read as read_json

_TO_STANDARD = str.maketrans("-_", "+/")
_INT64 = re.compile(r"-?[0-9]{1,19}")
_DURATION = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?s")
_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_LONGEST = 315_576_000_000
"""Seconds in ten thousand years, the longest duration of protobuf."""
_WORD = re.compile(r"_([a-z0-9])")


class Malformed(ValueError):
    """Not the text of a value. The message says what it should be, never what it is."""


def camel(name: str) -> str:
    """``digest_crc32c`` is ``digestCrc32c``, where Pydantic's own would say ``digestCrc32C``."""
    return _WORD.sub(lambda found: found[1].upper(), name)


def _bytes(value: object) -> bytes:
    if not isinstance(value, str):
        raise Malformed("bytes are base64")
    text = value.translate(_TO_STANDARD).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise Malformed("bytes are base64") from error


def _int64(value: object) -> int:
    if isinstance(value, str) and _INT64.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**63) <= value < 2**63:
        raise Malformed("a 64-bit integer is a number or its text")
    return value


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Malformed("a duration is text such as 86400s")
    if int(found[1]) > _LONGEST:
        raise Malformed("a duration is ten thousand years at most")
    return timedelta(seconds=int(found[1]), microseconds=int((found[2] or "").ljust(9, "0")[:6]))


def _time(value: object) -> datetime:
    """RFC 3339, to the microsecond."""
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise Malformed("a time is text such as 2026-01-31T12:00:00Z")
    try:
        read = datetime.fromisoformat(found[1] + (found[2] or "")[:7] + found[3])
        return read.astimezone(UTC)
    except (OverflowError, ValueError) as error:
        raise Malformed("a time is one of the calendar") from error


_E = TypeVar("_E", bound=IntEnum)


def _member(kind: type[_E]) -> Callable[[object], _E | None]:
    """Zero and its name stand for no value."""

    def read(value: object) -> _E | None:
        if isinstance(value, str) and not value.endswith("_UNSPECIFIED"):
            if value not in kind.__members__:
                raise Malformed(f"no {kind.__name__} that this fake knows")
            return kind[value]
        if isinstance(value, int) and not isinstance(value, bool):
            return kind(value) if value else None
        if isinstance(value, str):
            return None
        raise Malformed("an enum is its name or its number")

    return read


Bytes = Annotated[bytes, BeforeValidator(_bytes)]
Checksum = Annotated[int, BeforeValidator(_int64)]
Time = Annotated[datetime, BeforeValidator(_time)]
AnAlgorithm = Annotated[Algorithm | None, BeforeValidator(_member(Algorithm))]
Level = Annotated[ProtectionLevel | None, BeforeValidator(_member(ProtectionLevel))]
Opaque = dict[str, object]
"""A message of which this fake knows the name alone."""


class Message(BaseModel):
    """A message. ``model_fields_set`` says what was sent."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, alias_generator=camel, populate_by_name=True
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_nulls(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}


class NoFields(Message):
    pass


class Digest(Message):
    sha256: Bytes | None = None
    sha384: Bytes | None = None
    sha512: Bytes | None = None
    external_mu: Bytes | None = None

    def given(self) -> dict[str, bytes]:
        """By kind; the API allows one."""
        kinds = {"sha256": self.sha256, "sha384": self.sha384, "sha512": self.sha512}
        kinds["externalMu"] = self.external_mu
        return {kind: value for kind, value in kinds.items() if value is not None}


class AsymmetricSign(Message):
    digest: Digest | None = None
    digest_crc32c: Checksum | None = None
    data: Bytes = b""
    data_crc32c: Checksum | None = None


class AsymmetricDecrypt(Message):
    ciphertext: Bytes = b""
    ciphertext_crc32c: Checksum | None = None


class Encrypt(Message):
    plaintext: Bytes = b""
    plaintext_crc32c: Checksum | None = None
    additional_authenticated_data: Bytes = b""
    additional_authenticated_data_crc32c: Checksum | None = None


class Decrypt(Message):
    ciphertext: Bytes = b""
    ciphertext_crc32c: Checksum | None = None
    additional_authenticated_data: Bytes = b""
    additional_authenticated_data_crc32c: Checksum | None = None


class MacSign(Message):
    data: Bytes = b""
    data_crc32c: Checksum | None = None


class MacVerify(Message):
    data: Bytes = b""
    data_crc32c: Checksum | None = None
    mac: Bytes = b""
    mac_crc32c: Checksum | None = None


class UpdatePrimary(Message):
    crypto_key_version_id: str = ""


class NewRing(Message):
    """Everything in a key ring is for reading only."""

    name: str = ""
    create_time: Time | None = None


class VersionTemplate(Message):
    algorithm: AnAlgorithm = None
    protection_level: Level = None


class CryptoKeyVersion(Message):
    """What is for reading only may be sent, and is not looked at beyond its kind."""

    name: str = ""
    state: Annotated[State | None, BeforeValidator(_member(State))] = None
    protection_level: Level = None
    algorithm: AnAlgorithm = None
    attestation: Opaque = Field(default_factory=dict)
    create_time: Time | None = None
    generate_time: Time | None = None
    destroy_time: Time | None = None
    destroy_event_time: Time | None = None
    import_job: str = ""
    import_time: Time | None = None
    import_failure_reason: str = ""
    generation_failure_reason: str = ""
    external_destruction_failure_reason: str = ""
    external_protection_level_options: Opaque = Field(default_factory=dict)
    reimport_eligible: bool = False
    trusted_wrapping_enabled: bool = False
    hsm_trusted: bool = False


class CryptoKey(Message):
    """What is for reading only may be sent, and is not looked at beyond its kind."""

    name: str = ""
    create_time: Time | None = None
    primary: CryptoKeyVersion | None = None
    purpose: Annotated[Purpose | None, BeforeValidator(_member(Purpose))] = None
    version_template: VersionTemplate = VersionTemplate()
    labels: dict[str, str] = Field(default_factory=dict)
    rotation_period: Annotated[timedelta | None, BeforeValidator(_duration)] = None
    next_rotation_time: Time | None = None
    destroy_scheduled_duration: Annotated[timedelta | None, BeforeValidator(_duration)] = None
    import_only: bool = False
    crypto_key_backend: str = ""
    key_access_justifications_policy: Opaque = Field(default_factory=dict)


_M = TypeVar("_M", bound=Message)


def read_message(kind: type[_M], body: bytes) -> _M:
    """
    Raises:
        Refused: it is not that message. What was sent is not repeated, since it may be a plaintext.
    """
    try:
        return kind.model_validate(read_json(body) if body else {})
    except NotJson as error:
        raise invalid("Invalid JSON payload received: the body is not one JSON document.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the body"
        raise invalid(f"Invalid JSON payload received at {where}: {first['msg']}.") from error
