"""From an answer to a typed value or a typed error, by the models of the contract.

Values are read strictly. Errors are not: their documented forms differ from each other, and a refusal that
cannot be understood in full is a refusal all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from functools import cache
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from consumers.pachca.errors import (
    Conflict,
    Gone,
    Invalid,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    OutcomeUnknown,
    PachcaError,
    PlanRequired,
    Problem,
    RateLimited,
    Unavailable,
    Unreadable,
    shown_code,
)
from consumers.pachca.transport import Answer, Call, unreadable

T = TypeVar("T")

_SCOPE = re.compile(r"\b[a-z_]+(?::[a-z_]+)+\b")
_REFUSED = {400: Invalid, 404: NotFound, 409: Conflict, 410: Gone, 422: Invalid}


def read(call: Call, answer: Answer, status: int, form: type[T]) -> T:
    """The body of an answer with ``status``, as ``form``.

    Raises:
        PachcaError: the answer has another status, or its body another form.
    """
    expect(call, answer, status)
    try:
        return cast(T, _adapter(cast(Hashable, form)).validate_json(answer.body, strict=True))
    except ValidationError as error:
        places = _places(error)
    # Raised out here, so that Pydantic's error, which shows values, is no part of it.
    raise unreadable(call, f"a {answer.status} whose body is not as agreed: {places}")


def expect(call: Call, answer: Answer, status: int) -> None:
    """Nothing, if the answer has ``status``.

    Raises:
        PachcaError: it has another.
    """
    if answer.status != status:
        raise error_of(call, answer)


@cache
def _adapter(form: Hashable) -> TypeAdapter[Any]:
    return TypeAdapter(cast(Any, form))


def _places(error: ValidationError) -> str:
    """Where and why, without the values, which may be anybody's."""
    details = error.errors(include_url=False, include_input=False, include_context=False)
    return ", ".join(f"{'.'.join(map(str, it['loc'])) or 'the whole'}: {it['type']}" for it in details[:5])


def error_of(call: Call, answer: Answer) -> PachcaError:
    """What an answer other than the expected one means."""
    status = answer.status
    if status >= 500:
        said = f"the service failed with {status}"
        return Unavailable(said) if call.reads else OutcomeUnknown(f"{said}; it may have been done")
    if status == 429:
        return RateLimited(retry_after=answer.retry_after)
    document = _object(answer.body)
    if status in _REFUSED:
        return _REFUSED[status](status, problems(document))
    match status:
        case 401:
            return NotAuthenticated(_reason(document))
        case 402:
            return PlanRequired(problems(document))
        case 403:
            scopes = _SCOPE.findall(_text(document, "error_description") or "")
            return NotAllowed(
                reason=_reason(document), scope=scopes[0] if scopes else "", problems=problems(document)
            )
    said = f"the status {status}"
    return Unreadable(said) if status >= 400 else unreadable(call, said)


def problems(document: dict[str, Any]) -> tuple[Problem, ...]:
    """What the service complains about, as far as it can be understood."""
    items = document.get("errors")
    return (
        tuple(_problem(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
    )


def _problem(item: dict[str, Any]) -> Problem:
    return Problem(_text(item, "key"), _text(item, "code"), _text(item, "message"), _text(item, "value"))


def _reason(document: dict[str, Any]) -> str:
    return shown_code(_text(document, "error"))


def _text(document: dict[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if isinstance(value, str) else None


def _object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
