"""Files that were handed in by others, read whole, or refused before they can do harm."""

from __future__ import annotations

from pathlib import Path

from troth.errors import BrokenFile


def read_whole(path: Path, *, kind: str, at_most: int) -> bytes:
    """The bytes of a file; ``kind`` is what it should be, for the message.

    Raises:
        BrokenFile: it is not there, cannot be read, is no regular file, or has more than ``at_most`` bytes.
    """
    try:
        if path.exists() and not path.is_file():
            # A pipe would be waited for, and a device may never end.
            raise BrokenFile(path, "it is no regular file")
        size = path.stat().st_size
        if size > at_most:
            raise BrokenFile(path, f"it has {size} bytes; {kind} may have {at_most}")
        return path.read_bytes()
    except OSError as error:
        raise BrokenFile(path, f"it cannot be read: {error.strerror or error}") from error
