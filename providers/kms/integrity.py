"""CRC32C (Castagnoli) over raw bytes: an unsigned 32-bit number."""

from __future__ import annotations

import google_crc32c

from providers.kms.refusal import invalid


def checksum(data: bytes) -> int:
    return int(google_crc32c.value(data))


def verified(field: str, data: bytes, sent: int | None) -> bool:
    """Whether a checksum was sent, and holds.

    Raises:
        Refused: it was sent and does not hold.
    """
    if sent is None:
        return False
    if sent != checksum(data):
        raise invalid(f"The checksum in {field}_crc32c does not match the bytes of {field}.")
    return True
