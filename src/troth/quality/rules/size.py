"""How much a test holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.assertions import Kind, assertions
from troth.quality.context import Context
from troth.quality.model import TestFunction
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem


def payload(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Large literals in the body. In contract tests the literal is what is tested."""
    if test.kind == "contract":
        return
    limits = context.settings.thresholds
    inside: set[int] = set()
    for node in test.nodes:
        if id(node) in inside:
            continue
        if isinstance(node, ast.Dict) and len(node.keys) > limits.dict_keys:
            said = f"{test.name} lays out a dict of {len(node.keys)} keys"
        elif isinstance(node, ast.List | ast.Set | ast.Tuple) and len(node.elts) > limits.list_items:
            said = f"{test.name} lays out {len(node.elts)} items"
        else:
            continue
        inside.update(map(id, ast.walk(node)))
        yield problem(node, said)


def too_much(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Tests that are too long, or assert too many things."""
    limits = context.settings.thresholds
    lines = _lines(test)
    if lines > limits.lines:
        yield problem(test.node, f"{test.name} has {lines} lines, and {limits.lines} are allowed")
    things = _asserted_things(test)
    if things > limits.assertions:
        said = f"{test.name} makes {things} assertions, and {limits.assertions} are allowed"
        yield problem(test.node, said, hint="make several tests of it, or compare one whole value")


def _lines(test: TestFunction) -> int:
    """The lines of the body; a literal counts as one, and blank lines and comments as none."""
    if not test.body:
        return 0
    first, last = test.body[0].lineno, test.node.end_lineno or test.body[-1].lineno
    counted = {number for number in range(first, last + 1) if _is_code(test.file.lines[number - 1])}
    for node in test.nodes:
        if isinstance(node, ast.Dict | ast.List | ast.Set | ast.Tuple | ast.Constant | ast.JoinedStr):
            counted -= set(range(node.lineno + 1, (node.end_lineno or node.lineno) + 1))
    return len(counted)


def _is_code(line: str) -> bool:
    text = line.strip()
    return bool(text) and not text.startswith("#")


def _asserted_things(test: TestFunction) -> int:
    """Assertions; all that look at one object are one."""
    found = (each for each in assertions(test.nodes, test.names) if each.kind is not Kind.RAISES)
    roots = [_root(each.node) or f"#{place}" for place, each in enumerate(found)]
    return len(set(roots))


def _root(node: ast.Assert | ast.Call) -> str:
    """The name of what an assertion looks at."""
    if isinstance(node, ast.Call):
        own = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "self"
        looked_at: ast.expr | None = node.args[0] if own and node.args else node.func
    else:
        looked_at = node.test
    while True:
        match looked_at:
            case ast.Compare(left=ast.Constant(), comparators=[right, *_]):
                looked_at = right
            case ast.Compare(left=value) | ast.UnaryOp(operand=value) | ast.Subscript(value=value):
                looked_at = value
            case ast.Attribute(value=value) | ast.Await(value=value):
                looked_at = value
            case ast.Call(func=ast.Name(), args=[first, *_]):
                looked_at = first
            case ast.Call(func=value):
                looked_at = value
            case ast.Tuple(elts=[first, *_]):
                looked_at = first
            case ast.Name(id=name):
                return name
            case _:
                return ""


RULES = (
    Rule(
        "Q603",
        "inline payload",
        Severity.INFO,
        "Payloads come from factories",
        "make it in a factory or a fixture that names what matters here",
        of_each_test(payload),
    ),
    Rule(
        "Q604",
        "too much",
        Severity.WARNING,
        "Tests are short",
        "move what arranges into a fixture, and make a test of each behaviour",
        of_each_test(too_much),
    ),
)
