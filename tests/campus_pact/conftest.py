"""A copy of this very workspace, in which something may be broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.workspaces import Team

ROOT = Path(__file__).resolve().parents[2]
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "tests")


@pytest.fixture
def copied(tmp_path: Path) -> Team:
    """The workspace with campus and its judge, for other processes."""
    root = tmp_path / "workspace"
    for folder in ("contracts", "consumers", "providers"):
        shutil.copytree(ROOT / folder, root / folder, ignore=_LEFT_OUT)
    shutil.copytree(ROOT / "cassettes" / "campus", root / "cassettes" / "campus")
    shutil.copy(ROOT / "pyproject.toml", root / "pyproject.toml")
    return Team(root)
