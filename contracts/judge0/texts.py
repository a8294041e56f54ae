"""Judge0's own kinds of text and number, each with the trap that it hides."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from troth.fields import SAFE, Stand

MAX_INT32 = 2**31 - 1
MAX_INT64 = 2**63 - 1

RUBY_BASE64 = (
    r"^(?:(?:[A-Za-z0-9+/]{60}\n)*(?:[A-Za-z0-9+/]{4}){0,14}"
    r"(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)\n)?$"
)
RubyBase64 = Annotated[str, StringConstraints(pattern=RUBY_BASE64), Stand("cmVkYWN0ZWQt{n:04d}\n")]
"""Base64 as Ruby writes it: a newline after every 60 characters and one at the end; nothing for nothing.

Trap: a decoder that takes one line only refuses it. Source: judge0/judge0,
app/services/base64_service.rb (Base64.encode64)."""

Seconds = Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+)?$"), SAFE]
"""Seconds as text: ``"0.001"``, ``"5.0"``.

Trap: they are decimals in the database, and Rails writes a decimal as a JSON string.
Source: judge0/judge0, db/schema.rb; docs/api/submissions."""

Kilobytes = Annotated[int, Field(ge=0, le=MAX_INT64), SAFE]
"""Kilobytes as an integer. Trap: the times beside it are strings. Source: db/schema.rb."""

Count = Annotated[int, Field(ge=0, le=MAX_INT64), SAFE]
"""How many of something."""

Id = Annotated[int, Field(ge=0, le=MAX_INT64), SAFE]
"""The id of a language: public, and the same everywhere."""

Output = Annotated[str, StringConstraints(min_length=1), SAFE]
"""What a program or a compiler printed, plain or as RubyBase64, as the request asked.

Trap: no output is null, never ``""``. Source: judge0/judge0, app/jobs/isolate_job.rb."""

Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"), SAFE]
"""UTC with milliseconds, ``2024-04-18T10:00:00.000Z``. Source: Rails' JSON of a datetime column."""
