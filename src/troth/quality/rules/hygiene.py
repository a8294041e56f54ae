"""Tests that do not run, and what was left behind from writing them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from troth.quality.context import Context
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.source import TestFile

_COMMENTED_OUT = re.compile(r"#\s*(async\s+)?def\s+test_?\w*\s*\(|#\s*class\s+Test\w*\s*[(:]")
_SKIPS = frozenset({"pytest.skip", "pytest.mark.skip", "unittest.skip"})
_SKIP_IFS = frozenset({"pytest.mark.skipif", "unittest.skipIf", "unittest.skipUnless"})


def not_run(file: TestFile, context: Context) -> Iterator[Problem]:
    """Skips without a reason, expected failures without strict and a reason, tests in comments."""
    del context
    called = {id(node.func) for node in file.nodes if isinstance(node, ast.Call)}
    for node in file.nodes:
        if isinstance(node, ast.Call | ast.Attribute) and id(node) not in called:
            yield from _mark(node, file)
    for line, comment in file.comments.items():
        if _COMMENTED_OUT.match(comment):
            column = file.lines[line - 1].find(comment) + 1
            yield Problem(
                "a test is commented out", line, column, hint="mend it or take it out; git keeps it"
            )


def _mark(node: ast.Call | ast.Attribute, file: TestFile) -> Iterator[Problem]:
    name = file.names.of(node)
    call = node if isinstance(node, ast.Call) else None
    skips = (name in _SKIPS and not _reason(call, 0)) or (
        name in _SKIP_IFS and not _reason(call, 1) and not _of_platform(call)
    )
    if skips:
        yield problem(node, "a skip gives no reason")
    elif name == "pytest.mark.xfail":
        yield from _xfail(node, call, file)
    elif name == "unittest.expectedFailure":
        yield problem(
            node, "an expected failure gives no reason", hint='@pytest.mark.xfail(strict=True, reason="…")'
        )


def _xfail(node: ast.AST, call: ast.Call | None, file: TestFile) -> Iterator[Problem]:
    if not _reason(call, 9):
        yield problem(node, "an expected failure gives no reason")
    elif not file.pytest.xfail_strict and not _is_strict(call):
        yield problem(node, "an expected failure is not strict: when it passes, nobody learns of it")


def _is_strict(call: ast.Call | None) -> bool:
    given = {each.arg: each.value for each in (call.keywords if call else [])}
    return isinstance(value := given.get("strict"), ast.Constant) and value.value is True


def _reason(call: ast.Call | None, position: int) -> bool:
    """Whether there is a reason, by name or in its place; a computed one counts."""
    if call is None:
        return False
    named = [each.value for each in call.keywords if each.arg in ("reason", "msg")]
    given = named or call.args[position : position + 1]
    return any(not isinstance(each, ast.Constant) or bool(each.value) for each in given)


def _of_platform(call: ast.Call | None) -> bool:
    """A condition on the platform is its own reason."""
    said = ast.unparse(call.args[0]) if call and call.args else ""
    return bool(re.search(r"sys\.(platform|version_info|implementation)|os\.name|platform\.", said))


RULES = (
    Rule(
        "Q607",
        "test that does not run",
        Severity.WARNING,
        "Skips and expected failures say why",
        "say why; an expected failure is strict",
        not_run,
    ),
    Rule(
        "Q608",
        "print or debugger",
        Severity.ERROR,
        "Nothing is left of debugging",
        "take it out; assert what it shows",
    ),
)
