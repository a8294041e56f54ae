"""Ending a program at the moments that are hard to hit."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from providers.judge0.sandbox.detect import close_sandbox, open_sandbox
from providers.judge0.sandbox.execute import Job, Sandbox
from providers.judge0.sandbox.isolation import Isolation
from providers.judge0.sandbox.limits import Limits, Stop
from tests.providers.judge0.stage import holding

LIMITS = Limits(cpu=5, extra_cpu=0, wall=10, memory=64000, stack=8192, processes=10, file_size=64)

SLOW_TO_REPORT = """#!/bin/bash
while [ "$1" != --json-status-fd ]; do shift; done
(exec -a "$0-child" sleep 1000) & child=$!
sleep 0.2
echo "{\\"child-pid\\": $child}" >&$2
wait $child
"""
BROKEN = "#!/bin/bash\necho bwrap: no permission >&2\nexit 1\n"


def with_bubblewrap(sandbox: Sandbox, script: str) -> Sandbox:
    """The same, with this script for bubblewrap."""
    path = sandbox.base / "bwrap"
    path.write_text(script)
    path.chmod(0o755)
    return Sandbox(Isolation(str(path), sandbox.isolation.owner), None, sandbox.base)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    sandbox = open_sandbox(isolated=False, use_cgroups=False)
    yield sandbox
    close_sandbox(sandbox)


def test_sandbox_that_is_still_starting_is_not_orphaned(sandbox: Sandbox) -> None:
    slow = with_bubblewrap(sandbox, SLOW_TO_REPORT)
    cancelled = threading.Event()
    cancelled.set()

    finish = slow.execute(slow.workdir(), Job("run.sh", LIMITS), cancelled)

    assert finish.stop is Stop.CANCELLED
    assert holding(str(sandbox.base)) == []


def test_sandbox_that_does_not_start_is_a_failure_and_not_an_exit_status(sandbox: Sandbox) -> None:
    broken = with_bubblewrap(sandbox, BROKEN)

    finish = broken.execute(broken.workdir(), Job("run.sh", LIMITS), threading.Event())

    assert finish.failure == "the sandbox did not start (exit status 1): bwrap: no permission"
