"""What is enforced before the judge is asked, and how much of an answer is kept."""

from __future__ import annotations

from config.errors import Invalid

KIBIBYTE = 1024
CODE_BYTES = 64 * KIBIBYTE
STDIN_BYTES = 64 * KIBIBYTE
KEPT_BYTES = 64 * KIBIBYTE
"""Of what a program printed."""
TIME_MS = 10_000
MEMORY_MB = 500
LEAST_MEMORY_MB = 2
"""The judge takes no less."""
FREE_TIME_MS = 2_000
FREE_MEMORY_MB = 128
CUT_OFF = "\n[cut off]"
"""Stands where the rest of a text was."""

_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def checked_source(code: str | bytes | None) -> str:
    """A program as it was sent in, from a form or as a file, without space around it.

    Raises:
        Invalid: it is missing, empty, too large, or no text; ``code`` is the field.
    """
    if code is None:
        raise Invalid.field("code", "it is missing")
    data = _as_utf8(code)
    if len(data) > CODE_BYTES:
        raise Invalid.field("code", f"it is larger than {CODE_BYTES} bytes")
    if b"\0" in data:
        raise Invalid.field("code", "it holds a NUL character")
    source = data.decode("utf-8").strip()
    if not source:
        raise Invalid.field("code", "it is empty")
    return source


def _as_utf8(code: str | bytes) -> bytes:
    try:
        if isinstance(code, str):
            return code.encode("utf-8")
        code.decode("utf-8")
    except UnicodeError as error:
        raise Invalid.field("code", "it is not UTF-8") from error
    return code


def fits_stdin(text: str) -> bool:
    """Whether a program can be given this input."""
    return len(text.encode("utf-8", "surrogatepass")) <= STDIN_BYTES


def time_limit(milliseconds: int) -> int:
    """The limit of a problem, or the highest there is."""
    return max(1, min(milliseconds, TIME_MS))


def memory_limit(megabytes: int) -> int:
    """The limit of a problem, or the highest or lowest there is."""
    return max(LEAST_MEMORY_MB, min(megabytes, MEMORY_MB))


def kept(text: str, size: int = KEPT_BYTES) -> str:
    """The first ``size`` bytes, and a mark if there is more; NUL, which no database takes, is replaced."""
    text = text.replace("\0", _UNKNOWN)
    data = text.encode("utf-8", "replace")
    return text if len(data) <= size else data[:size].decode("utf-8", "ignore") + CUT_OFF
