"""What accounts takes and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Field, Schema
from pydantic import StringConstraints

from accounts.models import Role
from config.fields import STORABLE, Body

EXAMPLE_NAME, EXAMPLE_PASSWORD = "teacher", "correct horse battery staple"


class LogIn(Body):
    username: Annotated[str, StringConstraints(pattern=STORABLE, min_length=1, max_length=150)] = Field(
        examples=[EXAMPLE_NAME]
    )
    password: Annotated[str, StringConstraints(min_length=1, max_length=1024)] = Field(
        examples=[EXAMPLE_PASSWORD]
    )
    name: Annotated[str, StringConstraints(pattern=STORABLE, max_length=100)] = Field(
        "", description="What the token is for, to know it again."
    )


class UserOut(Schema):
    id: int
    username: str
    role: Role
    organisation: str | None = Field(None, alias="organisation.name")


class TokenOut(Schema):
    id: int
    name: str
    created_at: datetime
    expires_at: datetime


class NewToken(TokenOut):
    token: str = Field(description="Shown this one time.")
