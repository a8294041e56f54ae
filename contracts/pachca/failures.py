"""How Pachca says no, in two shapes: ``ApiError`` for what was asked, ``OAuthError`` for who asked.

401 is an OAuthError. 403 is either: an OAuthError where the token lacks a scope, an ApiError where a rule
of the business forbids it. What comes with 429 and 5xx nobody documents.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.pachca.enums import ValidationErrorCode
from contracts.pachca.texts import DOCUMENT, LongId, SentValue, absent
from troth.fields import Payload, Safe


class ErrorRecord(Payload, source=DOCUMENT):
    """What an action was refused on."""

    type: Safe[str]
    id: LongId


class ErrorPayload(Payload, source=f"{DOCUMENT}; other members come with other codes"):
    """``id`` is of a custom property; ``record`` and ``query`` come where an action was refused."""

    id: LongId = absent()
    record: ErrorRecord = absent()
    query: Safe[str] = absent()


class ApiErrorItem(Payload, source=f"{DOCUMENT}; its examples have neither code nor payload"):
    key: Safe[str]
    """The field that the complaint is about."""
    value: SentValue | None
    message: str
    """In Russian, for people."""
    code: ValidationErrorCode = absent()
    payload: ErrorPayload | None = None


class ApiError(Payload, source=f"{DOCUMENT}; that there is a complaint: assumed"):
    errors: Annotated[list[ApiErrorItem], Field(min_length=1)]


class OAuthError(Payload, source=f"{DOCUMENT}; vendor's guide to errors"):
    """``error`` is ``invalid_token``, ``unauthenticated``, ``insufficient_scope`` or another word.

    The description is a fixed sentence that names no more than a scope, so it may be seen.
    """

    error: Safe[str]
    error_description: Safe[str]
