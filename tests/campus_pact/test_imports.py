"""campus and who calls it know each other by the contract alone.

Its apps are packages of their own to Python, so that import-linter, which knows them as
``providers.campus.…``, does not see who imports them as ``courses``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = frozenset(file.parent.name for file in (ROOT / "providers" / "campus").glob("*/__init__.py"))
OTHERS = ("contracts", "consumers", "src")


def imported(source: str) -> Iterator[str]:
    """The packages that a module imports, by their first names."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def apps_in(source: str) -> set[str]:
    return set(imported(source)) & APPS


def test_the_apps_are_found() -> None:
    assert {"accounts", "config", "courses"} <= APPS


@pytest.mark.parametrize("folder", OTHERS)
def test_nobody_else_imports_an_app_of_campus(folder: str) -> None:
    files = list((ROOT / folder).rglob("*.py"))

    found = {str(file.relative_to(ROOT)): apps_in(file.read_text(encoding="utf-8")) for file in files}

    assert {name: apps for name, apps in found.items() if apps} == {}


@pytest.mark.parametrize(
    ("line", "app"),
    [
        ("import courses.models", "courses"),
        ("from accounts import services", "accounts"),
        ("def f():\n    import config.store", "config"),
    ],
)
def test_an_import_of_an_app_would_be_seen(line: str, app: str) -> None:
    assert apps_in(line) == {app}


@pytest.mark.parametrize(
    "line", ["from . import config", "import contracts.campus", "from consumers.campus_web import errors"]
)
def test_other_imports_are_none(line: str) -> None:
    assert apps_in(line) == set()
