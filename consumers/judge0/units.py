"""The one place where Judge0's units and encodings become ours.

Judge0 speaks of seconds in strings, of sizes in kilobytes, and of texts in base64 with line breaks.
"""

from __future__ import annotations

import base64
import binascii
from decimal import Decimal

_KILOBYTE = 1024


def seconds(text: str | None) -> Decimal | None:
    """``"0.001"`` as seconds; exact, since verdicts are compared with limits."""
    return None if text is None else Decimal(text)


def to_bytes(kilobytes: int | None) -> int | None:
    """A size of an answer, in bytes."""
    return None if kilobytes is None else kilobytes * _KILOBYTE


def to_kilobytes(size: int | None) -> int | None:
    """A size in bytes as a request has it, rounded down: a limit is never looser than asked for."""
    return None if size is None else size // _KILOBYTE


def encode(text: str | None) -> str | None:
    """A text as a request has it with base64_encoded=true."""
    return None if text is None else base64.b64encode(text.encode()).decode("ascii")


def decode(text: str | None) -> bytes | None:
    """What base64 with line breaks stands for.

    Raises:
        ValueError: it is not base64.
    """
    if text is None:
        return None
    try:
        return base64.b64decode(text.replace("\n", ""), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
