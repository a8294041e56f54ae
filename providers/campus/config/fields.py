"""Types of fields that every schema uses. What they refuse, the OpenAPI document says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, Strict, StringConstraints

STORABLE = r"^(|[^\x00]+)$"
"""PostgreSQL stores no NUL. Not written as ``[^\\x00]*``: with the bound of a length beside it, tools that
generate by a pattern would count to 65,536 in it, for a second each time."""

BIGGEST_ID = 2**63 - 1

Id = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
"""In a path or a query, where everything is text."""


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)
"""Of an integer in JSON, where 1.0 is one. It stands last: the document says nothing of bounds behind it."""
BodyId = Annotated[int, Strict(), Field(ge=1, le=BIGGEST_ID), WHOLE]
"""In JSON, where "1" is no number."""
BodyBool = Annotated[bool, Strict()]
Title = Annotated[str, StringConstraints(pattern=STORABLE, min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(pattern=STORABLE, max_length=65_536)]


def _only_text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("a time is text: 2026-05-04T12:00:00Z")  # noqa: TRY004 - what pydantic takes
    return value


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("it is before or after all years that there are") from error


Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_only_text, json_schema_input_type=datetime),
    AfterValidator(_in_utc),
]
"""A time with any offset; in UTC from here on."""


class Body(Schema):
    """Base of what a client sends. A field that is not known is refused, so that a typing error is told."""

    model_config = ConfigDict(extra="forbid")
