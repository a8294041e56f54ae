"""What a service refuses, without a word of HTTP; ``config.answers`` gives each its status.

Refused
  Invalid      what was sent cannot be taken      400
  Forbidden    it is not this user's to do        403
  Unknown      there is no such thing, or none that this user may know of      404
  Conflict     it cannot be done as things are    409
  Busy         too often; later it will work      429
"""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """Base of what a service refuses. The message is shown to the user."""


class Invalid(Refused):
    """What was sent cannot be taken; ``fields`` says what is wrong, field by field."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})

    @classmethod
    def field(cls, name: str, message: str) -> Invalid:
        """One field is wrong."""
        return cls(f"{name}: {message}", {name: message})


class Forbidden(Refused):
    """It is not this user's to do."""


class Unknown(Refused):
    """There is no such thing, or none that this user may know of."""


class Conflict(Refused):
    """It cannot be done as things are."""


class Busy(Refused):
    """Too often; it will work again in some seconds."""

    def __init__(self, message: str, *, seconds: int) -> None:
        super().__init__(message)
        self.seconds = seconds
