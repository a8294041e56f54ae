"""Tests that need a tool: ``@pytest.mark.needs("gcc")`` leaves a test out where the tool is missing.

What was left out is counted and named at the end. With TROTH_REQUIRE_ALL=1 a missing tool is an error.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter

import pytest

_MISSING: pytest.StashKey[Counter[str]] = pytest.StashKey()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*tools): programs that the test runs; left out without them")
    config.stash[_MISSING] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    missing = {item.nodeid: lacking for item in items if (lacking := _lacking(item))}
    config.stash[_MISSING].update(tool for tools in missing.values() for tool in tools)
    if missing and os.environ.get("TROTH_REQUIRE_ALL") == "1":
        tools = ", ".join(sorted(config.stash[_MISSING]))
        raise pytest.UsageError(f"TROTH_REQUIRE_ALL=1, and these tools are not installed: {tools}")
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in missing])
    items[:] = [item for item in items if item.nodeid not in missing]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for tool, count in sorted(config.stash[_MISSING].items()):
        terminalreporter.write_line(f"{count} tests were left out: {tool} is not installed")


def _lacking(item: pytest.Item) -> list[str]:
    tools = [str(tool) for marker in item.iter_markers("needs") for tool in marker.args]
    return [tool for tool in tools if shutil.which(tool) is None]
