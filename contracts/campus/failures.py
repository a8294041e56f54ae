"""How campus says no: one envelope, whatever went wrong."""

from __future__ import annotations

from contracts.campus.enums import ErrorCode
from contracts.campus.texts import SOURCE, RequestId
from troth.api import Answer
from troth.fields import Payload, Safe


class ErrorDetail(Payload, source=SOURCE):
    code: ErrorCode
    message: str
    """For people; it may change, and may repeat what was sent."""
    fields: dict[Safe[str], str]
    """What is wrong with which field, by its place: ``answers.0.problem_id``. Empty if it is about none."""
    request_id: RequestId


class Failure(Payload, source=SOURCE):
    error: ErrorDetail


BY_STATUS = {
    400: ("invalid", "malformed"),
    401: ("not_authenticated",),
    403: ("forbidden",),
    404: ("not_found",),
    409: ("conflict",),
    413: ("too_large",),
    415: ("unsupported_media_type",),
    422: ("unprocessable",),
    429: ("too_many_requests",),
}
"""Which codes come with a status."""

_HEADERS = {401: {"WWW-Authenticate": r"Bearer\b.*"}, 429: {"Retry-After": r"\d+"}}
_WITH_BODY = (400, 413, 415)


def failures(*statuses: int, body: bool = False) -> dict[int, object]:
    """401 and these statuses, each of a ``Failure``; ``body``: those that any body may meet as well."""
    told = (401, *statuses, *(_WITH_BODY if body else ()))
    return {status: Answer(Failure, headers=_HEADERS.get(status, {})) for status in told}
