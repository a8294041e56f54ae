"""The 422 texts, and how values are read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.providers.judge0.stage import Json, Judge, status_id

VALID: Json = {"source_code": "echo hi", "language_id": 46}


def errors(judge: Judge, **changes: object) -> object:
    response = judge.post("/submissions", {**VALID, **changes})
    assert response.status_code == 422, response.text
    return response.json


def test_missing_language_has_two_texts(judge: Judge) -> None:
    response = judge.post("/submissions", {"source_code": "x"})

    assert response.status_code == 422
    assert response.json == {"language_id": ["can't be blank", "language with id  doesn't exist"]}


def test_every_broken_rule_is_told(judge: Judge) -> None:
    found = errors(judge, source_code="", language_id=9999, number_of_runs=0)

    assert found == {
        "source_code": ["can't be blank"],
        "number_of_runs": ["must be greater than 0"],
        "language_id": ["language with id 9999 doesn't exist"],
    }


@pytest.mark.parametrize("source", ["", "  \n\t", None, [], {"a": 1}])
def test_blank_source(judge: Judge, source: object) -> None:
    assert errors(judge, source_code=source) == {"source_code": ["can't be blank"]}


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("number_of_runs", 21, "must be less than or equal to 20"),
        ("number_of_runs", 0, "must be greater than 0"),
        ("number_of_runs", "many", "is not a number"),
        ("number_of_runs", True, "is not a number"),
        ("cpu_time_limit", 15.1, "must be less than or equal to 15.0"),
        ("cpu_time_limit", -1, "must be greater than or equal to 0"),
        ("cpu_time_limit", "nan", "is not a number"),
        ("cpu_time_limit", 10**400, "must be less than or equal to 15.0"),
        ("cpu_extra_time", 6, "must be less than or equal to 5.0"),
        ("wall_time_limit", 0.9, "must be greater than or equal to 1"),
        ("wall_time_limit", "21", "must be less than or equal to 20.0"),
        ("memory_limit", 2047, "must be greater than or equal to 2048"),
        ("memory_limit", 512001, "must be less than or equal to 512000"),
        ("stack_limit", 128001, "must be less than or equal to 128000"),
        ("max_processes_and_or_threads", 0, "must be greater than 0"),
        ("max_processes_and_or_threads", 121, "must be less than or equal to 120"),
        ("max_file_size", 4097, "must be less than or equal to 4096"),
        ("compiler_options", "x" * 513, "is too long (maximum is 512 characters)"),
        ("command_line_arguments", "x" * 513, "is too long (maximum is 512 characters)"),
        ("compiler_options", "-O2", "setting compiler options is only allowed for compiled languages"),
        ("language_id", 0, "language with id 0 doesn't exist"),
        ("language_id", "abc", "language with id 0 doesn't exist"),
    ],
)
def test_rule_says_what_is_wrong(judge: Judge, field: str, value: object, text: str) -> None:
    found = errors(judge, **{field: value})

    assert isinstance(found, dict)
    assert text in found[field]


@pytest.mark.parametrize(
    ("state", "field", "value", "text"),
    [
        (
            "compiler options are not allowed",
            "compiler_options",
            "-O",
            "setting compiler options is not allowed",
        ),
        (
            "command line arguments are not allowed",
            "command_line_arguments",
            "a",
            "setting command line arguments is not allowed",
        ),
        ("callbacks are not allowed", "callback_url", "http://localhost", "setting callback is not allowed"),
        (
            "additional files are not allowed",
            "additional_files",
            "aGk=",
            "setting additional files is not allowed",
        ),
        ("network is not allowed", "enable_network", True, "enabling network is not allowed"),
        (
            "limits per process are not allowed",
            "enable_per_process_and_thread_time_limit",
            True,
            "this option cannot be enabled",
        ),
        (
            "limits per process are not allowed",
            "enable_per_process_and_thread_memory_limit",
            "true",
            "this option cannot be enabled",
        ),
    ],
)
def test_rule_of_a_deployment(
    judge: Judge, enter: Callable[..., object], state: str, field: str, value: object, text: str
) -> None:
    enter(state)

    assert errors(judge, **{field: value}) == {field: [text]}


def test_network_has_to_be_allowed_first(judge: Judge) -> None:
    assert errors(judge, enable_network=True) == {"enable_network": ["enabling network is not allowed"]}


def test_project_brings_no_source_but_files(judge: Judge) -> None:
    found = errors(judge, language_id=89)

    assert found == {"source_code": ["must be blank"], "additional_files": ["can't be blank"]}


@pytest.mark.parametrize(
    "changes",
    [
        {"language_id": "46"},
        {"language_id": "46 and more"},
        {"language_id": 46.9},
        {"cpu_time_limit": "1.5"},
        {"cpu_time_limit": " 2 "},
        {"memory_limit": ""},
        {"memory_limit": None},
        {"memory_limit": [1]},
        {"no_such_field": {"deep": [1, 2]}},
        {"command_line_arguments": "é" * 512},
    ],
)
def test_is_accepted(judge: Judge, changes: Json) -> None:
    response = judge.post("/submissions", {**VALID, **changes})

    assert response.status_code == 201, response.text


def test_values_come_back_as_they_are_kept(judge: Judge) -> None:
    submission = judge.bash(
        "echo",
        cpu_time_limit="1.50",
        cpu_extra_time=0,
        wall_time_limit=1e1,
        memory_limit="64000",
        number_of_runs=1.9,
        enable_network="false",
        redirect_stderr_to_stdout="1",
    )

    assert [submission[name] for name in ("cpu_time_limit", "cpu_extra_time", "wall_time_limit")] == [
        "1.5",
        "0.0",
        "10.0",
    ]
    assert (submission["memory_limit"], submission["number_of_runs"]) == (64000, 1)
    assert (submission["enable_network"], submission["redirect_stderr_to_stdout"]) == (False, True)


def test_tiny_number_does_not_become_a_long_text(judge: Judge) -> None:
    submission = judge.bash("echo", cpu_extra_time="1e-99999999")

    assert submission["cpu_extra_time"] == "0.0"


def test_lone_surrogate_is_no_crash(judge: Judge) -> None:
    response = judge.client.post(
        "/submissions?wait=true",
        data=b'{"source_code": "echo hi", "language_id": 46, "stdin": "\\ud800"}',
        content_type="application/json",
        headers={"X-Auth-Token": judge.token},
    )

    assert response.status_code == 201
    assert isinstance(response.json, dict)
    assert status_id(response.json) == 3
