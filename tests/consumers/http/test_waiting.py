"""What a Retry-After asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from consumers.http.waiting import retry_after

NOON = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("1.5", None),
        ("٣", None),
        (" 7 ", 7.0),
        ("Thu, 01 May 2031 11:00:00 GMT", 0.0),
        ("Thu, 01 May 2031 12:01:00 +0000", 60.0),
        ("Thu, 01 May 2031 12:01:00 -0000", 60.0),
        ("Thu, 32 May 2031 12:01:00 GMT", None),
        ("Thu, 01 May 99999 12:01:00 GMT", None),
        ("9" * 400, float("inf")),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOON) == seconds
