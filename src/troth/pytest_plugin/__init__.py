"""The pytest plugin: in a workspace a fixture for each of its APIs, elsewhere nothing at all.

Nothing but the standard library is imported until a workspace is found: the plugin is installed in
environments where most test runs have nothing to do with it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Let conftest files import the workspace, and offer its fixtures."""
    if in_workspace(early_config.rootpath):
        from troth.pytest_plugin.activation import activate

        activate(early_config)


def in_workspace(start: Path) -> bool:
    """Whether a pyproject.toml with [tool.troth] is at or above ``start``."""
    return any(_marks(folder / "pyproject.toml") for folder in (start, *start.parents))


def _marks(path: Path) -> bool:
    try:
        text = path.read_text(encoding="utf-8")
        return "troth" in text and "troth" in tomllib.loads(text).get("tool", {})
    except (OSError, ValueError, TypeError, RecursionError):
        # Not ours to complain of: pytest itself does, about a file that concerns it.
        return False
