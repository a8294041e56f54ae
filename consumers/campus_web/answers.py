"""From an answer to a typed value or a typed error, by the models of the contract.

Values are read strictly. Errors are not: a refusal that cannot be understood in full is a refusal all the
same.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from consumers.campus_web.errors import (
    CampusError,
    Conflict,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Refused,
    TooLarge,
    Unavailable,
    Unreadable,
)
from consumers.campus_web.transport import Answer, Call, unreadable

T = TypeVar("T")

_REFUSED: dict[int, type[Refused]] = {
    400: Invalid,
    403: NotAllowed,
    404: NotFound,
    409: Conflict,
    413: TooLarge,
    415: Refused,
    422: Invalid,
}


def read(call: Call, answer: Answer, form: type[T]) -> T:
    """The body of an answer that the call takes, as ``form``.

    Raises:
        CampusError: the answer has another status, or its body another form.
    """
    expect(call, answer)
    try:
        return cast(T, _adapter(cast(Hashable, form)).validate_json(answer.body, strict=True))
    except ValidationError as error:
        places = _places(error)
    # Raised out here, so that Pydantic's error, which shows values, is no part of it.
    raise unreadable(call, f"a {answer.status} whose body is not as agreed: {places}")


def expect(call: Call, answer: Answer) -> None:
    """Nothing, if the call takes the answer.

    Raises:
        CampusError: it has another.
    """
    if answer.status not in call.takes:
        raise error_of(call, answer)


@cache
def _adapter(form: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, form))


def _places(error: ValidationError) -> str:
    """Where and why, without the values, which may be anybody's."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return ", ".join(f"{'.'.join(map(str, it['loc'])) or 'the whole'}: {it['type']}" for it in details[:5])


def error_of(call: Call, answer: Answer) -> CampusError:
    """What an answer other than the expected one means."""
    status = answer.status
    if status >= 500:
        said = f"the service failed with {status}"
        return Unavailable(said) if call.reads else OutcomeUnknown(f"{said}; it may have been done")
    if status == 429:
        return RateLimited(retry_after=answer.retry_after)
    if status == 401:
        return NotAuthenticated()
    if status in _REFUSED:
        return _refused(status, answer.body)
    said = f"the status {status}"
    return Unreadable(said) if status >= 400 else unreadable(call, said)


def _refused(status: int, body: bytes) -> Refused:
    detail = _object(_object_of(body).get("error"))
    fields = _object(detail.get("fields"))
    return _REFUSED[status](
        status,
        code=_text(detail.get("code")),
        said=_text(detail.get("message")),
        fields={name: _text(value) for name, value in fields.items()},
        request_id=_text(detail.get("request_id")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _object_of(body: bytes) -> dict[str, Any]:
    try:
        return _object(json.loads(body))
    except (ValueError, RecursionError):
        return {}
