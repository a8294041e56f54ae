"""What in a test asserts something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from troth.quality.model import walk
from troth.quality.resolve import Names


class Kind(StrEnum):
    """How it is asserted."""

    PLAIN = "assert"
    UNITTEST = "unittest"
    RAISES = "raises"
    """A context that must raise or warn, or a call of the like."""
    MOCK = "mock"
    FAIL = "fail"
    HELPER = "helper"
    """A function whose name says that it asserts."""
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, eq=False)
class Assertion:
    """One assertion. ``node`` is the statement, or the call."""

    node: ast.Assert | ast.Call
    kind: Kind


MOCK_ASSERTIONS = frozenset(
    f"assert_{name}"
    for name in (
        "called",
        "called_once",
        "called_with",
        "called_once_with",
        "any_call",
        "has_calls",
        "not_called",
        "awaited",
        "awaited_once",
        "awaited_with",
        "awaited_once_with",
        "any_await",
        "has_awaits",
        "not_awaited",
    )
)
_RAISES = frozenset(
    {"pytest.raises", "pytest.warns", "pytest.deprecated_call", "pytest.RaisesGroup", "pytest.RaisesExc"}
)
_FAILS = frozenset({"pytest.fail", "unittest.TestCase.fail"})
_UNITTEST = re.compile(r"(assert|fail(Unless|If|$))[A-Z]?\w*")
_UNITTEST_RAISES = re.compile(r"assert(Raises|Warns|Logs|NoLogs)\w*|failUnlessRaises")
_HELPER = re.compile(
    r"_*(assert|expect|verify|check|ensure|should|compare|validate|(no_)?(fn|re_)match_lines?)(_\w+)?$"
)
_DJANGO = re.compile(r"django_assert_\w+")
_SNAPSHOTS = re.compile(r"(match_snapshot|assert_match|verify|approve|check|regression)\w*$")
_SNAPSHOT_FIXTURES = re.compile(r"snapshot|\w+_regression|approv\w+|benchmark_check")
_MODULES = re.compile(r"(numpy\.testing|pandas\.testing|torch\.testing|approvaltests)\.\w+|nose\.tools\.\w+")


def assertions(nodes: Iterator[ast.AST] | tuple[ast.AST, ...], names: Names) -> Iterator[Assertion]:
    """The assertions among ``nodes``, as ``model.walk`` gives them, in their order."""
    for node in nodes:
        if isinstance(node, ast.Assert):
            yield Assertion(node, Kind.PLAIN)
        elif isinstance(node, ast.Call) and (kind := kind_of_call(node, names)) is not None:
            yield Assertion(node, kind)


def kind_of_call(call: ast.Call, names: Names) -> Kind | None:
    """How a call asserts; None where it does not."""
    name = names.of(call)
    if name in _RAISES:
        return Kind.RAISES
    if name in _FAILS:
        return Kind.FAIL
    if _MODULES.fullmatch(name):
        return Kind.HELPER
    match call.func:
        case ast.Attribute(value=owner, attr=attr):
            return _of_attribute(owner, attr)
        case ast.Name(id=called):
            return _of_name(called)
    return None


def _of_attribute(owner: ast.expr, attr: str) -> Kind | None:
    if attr in MOCK_ASSERTIONS:
        return Kind.MOCK
    own = isinstance(owner, ast.Name) and owner.id in ("self", "cls")
    if own and _UNITTEST_RAISES.fullmatch(attr):
        return Kind.RAISES
    if own and _UNITTEST.fullmatch(attr):
        return Kind.UNITTEST
    if isinstance(owner, ast.Name) and _SNAPSHOT_FIXTURES.fullmatch(owner.id) and _SNAPSHOTS.match(attr):
        return Kind.SNAPSHOT
    return Kind.HELPER if _HELPER.fullmatch(attr) else None


def _of_name(called: str) -> Kind | None:
    if _SNAPSHOT_FIXTURES.fullmatch(called):
        return Kind.SNAPSHOT
    if called.startswith("raises"):
        return Kind.RAISES
    return Kind.HELPER if _HELPER.fullmatch(called) or _DJANGO.fullmatch(called) else None


def narrows(node: ast.AST) -> bool:
    """``assert x is not None``, ``assert isinstance(x, X)``: what type checkers need to be told."""
    match node:
        case ast.Assert(test=ast.Compare(ops=[ast.IsNot()], comparators=[ast.Constant(value=None)])):
            return True
        case ast.Assert(test=ast.Call(func=ast.Name(id="isinstance"))):
            return True
    return False


def asserts(node: ast.AST, names: Names) -> bool:
    """Whether anything in ``node`` asserts; a comparison with a snapshot does too."""
    found = tuple(walk([node]))
    return next(assertions(found, names), None) is not None
