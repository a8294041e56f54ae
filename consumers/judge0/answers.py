"""From an answer to a typed value or a typed error, by the models of the contract."""

from __future__ import annotations

import functools
from collections.abc import Hashable
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from consumers.judge0.errors import (
    InMaintenance,
    InvalidSubmission,
    JudgeError,
    MalformedRequest,
    NotAllowed,
    NotAuthenticated,
    NotAuthorized,
    QueueFull,
    RateLimited,
    ServiceFailed,
    UndecodableOutput,
    UnexpectedAnswer,
)
from consumers.judge0.transport import Answer
from contracts.judge0 import payloads

T = TypeVar("T")

_UNDECODABLE = "cannot be converted to UTF-8"
_QUEUE_FULL = "queue is full"


def read(answer: Answer, status: int, form: type[T]) -> T:
    """The body of an answer with ``status``, as ``form``.

    Raises:
        JudgeError: the answer has another status, or its body another form.
    """
    if answer.status != status:
        raise error_of(answer)
    return parse(answer, form)


def parse(answer: Answer, form: type[T]) -> T:
    """The body as ``form``, whatever the status.

    Raises:
        UnexpectedAnswer: it does not fit.
    """
    try:
        return cast(T, _adapter(cast(Hashable, form)).validate_json(answer.body, strict=True))
    except ValidationError as error:
        places = _places(error)
    # Raised out here, so that Pydantic's error, which shows values, is no part of it.
    raise UnexpectedAnswer(f"a {answer.status} whose body is not as agreed: {places}")


@functools.cache
def _adapter(form: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, form))


def _places(error: ValidationError) -> str:
    """Where and why, without the values, which may be a submission's token."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return ", ".join(f"{'.'.join(map(str, it['loc'])) or 'the whole'}: {it['type']}" for it in details[:5])


def error_of(answer: Answer) -> JudgeError:
    """What an answer other than the expected one means."""
    match answer.status:
        case 400:
            return _bad_request(answer)
        case 401:
            return NotAuthenticated("the judge does not know the token (X-Auth-Token)")
        case 403:
            return NotAuthorized("the judge denies this: X-Auth-User is missing or wrong, or the address is")
        case 422:
            return InvalidSubmission(complaints(answer))
        case 429:
            said = parse(answer, payloads.RateLimited).message
            return RateLimited(said, retry_after=answer.retry_after)
        case 503 if answer.in_own_words:
            return _unavailable(answer)
        case status if status >= 500:
            return ServiceFailed(f"the service, or a gateway before it, failed with {status}")
    return UnexpectedAnswer(f"the status {answer.status}")


def complaints(answer: Answer) -> dict[str, list[str]]:
    """The complaints of a 422."""
    return parse(answer, dict[str, list[str]])


def undecodable(answer: Answer) -> UndecodableOutput | None:
    """The error that hides behind a 201: the submission exists, and cannot be shown as text."""
    try:
        found = _adapter(payloads.UndecodableOutput).validate_json(answer.body, strict=True)
    except ValidationError:
        return None
    return UndecodableOutput(found.token)


def _bad_request(answer: Answer) -> JudgeError:
    if not answer.body:
        return MalformedRequest("the judge could not read the request as JSON")
    said = parse(answer, payloads.ErrorMessage).error
    return UndecodableOutput() if _UNDECODABLE in said else NotAllowed(said)


def _unavailable(answer: Answer) -> JudgeError:
    said = parse(answer, payloads.ErrorMessage).error
    return QueueFull(said) if said == _QUEUE_FULL else InMaintenance(said)
