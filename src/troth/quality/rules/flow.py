"""A test is a straight line: no branches, no loops."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem

_SKIPS = frozenset({"pytest.skip", "pytest.importorskip", "pytest.xfail", "self.skipTest"})


def conditional(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Branches of a test, but for one that only leaves the test out."""
    del context
    for node in test.nodes:
        match node:
            case ast.If() if not _only_skips(node, test):
                yield problem(node, f"{test.name} branches with if")
            case ast.IfExp():
                yield problem(node, f"{test.name} chooses between two values")
            case ast.Match():
                yield problem(node, f"{test.name} branches with match")
            case ast.Try(handlers=[_, *_]) | ast.TryStar():
                yield problem(node, f"{test.name} catches what it does itself")


def _only_skips(node: ast.If, test: TestFunction) -> bool:
    """``if …: pytest.skip(…)``."""
    match node:
        case ast.If(body=[ast.Expr(value=ast.Call() as call)], orelse=[]):
            own = isinstance(call.func, ast.Attribute) and call.func.attr == "skipTest"
            return own or test.names.of(call) in _SKIPS
    return False


def loop(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Loops of a test."""
    del context
    for node in walk(test.body):
        if isinstance(node, ast.For | ast.AsyncFor | ast.While):
            yield problem(node, f"{test.name} loops")


RULES = (
    Rule(
        "Q201",
        "conditional",
        Severity.ERROR,
        "No conditionals",
        "write one test for each way, or parametrize",
        of_each_test(conditional),
    ),
    Rule(
        "Q202",
        "loop",
        Severity.ERROR,
        "No loops",
        "parametrize, or compare whole collections",
        of_each_test(loop),
    ),
)
