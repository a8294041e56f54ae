"""Each trap of Judge0, sprung: the judge names the place and the rule."""

from __future__ import annotations

import pytest

from contracts.judge0.operations import judge0
from contracts.judge0.payloads import DEFAULT_FIELDS
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
    without,
)
from troth.exchange import Exchange
from troth.jsontext import Json

AUTHORIZED = {"X-Auth-User": "{{secret:authorization}}"}
EVERYTHING = {**PLAIN, "fields": "*"}
BATCH: dict[str, Json] = {"submissions": [PROGRAM, PROGRAM]}
TWO_TOKENS = {**PLAIN, "tokens": f"{TOKEN},{OTHER_TOKEN}"}


@pytest.mark.parametrize(
    ("field", "value", "place", "rule"),
    [
        ("status", {"id": 3.0, "description": "Accepted"}, "$.status.id", "field-type"),
        ("status", {"id": "3", "description": "Accepted"}, "$.status.id", "field-type"),
        ("status", {"id": 15, "description": "Accepted"}, "$.status.id", "field-enum"),
        ("status", {"id": None, "description": "Accepted"}, "$.status.id", "field-null"),
        ("status", {"id": 4, "description": "Accepted"}, "$.status", "field-invalid"),
        ("status", {"id": 3, "name": "Accepted"}, "$.status.description", "field-missing"),
        ("status", 3, "$.status", "field-type"),
        ("time", 0.021, "$.time", "field-type"),
        ("time", "21 ms", "$.time", "field-constraint"),
        ("time", None, "$", "field-invalid"),
        ("memory", "9324", "$.memory", "field-type"),
        ("memory", 9324.0, "$.memory", "field-type"),
        ("memory", True, "$.memory", "field-type"),
        ("memory", -1, "$.memory", "field-constraint"),
        ("memory", 2**63, "$.memory", "field-constraint"),
        ("memory", None, "$", "field-invalid"),
        ("stdout", "", "$.stdout", "field-constraint"),
        ("stdout", ["42"], "$.stdout", "field-type"),
        ("token", None, "$.token", "field-null"),
        ("token", "42", "$.token", "field-constraint"),
        ("token", OTHER_TOKEN.replace("-", ""), "$.token", "field-constraint"),
    ],
)
def test_a_field_of_a_submission(field: str, value: Json, place: str, rule: str) -> None:
    assert (place, rule) in broken(created({**OUTCOME, field: value}))


def test_true_is_not_the_status_1() -> None:
    in_queue: Json = {"id": True, "description": "In Queue"}
    assert broken(fetched({**QUEUED, "status": in_queue})) == {("$.status.id", "field-type")}


@pytest.mark.parametrize("name", DEFAULT_FIELDS)
def test_each_default_field_is_required(name: str) -> None:
    assert (f"$.{name}", "field-missing") in broken(created(without(OUTCOME, name)))


@pytest.mark.parametrize("name", COLUMNS)
def test_each_column_is_required_where_every_one_is_asked_for(name: str) -> None:
    assert (f"$.{name}", "field-missing") in broken(fetched(without(COLUMNS, name), query=EVERYTHING))


@pytest.mark.parametrize("name", ["status_id", "wall_time"])
def test_each_chosen_column_is_required(name: str) -> None:
    asked = {**PLAIN, "fields": "status_id,wall_time"}
    answer: dict[str, Json] = {"status_id": 3, "wall_time": "0.1"}
    assert (f"$.{name}", "field-missing") in broken(fetched(without(answer, name), query=asked))


def test_a_renamed_field() -> None:
    renamed = {**without(OUTCOME, "token"), "id": TOKEN}
    assert ("$.token", "field-missing") in broken(created(renamed))


BREAKS: dict[str, tuple[Exchange, str, str]] = {
    # The two forms of an answer, and the third that hides in a 201.
    "a token alone in spite of wait": (created({"token": TOKEN}), "$", "answer-shape"),
    "a token alone in spite of fields": (
        created({"token": TOKEN}, query={**WAITING, "fields": "token,time"}),
        "$",
        "answer-shape",
    ),
    "a submission without wait": (created(OUTCOME, query=PLAIN), "$", "answer-shape"),
    "an error with the status 201 and no token": (created({"error": "no"}), "$.token", "field-missing"),
    # What a status says of the other fields.
    "a result before the end": (fetched({**QUEUED, "stdout": "4"}), "$", "field-invalid"),
    "a time of what did not compile": (fetched({**NOT_COMPILED, "time": "0.1"}), "$", "field-invalid"),
    "a status that is not its own": (
        fetched({**COLUMNS, "status_id": 4}, query=EVERYTHING),
        "$",
        "field-invalid",
    ),
    "a language that is not its own": (
        fetched({**COLUMNS, "language_id": 50}, query=EVERYTHING),
        "$",
        "field-invalid",
    ),
    "a time limit as a number": (
        fetched({**COLUMNS, "cpu_time_limit": 5.0}, query=EVERYTHING),
        "$.cpu_time_limit",
        "field-type",
    ),
    "a moment without milliseconds": (
        fetched({**COLUMNS, "created_at": "2024-04-18T10:00:00Z"}, query=EVERYTHING),
        "$.created_at",
        "field-constraint",
    ),
    # Base64.
    "a plain text where base64 was asked for": (fetched(OUTCOME, query=ENCODED), "$.stdout", "base64"),
    "base64 on one long line": (
        fetched({**OUTCOME, "stdout": "QUJD" * 16 + "\n"}, query=ENCODED),
        "$.stdout",
        "base64",
    ),
    "base64 without the last line break": (
        fetched({**OUTCOME, "stdout": "NDIK"}, query=ENCODED),
        "$.stdout",
        "base64",
    ),
    "a plain text of what was deleted": (
        exchange("DELETE", f"/submissions/{TOKEN}", 200, OUTCOME, headers=AUTHORIZED),
        "$.stdout",
        "base64",
    ),
    # What comes back is what was asked for.
    "another token": (fetched({**OUTCOME, "token": OTHER_TOKEN}), "$.token", "echo-differs"),
    "another language": (
        created(
            {**COLUMNS, "language_id": 50, "language": {"id": 50, "name": "C"}},
            query={**WAITING, "fields": "*"},
        ),
        "$.language_id",
        "echo-differs",
    ),
    "another page": (
        exchange("GET", "/submissions", 200, PAGE, query={**PLAIN, "page": "2"}, headers=AUTHORIZED),
        "$.meta.current_page",
        "echo-differs",
    ),
    "more than fit a page": (
        exchange(
            "GET",
            "/submissions",
            200,
            {**PAGE, "submissions": [OUTCOME, OUTCOME]},
            query={**PLAIN, "per_page": "1"},
            headers=AUTHORIZED,
        ),
        "$.submissions",
        "answer-count",
    ),
    "the page after the next": (
        exchange(
            "GET",
            "/submissions",
            200,
            {"submissions": [], "meta": {**PAGE["meta"], "next_page": 3}},  # type: ignore[dict-item]
            query=PLAIN,
            headers=AUTHORIZED,
        ),
        "$.meta",
        "field-invalid",
    ),
    # Batches.
    "one answer too few to a batch": (
        exchange("POST", "/submissions/batch", 201, [{"token": TOKEN}], query=PLAIN, body=BATCH),
        "$",
        "answer-count",
    ),
    "an answer that is neither": (
        exchange(
            "POST", "/submissions/batch", 201, [{"tokn": TOKEN}, {"token": TOKEN}], query=PLAIN, body=BATCH
        ),
        "$[0].tokn",
        "field-type",
    ),
    "a token that is a list": (
        exchange(
            "POST", "/submissions/batch", 201, [{"token": [TOKEN]}, {"token": TOKEN}], query=PLAIN, body=BATCH
        ),
        "$[0].token",
        "field-type",
    ),
    "one submission too few": (
        exchange("GET", "/submissions/batch", 200, {"submissions": [OUTCOME]}, query=TWO_TOKENS),
        "$.submissions",
        "answer-count",
    ),
    "submissions in another order": (
        exchange("GET", "/submissions/batch", 200, {"submissions": [None, OUTCOME]}, query=TWO_TOKENS),
        "$.submissions[1].token",
        "echo-differs",
    ),
    # Errors.
    "a 422 in the shape of a 400": (created({"error": "no"}, status=422), "$.error", "field-type"),
    "a complaint that is no list": (created({"stdin": "no"}, status=422), "$.stdin", "field-type"),
    "a 422 without a complaint": (created({}, status=422), "$", "field-constraint"),
    "a 400 in the shape of a 422": (created({"stdin": ["no"]}, status=400), "$.error", "field-missing"),
    "a quota in the shape of a 400": (created({"error": "no"}, status=429), "$.message", "field-missing"),
    "a 401 that says something": (created({"error": "no"}, status=401), "$", "body-unexpected"),
    "an empty 422": (created(b"", status=422), "$", "body-malformed"),
    "a status that nobody documents": (created(b"", status=500), "status", "status-undeclared"),
    # Around the body.
    "a page in place of JSON": (
        exchange("GET", "/languages", 200, [], content_type="text/html"),
        "header Content-Type",
        "content-type",
    ),
    "a release that is none": (
        exchange("GET", "/version", 200, b"soon", content_type="text/plain"),
        "$",
        "body-text",
    ),
}


@pytest.mark.parametrize(("seen", "place", "rule"), BREAKS.values(), ids=BREAKS.keys())
def test_an_answer(seen: Exchange, place: str, rule: str) -> None:
    assert (place, rule) in broken(seen)


def _asked(body: Json, query: dict[str, str] = PLAIN) -> Exchange:
    return exchange("POST", "/submissions", 201, {"token": TOKEN}, query=query, body=body)


def _listed(query: dict[str, str]) -> Exchange:
    return exchange("GET", "/submissions", 200, PAGE, query=query, headers=AUTHORIZED)


NOT_BASE64 = _asked(PROGRAM, ENCODED)

REQUESTS: dict[str, tuple[Exchange, str, str]] = {
    "a plain text sent as base64": (NOT_BASE64, "$.source_code", "base64"),
    "base64_encoded left out": (_asked(PROGRAM, {}), "query base64_encoded", "parameter-missing"),
    "base64_encoded as yes": (
        _asked(PROGRAM, {"base64_encoded": "1"}),
        "query base64_encoded",
        "parameter-value",
    ),
    "a parameter that nobody knows": (
        _asked(PROGRAM, {**PLAIN, "verbose": "true"}),
        "query verbose",
        "parameter-undeclared",
    ),
    "a field that would be dropped": (_asked({**PROGRAM, "sdtin": ""}), "$.sdtin", "field-undeclared"),
    "a language as text": (_asked({**PROGRAM, "language_id": "71"}), "$.language_id", "field-type"),
    "no language": (_asked(without(PROGRAM, "language_id")), "$.language_id", "field-missing"),
    "a blank program": (_asked({**PROGRAM, "source_code": " "}), "$", "field-invalid"),
    "a project with a source": (_asked({**PROGRAM, "language_id": 89}), "$", "field-invalid"),
    "a limit out of range": (
        _asked({**PROGRAM, "cpu_time_limit": 16}),
        "$.cpu_time_limit",
        "field-constraint",
    ),
    "a limit as text": (_asked({**PROGRAM, "cpu_time_limit": "5.0"}), "$.cpu_time_limit", "field-type"),
    "a project with files of no bytes": (
        _asked({"language_id": 89, "additional_files": ""}),
        "$",
        "field-invalid",
    ),
    "a column that does not exist": (
        fetched(OUTCOME, query={**PLAIN, "fields": "token,stdot"}),
        "query fields",
        "parameter-value",
    ),
    "a size of a page that is no number": (
        _listed({**PLAIN, "per_page": "null"}),
        "query per_page",
        "parameter-value",
    ),
    "a page that is no number": (_listed({**PLAIN, "page": "1st"}), "query page", "parameter-value"),
    "a page beyond what the database counts": (
        _listed({**PLAIN, "page": str(2**31)}),
        "query page",
        "parameter-value",
    ),
    "a token that is none": (
        exchange("GET", "/submissions/42", 404, query=PLAIN),
        "path token",
        "parameter-value",
    ),
    "a list without authorisation": (
        exchange("GET", "/submissions", 200, PAGE, query=PLAIN),
        "header X-Auth-User",
        "header-missing",
    ),
    "a body that is no JSON by its name": (
        exchange("GET", "/languages", 200, [], body={"a": 1}),
        "$",
        "body-unexpected",
    ),
}


@pytest.mark.parametrize(("seen", "place", "rule"), REQUESTS.values(), ids=REQUESTS.keys())
def test_a_request(seen: Exchange, place: str, rule: str) -> None:
    assert (place, rule) in broken(seen)


def test_the_service_is_not_to_blame_for_what_was_sent() -> None:
    assert {mismatch.side for mismatch in judge0.judge(NOT_BASE64)} == {"request"}


def test_a_request_that_was_refused_is_not_judged() -> None:
    refused = exchange("POST", "/submissions", 422, {"language_id": ["no"]}, query=PLAIN, body={"stdin": 1})
    assert broken(refused) == set()
