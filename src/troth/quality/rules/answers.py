"""Whether what a mock answers is used: by the test, or by the code in which it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from enum import Enum

from troth.quality.context import Context
from troth.quality.rules.configured import root_of
from troth.quality.rules.literals import UNKNOWN
from troth.quality.rules.units import Unit
from troth.quality.source import TestFile

_OF_MOCKS = re.compile(
    r"assert_\w+|called|call_\w+|mock_calls|method_calls|await\w*|reset_mock|configure_mock"
)
_ASKS = re.compile(
    r"(get|fetch|load|read|find|list|query|search|lookup|look|create|build|make|compute|calculate|parse|is|has"
    r"|can|count|current|next|resolve|check|verify|validate|sign|post|put|request|open|connect|render)(_\w+)?"
)
"""Names of functions that are called for what they answer."""


class Answer(Enum):
    """What becomes of what a mock answers."""

    USED = 1
    IGNORED = 2
    """Or nobody can say."""


def answer_of(name: str, target: str, unit: Unit, context: Context) -> Answer:
    """What becomes of the answers of the mock that ``unit`` calls ``name``, in the place of ``target``."""
    if name and any(True for _ in _used_calls(unit.nodes, name)):
        return Answer.USED
    if not target or UNKNOWN in target:
        return Answer.IGNORED
    found = _source(target, unit.file, context)
    if found is not None:
        module, rest = found
        calls = list(_calls_of(module.tree, rest))
        if calls:
            return Answer.USED if any(used for used in calls) else Answer.IGNORED
    last = target.rpartition(".")[2]
    return Answer.USED if _ASKS.fullmatch(last) else Answer.IGNORED


def _used_calls(nodes: Iterable[ast.AST], name: str) -> Iterator[ast.Call]:
    """The calls of the mock in the test itself whose value is not thrown away."""
    thrown: set[int] = set()
    for node in nodes:
        if isinstance(node, ast.Expr):
            thrown.add(id(node.value))
            if isinstance(node.value, ast.Await):
                thrown.add(id(node.value.value))
        elif isinstance(node, ast.Call) and root_of(node.func) == name and id(node) not in thrown:
            parts = [each.attr for each in ast.walk(node.func) if isinstance(each, ast.Attribute)]
            if not any(_OF_MOCKS.fullmatch(part) for part in parts):
                yield node


def _source(target: str, beside: TestFile, context: Context) -> tuple[TestFile, list[str]] | None:
    """The module of ours in which the patched name stands, and the name inside of it."""
    parts = target.split(".")
    if parts[0] not in context.project.first_party:
        return None
    for size in range(len(parts) - 1, 0, -1):
        module = context.module(".".join(parts[:size]), beside)
        if module is not None:
            return module, parts[size:]
    return None


def _calls_of(tree: ast.Module, rest: list[str]) -> Iterator[bool]:
    """For each call of the name in its module, whether its value is used. A class is called for an instance,
    and what becomes of that is not followed."""
    if rest[-1][:1].isupper():
        return
    thrown: set[int] = set()
    method = len(rest) > 1 and rest[-2][:1].isupper()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):
            thrown.add(id(node.value.value if isinstance(node.value, ast.Await) else node.value))
        elif isinstance(node, ast.Call) and _is_call_of(node.func, rest, method=method):
            yield id(node) not in thrown


def _is_call_of(func: ast.expr, rest: list[str], *, method: bool) -> bool:
    if method:
        return isinstance(func, ast.Attribute) and func.attr == rest[-1]
    return isinstance(func, ast.Name | ast.Attribute) and ast.unparse(func) == ".".join(rest)
