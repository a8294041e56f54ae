"""What may go wrong between the web front and campus.

    CampusError
    ├── Unavailable             nothing is wrong with the request, and nothing was done; later it may be
    │   ├── NotReached          no connection came about, so nothing was sent
    │   └── RateLimited         429; ``retry_after`` seconds, where the service says so
    ├── OutcomeUnknown          a write went out, and no answer says what became of it: look before
    │   │                       sending it again
    │   └── UnreadableOutcome   the answer came, and breaks the contract; also an Unreadable
    ├── Refused                 the request is wrong; sent again it is refused again. ``code``, ``fields``
    │   ├── Invalid             400, 422
    │   ├── NotAllowed          403
    │   ├── NotFound            404: it is not there, or not for this user
    │   ├── Conflict            409
    │   └── TooLarge            413
    ├── NotAuthenticated        401: no token, a wrong or an old one; or a wrong password
    └── Unreadable              an answer that breaks the contract

No message holds the token, a password, a program, or what else was sent: the service's own words may repeat
it, so they are an attribute. ``request_id`` finds a refused request in the logs of the service.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_CODE = re.compile(r"[a-z][a-z_]{0,39}")
_FIELD = re.compile(r"[a-z_][a-z0-9_.]{0,63}")


def shown_code(code: str) -> str:
    """``code`` if it looks like one; what does not may be anything, and is not shown."""
    return code if _CODE.fullmatch(code) else "no code"


class CampusError(Exception):
    """Base of every error that this package raises on purpose."""


class Unavailable(CampusError):
    """Nothing is wrong with the request, and nothing was done; later it may be answered."""


class NotReached(Unavailable):
    """No connection came about, so the request was not sent."""


class RateLimited(Unavailable):
    """The user asks for too much. ``retry_after``: seconds, None where nothing was said."""

    def __init__(self, *, retry_after: float | None = None) -> None:
        until = "" if retry_after is None else f"; it asks for a pause of {retry_after:g} s"
        super().__init__(f"too many requests{until}")
        self.retry_after = retry_after


class OutcomeUnknown(CampusError):
    """A write went out, and what became of it is not known: look before it is sent again."""


class Refused(CampusError):
    """The request is wrong; sent again it is refused again.

    ``code``: what is wrong, for programs; ``fields``: what is wrong with which field, in the service's words;
    ``said``: all of it, likewise; ``request_id``: for the logs of the service."""

    def __init__(
        self,
        status: int,
        *,
        code: str = "",
        said: str = "",
        fields: Mapping[str, str] = MappingProxyType({}),
        request_id: str = "",
    ) -> None:
        named = ", ".join(name for name in [*fields][:5] if _FIELD.fullmatch(name))
        super().__init__(f"refused with {status} ({shown_code(code)}){named and f': {named}'}")
        self.status = status
        self.code = code
        self.said = said
        self.fields = dict(fields)
        self.request_id = request_id


class Invalid(Refused):
    """What was sent cannot be taken."""


class NotAllowed(Refused):
    """It is not this user's to do."""


class NotFound(Refused):
    """It is not there, or not for this user."""


class Conflict(Refused):
    """It cannot be done as things are."""


class TooLarge(Refused):
    """It is more than the service reads."""


class NotAuthenticated(CampusError):
    """The service does not know who asks."""

    def __init__(self) -> None:
        super().__init__("the service does not know who asks")


class Unreadable(CampusError):
    """The service broke its contract."""


class UnreadableOutcome(Unreadable, OutcomeUnknown):
    """The service broke its contract in the answer to a write, which may have been done."""
