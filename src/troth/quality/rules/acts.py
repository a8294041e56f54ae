"""Arrange, act, assert: once each, and in this order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from troth.quality.assertions import Kind, kind_of_call, narrows
from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem
from troth.quality.rules.words import words

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "send"})
_CLIENTS = re.compile(r"(\w*_)?(client|api|http|session|browser|server|app)(_\w*)?", re.IGNORECASE)
_TOOLS = frozenset(
    {
        *("monkeypatch", "mocker", "capsys", "capfd", "caplog", "tmp_path", "tmpdir", "request", "recwarn"),
        *("json", "re", "os", "logging", "pytest", "rsps", "responses", "respx_mock", "requests_mock"),
        *("freezer", "time_machine", "faker", "self.client_class"),
    }
)
"""What arranges or looks, and is never what is tested."""
_AGAIN = frozenset(
    {
        *("twice", "again", "idempotent", "idempotency", "retry", "retries", "retried", "repeat", "repeated"),
        *("repeats", "repeatedly", "second", "thrice", "next", "page", "pages", "paginated", "pagination"),
        *("cursor", "lifecycle", "transition", "transitions", "cycle", "roundtrip", "until", "sequence"),
        *(
            "still",
            "resumes",
            "resumed",
            "restart",
            "restarted",
            "reopened",
            "once",
            "both",
            "turns",
            "later",
        ),
        *("cached", "cache", "reset", "resets", "restored", "undo", "undone", "redo", "state", "states"),
        *("same", "first", "third", "each", "every", "after", "before", "unchanged", "back"),
    }
)
"""Words of a name that say that a test acts more than once."""
_LABEL = re.compile(r"precondition|guard|given|sanity|assum|before|to begin|at first", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class _Step:
    """A statement at the top of a test, or inside of its ``with`` blocks."""

    node: ast.stmt
    test: TestFunction
    block: ast.stmt | None
    """The block that must raise in which it stands."""
    first_party: frozenset[str]

    @cached_property
    def _nodes(self) -> tuple[ast.AST, ...]:
        if isinstance(self.node, ast.With | ast.AsyncWith):
            return tuple(walk([item.context_expr for item in self.node.items]))
        return tuple(walk([self.node]))

    @cached_property
    def calls(self) -> tuple[ast.Call, ...]:
        return tuple(each for each in self._nodes if isinstance(each, ast.Call))

    @cached_property
    def asserts(self) -> bool:
        kinds = {kind_of_call(each, self.test.names) for each in self.calls} - {None}
        if isinstance(self.node, ast.With | ast.AsyncWith):
            kinds -= {Kind.RAISES}  # What stands in the block asserts: acting and asserting are one.
        return self.block is not None or isinstance(self.node, ast.Assert) or bool(kinds)

    @cached_property
    def is_plain(self) -> bool:
        """Whether it asserts and does nothing else: not a block that must raise."""
        return self.asserts and self.block is None and not isinstance(self.node, ast.With | ast.AsyncWith)

    @cached_property
    def does(self) -> bool:
        """Whether it calls anything that may be the act, but for making things."""
        calls = (call for call in self.calls if kind_of_call(call, self.test.names) is None)
        return any(not _makes(call) and not self._looks(call) for call in calls)

    def _looks(self, call: ast.Call) -> bool:
        return self.test.names.of(call).startswith("builtins.")

    @cached_property
    def acts(self) -> frozenset[str]:
        """What is called that may be what is tested: HTTP through a client is one thing, whatever verb."""
        return frozenset(key for call in self.calls if (key := _key(call, self)))


def _steps(test: TestFunction, context: Context) -> list[_Step]:
    return list(_below(test, test.body, None, context.project.first_party))


def _below(
    test: TestFunction, body: Sequence[ast.stmt], block: ast.stmt | None, ours: frozenset[str]
) -> Iterator[_Step]:
    for node in body:
        if isinstance(node, ast.With | ast.AsyncWith):
            head = _Step(node, test, block, ours)
            yield head
            yield from _below(test, node.body, node if _raises(head) else block, ours)
        elif isinstance(node, ast.Try):
            yield from _below(test, [*node.body, *node.orelse], block, ours)
        else:
            yield _Step(node, test, block, ours)


def _raises(head: _Step) -> bool:
    return any(kind_of_call(call, head.test.names) is Kind.RAISES for call in head.calls)


def _key(call: ast.Call, step: _Step) -> str:
    """What names the thing that is called; empty where it only arranges or looks."""
    func, test = call.func, step.test
    if kind_of_call(call, test.names) is not None:
        return ""
    if isinstance(func, ast.Attribute):
        owner = ast.unparse(func.value)
        last = owner.rpartition(".")[2]
        if func.attr in _VERBS and _CLIENTS.fullmatch(last):
            return f"HTTP through {owner}"
        if owner.partition(".")[0] in _TOOLS or not _is_simple(func.value):
            return ""
        return f"{owner}.{func.attr}"
    if isinstance(func, ast.Name) and not func.id.strip("_")[:1].isupper():
        # A helper of the tests arranges; a fixture that is called, or what is ours, is tested.
        ours = test.names.of(func).partition(".")[0] in step.first_party
        return func.id if ours or func.id in test.parameters else ""
    return ""


def _is_simple(node: ast.expr) -> bool:
    """A name, or attributes of one: the same text is the same thing."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def one_behaviour(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Tests that act, assert, do the same act again and assert again; unless they say that they mean it."""
    said = set(words(test.name.lower()))
    markers = {mark.name for mark in test.marks}
    if said & _AGAIN or markers & set(context.settings.markers) or test.kind in ("e2e", "performance"):
        return
    steps = _steps(test, context)
    first: dict[str, int] = {}
    for place, step in enumerate(steps):
        if step.is_plain:
            continue
        for key in sorted(step.acts):
            if key in first and _asserted_since(steps, first[key], place) and _asserted(steps[place:]):
                yield problem(step.node, f"{test.name} acts again after it has asserted: {key}")
                return
            if key not in first:
                first[key] = place
    yield from _asserted_calls(test, steps)


def _asserted_since(steps: Sequence[_Step], first: int, place: int) -> bool:
    """Whether something is asserted from one act to the next; two acts in one block are one."""
    raising = steps[first].block is not None and steps[first].block is not steps[place].block
    between = [
        step
        for step in steps[first + 1 : place]
        if step.block is None or step.block is not steps[place].block
    ]
    return raising or _asserted(between)


def _asserted(steps: Sequence[_Step]) -> bool:
    return any(step.asserts for step in steps)


def _asserted_calls(test: TestFunction, steps: Sequence[_Step]) -> Iterator[Problem]:
    """HTTP that is sent within one assertion, and again within another; behind an act it only looks what
    came of that."""
    sending = [step for step in steps if any(key.startswith("HTTP") for key in step.acts)]
    sent = [step for step in sending if step.is_plain]
    if len(sent) > 1 and sent == sending:
        yield problem(sent[1].node, f"{test.name} sends a request in each of {len(sent)} assertions")


def order(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Tests that assert before they act, arrange after it, or do not show where one ends."""
    steps = _steps(test, context)
    yield from _assert_first(test, steps)
    yield from _late_setup(test, steps)
    yield from _unspaced(test, context.settings.thresholds.unspaced_lines)


def _assert_first(test: TestFunction, steps: Sequence[_Step]) -> Iterator[Problem]:
    """Assertions with no act before them, and one after. One that is labelled is a guard."""
    guards = 0
    for place, step in enumerate(steps):
        if step.block is not None or isinstance(step.node, ast.With | ast.AsyncWith):
            return
        if step.does:
            return
        if not step.is_plain or not any(each.acts and not each.is_plain for each in steps[place:]):
            continue
        if narrows(step.node) or _is_there(step.node):
            continue
        guards += 1
        if not _is_labelled(step.node, test) or guards > 1:
            yield problem(
                step.node,
                f"{test.name} asserts before it acts",
                hint="move it behind the act; a precondition has a comment that says so",
            )
            return


def _is_there(node: ast.AST) -> bool:
    """``assert x``, with no more to it: what is taken apart below has to be there."""
    return isinstance(node, ast.Assert) and isinstance(node.test, ast.Name | ast.Attribute)


def _is_labelled(node: ast.stmt, test: TestFunction) -> bool:
    if isinstance(node, ast.Assert) and node.msg is not None:
        return True
    comments = test.file.comments
    near = (comments.get(line, "") for line in (node.lineno - 1, node.lineno))
    return any(_LABEL.search(comment) for comment in near)


def _late_setup(test: TestFunction, steps: Sequence[_Step]) -> Iterator[Problem]:
    """Things that are made between the act and its assertion, and do not come from the act."""
    acting = [place for place, step in enumerate(steps) if step.acts and not step.is_plain]
    if not acting:
        return
    after = steps[acting[-1] :]
    known = {each.id for each in ast.walk(after[0].node) if isinstance(each, ast.Name)}
    for step in after[1:]:
        if step.asserts:
            return
        if _is_setup(step.node, known):
            yield problem(step.node, f"{test.name} arranges after it has acted", severity=Severity.INFO)
            return


def _is_setup(node: ast.stmt, known: set[str]) -> bool:
    """Whether something is laid out or made. What is expected, a text and a number belong to asserting."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if not re.match("expect|want", name):
            used = {each.id for each in ast.walk(value) if isinstance(each, ast.Name)}
            laid_out = isinstance(value, ast.Dict | ast.List | ast.Set) and not used
            return laid_out or (isinstance(value, ast.Call) and _makes(value) and not used & known)
    return False


def _makes(call: ast.Call) -> bool:
    name = ast.unparse(call.func).rpartition(".")[2].strip("_")
    return name[:1].isupper() or name.startswith(("create", "make", "build"))


def _unspaced(test: TestFunction, allowed: int) -> Iterator[Problem]:
    first, last = test.body[0].lineno, test.node.end_lineno or test.body[-1].lineno
    inside = test.file.lines[first - 1 : last]
    spaced = any(not line.strip() or line.lstrip().startswith("#") for line in inside)
    if len(inside) > allowed and len(test.body) > 1 and not spaced:
        yield problem(
            test.node,
            f"{test.name} has {len(inside)} lines and no blank one between arranging, acting and asserting",
            hint="set arranging, acting and asserting apart with a blank line",
        )


RULES = (
    Rule(
        "Q204",
        "one behaviour",
        Severity.WARNING,
        "One behaviour in each test",
        "make a test of each; one that has to act twice says so in its name: twice, again, idempotent, retry",
        of_each_test(one_behaviour),
    ),
    Rule(
        "Q205",
        "arrange, act, assert",
        Severity.WARNING,
        "Arrange, act, assert",
        "arrange first, then act, then assert",
        of_each_test(order),
    ),
)
