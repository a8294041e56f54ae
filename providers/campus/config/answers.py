"""The one envelope of errors, and which error gets which status.

{"error": {"code": "not_found", "message": "…", "fields": {"code": "it is empty"}, "request_id": "…"}}
"""

from __future__ import annotations

import logging
from enum import StrEnum
from http import HTTPStatus

from django.http import HttpResponseBase, JsonResponse
from ninja import Field, Schema

from config.errors import Busy, Conflict, Forbidden, Invalid, Refused, Unknown
from config.logs import request_id

_log = logging.getLogger("campus.errors")

CHALLENGE = 'Bearer realm="campus"'
"""What a 401 says: how to authenticate."""


class ErrorCode(StrEnum):
    """What is wrong, for programs."""

    INVALID = "invalid"
    MALFORMED = "malformed"
    NOT_AUTHENTICATED = "not_authenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    CONFLICT = "conflict"
    TOO_LARGE = "too_large"
    UNSUPPORTED_MEDIA_TYPE = "unsupported_media_type"
    UNPROCESSABLE = "unprocessable"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNEXPECTED = "unexpected"
    UNAVAILABLE = "unavailable"


_CODES = {
    400: ErrorCode.MALFORMED,
    401: ErrorCode.NOT_AUTHENTICATED,
    403: ErrorCode.FORBIDDEN,
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    409: ErrorCode.CONFLICT,
    413: ErrorCode.TOO_LARGE,
    415: ErrorCode.UNSUPPORTED_MEDIA_TYPE,
    422: ErrorCode.UNPROCESSABLE,
    429: ErrorCode.TOO_MANY_REQUESTS,
    503: ErrorCode.UNAVAILABLE,
}


class ErrorDetail(Schema):
    """What went wrong."""

    code: ErrorCode
    message: str = Field(description="For people; it may change.")
    fields: dict[str, str] = Field(description="What is wrong with which field; empty if it is about none.")
    request_id: str = Field(description="Names this request in the logs of the service.")


class ErrorBody(Schema):
    """Every error of the service."""

    error: ErrorDetail


def answer(
    status: int,
    message: str,
    *,
    code: ErrorCode | None = None,
    fields: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> JsonResponse:
    """An error in its envelope."""
    if code is None:
        code = _CODES.get(status, ErrorCode.UNEXPECTED if status >= 500 else ErrorCode.MALFORMED)
    detail = {"code": code, "message": message, "fields": fields or {}, "request_id": request_id.get()}
    response = JsonResponse({"error": detail}, status=status, headers=headers)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = CHALLENGE
    return response


def answer_refused(refused: Refused) -> JsonResponse:
    """A refusal of a service, as the API answers it."""
    match refused:
        case Invalid():
            return answer(400, str(refused), code=ErrorCode.INVALID, fields=refused.fields)
        case Forbidden():
            return answer(403, str(refused))
        case Unknown():
            return answer(404, str(refused))
        case Conflict():
            return answer(409, str(refused))
        case Busy():
            return answer(429, str(refused), headers={"Retry-After": str(refused.seconds)})
    raise TypeError(f"{type(refused).__name__} has no status") from refused


def answer_for_status(response: HttpResponseBase) -> JsonResponse:
    """The envelope in place of a page of Django's; what its headers say is kept."""
    status = response.status_code
    kept = {name: value for name in ("Allow", "Retry-After") if (value := response.headers.get(name))}
    phrase = HTTPStatus(status).phrase if status in _KNOWN else "error"
    return answer(status, phrase.lower(), headers=kept)


def unexpected(error: Exception) -> JsonResponse:
    """A 500 that shows nothing of the error; the log has all of it."""
    _log.error("unexpected %s", type(error).__name__, exc_info=error)
    return answer(500, "something went wrong here; it has been logged")


_KNOWN = frozenset(each.value for each in HTTPStatus)
