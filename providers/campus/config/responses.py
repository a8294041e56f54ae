"""The errors that an operation can answer, for its declaration."""

from __future__ import annotations

from config.answers import ErrorBody


def errors(*statuses: int) -> dict[int, type[ErrorBody]]:
    """Each of them with the one envelope. Name those that can happen, and no others."""
    return dict.fromkeys(statuses, ErrorBody)


LOCKING = 429
"""What an operation answers whose row somebody else is changing, and keeps for longer than is waited."""

WITH_BODY = (400, 413, 415)
"""What any operation that reads a body can answer to one: malformed, too large, of another type."""
