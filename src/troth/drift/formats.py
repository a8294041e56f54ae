"""Formats of texts: whether ours could be of the format that the document names.

Which texts a pattern takes cannot be computed from two patterns; but one that takes no text of a format
is of another.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping

from troth.drift.shape import Shape

_TIMES = ("2026-01-31T12:34:56Z", "2026-01-31T12:34:56.789Z", "2026-01-31T12:34:56+03:00")
SAMPLES: Mapping[str, tuple[str, ...]] = {
    "date-time": _TIMES,
    "google-datetime": _TIMES,
    "date": ("2026-01-31",),
    "google-duration": ("3600s", "1.5s"),
    "uuid": ("123e4567-e89b-42d3-a456-426614174000",),
    "int64": ("0", "1", "12345"),
    "uint64": ("0", "1", "12345"),
    "byte": tuple(base64.b64encode(bytes(size)).decode() for size in range(1, 129)),
    "uri": ("https://host.example/a?b=c",),
    "email": ("a.b@host.example",),
    "ipv4": ("192.0.2.1",),
}
"""Texts of a format, short and long: a contract may know more of it than the document does."""
_LIKE = {"google-datetime": "date-time"}


def refuses_every_sample(name: str, shape: Shape) -> bool:
    """Whether no text of the format called ``name`` fits; False for a format that is not known here."""
    samples = SAMPLES.get(name)
    if samples is None:
        return False
    own = shape.limits.get("format")
    if isinstance(own, str) and own in SAMPLES and _LIKE.get(own, own) != _LIKE.get(name, name):
        return True
    pattern = shape.limits.get("pattern")
    return isinstance(pattern, str) and not any(_fits(pattern, sample) for sample in samples)


def _fits(pattern: str, text: str) -> bool:
    try:
        return re.search(pattern, text) is not None
    except re.error:
        # Of another dialect of patterns: nothing is known of it.
        return True
