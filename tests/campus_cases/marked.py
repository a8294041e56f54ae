"""Which tests name which case of the domain, by their source alone."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CASES = tuple(f"A{number:03d}" for number in range(1, 92))
"""Of the domain of courses, all of them."""
FOLDERS = ("providers/campus", "tests")


@dataclass(frozen=True, slots=True)
class Marked:
    """A test that says ``@pytest.mark.case(case)``."""

    case: str
    node: str
    """As pytest takes it, from the root; a file where all of it is marked."""


def marked(root: Path, folders: Iterable[str] = FOLDERS) -> list[Marked]:
    """Every mark in the test files of these folders."""
    files = sorted(file for folder in folders for file in (root / folder).rglob("test_*.py"))
    return [found for file in files for found in _in_file(file, file.relative_to(root).as_posix())]


def without_a_test(found: Iterable[Marked]) -> list[str]:
    """The cases that no test names."""
    named = {each.case for each in found}
    return [case for case in CASES if case not in named]


def nodes(found: Iterable[Marked], case: str) -> list[str]:
    """The tests of one case."""
    return sorted({each.node for each in found if each.case == case})


def _in_file(file: Path, name: str) -> Iterator[Marked]:
    """Only what pytest collects counts: a function that is a test, or a file with tests in it."""
    body = ast.parse(file.read_text(encoding="utf-8")).body
    tests = [each for each in body if isinstance(each, ast.FunctionDef) and each.name.startswith("test")]
    for test in tests:
        for decorator in test.decorator_list:
            yield from (Marked(case, f"{name}::{test.name}") for case in _cases(decorator))
    for statement in body:
        if tests and isinstance(statement, ast.Assign) and _is_pytestmark(statement):
            yield from (Marked(case, name) for case in _cases(statement.value))


def _is_pytestmark(statement: ast.Assign) -> bool:
    return any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in statement.targets)


def _cases(tree: ast.expr) -> Iterator[str]:
    """The arguments of each ``case(...)`` in it, also among the marks of one parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "case":
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value
