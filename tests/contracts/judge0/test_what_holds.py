"""What the real service answers is no break of the contract, and neither is a compatible change."""

from __future__ import annotations

import json

import pytest

from contracts.judge0 import columns
from contracts.judge0.operations import judge0
from contracts.judge0.payloads import DEFAULT_FIELDS, Outcome, Submission
from contracts.judge0.status import Status
from tests.contracts.judge0.exchanges import (
    COLUMNS,
    ENCODED,
    NOT_COMPILED,
    OTHER_TOKEN,
    OUTCOME,
    PAGE,
    PLAIN,
    PROGRAM,
    QUEUED,
    TOKEN,
    WAITING,
    broken,
    created,
    exchange,
    fetched,
)
from troth.exchange import Exchange
from troth.jsontext import Json

AUTHORIZED = {"X-Auth-User": "{{secret:authorization}}"}
UNDECODABLE = (
    "some attributes for this submission cannot be converted to UTF-8, "
    "use base64_encoded=true query parameter"
)
BATCH: dict[str, Json] = {"submissions": [PROGRAM, {**PROGRAM, "language_id": 9999}]}
BATCH_PATH = "/submissions/batch"
TWO_TOKENS = {**PLAIN, "tokens": f"{TOKEN},{OTHER_TOKEN}"}

HOLDS = {
    "a token": created({"token": TOKEN}, query=PLAIN),
    "a verdict at once": created(OUTCOME),
    "a later server that answers before the end": created(QUEUED),
    "an error with the status 201": created({"error": UNDECODABLE, "token": TOKEN}),
    "all columns at once": created(COLUMNS, query={**WAITING, "fields": "*"}),
    "the token alone, since it was asked for": created(
        {"token": TOKEN}, query={**WAITING, "fields": "token"}
    ),
    "an empty 400": created(b"", status=400, query=PLAIN),
    "a 400 that says why": created({"error": "wait not allowed"}, status=400),
    "complaints": created({"language_id": ["can't be blank", "no such"]}, status=422),
    "a full queue": created({"error": "queue is full"}, status=503),
    "a quota": created({"message": "You have exceeded the DAILY quota"}, status=429),
    "an unknown credential": exchange("GET", "/languages", 401, content_type="text/html"),
    "a submission in the queue": fetched(QUEUED),
    "a submission that did not compile": fetched(NOT_COMPILED),
    "chosen columns": fetched({"status_id": 1, "time": None}, query={**PLAIN, "fields": "status_id,time"}),
    "columns of later servers": fetched(
        {**COLUMNS, "queue_host": "a", "queued_at": "2024-04-18T10:00:00.000Z"},
        query={**PLAIN, "fields": "*"},
    ),
    "base64 in lines": fetched({**OUTCOME, "stdout": "QUJD" * 15 + "\nQQ==\n"}, query=ENCODED),
    "an empty 404": fetched(b"", status=404),
    "a 404 of Rails": fetched({"status": 404, "error": "Not Found"}, status=404),
    "a page": exchange("GET", "/submissions", 200, PAGE, query=PLAIN, headers=AUTHORIZED),
    "attached files of no bytes": fetched(
        {**COLUMNS, "additional_files": ""}, query={**PLAIN, "fields": "*"}
    ),
    "a list that may not be seen": exchange("GET", "/submissions", 403, query=PLAIN),
    "a deletion": exchange(
        "DELETE", f"/submissions/{TOKEN}", 200, {**OUTCOME, "stdout": "NDIK\n"}, headers=AUTHORIZED
    ),
    "a batch": exchange(
        "POST", BATCH_PATH, 201, [{"token": TOKEN}, {"language_id": ["no such"]}], query=PLAIN, body=BATCH
    ),
    "a batch of invalid programs": exchange(
        "POST",
        BATCH_PATH,
        422,
        [{"source_code": ["can't be blank"]}],
        query=PLAIN,
        body={"submissions": [{}]},
    ),
    "a batch with an unknown token": exchange(
        "GET", BATCH_PATH, 200, {"submissions": [OUTCOME, None]}, query=TWO_TOKENS
    ),
    "the release": exchange("GET", "/version", 200, b"1.13.1", content_type="text/plain; charset=utf-8"),
    "the host": exchange("GET", "/system_info", 200, {"Architecture": "x86_64"}),
    "workers as documented": exchange(
        "GET",
        "/workers",
        200,
        [{"queue": "default", "size": 0, "available": 1, "idle": 1, "working": 0, "paused": 0, "failed": 0}],
    ),
    # Compatible changes.
    "a further field": created({**OUTCOME, "colour": "green"}),
    "another key order": created(dict(reversed(OUTCOME.items()))),
    "pretty-printed": created(json.dumps(OUTCOME, indent=2).encode()),
}


@pytest.mark.parametrize("seen", HOLDS.values(), ids=HOLDS.keys())
def test_the_contract_holds_for(seen: Exchange) -> None:
    assert broken(seen) == set()


def test_every_operation_is_declared_but_two() -> None:
    assert sorted(operation.label for operation in judge0.operations) == [
        "DELETE /submissions/{token}",
        "GET /about",
        "GET /config_info",
        "GET /languages",
        "GET /languages/all",
        "GET /languages/{id}",
        "GET /license",
        "GET /statuses",
        "GET /submissions",
        "GET /submissions/batch",
        "GET /submissions/{token}",
        "GET /system_info",
        "GET /version",
        "GET /workers",
        "POST /authenticate",
        "POST /authorize",
        "POST /submissions",
        "POST /submissions/batch",
    ]


def test_eight_columns_come_by_default() -> None:
    assert set(DEFAULT_FIELDS) == set(Outcome.model_fields)


def test_the_columns_of_the_release_are_required() -> None:
    required = {name for name, info in Submission.model_fields.items() if info.is_required()}
    assert required == set(COLUMNS)


def test_the_columns_of_the_release_may_be_asked_for() -> None:
    assert sorted(columns.COLUMNS) == sorted(COLUMNS)


def test_statuses_are_numbered_from_1_to_14() -> None:
    assert list(map(int, Status)) == list(range(1, 15))


def test_only_the_first_two_statuses_are_not_final() -> None:
    assert [status for status in Status if not status.final] == [Status.IN_QUEUE, Status.PROCESSING]
