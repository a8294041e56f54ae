"""Pachca's own kinds of text and number, and what of them may be seen.

Ids, codes and times may be seen: scenarios link by them, and they name nobody. Names, addresses, links,
cursors, tokens, the keys of files and what signs an upload are hidden.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StringConstraints

from troth.fields import SAFE, Parts, Stand

DOCUMENT = "vendor's OpenAPI document, 2026-08-08"
"""Where the facts come from: pachca/openapi on GitHub, packages/spec."""

MAX_INT32 = 2**31 - 1
MAX_INT64 = 2**63 - 1


def absent() -> Any:
    """The default of a field that may be left out and is never null. It reads as None where it was."""
    return Field(default=None)


# --- numbers --------------------------------------------------------------------------------------

Int32 = Annotated[int, Field(ge=-MAX_INT32 - 1, le=MAX_INT32), SAFE]

Count = Annotated[int, Field(ge=0, le=MAX_INT32), SAFE]
"""How many of something. That none is negative is assumed."""

Id = Annotated[int, Field(ge=0, le=MAX_INT32), SAFE]
"""Of a user, a tag, a bot or a file. That none is negative is assumed."""

LongId = Annotated[int, Field(ge=0, le=MAX_INT64), SAFE]
"""Of a chat, a message, a thread or what they belong to.

Trap: the document has 32 bits for most of them and 64 for a thread's, and its examples of chats do not
fit 32.
"""

UnixTime = Annotated[int, Field(ge=0, le=MAX_INT32), SAFE]
"""Seconds since 1970."""

# --- times ----------------------------------------------------------------------------------------

Moment = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"), SAFE]
"""UTC with milliseconds, ``2021-08-28T15:57:23.000Z``."""

AskedMoment = Annotated[
    str,
    StringConstraints(
        pattern=r"^[1-9]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"
        r"T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$"
    ),
    SAFE,
]
"""A time of a filter (RFC 3339, 5.6). Other forms than ``Moment`` are assumed to be read as well."""

# --- texts ----------------------------------------------------------------------------------------

Text255 = Annotated[str, StringConstraints(max_length=255)]

Name = Annotated[str, StringConstraints(min_length=1, max_length=255)]
"""What somebody calls something. An empty one is refused: code ``blank``."""

Url = Annotated[str, StringConstraints(pattern=r"^https?://\S+$"), Stand("https://redacted-{n}.invalid/")]

INBOX = "https://hooks.example/pachca"
"""What stands in recordings for the address that webhooks go to."""

InboxUrl = Annotated[str, Parts(re.escape(INBOX))]
"""Where a bot's webhooks go. Hidden, unless it is the address that stands for all of them."""

AskedInboxUrl = Annotated[
    InboxUrl,
    StringConstraints(pattern=r"^(https?://[^\s/?#]\S*)?$"),
    Stand("https://redacted-{n}.invalid/"),
]
"""Where a bot wants them to go; an empty one is nowhere. Any other text: code ``invalid_webhook_url``."""

SentValue = Annotated[str, Parts(r"[12]?\d{1,9}")]
"""What somebody sent, as text, so it is hidden. An id may be seen here as it may where it was sent."""

Content = Annotated[str, SAFE]
"""The text of a message.

It may be seen, since the scenarios of this workspace send made-up texts, and a recording that is to
prove that every letter, emoji, tab and line feed arrives must hold them. A team that records real chats
should take the mark off.
"""

Emoji = Annotated[str, SAFE]
"""The character itself, or the name of a custom one."""

NamedEmoji = Annotated[str, StringConstraints(min_length=1), SAFE]
"""One that a reaction is added or taken off by. An empty one is refused: code ``blank`` or ``required``."""

_EXTENSION = r"(?:\.[A-Za-z0-9]{1,5})?"

FileName = Annotated[str, Parts(rf"(.+?){_EXTENSION}")]
"""Hidden up to its extension, which must be the one of the key."""

FileKey = Annotated[str, Parts(rf"(.+)/([^/]+?){_EXTENSION}")]
"""Where a file lies: the folder that an upload was given, and the file's name."""

UploadKey = Annotated[
    str,
    StringConstraints(pattern=r"^\S*\$\{filename\}$"),
    Parts(r"(.+)/\$\{filename\}"),
    Stand("redacted-{n}/${{filename}}"),
]
"""Trap: it ends with the very text ``${filename}``, in whose place the file's name goes."""

Cursor: TypeAlias = str
"""Opaque."""

Flag: TypeAlias = Literal["true", "false"]
"""A switch in a query."""

Limit = Annotated[int, Field(ge=1, le=50), SAFE]
LongLimit = Annotated[int, Field(ge=1, le=300), SAFE]
