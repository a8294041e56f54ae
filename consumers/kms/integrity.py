"""Whether an answer is whole, and about what was asked."""

from __future__ import annotations

from typing import Any

import google_crc32c

from consumers.kms.errors import Corrupted


def crc32c(data: bytes) -> int:
    """CRC32C (Castagnoli) of raw bytes."""
    return int(google_crc32c.value(data))


def require_name(came: str, asked: str) -> None:
    """The answer is about the resource that was asked for.

    Raises:
        Corrupted: it is not.
    """
    if came != asked:
        raise Corrupted("the answer is about another key than was asked for")


def require_version_of(came: str, key: str) -> None:
    """The answer is about a version of the key that was asked for.

    Raises:
        Corrupted: it is not.
    """
    if came.rpartition("/cryptoKeyVersions/")[0] != key:
        raise Corrupted("the answer is about another key than was asked for")


def require_below(came: str, parent: str) -> None:
    """The answer is about something that stands in ``parent``.

    Raises:
        Corrupted: it is not.
    """
    if not came.startswith(f"{parent}/"):
        raise Corrupted("the answer is about something that stands elsewhere")


def enum_name(answer: Any, field: str) -> str:
    """The name of an enum's member, read past the library, which lets an unknown one pass as a number.

    Raises:
        Corrupted: there is none, or one that this version of the library does not know.
    """
    plain = type(answer).pb(answer)
    number = getattr(plain, field)
    member = plain.DESCRIPTOR.fields_by_name[field].enum_type.values_by_number.get(number)
    if member is None or not number:
        raise Corrupted(f"the answer has no {field} that is known")
    return str(member.name)


def require_verified(*flags: bool) -> None:
    """The service compared every checksum that was sent.

    Raises:
        Corrupted: it did not, so that what it worked on may have been damaged on its way.
    """
    if not all(flags):
        raise Corrupted("the service did not verify the checksum of the request")


def require_checksum(data: bytes, checksum: int | None) -> None:
    """What came is what was sent.

    Raises:
        Corrupted: it is not.
    """
    if checksum is None or crc32c(data) != checksum:
        raise Corrupted("the answer does not match its checksum")
