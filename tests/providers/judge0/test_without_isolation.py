"""Where bubblewrap is missing: limits hold all the same, and nothing is left behind."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from providers.judge0.app import build_app
from providers.judge0.languages import detect
from providers.judge0.sandbox.detect import close_sandbox, open_sandbox
from providers.judge0.service import Service
from providers.judge0.tokens import Tokens
from tests.providers.judge0.stage import Json, Judge, status_id

ACCEPTED, TIME_LIMIT, NZEC = 3, 5, 11
SHORT: Json = {"cpu_time_limit": 0.3, "cpu_extra_time": 0, "wall_time_limit": 1}


@pytest.fixture(params=[True, False], ids=["cgroups", "watching"])
def unisolated(request: pytest.FixtureRequest) -> Iterator[Judge]:
    sandbox = open_sandbox(isolated=False, use_cgroups=request.param)
    tokens = Tokens()
    service = Service(sandbox, detect()[0])
    yield Judge(Client(build_app(service, tokens)), tokens.authentication)
    service.close()
    close_sandbox(sandbox)


def commands() -> str:
    return subprocess.run(["ps", "-eo", "args"], check=True, capture_output=True, text=True).stdout


def test_a_program_runs_without_isolation(unisolated: Judge) -> None:
    submission = unisolated.bash("read n; echo $((n * 2))", stdin="21", expected_output="42")

    assert status_id(submission) == ACCEPTED


def test_endless_loop_is_ended(unisolated: Judge) -> None:
    # On a busy machine it takes seconds until the program has used up its third of one.
    submission = unisolated.bash("while :; do :; done", **{**SHORT, "wall_time_limit": 15})

    assert (status_id(submission), submission["message"]) == (TIME_LIMIT, "Time limit exceeded")


def test_exit_status_of_a_program_is_not_taken_for_a_failure(unisolated: Judge) -> None:
    submission = unisolated.bash("exit 9")

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 9)


def test_memory_hog_is_ended(unisolated: Judge) -> None:
    submission = unisolated.run("a = []\nwhile True: a.append(b'x' * 1000000)", 71, memory_limit=50_000)

    assert (status_id(submission), submission["exit_code"]) == (NZEC, 137)


@pytest.mark.needs("ps", "gcc")
# troth: ignore[Q402] a name of its own, among all the programs of the machine
def test_fork_bomb_is_found_and_ended(unisolated: Judge) -> None:
    name = f"bomb-{uuid.uuid4().hex}"
    source = f'int main(void) {{ for (;;) if (!fork()) execl("/proc/self/exe", "{name}", (char *)0); }}'

    submission = unisolated.run(f"#include <unistd.h>\n{source}", 50, **SHORT)

    assert status_id(submission) in (TIME_LIMIT, NZEC)
    assert name not in commands()


@pytest.mark.needs("ps")
# troth: ignore[Q402] a name of its own, among all the programs of the machine
def test_daemons_are_found_and_ended(unisolated: Judge) -> None:
    name = f"daemon-{uuid.uuid4().hex}"

    unisolated.bash(f"(setsid bash -c 'exec -a {name} sleep 1000' > /dev/null 2>&1 &); sleep 0.1")

    assert name not in commands()
