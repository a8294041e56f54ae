"""Q501 to Q504: what a mock answers, what it stands for, and what is asserted of it."""

from __future__ import annotations

import ast
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from troth.quality.assertions import MOCK_ASSERTIONS, Assertion, Kind, assertions
from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem
from troth.quality.rules.answers import Answer, answer_of
from troth.quality.rules.configured import Configured, root_of
from troth.quality.rules.patches import (
    NEUTRAL,
    RETURNED,
    Form,
    bindings,
    dotted_local,
    is_mock,
    mock_name,
    patches,
)
from troth.quality.rules.units import Unit, units
from troth.quality.source import TestFile

OBSERVED = frozenset(
    {"called", "call_count", "call_args", "call_args_list", "mock_calls", "method_calls"}
    | {"await_count", "await_args", "await_args_list", "awaited"}
)
"""What a mock tells of its calls."""
_BARE = {each.removeprefix("assert_") for each in MOCK_ASSERTIONS} - OBSERVED
"""Assertions of mocks without their first word: calls of a mock, that every mock takes."""
_CONTRACTS = re.compile(
    r"(event|e?mail|queue|enqueue|publish|notif|emit|send|sent|log|audit|metric|signal|message|webhook|task"
    r"|delay|dispatch|broadcast|schedule|report|track)\w*"
)
"""Words of calls that are themselves what is wanted: nothing else of them can be seen."""
_OF_CALLS = frozenset({"args", "kwargs", "append", "count", "index"})
_CALL_MARK = "call_is_contract"


@dataclass(frozen=True)
class _Made:
    """A mock that nobody told what to answer, so far."""

    node: ast.Call
    name: str
    target: str
    shown: str


def unconfigured(file: TestFile, context: Context) -> Iterator[Problem]:
    """Mocks that answer with mocks, in tests and fixtures."""
    if "mock" not in file.text and "patch" not in file.text:
        return
    for unit in units(file):
        made = [each for each in _made(unit) if not _is_handed_on(each.name, unit)]
        configured = Configured(unit, context) if made else None
        for each in made:
            if configured is not None and not configured.holds(each.name):
                yield from _judged(each, unit, context)


def _judged(made: _Made, unit: Unit, context: Context) -> Iterator[Problem]:
    match answer_of(made.name, made.target, unit, context):
        case Answer.USED:
            yield problem(made.node, f"{made.shown} answers with a mock, and its answer is used")
        case Answer.IGNORED:
            said = f"{made.shown} answers with a mock, which nobody seems to use"
            yield problem(made.node, said, severity=Severity.INFO)


def _made(unit: Unit) -> Iterator[_Made]:
    for patch in patches(unit):
        if patch.mocked and not patch.configured and not patch.wraps:
            yield _Made(patch.node, patch.bound, patch.target, f"the patch of {_readable(patch.target)}")
    bound = bindings(unit)
    for call in unit.calls():
        name = bound.get(id(call), "")
        if name and is_mock(call, unit.names) and all(each.arg in NEUTRAL for each in call.keywords):
            yield _Made(call, name, "", f"the mock {name}")


def _readable(target: str) -> str:
    return target.replace("\0", "…")


def _is_handed_on(name: str, unit: Unit) -> bool:
    """Whether others name the mock, and may say what it answers: a fixture gives it, a set-up keeps it."""
    if name == RETURNED or name.startswith(("self.", "cls.")):
        return True
    given = (value for node in unit.nodes for value in _given(node))
    return any(isinstance(each, ast.Name) and each.id == name for value in given for each in ast.walk(value))


def _given(node: ast.AST) -> Iterator[ast.expr]:
    match node:
        case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
            yield value
        case ast.Assign(targets=[ast.Attribute() as kept], value=value):
            if dotted_local(kept) or ast.unparse(kept.value) == "request.cls":
                yield value


def void_spec(file: TestFile, context: Context) -> Iterator[Problem]:
    """A mock as the spec of a mock: it has every attribute, so it forbids none."""
    del context
    if "spec" not in file.text:
        return
    for unit in units(file):
        mocks = {name for key, name in bindings(unit).items() if key in _mock_calls(unit)}
        mocks |= {each.bound for each in patches(unit) if each.mocked and each.bound}
        for call in unit.calls():
            if mock_name(call, unit.names):
                for value in _specs(call, unit):
                    if is_mock(value, unit.names) or root_of(value) in mocks:
                        yield problem(value, "a mock is no spec: it has every attribute")


def _mock_calls(unit: Unit) -> set[int]:
    return {id(call) for call in unit.calls() if is_mock(call, unit.names)}


def _specs(call: ast.Call, unit: Unit) -> Iterator[ast.expr]:
    yield from (each.value for each in call.keywords if each.arg in ("spec", "spec_set"))
    if is_mock(call, unit.names) and call.args:
        yield call.args[0]


def mistyped(file: TestFile, context: Context) -> Iterator[Problem]:
    """Assertions of mocks that assert nothing, beside those that ruff knows (PGH005)."""
    del context
    for test in file.tests:
        for node in test.nodes:
            match node:
                case ast.Assert(test=tested) if name := _asserted_twice(tested):
                    yield problem(node, f"assert {name} says nothing: the method asserts by itself")
                case ast.Expr(value=ast.Call(func=ast.Attribute(attr=attr))) if attr in _BARE:
                    yield problem(node, f"{attr} asserts nothing: assert_{attr} is meant")
                case ast.Attribute(attr=attr, value=owner) if meant := _meant(attr, owner):
                    yield problem(node, f"{attr} asserts nothing: {meant} is meant")


def _asserted_twice(tested: ast.expr) -> str:
    """``assert m.assert_called()``, with ``not`` and without the brackets too."""
    bare = tested.operand if isinstance(tested, ast.UnaryOp) else tested
    bare = bare.func if isinstance(bare, ast.Call) else bare
    return bare.attr if isinstance(bare, ast.Attribute) and bare.attr in MOCK_ASSERTIONS else ""


def _meant(attr: str, owner: ast.expr) -> str:
    """The assertion of a mock that a name is nearly that of."""
    own = isinstance(owner, ast.Name) and owner.id in ("self", "cls")
    if own or attr in MOCK_ASSERTIONS or not re.match(r"as+er?s?t", attr):
        return ""
    near = difflib.get_close_matches(attr, sorted(MOCK_ASSERTIONS), n=1, cutoff=0.9)
    return near[0] if near else ""


def call_only(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Tests that assert calls, and nothing that the calls are for."""
    del context
    found = list(assertions(test.nodes, test.names))
    if not found or not all(_is_of_calls(each) for each in found) or test.mark(_CALL_MARK):
        return
    words = [*test.name.split("_"), *(word for each in found for word in _words(each, test))]
    if not any(_CONTRACTS.fullmatch(word.lower()) for word in words):
        yield problem(test.node, f"{test.name} asserts that something was called, and no more")


def _is_of_calls(found: Assertion) -> bool:
    """Whether an assertion is one of a mock's calls."""
    if found.kind is not Kind.PLAIN and found.kind is not Kind.UNITTEST:
        return found.kind is Kind.MOCK
    inside = list(walk([found.node]))
    # ``line.called.empty()`` asks something that only has the name.
    asked = {
        id(each.value) for each in inside if isinstance(each, ast.Attribute) and each.attr not in _OF_CALLS
    }
    observed = (each for each in inside if isinstance(each, ast.Attribute) and each.attr in OBSERVED)
    return any(id(each) not in asked for each in observed)


def _words(found: Assertion, test: TestFunction) -> Iterator[str]:
    """The words of the names that an assertion speaks of, and of what their patches replace."""
    named = {each.id for each in walk([found.node]) if isinstance(each, ast.Name)}
    attributes = {
        each.attr for each in walk([found.node]) if isinstance(each, ast.Attribute)
    } - MOCK_ASSERTIONS
    targets = {each.target for each in patches(test) if each.bound in named and each.form is not Form.DICT}
    for text in named | (attributes - OBSERVED) | targets:
        yield from re.split(r"[._]|(?<=[a-z])(?=[A-Z])", text)


RULES = (
    Rule(
        "Q501",
        "mock without an answer",
        Severity.WARNING,
        "Mocks say what they answer",
        "give it a return_value or a side_effect",
        unconfigured,
        everywhere=True,
    ),
    Rule(
        "Q502",
        "mock without a spec",
        Severity.WARNING,
        "Mocks know what they stand for",
        "say what it stands for: spec, spec_set or autospec",
        void_spec,
        everywhere=True,
    ),
    Rule(
        "Q503",
        "assertion that asserts nothing",
        Severity.ERROR,
        "Mocks are asked by their right names",
        "call one of assert_called_once_with, assert_not_called, assert_has_calls and their like",
        mistyped,
    ),
    Rule(
        "Q504",
        "call only",
        Severity.INFO,
        "A call has an effect",
        f"assert what comes of it; where the call is all there is, say so with the mark {_CALL_MARK}",
        of_each_test(call_only),
    ),
)
