"""What answers say, and how it is written: proto3 JSON.

Bytes are base64, 64-bit integers text, times RFC 3339 in UTC, enums names or numbers as the request
asked. A field that has its default is left out.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TypeAlias, Union

from providers.kms.integrity import checksum
from providers.kms.refusal import HTTP_STATUS, Refused
from providers.kms.resources import Key, Ring, Version
from troth.jsontext import Json


class Int64(int):
    """An integer that is sent as text. Zero is sent as well: the API has these in wrappers."""


class Labels(dict[str, str]):
    """A map: an empty text in it is not a default."""


Value: TypeAlias = Union[
    str, bytes, int, IntEnum, Labels, datetime, timedelta, "Document", "Sequence[Document]", None
]
Document: TypeAlias = Mapping[str, Value]


def checksum_of(data: bytes) -> Int64:
    return Int64(checksum(data))


def written(document: Document, *, enum_numbers: bool) -> dict[str, Json]:
    """The document as it is sent."""
    return {
        name: _json(value, enum_numbers=enum_numbers)
        for name, value in document.items()
        if not _is_default(value)
    }


def _is_default(value: Value) -> bool:
    return value is None or (not value and not isinstance(value, Int64 | timedelta))


def _json(value: Value, *, enum_numbers: bool) -> Json:
    match value:
        case IntEnum():
            return int(value) if enum_numbers else value.name
        case Int64():
            return str(int(value))
        case None | bool() | int() | str():
            return value
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case datetime():
            return value.replace(tzinfo=None).isoformat() + "Z"
        case timedelta():
            return f"{value / timedelta(seconds=1):.9f}".rstrip("0").rstrip(".") + "s"
        case Labels():
            return dict(value)
        case Mapping():
            return written(value, enum_numbers=enum_numbers)
        case _:
            return [written(each, enum_numbers=enum_numbers) for each in value]


def ring(it: Ring) -> Document:
    return {"name": it.name, "createTime": it.created}


def key(it: Key, primary: Version | None) -> Document:
    return {
        "name": it.name,
        "primary": None if primary is None else version(primary),
        "purpose": it.purpose,
        "createTime": it.created,
        "nextRotationTime": it.next_rotation,
        "rotationPeriod": it.rotation_period,
        "versionTemplate": {"protectionLevel": it.protection, "algorithm": it.algorithm},
        "labels": Labels(it.labels),
        "destroyScheduledDuration": it.destroy_after,
        "importOnly": it.import_only,
    }


def version(it: Version) -> Document:
    return {
        "name": it.name,
        "state": it.state,
        "createTime": it.created,
        "destroyTime": it.destroy_at,
        "destroyEventTime": it.destroyed,
        "protectionLevel": it.protection,
        "algorithm": it.algorithm,
        "generateTime": it.generated,
    }


def error(it: Refused) -> Document:
    """google.rpc.Status, as its JSON mapping wraps it."""
    status = HTTP_STATUS[it.code]
    details: list[Document] = []
    if it.reason is not None:
        info: Document = {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": it.reason.reason,
            "domain": it.reason.domain,
            "metadata": Labels(it.reason.metadata),
        }
        details.append(info)
    return {"error": {"code": status, "message": it.message, "status": str(it.code), "details": details}}
