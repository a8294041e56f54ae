"""What may go wrong between us and Pachca.

    PachcaError
    ├── Unavailable             nothing is wrong with the request, and nothing was done; later it may be
    │   ├── NotReached          no connection came about, so nothing was sent
    │   └── RateLimited         429; ``retry_after`` seconds, where the service says so
    ├── OutcomeUnknown          a write went out, and no answer says what became of it: look before
    │   │                       sending it again
    │   └── UnreadableOutcome   the answer came, and breaks the contract; also an Unreadable
    ├── Refused                 the request is wrong; sent again it is refused again
    │   ├── Invalid             400, 422; ``problems`` by field
    │   ├── NotFound            404
    │   ├── Conflict            409
    │   └── Gone                410: a trigger has expired
    ├── NotAuthenticated        401: the token is missing, wrong or revoked
    ├── NotAllowed              403; ``scope`` that the token lacks, or the codes of a business rule
    ├── PlanRequired            402: the plan of the company does not include it
    ├── UploadRefused           the storage did not take a file: the permission has expired, or does not fit
    ├── Unreadable              an answer that breaks the contract
    └── WebhookError            a delivery that must not be acted on
        ├── BadSignature        it is not signed, or not with our secret
        ├── Stale               it is signed, and too old or from the future
        └── Malformed           it is signed, and not what a webhook holds

No message holds the token, the signing secret, the text of a chat message or what else the service wrote in
its own words; the exceptions carry these as attributes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

_CODE = re.compile(r"[a-z][a-z_]{0,39}")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.\[\]-]{0,63}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What the service says of one field. Its examples leave parts out, so each may be None."""

    key: str | None
    """The field."""
    code: str | None
    message: str | None = field(default=None, repr=False)
    """In the service's words, which may repeat what was sent."""
    value: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        code = shown_code(self.code) or "without a code"
        # One of the documented forms has no code, and the value where the field should stand.
        named = self.code is not None and self.key is not None and _FIELD.fullmatch(self.key)
        return f"{self.key} {code}" if named else code


def shown_code(code: str | None) -> str:
    """``code`` if it looks like one; what does not may be anything, and is not shown."""
    return code if code is not None and _CODE.fullmatch(code) else ""


class PachcaError(Exception):
    """Base of every error that this package raises on purpose."""


class Unavailable(PachcaError):
    """Nothing is wrong with the request, and nothing was done; later it may be answered."""


class NotReached(Unavailable):
    """No connection came about, so the request was not sent."""


class RateLimited(Unavailable):
    """Too much was asked of the service. To go on all the same may block the token.

    ``retry_after``: seconds, None where nothing was said."""

    def __init__(self, *, retry_after: float | None = None) -> None:
        until = "" if retry_after is None else f"; it asks for a pause of {retry_after:g} s"
        super().__init__(f"too many requests{until}")
        self.retry_after = retry_after


class OutcomeUnknown(PachcaError):
    """A write went out, and what became of it is not known: a message may have been sent.

    Deletions, edits and pins may be sent again. Before a message is, look whether it is there."""


class Refused(PachcaError):
    """The request is wrong; sent again it is refused again. ``problems``: what the service says of it."""

    def __init__(self, status: int, problems: Sequence[Problem] = ()) -> None:
        said = "; ".join(map(str, problems[:5])) or "nothing more was said"
        super().__init__(f"refused with {status}: {said}")
        self.status = status
        self.problems = tuple(problems)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its problems, in order."""
        return tuple(problem.code for problem in self.problems if problem.code is not None)


class Invalid(Refused):
    """Fields or parameters break rules."""


class NotFound(Refused):
    """It is not there, or not for this token."""


class Conflict(Refused):
    """It was changed, or made, by somebody else at the same time."""


class Gone(Refused):
    """It was there once: a trigger has expired."""


class NotAuthenticated(PachcaError):
    """The service does not know the token, or no longer. ``reason``: its word for that."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(f"the token is not accepted ({reason or 'no reason given'})")
        self.reason = reason


class NotAllowed(PachcaError):
    """The token may not do this.

    ``reason``: ``insufficient_scope`` and the like, or empty; ``scope``: the one that is missing, where it
    is named; ``problems``: where a rule of the service forbids it."""

    def __init__(self, *, reason: str = "", scope: str = "", problems: Sequence[Problem] = ()) -> None:
        said = "; ".join(map(str, problems[:5])) or f"{reason or 'no reason given'} {scope}".rstrip()
        super().__init__(f"not allowed: {said}")
        self.reason = reason
        self.scope = scope
        self.problems = tuple(problems)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of its problems, in order."""
        return tuple(problem.code for problem in self.problems if problem.code is not None)


class PlanRequired(PachcaError):
    """The plan of the company does not include this, or has expired."""

    def __init__(self, problems: Sequence[Problem] = ()) -> None:
        super().__init__("the plan of the company does not include this, or has expired")
        self.problems = tuple(problems)


class UploadRefused(PachcaError):
    """The storage did not take a file; nothing was stored, and a new permission may be asked for."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the storage refused the file with {status}")
        self.status = status


class Unreadable(PachcaError):
    """The service broke its contract."""


class UnreadableOutcome(Unreadable, OutcomeUnknown):
    """The service broke its contract in the answer to a write, which may have been done."""


class WebhookError(PachcaError):
    """A delivery that must not be acted on."""

    status: ClassVar[int] = 400
    """The HTTP status that says so to whoever sent it."""


class BadSignature(WebhookError):
    """The delivery is not signed, or not with our secret, or was changed on its way."""

    status = 401


class Stale(WebhookError):
    """The delivery is signed, and its moment is outside the window: somebody may be replaying it."""


class Malformed(WebhookError):
    """The delivery is signed, and its body is not what a webhook holds."""
