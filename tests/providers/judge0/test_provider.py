"""The fake as a provider: states, reset, close, and on a real socket."""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

import pytest
from werkzeug.test import Client

from providers.judge0.languages import detect, which
from providers.judge0.provider import create
from providers.judge0.settings import Settings
from tests.providers.judge0.stage import Json, Judge, application, status_id, wait_until
from troth.errors import CouldNotCheck
from troth.provider import Provider, ProviderOptions

PROMISED = [
    "a worker is free",
    "a submission is polled from In Queue to done",
    "the queue is full",
    "the service is in maintenance",
    "delete is allowed",
    "delete is not allowed",
    "waiting is not allowed",
    "batches are not allowed",
    "a language is archived",
]


def test_version_and_credentials(provider: Provider) -> None:
    assert provider.version == "judge0-fake 1.13.1"
    assert sorted(provider.credentials) == ["authorization", "valid"]
    assert len(set(provider.credentials.values())) == 2


@pytest.mark.parametrize("state", PROMISED)
def test_state_can_be_entered(enter: Callable[..., Mapping[str, object]], state: str) -> None:
    assert isinstance(enter(state), dict)


def test_reset_returns_to_the_defaults_and_an_empty_world(
    provider: Provider, judge: Judge, enter: Callable[..., object]
) -> None:
    enter("the service is in maintenance")
    enter("the workers are paused")
    token = judge.enqueue("echo")

    provider.reset()

    assert judge.get(f"/submissions/{token}").status_code == 404
    assert judge.get("/config_info").json == json.loads(json.dumps(Settings().as_config_info()))
    assert status_id(judge.bash("echo")) == 3


def test_reset_ends_running_programs(provider: Provider, judge: Judge) -> None:
    token = judge.enqueue("sleep 100", wall_time_limit=20)
    judge.wait_for_status(token, 2)

    provider.reset()

    wait_until(lambda: cast(list[Json], judge.get("/workers").json)[0]["working"] == 0)


def test_reset_lets_a_waiting_client_go(provider: Provider, judge: Judge) -> None:
    answers: list[Json] = []
    client = threading.Thread(target=lambda: answers.append(judge.bash("sleep 100", wall_time_limit=20)))
    client.start()
    wait_until(lambda: cast(Json, cast(Json, judge.list().json)["meta"])["total_count"] == 1)

    provider.reset()
    client.join()

    assert status_id(answers[0]) == 13


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tmp_path.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_close_ends_programs_and_threads_and_removes_its_folder(temporary: Path) -> None:
    threads = threading.active_count()
    provider = create(ProviderOptions())
    judge = Judge(Client(application(provider)), provider.credentials["valid"])
    judge.wait_for_status(judge.enqueue("sleep 100", wall_time_limit=20), 2)

    provider.close()
    provider.close()

    assert list(temporary.iterdir()) == []
    assert threading.active_count() == threads


@pytest.mark.parametrize(
    ("tool", "key"), [("javac", "java"), ("java", "java"), ("node", "javascript"), ("g++", "c++")]
)
def test_missing_toolchain_is_named(tool: str, key: str) -> None:
    languages, unavailable = detect({"bash": "/bin/bash"}.get)

    assert sorted(languages) == [46, 89]
    assert tool in unavailable[key]


def test_python_is_found_under_its_version_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / f"python3.{sys.version_info.minor}"
    program.touch(mode=0o755)
    monkeypatch.setattr("providers.judge0.languages.SANDBOX_PATH", str(tmp_path))

    assert which("python3") == str(program)


def test_a_machine_whose_programs_cannot_be_in_python_could_not_be_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("providers.judge0.provider.detect", lambda: detect({"bash": "/bin/bash"}.get))

    with pytest.raises(
        CouldNotCheck, match=r"programs in Python on this machine: not installed in .*python3"
    ):
        create(ProviderOptions())


def test_served_on_a_socket(url: str, judge: Judge) -> None:
    body = json.dumps({"source_code": "echo hi", "language_id": 46}).encode()
    headers = {"Content-Type": "application/json", "X-Auth-Token": judge.token}
    request = urllib.request.Request(f"{url}/submissions?wait=true", body, headers)

    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as response:
        document = json.load(response)

    assert (response.status, document["stdout"]) == (201, "hi\n")


def test_state_refuses_a_language_that_the_machine_lacks(enter: Callable[..., object]) -> None:
    with pytest.raises(CouldNotCheck, match="cannot run language 9999"):
        enter("a worker is free", language_id=9999)
