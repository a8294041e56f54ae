"""campus's own kinds of text and number, and what of them may be seen.

Ids, statuses and scores may be seen: scenarios link by them. So may programs, what they print, and the texts
of threads and answers, since the scenarios of this workspace send made-up ones; a team that records real
people's should take the marks off. Names, passwords, tokens, times and the words of errors are hidden.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from troth.fields import SAFE, Stand

SOURCE = "providers/campus, the document that it exports"
"""Where the facts come from."""

BIGGEST_ID = 2**63 - 1
LONGEST_PAGE = 100
PAGE_SIZE = 20
"""What a page holds where none is asked for."""

_STORABLE = r"^(|[^\x00]+)$"


def absent() -> Any:
    """The default of a field that may be left out and is never null. It reads as None where it was."""
    return Field(default=None)


Id = Annotated[int, Field(ge=1, le=BIGGEST_ID), SAFE]
"""In a path, a query or what is sent."""

KnownId = Annotated[int, SAFE]
"""In an answer."""

Count = Annotated[int, Field(ge=0), SAFE]
"""How many of something."""

Amount = Annotated[float, SAFE]
"""Milliseconds, megabytes, points or percent, as the field says."""

PageNumber = Annotated[int, Field(ge=1, le=1_000_000), SAFE]
PageSize = Annotated[int, Field(ge=1, le=LONGEST_PAGE), SAFE]

Source = Annotated[str, StringConstraints(pattern=r"^(|[^\x00]+)[!-~](|[^\x00]+)$", max_length=65_536), SAFE]
"""A program. The service takes the space around it away."""

SentTitle = Annotated[str, StringConstraints(pattern=_STORABLE, min_length=1, max_length=200), SAFE]
SentText = Annotated[str, StringConstraints(pattern=_STORABLE, max_length=65_536), SAFE]
SentWords = Annotated[str, StringConstraints(pattern=_STORABLE, min_length=1, max_length=65_536), SAFE]
SentAnswer = Annotated[str, StringConstraints(pattern=_STORABLE, max_length=1000), SAFE]

ShownText = Annotated[str, SAFE]
"""A text of a scenario, as it comes back."""

RequestId = Annotated[
    str, StringConstraints(pattern=r"^[\w.-]{8,64}$"), Stand("00000000000000000000000000{n:06d}")
]
"""Names a request in the logs of the service."""
