"""Q405: a test gives the same answer wherever in the run it stands."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.literals import module_value
from troth.quality.rules.patches import dotted_local
from troth.quality.rules.process import is_of_process
from troth.quality.rules.units import Surroundings, Unit, around
from troth.quality.source import TestFile

MUTATORS = frozenset(
    {
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popitem",
        "clear",
        "add",
        "discard",
        "update",
        "setdefault",
    }
    | {"sort", "reverse", "appendleft", "popleft"}
)
_MARKS = frozenset({"order", "dependency", "depends", "incremental"})
_CONTAINERS = frozenset({"list", "dict", "set", "defaultdict", "deque", "Counter", "OrderedDict"})
_NUMBERED = re.compile(r"test_(\d{1,3})(_|$)")


def order_dependence(file: TestFile, context: Context) -> Iterator[Problem]:
    """Tests that leave something behind for the next one, and those that say which comes first."""
    surroundings = around(file, context)
    yield from _numbered(file)
    for test in file.tests:
        for mark in test.marks:
            if mark.name in _MARKS or (
                mark.name == "run" and {"order", "before", "after"} & mark.keywords.keys()
            ):
                yield problem(mark.node, f"{test.name} asks for its place in the run with {mark.name}")
        left = list(_left_behind(test))
        if left:
            reset = _reset(test, surroundings)
            yield from (
                problem(node, f"{test.name} changes {name}, which others see")
                for node, name in left
                if name not in reset
            )


def _numbered(file: TestFile) -> Iterator[Problem]:
    """Names that count: ``test_01_``, or ``test_1_`` beside a ``test_2_``. A status or an amount is none."""
    scopes: dict[tuple[ast.ClassDef, ...], list[tuple[TestFunction, str]]] = defaultdict(list)
    for test in file.tests:
        if (found := _NUMBERED.match(test.name)) is not None:
            scopes[test.classes].append((test, found[1]))
    for named in scopes.values():
        numbers = {int(number) for _, number in named}
        for test, number in named:
            beside = {int(number) - 1, int(number) + 1} & numbers
            padded = len(number) > 1 and number.startswith("0")
            if padded or (beside and len(number) < 3):
                yield problem(test.node, f"{test.name} counts its place in the run")


def _left_behind(test: TestFunction) -> Iterator[tuple[ast.AST, str]]:
    """What a test changes of its module, of a class, or of what it imported, and does not put back."""
    declared = {name for node in test.nodes if isinstance(node, ast.Global) for name in node.names}
    restored = _restored(test.nodes)
    for node, target in changes(test.nodes):
        shared = _shared(target, test, declared)
        if not shared or is_of_process(test.names.of(_root_of(target))) or ast.dump(target) in restored:
            continue
        if not isinstance(node, ast.Call) or _is_container(target, test):
            yield node, shared


def _is_container(target: ast.expr, test: TestFunction) -> bool:
    """Whether what a method is called on holds values: ``cart.add()`` may be a function of a module."""
    holder = target.value if isinstance(target, ast.Subscript) else target
    if isinstance(holder, ast.Attribute) and dotted_local(holder).startswith("self."):
        return holder.attr in _class_containers(test)
    name = test.names.of(holder).rpartition(".")[2]
    if name.isupper():
        return True
    match module_value(name, test.file):
        case ast.List() | ast.Dict() | ast.Set() | ast.ListComp() | ast.DictComp() | ast.SetComp():
            return True
        case ast.Call(func=func):
            return test.file.names.of(func).rpartition(".")[2] in _CONTAINERS
    return False


def changes(nodes: Sequence[ast.AST]) -> Iterator[tuple[ast.AST, ast.expr]]:
    """What is assigned, deleted or changed by a method, and the expression that is changed."""
    for node in nodes:
        match node:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                yield from ((node, each) for each in targets)
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target, value=ast.expr()):
                yield node, target
            case ast.Call(func=ast.Attribute(value=(ast.Name() | ast.Attribute()) as changed, attr=attr)) if (
                attr in MUTATORS
            ):
                yield node, ast.Subscript(changed, ast.Constant(attr), ast.Store())


def _root_of(node: ast.expr) -> ast.expr:
    """``STATE`` of ``STATE["a"].b``."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node


def _shared(target: ast.expr, test: TestFunction, declared: set[str]) -> str:
    """The name of what others see, if ``target`` is some of that; empty if it is the test's own."""
    match target:
        case ast.Name(id=name):
            return name if name in declared else ""
        case ast.Attribute(value=ast.Name(id="cls"), attr=attr):
            return f"cls.{attr}" if test.classes else ""
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"), attr="__class__"), attr=attr):
            return f"self.__class__.{attr}"
        case ast.Attribute(value=ast.Call(func=ast.Name(id="type"), args=[ast.Name(id="self")]), attr=attr):
            return f"type(self).{attr}"
        case ast.Subscript(value=ast.Attribute(value=ast.Name(id="self"), attr=attr)):
            return f"self.{attr}" if attr in _class_containers(test) else ""
        case ast.Attribute() | ast.Subscript():
            root = _root_of(target)
            meant = test.names.of(root)
            return (
                root.id if isinstance(root, ast.Name) and meant and not meant.startswith("builtins.") else ""
            )
    return ""


def _class_containers(test: TestFunction) -> set[str]:
    """The lists, dicts and sets that all tests of a class have together; none that an object replaces."""
    own: set[str] = set()
    shared: set[str] = set()
    for node in walk(test.classes[-1].body if test.classes else ()):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List() | ast.Dict() | ast.Set()):
                shared.add(name)
    for node in ast.walk(test.classes[-1]) if test.classes else ():
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()):
                own.add(name)
    return shared - own


def _restored(nodes: Sequence[ast.AST]) -> set[str]:
    """What a ``finally`` puts back."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Try) and node.finalbody:
            found |= {ast.dump(target) for _, target in changes(list(walk(node.finalbody)))}
    return found


def _reset(test: TestFunction, surroundings: Surroundings) -> set[str]:
    """The names that a fixture or set-up around the test changes: it sees to it that all begin alike."""
    found: set[str] = set()
    for each in surroundings.around(test):
        found |= _changed_roots(each)
    return found


def _changed_roots(unit: Unit) -> set[str]:
    roots = (_root_of(target) for _, target in changes(unit.nodes))
    named = {each.id for each in roots if isinstance(each, ast.Name)}
    declared = {name for node in unit.nodes if isinstance(node, ast.Global) for name in node.names}
    called = (node.func for node in unit.calls())
    # A cache of a function: ``price.cache_clear()``.
    named |= {
        each.value.id
        for each in called
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name)
    }
    return named | declared


RULES = (
    Rule(
        "Q405",
        "order dependence",
        Severity.WARNING,
        "Tests do not know each other",
        "build what the test needs in a fixture of function scope",
        order_dependence,
    ),
)
