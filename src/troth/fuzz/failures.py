"""What Schemathesis says of a failed check, as a value of our own.

Its messages quote requests and answers, so each is said anew: what was expected, what came instead, and
the place in the document. What an answer holds is added later, by those who know what may be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from schemathesis.core.failures import (
    AcceptedNegativeData,
    ContentTypeServerError,
    MalformedJson,
    ServerError,
)
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.core.jsonschema.bundler import unbundle_path
from schemathesis.core.mutations import Mutation
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    ContentDeserializationError,
    DiscriminatorMismatch,
    EnsureResourceAvailability,
    IgnoredAuth,
    JsonSchemaError,
    MalformedMediaType,
    MissingContentType,
    MissingHeaderNotRejected,
    MissingHeaders,
    ObjectLevelAuthorizationViolation,
    RejectedPositiveData,
    UndefinedContentType,
    UndefinedStatusCode,
    UnsupportedMethodResponse,
    UseAfterFree,
)

from troth import jsontext
from troth.fuzz.case import Failure

_Case: TypeAlias = Case[Any]
CONTENT_TYPE = "header Content-Type"
_BUNDLED = re.compile(r"\$ref|x-bundled|schema\d+")
RESPONSES = ("responses",)
"""Begins a place in the document that is told from the operation on."""


def failure_of(check: str, failure: EngineFailure, case: _Case) -> Failure:
    """One failed check."""
    for kind in type(failure).__mro__:
        if kind in _TOLD:
            return _TOLD[kind](check, failure, case)
    # A check that somebody wrote for schemathesis: what it says may hold anything.
    return Failure(check, failure.title)


def checks_of(failure: EngineFailure) -> tuple[str, ...]:
    """The checks that may have failed so; the library names every one that can, also of another part."""
    if isinstance(failure, JsonSchemaError):
        header = failure.title.startswith("Response header")
        return ("response_headers_conformance" if header else "response_schema_conformance",)
    return failure.checks or ("",)


def one_of(values: Iterable[object]) -> str:
    """``one of 200, 404``, or the only one."""
    texts = [str(value) for value in values]
    return texts[0] if len(texts) == 1 else f"one of {', '.join(texts)}"


def _server_error(check: str, failure: ServerError, _: _Case) -> Failure:
    rule = "content-type" if isinstance(failure, ContentTypeServerError) else ""
    said = "the type of the body is none that the operation takes" if rule else ""
    return Failure(
        check, failure.title, said, "status", "no 5xx", str(failure.status_code), rule, schema=RESPONSES
    )


def _status(check: str, failure: UndefinedStatusCode, _: _Case) -> Failure:
    expected = one_of(failure.defined_status_codes)
    return Failure(
        check, failure.title, "", "status", expected, str(failure.status_code), "undeclared", RESPONSES
    )


def _content_type(
    check: str, failure: MissingContentType | UndefinedContentType | MalformedMediaType, _: _Case
) -> Failure:
    match failure:
        case MissingContentType():
            expected, actual, rule = one_of(failure.media_types), "nothing", "missing"
        case UndefinedContentType():
            expected, actual, rule = (
                one_of(failure.defined_content_types),
                failure.content_type[:60],
                "undeclared",
            )
        case MalformedMediaType():
            expected, actual, rule = failure.defined, failure.actual[:60], "malformed"
    return Failure(check, failure.title, "", CONTENT_TYPE, expected, actual, rule, RESPONSES)


def _missing_headers(check: str, failure: MissingHeaders, _: _Case) -> Failure:
    names = ", ".join(failure.missing_headers)
    return Failure(
        check, failure.title, names, f"header {names}", "this header", "nothing", "missing", RESPONSES
    )


def _schema(check: str, failure: JsonSchemaError, _: _Case) -> Failure:
    bundled = failure._name_to_uri or {}
    schema = tuple(unbundle_path(list(failure.schema_path), bundled))
    path = jsontext.path_text(tuple(failure.instance_path))
    # Which header it is, the library does not say.
    place = "header" if check == "response_headers_conformance" else path
    rule = next((part for part in reversed(schema) if isinstance(part, str)), "")
    return Failure(check, failure.title, path=place, rule=rule, schema=schema)


def _malformed(check: str, failure: MalformedJson, _: _Case) -> Failure:
    where = f"line {failure.lineno}, column {failure.colno}"
    actual = f"a body that is not JSON from {where} on"
    return Failure(check, failure.title, "", "$", "one JSON document", actual, "malformed", RESPONSES)


def _unreadable(check: str, failure: ContentDeserializationError, _: _Case) -> Failure:
    expected, actual = "a body of its Content-Type", "one that cannot be read as such"
    return Failure(check, failure.title, "", "$", expected, actual, "malformed", RESPONSES)


def _discriminator(check: str, failure: DiscriminatorMismatch, _: _Case) -> Failure:
    expected = "a value that names one of the schemas"
    return Failure(check, failure.title, "", "$", expected, "another one", "discriminator", RESPONSES)


def _accepted(check: str, failure: AcceptedNegativeData, case: _Case) -> Failure:
    part = broken_part(case)
    said = ": ".join(text for text in (part.component, part.how) if text)
    expected, actual = one_of(failure.expected_statuses), str(failure.status_code)
    return Failure(check, failure.title, said, "status", expected, actual, said, part.schema)


@dataclass(frozen=True, slots=True)
class BrokenPart:
    """What of a request is wrong on purpose, and how."""

    component: str = ""
    """``query limit``, ``body``."""
    how: str = ""
    schema: tuple[str | int, ...] = ()
    """The place in the document, from the operation on."""


def broken_part(case: _Case) -> BrokenPart:
    """What the generator says of its request; nothing, where it was not wrong on purpose."""
    data = case.meta.phase.data if case.meta is not None else None
    if data is None:
        return BrokenPart()
    if data.mutations:
        return _mutated(data.mutations, case)
    place = data.parameter_location.name.lower() if data.parameter_location is not None else ""
    name = data.parameter or ""
    if place != "body":
        how = _how(data.description, name)
        return BrokenPart(f"{place} {name}".strip(), how, ("parameters", place, name) if name else ())
    return BrokenPart(place, _how(data.description, ""), _body_at(case, data.location or ""))


def _mutated(mutations: Sequence[Mutation], case: _Case) -> BrokenPart:
    """Each part and the keywords that it breaks, without its value: that differs from request to request."""
    told = [
        f"{place}: breaks {', '.join(each.keywords) or each.operator.value.replace('_', ' ')}"
        for each in mutations
        for place in (f"{_place_of(each)}{jsontext.path_text(tuple(each.path))[1:]}",)
    ]
    first = mutations[0]
    inside = f"{first.schema_pointer}/{first.keywords[0] if first.keywords else ''}"
    named = ("parameters", first.parameter_location.name.lower(), first.parameter or "")
    at_body = first.parameter_location.name.lower() == "body"
    return BrokenPart("", "; ".join(dict.fromkeys(told)), _body_at(case, inside) if at_body else named)


def _place_of(mutation: Mutation) -> str:
    place, name = mutation.parameter_location.name.lower(), mutation.parameter
    return place if place == "body" or not name else f"{place} {name}"


def _body_at(case: _Case, inside: str) -> tuple[str | int, ...]:
    """A place in the schema of the body; the library's own names of schemas lead nowhere."""
    parts = [part for part in inside.split("/") if part and not _BUNDLED.fullmatch(part)]
    return ("requestBody", "content", case.media_type or "", "schema", *parts)


def _how(description: str | None, name: str) -> str:
    said = (description or "").strip().removeprefix(f"{name}: ").partition("\n")[0]
    return (said[:1].lower() + said[1:])[:120]


def _refused(check: str, failure: RejectedPositiveData, _: _Case) -> Failure:
    expected, actual = one_of(failure.allowed_statuses), str(failure.status_code)
    return Failure(check, failure.title, "", "status", expected, actual)


def _header_not_needed(check: str, failure: MissingHeaderNotRejected, _: _Case) -> Failure:
    said, expected = f"header {failure.header_name} is left out", one_of(failure.expected_statuses)
    actual = str(failure.status_code)
    return Failure(check, failure.title, said, "status", expected, actual, failure.header_name)


def _method(check: str, failure: UnsupportedMethodResponse, _: _Case) -> Failure:
    if failure.failure_reason == "missing_allow_header":
        rule, expected = failure.failure_reason, "a header Allow (RFC 9110, 15.5.6)"
        return Failure(check, failure.title, "405 without Allow", "header Allow", expected, "nothing", rule)
    return Failure(
        check,
        failure.title,
        "a method that the path does not have",
        "status",
        "405 with a header Allow",
        f"{failure.status_code} for {failure.method}",
        failure.failure_reason,
    )


def _allow(check: str, failure: AllowHeaderMismatch, _: _Case) -> Failure:
    parts = [
        f"{what} {', '.join(methods)}"
        for what, methods in (("with", failure.missing_methods), ("without", failure.undocumented_methods))
        if methods
    ]
    expected = f"the methods of the document: {' and '.join(parts)}"
    return Failure(check, failure.title, "", "header Allow", expected, failure.allow_header[:200])


def _after_free(check: str, failure: UseAfterFree, _: _Case) -> Failure:
    said = f"what {failure.operation} removed is still there"
    return Failure(check, failure.title, said, "status", "404", rule=failure.operation or "")


def _unavailable(check: str, failure: EnsureResourceAvailability, _: _Case) -> Failure:
    said = f"what {failure.created_with} made is not there"
    return Failure(check, failure.title, said, "status", "what was just made", "404", failure.created_with)


def _ignored_auth(check: str, failure: IgnoredAuth, _: _Case) -> Failure:
    said = _CREDENTIALS.get(failure.scenario.value, "")
    return Failure(check, failure.title, said, "status", "401 or 403", "", failure.scenario.value)


_CREDENTIALS = {
    "no_auth": "the request has no credential",
    "invalid_auth": "the credential is a wrong one",
    "generated_auth": "the credential is a generated one",
}


def _foreign(check: str, failure: ObjectLevelAuthorizationViolation, _: _Case) -> Failure:
    said = f"{failure.peer} is given what {failure.owner} made"
    return Failure(check, failure.title, said, "status", "401, 403 or 404", "", "object")


_TOLD: Mapping[type, Callable[[str, Any, _Case], Failure]] = {
    ServerError: _server_error,
    UndefinedStatusCode: _status,
    MissingContentType: _content_type,
    UndefinedContentType: _content_type,
    MalformedMediaType: _content_type,
    MissingHeaders: _missing_headers,
    JsonSchemaError: _schema,
    MalformedJson: _malformed,
    ContentDeserializationError: _unreadable,
    DiscriminatorMismatch: _discriminator,
    AcceptedNegativeData: _accepted,
    RejectedPositiveData: _refused,
    MissingHeaderNotRejected: _header_not_needed,
    UnsupportedMethodResponse: _method,
    AllowHeaderMismatch: _allow,
    UseAfterFree: _after_free,
    EnsureResourceAvailability: _unavailable,
    IgnoredAuth: _ignored_auth,
    ObjectLevelAuthorizationViolation: _foreign,
}
