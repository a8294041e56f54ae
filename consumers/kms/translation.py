"""What Google's client raises, as the errors of this package."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import requests
from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError
from google.protobuf.json_format import ParseError

from consumers.kms.bounds import AnswerTooLong
from consumers.kms.errors import (
    Conflict,
    Corrupted,
    InvalidRequest,
    KeyNotUsable,
    KmsError,
    NoAnswer,
    NotAuthenticated,
    NotPermitted,
    ServiceDown,
    Throttled,
    UnknownKey,
)

_BY_STATUS: dict[int, tuple[type[KmsError], str]] = {
    400: (InvalidRequest, "the request does not suit the key, or was damaged on its way"),
    401: (NotAuthenticated, "the service does not know the token; get a new one"),
    403: (NotPermitted, "this caller may not do that, or there is no such key"),
    404: (UnknownKey, "there is no such key ring, key or version"),
    409: (Conflict, "it exists already, or was changed at the same time"),
    429: (Throttled, "the quota of the project is used up; ask again later"),
    500: (ServiceDown, "the service failed; ask again later"),
    502: (ServiceDown, "a gateway before the service failed; ask again later"),
    503: (ServiceDown, "the service is not available; ask again later"),
    504: (ServiceDown, "the service was too slow; ask again later"),
}


_OF_THE_LIBRARIES = (
    GoogleAPICallError,
    RetryError,
    GoogleAuthError,
    requests.RequestException,
    ParseError,
    UnicodeDecodeError,
)


@contextlib.contextmanager
def translated() -> Iterator[None]:
    """Raise what Google's client raises in the block as an error of this package."""
    try:
        yield
    except _OF_THE_LIBRARIES as error:
        raise _translation(error) from error


def _translation(error: BaseException) -> KmsError:
    match error:
        case RetryError():
            return _translation(error.cause)
        case GoogleAPICallError():
            return _of_answer(error)
        case GoogleAuthError():
            # A 401 makes Google's client try to renew the token, which an access token alone cannot be.
            return NotAuthenticated(_BY_STATUS[401][1])
        case ParseError() | UnicodeDecodeError():
            return Corrupted("the answer is not one that can be read")
        case AnswerTooLong():
            return Corrupted("the answer is longer than any of this service")
        case requests.TooManyRedirects():
            return Corrupted("the answer leads elsewhere, which none of this service does")
    return NoAnswer(f"no whole answer came ({type(error).__name__})")


def _of_answer(error: GoogleAPICallError) -> KmsError:
    if _status(error) == "FAILED_PRECONDITION":
        return KeyNotUsable("the version is not enabled, or the key serves another purpose")
    kind, said = _BY_STATUS.get(error.code or 0, (Corrupted, "an answer that the service does not document"))
    return kind(said)


def _status(error: GoogleAPICallError) -> str:
    """The name in the body: the status line is 400 for a wrong request and for a wrong state alike."""
    try:
        return str(error.response.json()["error"]["status"])
    except (AttributeError, ValueError, LookupError, TypeError):
        return ""
