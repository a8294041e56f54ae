"""Tests that need what not every machine has.

``@pytest.mark.needs("gcc")`` leaves a test out where the tool is missing, or is there and does not work;
``needs("postgresql")`` and ``needs("redis")`` where no such server is reached, at TROTH_TEST_DATABASE_URL and
TROTH_TEST_REDIS_URL or on loopback.
``@pytest.mark.vendor("openapi.yaml")`` leaves it out where that document of a vendor is not to be had: it
belongs to others, and stands beside this repository or where TROTH_VENDOR_DOCUMENTS says.

What was left out is counted and named at the end. With TROTH_REQUIRE_ALL=1 it is an error.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections import Counter
from functools import cache
from typing import Protocol
from urllib.parse import urlsplit

import pytest

from providers.judge0.languages import SANDBOX_PATH
from tests.support.vendors import vendor_document

pytest_plugins = ["pytester"]

_MISSING: pytest.StashKey[Counter[str]] = pytest.StashKey()
_OUTPUT = "troth_missing_tools"
TRIALS = {
    "bwrap": ("bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true")
}
"""What shows that a tool works: in a container, or by order of the system, bubblewrap may be forbidden."""
SERVERS = {
    "postgresql": ("TROTH_TEST_DATABASE_URL", "postgresql://127.0.0.1:5432"),
    "redis": ("TROTH_TEST_REDIS_URL", "redis://127.0.0.1:6379"),
}
"""Where a server is looked for: a variable, and what holds without it."""


class WorkerNode(Protocol):
    """What pytest-xdist tells about a worker that has ended."""

    config: pytest.Config
    workeroutput: dict[str, object]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_MISSING] = Counter()
    # pytest-django has read it by now; the runs of pytest that tests start are none of Django's.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {item.nodeid: lacking for item in items if (lacking := _lacking(item))}
    counter = config.stash[_MISSING]
    counter.update(what for lacking in missing.values() for what in lacking)
    if missing and _all_required() and not hasattr(config, "workerinput"):
        raise pytest.UsageError(f"TROTH_REQUIRE_ALL=1, and {'; '.join(sorted(counter))}")
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in missing])
    items[:] = [item for item in items if item.nodeid not in missing]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Under pytest-xdist the workers collect, and the controller reports."""
    missing = session.config.stash[_MISSING]
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = dict(missing)
    elif missing and _all_required():
        session.exitstatus = pytest.ExitCode.USAGE_ERROR


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerNode) -> None:
    """Every worker collects everything: their counts are the same."""
    counted = getattr(node, "workeroutput", {}).get(_OUTPUT)
    if isinstance(counted, dict):
        missing = node.config.stash[_MISSING]
        missing |= Counter(counted)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for what, count in sorted(config.stash[_MISSING].items()):
        severity = "ERROR (TROTH_REQUIRE_ALL=1): " if _all_required() else ""
        tests = "1 test was" if count == 1 else f"{count} tests were"
        terminalreporter.write_line(f"{severity}{tests} left out: {what}")


def _all_required() -> bool:
    return os.environ.get("TROTH_REQUIRE_ALL") == "1"


def _lacking(item: pytest.Item) -> list[str]:
    tools = [str(tool) for marker in item.iter_markers("needs") for tool in marker.args]
    documents = [str(name) for marker in item.iter_markers("vendor") for name in marker.args]
    return [
        *(
            f"{tool} is not installed, or does not work"
            for tool in tools
            if tool not in SERVERS and not _works(tool)
        ),
        *(f"no {tool} answers at its address" for tool in tools if tool in SERVERS and not _answers(tool)),
        *(f"there is no {name} here" for name in documents if not vendor_document(name).is_file()),
    ]


@cache
def _works(tool: str) -> bool:
    """Looked for where the fake of Judge0 looks: what only this user's PATH knows is not there for it."""
    if shutil.which(tool, path=SANDBOX_PATH) is None:
        return False
    trial = TRIALS.get(tool)
    return (
        trial is None or subprocess.run(trial, check=False, capture_output=True, timeout=30).returncode == 0
    )


@cache
def _answers(server: str) -> bool:
    variable, default = SERVERS[server]
    parts = urlsplit(os.environ.get(variable) or default)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), timeout=2):
            return True
    except OSError:
        return False
