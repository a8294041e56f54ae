"""What Schemathesis says of a failed check, said anew: expected, actual, place, and nothing of a value."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import AcceptedNegativeData, CustomFailure, MalformedJson, ServerError
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import (
    AllowHeaderMismatch,
    AuthScenario,
    ContentDeserializationError,
    DiscriminatorMismatch,
    EnsureResourceAvailability,
    IgnoredAuth,
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

from troth.fuzz.failures import checks_of, failure_of

SECRET = "s3cr3t-of-an-answer"
AT: dict[str, Any] = {"operation": "GET /notes", "message": SECRET}
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "notes", "version": "1"},
    "paths": {"/notes": {"get": {"responses": {"200": {"description": "OK"}}}}},
}


def case() -> Case[Any]:
    """A case that nobody generated."""
    schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig())
    made: Case[Any] = schema["/notes"]["GET"].Case()
    return made


KINDS: dict[str, tuple[EngineFailure, str, str, str]] = {
    "server error": (ServerError(**AT, status_code=500), "status", "no 5xx", "500"),
    "status": (
        UndefinedStatusCode(
            **AT, status_code=418, defined_status_codes=["200", "4XX"], allowed_status_codes=[200]
        ),
        "status",
        "one of 200, 4XX",
        "418",
    ),
    "no content type": (
        MissingContentType(**AT, media_types=["a/b", "c/d"]),
        "header Content-Type",
        "one of a/b, c/d",
        "nothing",
    ),
    "content type": (
        UndefinedContentType(**AT, content_type="text/html", defined_content_types=["a/b"]),
        "header Content-Type",
        "a/b",
        "text/html",
    ),
    "malformed media type": (
        MalformedMediaType(**AT, actual="text", defined="a/b"),
        "header Content-Type",
        "a/b",
        "text",
    ),
    "headers": (
        MissingHeaders(**AT, missing_headers=["Retry-After"]),
        "header Retry-After",
        "this header",
        "nothing",
    ),
    "malformed": (
        MalformedJson(**AT, validation_message=SECRET, document=SECRET, position=3, lineno=1, colno=4),
        "$",
        "one JSON document",
        "a body that is not JSON from line 1, column 4 on",
    ),
    "unreadable": (
        ContentDeserializationError(**AT),
        "$",
        "a body of its Content-Type",
        "one that cannot be read as such",
    ),
    "discriminator": (
        DiscriminatorMismatch(**AT),
        "$",
        "a value that names one of the schemas",
        "another one",
    ),
    "accepted": (
        AcceptedNegativeData(**AT, status_code=201, expected_statuses=["400", "422"]),
        "status",
        "one of 400, 422",
        "201",
    ),
    "refused": (
        RejectedPositiveData(**AT, status_code=422, allowed_statuses=["2xx"]),
        "status",
        "2xx",
        "422",
    ),
    "required header": (
        MissingHeaderNotRejected(**AT, header_name="X-Key", status_code=200, expected_statuses=[406]),
        "status",
        "406",
        "200",
    ),
    "method": (
        UnsupportedMethodResponse(**AT, method="TRACE", status_code=200, failure_reason="wrong_status"),
        "status",
        "405 with a header Allow",
        "200 for TRACE",
    ),
    "no allow": (
        UnsupportedMethodResponse(
            **AT, method="TRACE", status_code=405, failure_reason="missing_allow_header"
        ),
        "header Allow",
        "a header Allow (RFC 9110, 15.5.6)",
        "nothing",
    ),
    "allow": (
        AllowHeaderMismatch(
            **AT, allow_header="GET, PUT", missing_methods=["POST"], undocumented_methods=["PUT"]
        ),
        "header Allow",
        "the methods of the document: with POST and without PUT",
        "GET, PUT",
    ),
    "free": (UseAfterFree(**AT, free=SECRET, usage=SECRET), "status", "404", ""),
    "unavailable": (
        EnsureResourceAvailability(**AT, created_with="POST /notes", not_available_with="GET /notes"),
        "status",
        "what was just made",
        "404",
    ),
    "auth": (IgnoredAuth(**AT, scenario=AuthScenario.NO_AUTH), "status", "401 or 403", ""),
    "object": (
        ObjectLevelAuthorizationViolation(**AT, owner="a", peer="b", owner_case_id="1"),
        "status",
        "401, 403 or 404",
        "",
    ),
    "custom": (CustomFailure(**AT, title="own", exception=ValueError(SECRET)), "", "", ""),
}


@pytest.mark.parametrize(("failure", "path", "expected", "actual"), KINDS.values(), ids=KINDS)
def test_a_failure_tells_what_was_expected_and_what_came(
    failure: EngineFailure, path: str, expected: str, actual: str
) -> None:
    told = failure_of("check", failure, case())

    assert (told.path, told.expected, told.actual) == (path, expected, actual)


@pytest.mark.parametrize("failure", [kind[0] for kind in KINDS.values()], ids=KINDS)
def test_nothing_of_the_message_of_the_library_is_told(failure: EngineFailure) -> None:
    assert SECRET not in repr(failure_of("check", failure, case()))


def test_a_failure_that_two_checks_can_have_names_both() -> None:
    failure = MissingContentType(**AT, media_types=["a/b"])

    assert checks_of(failure) == ("content_type_conformance", "response_schema_conformance")


def test_a_failure_of_an_unknown_check_names_none() -> None:
    failure = CustomFailure(**AT, title="own", exception=ValueError())

    assert checks_of(failure) == ("",)
