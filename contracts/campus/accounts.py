"""Who one is, and whether the service works."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from contracts.campus.enums import Role
from contracts.campus.texts import SOURCE, KnownId
from troth.fields import Payload, Safe, Timestamp


class LogIn(Payload, source=SOURCE):
    username: Annotated[str, StringConstraints(pattern=r"^(|[^\x00]+)$", min_length=1, max_length=150)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    name: Annotated[Safe[str], StringConstraints(pattern=r"^(|[^\x00]+)$", max_length=100)] = ""
    """What the token is for."""


class NewToken(Payload, source=SOURCE):
    id: KnownId
    name: Safe[str]
    created_at: Timestamp
    expires_at: Timestamp
    token: str
    """Shown this one time."""


class User(Payload, source=SOURCE):
    id: KnownId
    username: str
    role: Role
    organisation: str | None = None


class Health(Payload, source=SOURCE):
    """``degraded``: it works, more slowly."""

    status: Literal["ok", "degraded", "down"]
    database: Literal["ok", "down"]
    store: Literal["ok", "down"]
