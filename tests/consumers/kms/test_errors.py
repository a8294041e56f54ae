"""What the service answers, or fails to, as the errors of the consumer."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import requests
import responses

from consumers.kms.bounds import MAX_ANSWER
from consumers.kms.connection import Patience
from consumers.kms.errors import (
    Conflict,
    Corrupted,
    InvalidRequest,
    KeyNotUsable,
    KmsError,
    KmsRefused,
    KmsUnavailable,
    Misconfigured,
    NoAnswer,
    NotAuthenticated,
    NotPermitted,
    ServiceDown,
    Throttled,
    UnknownKey,
)
from consumers.kms.keys import Keys
from consumers.kms.signer import Signer
from tests.consumers.kms.answers import (
    ENCRYPTING,
    KEY,
    ONCE,
    QUICK,
    SIGNED,
    URL,
    VERSION,
    answer,
    connection,
    failure,
)

SIGN = f"{URL}/v1/{VERSION}:asymmetricSign"


@pytest.fixture
def mocked() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def _sign(patience: Patience = ONCE) -> None:
    with connection(patience) as kms:
        Signer(kms, VERSION, algorithm="EC_SIGN_P256_SHA256").sign(b"payload")


@pytest.mark.parametrize(
    ("status", "name", "kind", "family"),
    [
        (400, "INVALID_ARGUMENT", InvalidRequest, KmsRefused),
        (400, "FAILED_PRECONDITION", KeyNotUsable, KmsRefused),
        (401, "UNAUTHENTICATED", NotAuthenticated, Misconfigured),
        (403, "PERMISSION_DENIED", NotPermitted, Misconfigured),
        (404, "NOT_FOUND", UnknownKey, Misconfigured),
        (409, "ABORTED", Conflict, KmsRefused),
        (429, "RESOURCE_EXHAUSTED", Throttled, KmsUnavailable),
        (500, "INTERNAL", ServiceDown, KmsUnavailable),
        (502, "UNKNOWN", ServiceDown, KmsUnavailable),
        (503, "UNAVAILABLE", ServiceDown, KmsUnavailable),
        (504, "DEADLINE_EXCEEDED", ServiceDown, KmsUnavailable),
        (418, "INTERNAL", Corrupted, KmsError),
    ],
)
def test_an_error_has_its_type(
    mocked: responses.RequestsMock, status: int, name: str, kind: type[KmsError], family: type[KmsError]
) -> None:
    answer(mocked, ":asymmetricSign", failure(status, name), status)

    with pytest.raises(KmsError) as caught:
        _sign()

    assert type(caught.value) is kind
    assert isinstance(caught.value, family)


def test_an_error_without_a_document_has_the_type_of_its_status(mocked: responses.RequestsMock) -> None:
    mocked.post(SIGN, body="<html>no</html>", status=400)

    with pytest.raises(InvalidRequest):
        _sign()


@pytest.mark.parametrize("broken", [requests.ConnectionError("gone"), requests.ReadTimeout("slow")])
def test_no_answer(mocked: responses.RequestsMock, broken: Exception) -> None:
    mocked.post(SIGN, body=broken)

    with pytest.raises(NoAnswer):
        _sign()


def test_an_answer_that_is_not_json(mocked: responses.RequestsMock) -> None:
    mocked.post(SIGN, body="not json", status=200)

    with pytest.raises(Corrupted):
        _sign()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"name": "\xff"}', id="not UTF-8"),
        pytest.param(b" " * (MAX_ANSWER + 1), id="without end"),
    ],
)
def test_an_answer_that_cannot_be_read(mocked: responses.RequestsMock, body: bytes) -> None:
    mocked.post(SIGN, body=body, status=200, content_type="application/json")

    with pytest.raises(Corrupted):
        _sign()


def test_an_answer_as_long_as_allowed_is_read(mocked: responses.RequestsMock) -> None:
    mocked.post(SIGN, body=json.dumps(SIGNED).encode().ljust(MAX_ANSWER), content_type="application/json")

    _sign()

    assert len(mocked.calls) == 1


def test_no_answer_leads_elsewhere(mocked: responses.RequestsMock) -> None:
    mocked.post(SIGN, status=302, headers={"Location": f"{URL}/elsewhere"})

    with pytest.raises(Corrupted):
        _sign(QUICK)

    assert len(mocked.calls) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param({"json": failure(503, "UNAVAILABLE"), "status": 503}, id="503"),
        pytest.param({"body": requests.ConnectionError("refused")}, id="no connection"),
    ],
)
def test_signing_is_asked_for_again(mocked: responses.RequestsMock, trouble: dict[str, object]) -> None:
    mocked.post(SIGN, **trouble)
    answer(mocked, ":asymmetricSign", SIGNED)

    _sign(QUICK)

    assert len(mocked.calls) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_nothing_else_is_asked_for_again(mocked: responses.RequestsMock, status: int) -> None:
    answer(mocked, ":asymmetricSign", failure(status, "UNKNOWN"), status)

    with pytest.raises(KmsError):
        _sign(QUICK)

    assert len(mocked.calls) == 1


def test_asking_again_ends_at_the_deadline(mocked: responses.RequestsMock) -> None:
    answer(mocked, ":asymmetricSign", failure(503, "UNAVAILABLE"), 503)

    with pytest.raises(ServiceDown):
        _sign(Patience(timeout=1, deadline=0.3, first_pause=0.02, longest_pause=0.02))

    assert len(mocked.calls) > 1


def test_what_makes_a_thing_is_not_done_twice(mocked: responses.RequestsMock) -> None:
    mocked.post(f"{URL}/v1/{KEY}/cryptoKeyVersions", json=failure(503, "UNAVAILABLE"), status=503)

    with connection(QUICK) as kms, pytest.raises(ServiceDown):
        Keys(kms).create_version(KEY)

    assert len(mocked.calls) == 1


def test_a_later_page_that_fails_has_its_type(mocked: responses.RequestsMock) -> None:
    ring = KEY.rpartition("/cryptoKeys/")[0]
    page = {"cryptoKeys": [ENCRYPTING], "nextPageToken": "t"}
    mocked.get(f"{URL}/v1/{ring}/cryptoKeys", json=page)
    mocked.get(f"{URL}/v1/{ring}/cryptoKeys", json=failure(429, "RESOURCE_EXHAUSTED"), status=429)

    with connection() as kms, pytest.raises(Throttled):
        list(Keys(kms).keys(ring))


def test_the_token_goes_with_the_call(mocked: responses.RequestsMock) -> None:
    answer(mocked, ":asymmetricSign", SIGNED)

    _sign()

    assert mocked.calls[0].request.headers["authorization"] == "Bearer s3cret-token"
