"""A test is a straight line: no branches, no loops."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.assertions import Kind, assertions, kind_of_call
from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem

_SKIPS = frozenset({"pytest.skip", "pytest.importorskip", "pytest.xfail"})
_Loop = ast.For | ast.AsyncFor | ast.While
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def conditional(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Branches of a test, but for one that only leaves the test out."""
    del context
    mapped = _mapped(test)
    for node in test.nodes:
        match node:
            case ast.If() if not _only_skips(node, test):
                yield problem(node, f"{test.name} branches with if")
            case ast.IfExp() if id(node) not in mapped:
                yield problem(node, f"{test.name} chooses between two values")
            case ast.Match():
                yield problem(node, f"{test.name} branches with match")
            case ast.Try(handlers=[_, *_]) | ast.TryStar():
                yield problem(node, f"{test.name} catches what it does itself")


def _mapped(test: TestFunction) -> set[int]:
    """What stands in a comprehension: it lays out data, like the filter of one."""
    comprehensions = (node for node in test.nodes if isinstance(node, _Comprehension))
    return {id(part) for each in comprehensions for part in ast.walk(each)}


def _only_skips(node: ast.If, test: TestFunction) -> bool:
    """``if …: pytest.skip(…)``."""
    match node:
        case ast.If(body=[ast.Expr(value=ast.Call() as call)], orelse=[]):
            own = isinstance(call.func, ast.Attribute) and call.func.attr == "skipTest"
            return own or test.names.of(call) in _SKIPS
    return False


def loop(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Loops of a test; those of unittest's subTest, and the draining of a stream, are none."""
    del context
    results = _results(test)
    for node in test.nodes:
        if not isinstance(node, _Loop) or _has_subtest(node) or _drains(node, test):
            continue
        if _builds_a_list(node):
            hint = "write a comprehension"
            yield problem(node, f"{test.name} builds a list", severity=Severity.WARNING, hint=hint)
        elif isinstance(node, ast.For) and _root(node.iter) in results:
            said = f"{test.name} loops over a result"
            yield problem(node, said, severity=Severity.WARNING, hint="compare the whole collection")
        else:
            yield problem(node, f"{test.name} loops")


def _results(test: TestFunction) -> set[str]:
    """The names that are bound to what a call returned."""
    found: set[str] = set()
    for node in test.nodes:
        match node:
            case ast.Assign(targets=targets, value=ast.Call() | ast.Await()):
                found.update(
                    each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
                )
    return found


def _root(node: ast.expr) -> str:
    """The name at the left end of ``answer.json()["items"]``."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _has_subtest(node: ast.AST) -> bool:
    return any(
        isinstance(call, ast.Call)
        and (
            (isinstance(call.func, ast.Attribute) and call.func.attr in ("subTest", "test"))
            or (isinstance(call.func, ast.Name) and call.func.id == "subtests")
        )
        for part in ast.walk(node)
        if isinstance(part, ast.With | ast.AsyncWith)
        for call in (item.context_expr for item in part.items)
    )


def _drains(node: ast.AST, test: TestFunction) -> bool:
    return isinstance(node, ast.AsyncFor) and next(_asserting(node, test), None) is None


def _builds_a_list(node: ast.AST) -> bool:
    match node:
        case ast.For(body=[ast.Expr(value=ast.Call(func=ast.Attribute(attr="append" | "add")))], orelse=[]):
            return True
    return False


def assert_in_loop(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Assertions that are made once for each turn: the first that fails hides the others, and of an empty
    collection nothing is asserted."""
    del context
    for node in test.nodes:
        if isinstance(node, _Loop) and not _has_subtest(node):
            for found in _asserting(node, test):
                yield problem(found, f"{test.name} asserts in a loop")
                break
        elif isinstance(node, _Comprehension):
            calls = (each for each in walk([node]) if isinstance(each, ast.Call))
            if any(kind_of_call(each, test.names) is not None and _is_told(each) for each in calls):
                yield problem(node, f"{test.name} asserts in a comprehension")


def _asserting(node: _Loop, test: TestFunction) -> Iterator[ast.AST]:
    for found in assertions(tuple(walk([*node.body, *node.orelse])), test.names):
        if found.kind is not Kind.HELPER or _is_told(found.node):
            yield found.node


def _is_told(node: ast.AST) -> bool:
    """Whether a helper says with ``assert_`` and the like that it asserts; ``key.verify(…)`` may not."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return "_" in name.strip("_") or name[:6] == "assert"
    return True


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
    Rule(
        "Q203",
        "assertion in a loop",
        Severity.ERROR,
        "No assertions in loops",
        "gather what differs, and compare that with nothing: assert [each for each in … if …] == []",
        of_each_test(assert_in_loop),
    ),
)
