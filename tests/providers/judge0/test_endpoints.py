"""Every endpoint, its documented fields, and every error that is not a 422."""

from __future__ import annotations

import base64
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import pytest

from tests.providers.judge0.stage import Json, Judge, status_id

NOT_UTF8 = "cannot be converted to UTF-8, use base64_encoded=true query parameter"
DEFAULT = ["stdout", "time", "memory", "stderr", "token", "compile_output", "message", "status"]
ALL = [
    "source_code",
    "language_id",
    "stdin",
    "expected_output",
    "stdout",
    "status_id",
    "created_at",
    "finished_at",
    "time",
    "memory",
    "stderr",
    "token",
    "number_of_runs",
    "cpu_time_limit",
    "cpu_extra_time",
    "wall_time_limit",
    "memory_limit",
    "stack_limit",
    "max_processes_and_or_threads",
    "enable_per_process_and_thread_time_limit",
    "enable_per_process_and_thread_memory_limit",
    "max_file_size",
    "compile_output",
    "exit_code",
    "exit_signal",
    "message",
    "wall_time",
    "compiler_options",
    "command_line_arguments",
    "redirect_stderr_to_stdout",
    "callback_url",
    "additional_files",
    "enable_network",
    "status",
    "language",
]
ECHO: Json = {"source_code": "echo hi", "language_id": 46}
READINGS = [
    "languages",
    "languages/all",
    "statuses",
    "config_info",
    "system_info",
    "about",
    "workers",
    "version",
]


def keys(document: object) -> list[str]:
    assert isinstance(document, dict)
    return list(document)


# Descriptions of the service


@pytest.mark.parametrize("path", [*READINGS, "license", "languages/46"])
def test_reading_answers(judge: Judge, path: str) -> None:
    assert judge.get(f"/{path}").status_code == 200


def test_languages_are_sorted_by_name(judge: Judge) -> None:
    languages = cast(list[Json], judge.get("/languages").json)

    assert {"id": 46, "name": "Bash (5.0.0)"} in languages
    assert languages == sorted(languages, key=lambda language: str(language["name"]))


def test_all_languages_say_whether_archived(judge: Judge) -> None:
    languages = cast(list[Json], judge.get("/languages/all").json)

    assert {"id": 46, "name": "Bash (5.0.0)", "is_archived": False} in languages


def test_language_has_its_commands(judge: Judge) -> None:
    language = cast(Json, judge.get("/languages/46").json)

    assert keys(language) == ["id", "name", "is_archived", "source_file", "compile_cmd", "run_cmd"]
    assert (language["source_file"], language["compile_cmd"]) == ("script.sh", None)


@pytest.mark.parametrize("language", ["9999", "0", "-1", "abc", "²", "9" * 5000])
def test_unknown_language_is_an_empty_404(judge: Judge, language: str) -> None:
    response = judge.get(f"/languages/{language}")

    assert (response.status_code, response.data) == (404, b"")


def test_statuses_are_fourteen(judge: Judge) -> None:
    statuses = cast(list[Json], judge.get("/statuses").json)

    assert [status["id"] for status in statuses] == list(range(1, 15))
    assert statuses[10] == {"id": 11, "description": "Runtime Error (NZEC)"}


def test_limits_of_config_info_keep_their_kinds(judge: Judge) -> None:
    body = judge.get("/config_info").text

    assert '"max_cpu_time_limit":15.0' in body
    assert '"max_memory_limit":512000' in body
    assert '"allowed_languages_for_compile_options":[]' in body


def test_about_names_the_version(judge: Judge) -> None:
    about = cast(Json, judge.get("/about").json)

    assert keys(about) == ["version", "homepage", "source_code", "maintainer"]
    assert about["version"] == "1.13.1"


def test_workers_are_counted_by_queue(judge: Judge) -> None:
    workers = cast(list[Json], judge.get("/workers").json)

    assert [keys(queue) for queue in workers] == [["queue", "size", "available", "idle", "working", "paused"]]
    assert (workers[0]["queue"], workers[0]["size"], workers[0]["working"]) == ("1.13.1", 0, 0)


def test_version_is_text(judge: Judge) -> None:
    response = judge.get("/version")

    assert (response.text, response.mimetype) == ("1.13.1", "text/plain")


@pytest.mark.parametrize(
    "path", ["/statistics", "/isolate", "/", "/nope", "/submissions/a/b", "//submissions"]
)
def test_unknown_path_is_an_empty_404(judge: Judge, path: str) -> None:
    response = judge.get(path)

    assert (response.status_code, response.data) == (404, b"")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_wrong_method_is_an_empty_404(judge: Judge, method: str) -> None:
    response = judge.client.open("/languages", method=method, headers={"X-Auth-Token": judge.token})

    assert (response.status_code, response.data) == (404, b"")


# Authentication and authorization


@pytest.mark.parametrize("path", [f"/{path}" for path in READINGS] + ["/submissions/x", "/submissions"])
@pytest.mark.parametrize("headers", [{}, {"X-Auth-Token": "wrong"}, {"X-Auth-Token": "é"}])
def test_without_the_token_everything_is_an_empty_401(
    judge: Judge, path: str, headers: dict[str, str]
) -> None:
    response = judge.client.get(path, headers=headers)

    assert (response.status_code, response.data, response.mimetype) == (401, b"", "text/html")


def test_token_may_be_a_query_parameter(judge: Judge) -> None:
    response = judge.client.get("/languages", query_string={"X-Auth-Token": judge.token})

    assert response.status_code == 200


def test_authenticate_accepts_the_token(judge: Judge) -> None:
    response = judge.post("/authenticate", {})

    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(("given", "status"), [("right", 200), ("wrong", 403), ("", 403)])
def test_authorize_needs_its_own_token(judge: Judge, given: str, status: int) -> None:
    secret = {"right": judge.authorization}.get(given, given)
    headers = {"X-Auth-Token": judge.token, "X-Auth-User": secret}

    response = judge.client.post("/authorize", headers=headers)

    assert (response.status_code, response.data) == (status, b"")


def test_listing_needs_authorization(judge: Judge) -> None:
    response = judge.get("/submissions")

    assert (response.status_code, response.data) == (403, b"")


def test_nobody_is_authorized_where_no_token_is_configured(
    judge: Judge, enter: Callable[..., object]
) -> None:
    enter("authorization is not configured")

    assert judge.list().status_code == 403


def test_denied_address_comes_before_authentication(judge: Judge, enter: Callable[..., object]) -> None:
    enter("the caller's address is denied")

    response = judge.client.get("/languages")

    assert (response.status_code, response.data) == (403, b"")


# Creating


@pytest.mark.parametrize(
    "body", [b"{", b'{"a":NaN}', b"\xff", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b"'", b"{} x"]
)
@pytest.mark.parametrize("path", ["/submissions", "/submissions/batch"])
def test_malformed_json_is_an_empty_400(judge: Judge, path: str, body: bytes) -> None:
    response = judge.client.post(
        path, data=body, content_type="application/json", headers={"X-Auth-Token": judge.token}
    )

    assert (response.status_code, response.data) == (400, b"")


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"null", b'"text"', b"{}"])
def test_json_that_is_no_object_has_no_fields(judge: Judge, body: bytes) -> None:
    response = judge.client.post(
        "/submissions", data=body, content_type="application/json", headers={"X-Auth-Token": judge.token}
    )

    assert response.status_code == 422
    assert keys(response.json) == ["source_code", "language_id"]


def test_without_wait_only_the_token_comes_back(judge: Judge) -> None:
    response = judge.post("/submissions", ECHO, fields="stdout")

    assert response.status_code == 201
    assert keys(response.json) == ["token"]


def test_waiting_returns_the_default_fields(judge: Judge) -> None:
    response = judge.post("/submissions", ECHO, wait="true")

    assert (response.status_code, response.mimetype) == (201, "application/json")
    assert keys(response.json) == DEFAULT


@pytest.mark.parametrize("value", ["True", "1", "yes", ""])
def test_only_the_word_true_waits(judge: Judge, value: str) -> None:
    assert keys(judge.post("/submissions", ECHO, wait=value).json) == ["token"]


def test_star_is_every_column_of_the_release(judge: Judge) -> None:
    assert keys(judge.post("/submissions", ECHO, wait="true", fields="*").json) == ALL


def test_named_fields_are_returned(judge: Judge) -> None:
    response = judge.post("/submissions", ECHO, wait="true", fields="status_id,language,stdout")

    assert response.json == {
        "stdout": "hi\n",
        "status_id": 3,
        "language": {"id": 46, "name": "Bash (5.0.0)"},
    }


@pytest.mark.parametrize("method", ["post", "get"])
def test_unknown_fields_are_refused(judge: Judge, method: str) -> None:
    calls = {
        "post": lambda: judge.post("/submissions", ECHO, fields="a,stdout,b"),
        "get": lambda: judge.get("/submissions/unknown", fields="a,stdout,b"),
    }

    response = calls[method]()

    assert (response.status_code, response.json) == (400, {"error": "invalid fields: [a, b]"})


def test_an_archived_language_is_refused(judge: Judge, enter: Callable[..., Json]) -> None:
    values = enter("a language is archived", language_id=46)

    response = judge.post("/submissions", ECHO)

    assert values == {"archived_language": 46}
    assert response.json == {"language_id": ["language with id 46 is archived and cannot be used anymore"]}
    assert {"id": 46, "name": "Bash (5.0.0)"} not in cast(list[Json], judge.get("/languages").json)
    assert cast(Json, judge.get("/languages/46").json)["is_archived"] is True


# Text that is base64, and text that is not text


def test_base64_goes_in_and_comes_out_in_lines(judge: Judge) -> None:
    source = base64.b64encode(b"cat; printf x >&2; exit 1").decode()
    stdin = base64.b64encode(b"\xff" * 46).decode()
    body = {"source_code": source, "language_id": 46, "stdin": stdin}

    submission = cast(Json, judge.post("/submissions", body, wait="true", base64_encoded="true").json)

    assert submission["stdout"] == "/" * 60 + "\n/w==\n"
    assert submission["stderr"] == "eA==\n"
    assert base64.b64decode(str(submission["message"])) == b"Exited with error status 1"


def test_base64_is_off_unless_said(judge: Judge) -> None:
    assert judge.bash("echo hi")["stdout"] == "hi\n"


def test_output_that_is_not_utf8_is_a_201_with_an_error_when_waiting(judge: Judge) -> None:
    response = judge.post("/submissions", {**ECHO, "source_code": "printf '\\xff'"}, wait="true")

    assert response.status_code == 201
    document = cast(Json, response.json)
    assert document["error"] == f"some attributes for this submission {NOT_UTF8}"
    assert judge.show(str(document["token"]), base64_encoded="true")["stdout"] == "/w==\n"


def test_output_that_is_not_utf8_is_a_400_when_read(judge: Judge) -> None:
    token = judge.enqueue("printf '\\xff'")
    judge.wait_for_final(token)

    one = judge.get(f"/submissions/{token}")
    many = judge.get("/submissions/batch", tokens=token)
    listed = judge.list()

    assert (one.status_code, one.json) == (400, {"error": f"some attributes for this submission {NOT_UTF8}"})
    expected = {"error": f"some attributes for one or more submissions {NOT_UTF8}"}
    assert (many.status_code, many.json, listed.status_code, listed.json) == (400, expected, 400, expected)


def test_text_that_was_not_asked_for_does_not_matter(judge: Judge) -> None:
    token = judge.enqueue("printf '\\xff'")
    judge.wait_for_final(token)

    assert judge.get(f"/submissions/{token}", fields="token,time").status_code == 200


# Reading


def test_unknown_token_is_an_empty_404(judge: Judge) -> None:
    response = judge.get("/submissions/00000000-0000-0000-0000-000000000000")

    assert (response.status_code, response.data) == (404, b"")


def test_polling_goes_from_in_queue_to_done(judge: Judge, enter: Callable[..., object]) -> None:
    enter("a submission is polled from In Queue to done")
    token = judge.enqueue("sleep 0.2; echo done")

    looks = [judge.show(token) for _ in range(4)]

    assert [status_id(look) for look in looks] == [1, 2, 3, 3]
    assert [look["stdout"] for look in looks] == [None, None, "done\n", "done\n"]
    assert looks[0]["time"] is None


def test_submission_that_was_waited_for_is_done_at_once(judge: Judge, enter: Callable[..., object]) -> None:
    enter("a submission is polled from In Queue to done")
    token = judge.bash("echo")["token"]

    assert judge.status(str(token)) == 3


def test_batch_is_polled_the_same_way(judge: Judge, enter: Callable[..., object]) -> None:
    enter("a submission is polled from In Queue to done")
    token = judge.enqueue("echo")

    looks = [cast(Json, judge.get("/submissions/batch", tokens=token).json) for _ in range(3)]

    assert [[status_id(it) for it in cast(list[Json], look["submissions"])] for look in looks] == [
        [1],
        [2],
        [3],
    ]


def test_queued_programs_run_at_the_same_time_as_requests(judge: Judge) -> None:
    tokens = [judge.enqueue(f"sleep 0.1; echo {number}") for number in range(6)]

    for_each = [judge.wait_for_final(token) for token in tokens]

    assert [submission["stdout"] for submission in for_each] == [f"{number}\n" for number in range(6)]


# Batches


def test_batch_of_valid_and_invalid(judge: Judge) -> None:
    items = [ECHO, {"language_id": 46}, "not an object"]

    response = judge.post("/submissions/batch", {"submissions": items}, wait="true", fields="stdout")

    assert response.status_code == 201
    answers = cast(list[Json], response.json)
    assert keys(answers[0]) == ["token"]
    assert answers[1] == {"source_code": ["can't be blank"]}
    assert keys(answers[2]) == ["source_code", "language_id"]


def test_batch_without_a_valid_item_is_a_422(judge: Judge) -> None:
    response = judge.post("/submissions/batch", {"submissions": [{}]})

    assert response.status_code == 422
    assert isinstance(response.json, list)


@pytest.mark.parametrize(
    ("items", "text"),
    [
        ([ECHO] * 21, "number of submissions in a batch should be less than or equal to 20"),
        ([], "there should be at least one submission in a batch"),
        (None, "there should be at least one submission in a batch"),
        ("text", "there should be at least one submission in a batch"),
    ],
)
def test_batch_of_a_wrong_size(judge: Judge, items: object, text: str) -> None:
    response = judge.post("/submissions/batch", {"submissions": items})

    assert (response.status_code, response.json) == (400, {"error": text})


def test_batch_is_read_in_order_with_null_for_the_unknown(judge: Judge) -> None:
    first, second = judge.enqueue("echo 1"), judge.enqueue("echo 2")
    judge.wait_for_final(first)
    judge.wait_for_final(second)

    response = judge.get("/submissions/batch", tokens=f"{second},unknown,{first}", fields="stdout")

    assert response.json == {"submissions": [{"stdout": "2\n"}, None, {"stdout": "1\n"}]}


def test_tokens_in_the_header_win(judge: Judge) -> None:
    token = judge.enqueue("echo")

    response = judge.get_with("/submissions/batch", {"tokens": "a,b", "fields": "token"}, {"tokens": token})

    assert response.json == {"submissions": [{"token": token}]}


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("", "there should be at least one submission in a batch"),
        (" ,,, ", "there should be at least one submission in a batch"),
        (",".join("x" * 21), "number of submissions in a batch should be less than or equal to 20"),
    ],
)
def test_reading_a_batch_of_a_wrong_size(judge: Judge, tokens: str, text: str) -> None:
    response = judge.get("/submissions/batch", tokens=tokens)

    assert (response.status_code, response.json) == (400, {"error": text})


# Listing and deleting


def test_list_is_newest_first_with_its_pages(judge: Judge) -> None:
    tokens = [judge.enqueue("echo") for _ in range(3)]

    first, second = (
        judge.list(per_page="2", fields="token"),
        judge.list(per_page="2", page="2", fields="token"),
    )

    assert first.json == {
        "submissions": [{"token": tokens[2]}, {"token": tokens[1]}],
        "meta": {"current_page": 1, "next_page": 2, "prev_page": None, "total_pages": 2, "total_count": 3},
    }
    assert second.json == {
        "submissions": [{"token": tokens[0]}],
        "meta": {"current_page": 2, "next_page": None, "prev_page": 1, "total_pages": 2, "total_count": 3},
    }


@pytest.mark.parametrize("query", [{}, {"page": "7"}, {"per_page": "0"}])
def test_page_without_submissions_is_empty(judge: Judge, query: dict[str, str]) -> None:
    response = judge.list(**query)

    assert response.status_code == 200
    assert cast(Json, response.json)["submissions"] == []


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ({"page": "-4"}, "invalid page: -4"),
        ({"page": "0"}, "invalid page: 0"),
        ({"page": "x"}, "invalid page: 0"),
        ({"per_page": "-1"}, "invalid per_page: -1"),
    ],
)
def test_wrong_page(judge: Judge, query: dict[str, str], text: str) -> None:
    response = judge.list(**query)

    assert (response.status_code, response.json) == (400, {"error": text})


def test_of_a_parameter_that_comes_twice_the_last_counts(judge: Judge) -> None:
    headers = {"X-Auth-Token": judge.token, "X-Auth-User": judge.authorization}

    answer = judge.client.get("/submissions?page=1&page=2", headers=headers)

    assert cast(Json, cast(Json, answer.json)["meta"])["current_page"] == 2


def test_delete_is_off_by_default(judge: Judge) -> None:
    response = judge.delete("unknown")

    assert (response.status_code, response.json) == (400, {"error": "delete not allowed"})


def test_deleted_submission_comes_back_as_base64_and_is_gone(
    judge: Judge, enter: Callable[..., object]
) -> None:
    enter("delete is allowed")
    token = judge.bash("echo hi")["token"]

    response = judge.delete(token, fields="stdout", base64_encoded="false")

    assert (response.status_code, response.json) == (200, {"stdout": "aGkK\n"})
    assert judge.get(f"/submissions/{token}").status_code == 404
    assert judge.delete(token).status_code == 404


def test_waiting_submission_is_not_deleted(judge: Judge, enter: Callable[..., object]) -> None:
    enter("delete is allowed")
    token = judge.enqueue("sleep 20")
    judge.wait_for_status(token, 2)

    response = judge.delete(token)

    text = "submission cannot be deleted because its status is 2 (Processing)"
    assert (response.status_code, response.json) == (400, {"error": text})


def test_delete_needs_authorization(judge: Judge) -> None:
    response = judge.client.delete("/submissions/x", headers={"X-Auth-Token": judge.token})

    assert (response.status_code, response.data) == (403, b"")


# Refusals of a deployment, and their order


def test_maintenance_refuses_what_is_sent_singly(judge: Judge, enter: Callable[..., object]) -> None:
    enter("the service is in maintenance")

    created, batch = (
        judge.post("/submissions", ECHO),
        judge.post("/submissions/batch", {"submissions": [ECHO]}),
    )

    expected = {"error": "Judge0 is currently in maintenance."}
    assert (created.status_code, created.json, batch.status_code) == (503, expected, 201)
    assert (judge.delete("x").status_code, judge.get("/languages").status_code) == (503, 200)


def test_a_full_queue_is_a_503(judge: Judge, enter: Callable[..., object]) -> None:
    enter("the queue is full")

    created, batch = (
        judge.post("/submissions", ECHO),
        judge.post("/submissions/batch", {"submissions": [ECHO]}),
    )

    assert [created.status_code, batch.status_code] == [503, 503]
    assert created.json == batch.json == {"error": "queue is full"}


def test_whole_batch_must_fit_into_the_queue(judge: Judge, enter: Callable[..., object]) -> None:
    enter("the queue has few free places", places=2)

    three = judge.post("/submissions/batch", {"submissions": [ECHO] * 3})
    two = judge.post("/submissions/batch", {"submissions": [ECHO] * 2})

    assert [three.status_code, two.status_code] == [503, 201]


def test_waiting_may_be_refused(judge: Judge, enter: Callable[..., object]) -> None:
    enter("waiting is not allowed")

    response = judge.post("/submissions", ECHO, wait="true")

    assert (response.status_code, response.json) == (400, {"error": "wait not allowed"})
    assert judge.post("/submissions", ECHO).status_code == 201


def test_batches_may_be_refused(judge: Judge, enter: Callable[..., object]) -> None:
    enter("batches are not allowed")

    responses = [judge.post("/submissions/batch", {}), judge.get("/submissions/batch")]

    assert [response.status_code for response in responses] == [400, 400]
    assert responses[0].json == responses[1].json == {"error": "batched submissions are not allowed"}


def test_paused_workers_leave_submissions_in_the_queue(judge: Judge, enter: Callable[..., object]) -> None:
    enter("the workers are paused")
    token = judge.enqueue("echo")

    workers = cast(list[Json], judge.get("/workers").json)

    assert judge.status(token) == 1
    assert (workers[0]["size"], workers[0]["paused"]) == (1, workers[0]["available"])


def test_malformed_json_comes_before_authentication(judge: Judge) -> None:
    response = judge.client.post("/submissions", data=b"{", content_type="application/json")

    assert response.status_code == 400


def test_refused_wait_comes_before_unknown_fields(judge: Judge, enter: Callable[..., object]) -> None:
    enter("waiting is not allowed")

    response = judge.post("/submissions", ECHO, wait="true", fields="nope")

    assert response.json == {"error": "wait not allowed"}


def test_eight_clients_at_once(judge: Judge) -> None:
    with ThreadPoolExecutor(8) as clients:
        submissions = list(clients.map(lambda number: judge.bash(f"echo {number}"), range(8)))

    assert [submission["stdout"] for submission in submissions] == [f"{number}\n" for number in range(8)]
