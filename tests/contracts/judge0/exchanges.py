"""Exchanges with Judge0, as the real service has them, and ways to spoil them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from contracts.judge0.operations import judge0
from troth.exchange import Exchange, Headers, Request, Response
from troth.jsontext import Json

TOKEN = "d85cd024-1548-4165-96c7-7bc88673f194"
OTHER_TOKEN = "a1133bc6-a0f6-46bf-a2d8-6157418c6fe2"

PROGRAM: dict[str, Json] = {"source_code": "print(42)", "language_id": 71}

OUTCOME: dict[str, Json] = {
    "stdout": "42\n",
    "time": "0.021",
    "memory": 9324,
    "stderr": None,
    "token": TOKEN,
    "compile_output": None,
    "message": None,
    "status": {"id": 3, "description": "Accepted"},
}
QUEUED: dict[str, Json] = {
    **OUTCOME,
    "stdout": None,
    "time": None,
    "memory": None,
    "status": {"id": 1, "description": "In Queue"},
}
NOT_COMPILED: dict[str, Json] = {
    **QUEUED,
    "compile_output": "main.c:1: error\n",
    "status": {"id": 6, "description": "Compilation Error"},
}
COLUMNS: dict[str, Json] = {
    **OUTCOME,
    "source_code": "print(42)",
    "language_id": 71,
    "stdin": None,
    "expected_output": None,
    "status_id": 3,
    "created_at": "2024-04-18T10:00:00.000Z",
    "finished_at": "2024-04-18T10:00:01.250Z",
    "number_of_runs": 1,
    "cpu_time_limit": "5.0",
    "cpu_extra_time": "1.0",
    "wall_time_limit": "10.0",
    "memory_limit": 128000,
    "stack_limit": 64000,
    "max_processes_and_or_threads": 60,
    "enable_per_process_and_thread_time_limit": False,
    "enable_per_process_and_thread_memory_limit": False,
    "max_file_size": 1024,
    "exit_code": 0,
    "exit_signal": None,
    "wall_time": "0.052",
    "compiler_options": None,
    "command_line_arguments": None,
    "redirect_stderr_to_stdout": False,
    "callback_url": None,
    "additional_files": None,
    "enable_network": False,
    "language": {"id": 71, "name": "Python (3.8.1)"},
}
PAGE: dict[str, Json] = {
    "submissions": [OUTCOME],
    "meta": {"current_page": 1, "next_page": 2, "prev_page": None, "total_pages": 2, "total_count": 21},
}
PLAIN = {"base64_encoded": "false"}
ENCODED = {"base64_encoded": "true"}
WAITING = {**PLAIN, "wait": "true"}


def exchange(
    method: str,
    path: str,
    status: int,
    answer: Json | bytes = b"",
    *,
    query: Mapping[str, str] | None = None,
    body: Json | bytes = b"",
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> Exchange:
    """One exchange. JSON goes in as values, any other body as bytes."""
    url = f"{judge0.server}{path}?{urlencode(query)}" if query else f"{judge0.server}{path}"
    sent = {"X-Auth-Token": "{{secret:valid}}", **(headers or {})}
    content = _bytes(body)
    if content:
        sent["Content-Type"] = "application/json"
    return Exchange(
        Request(method, url, Headers.of(sent), content),
        Response(status, Headers.of({"Content-Type": content_type}), _bytes(answer)),
    )


def created(answer: Json | bytes, *, status: int = 201, query: Mapping[str, str] = WAITING) -> Exchange:
    """A POST of ``PROGRAM``."""
    return exchange("POST", "/submissions", status, answer, query=query, body=PROGRAM)


def fetched(answer: Json | bytes, *, status: int = 200, query: Mapping[str, str] = PLAIN) -> Exchange:
    """A GET of ``TOKEN``."""
    return exchange("GET", f"/submissions/{TOKEN}", status, answer, query=query)


def broken(spoilt: Exchange) -> set[tuple[str, str]]:
    """Path and rule of everything that the judge finds."""
    return {(mismatch.path, mismatch.rule) for mismatch in judge0.judge(spoilt)}


def without(document: Mapping[str, Json], name: str) -> dict[str, Json]:
    """The document less one field."""
    return {key: value for key, value in document.items() if key != name}


def _bytes(body: Json | bytes) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()
