"""Tests and fixtures as rules see them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from troth.quality.resolve import Names

if TYPE_CHECKING:
    from troth.quality.source import TestFile

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
_LEAVES = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def children(node: ast.AST) -> list[ast.AST]:
    """What a node is made of, in the order of the text; neither contexts (Load, Store) nor operators.

    ``ast.iter_child_nodes`` does the same for all of them, and takes three times as long.
    """
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            found.extend(each for each in value if isinstance(each, ast.AST))
        elif isinstance(value, ast.AST) and not isinstance(value, _LEAVES):
            found.append(value)
    return found


def walk(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """``nodes`` and what is in them, in the order of the text; not what is inside of a nested def,
    lambda or class: that is a stub or a helper, and not what the test itself does."""
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _SCOPES):
            stack.extend(children(node)[::-1])


def body_of(node: Function) -> tuple[ast.stmt, ...]:
    """The statements after the docstring."""
    first = node.body[0]
    has_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    documented = has_docstring and isinstance(first.value.value, str)  # type: ignore[attr-defined]
    return tuple(node.body[1:] if documented else node.body)


@dataclass(frozen=True, eq=False)
class Mark:
    """``@pytest.mark.<name>``, of the function, its classes or its module."""

    name: str
    node: ast.expr
    own: bool
    """Whether it stands at the test itself."""

    @property
    def keywords(self) -> dict[str, ast.expr]:
        """The keyword arguments."""
        given = self.node.keywords if isinstance(self.node, ast.Call) else []
        return {each.arg: each.value for each in given if each.arg is not None}

    @property
    def arguments(self) -> list[ast.expr]:
        """The positional arguments."""
        return self.node.args if isinstance(self.node, ast.Call) else []


@dataclass(frozen=True, eq=False)
class _Of:
    node: Function
    file: TestFile

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.node.name

    @property
    def is_async(self) -> bool:
        """Whether it is a coroutine."""
        return isinstance(self.node, ast.AsyncFunctionDef)

    @cached_property
    def body(self) -> tuple[ast.stmt, ...]:
        """The statements after the docstring."""
        return body_of(self.node)

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """``walk(body)``, once."""
        return tuple(walk(self.body))

    @cached_property
    def names(self) -> Names:
        """What names mean inside."""
        return self.file.names.within(self.node)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The names of the arguments without ``self`` and ``cls``: fixtures, parameters, or mocks of
        decorators."""
        arguments = self.node.args
        named = [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
        return tuple(each for each in named if each not in ("self", "cls"))

    def calls(self) -> Iterator[ast.Call]:
        """Every call of the body."""
        return (node for node in self.nodes if isinstance(node, ast.Call))


@dataclass(frozen=True, eq=False)
class TestFunction(_Of):
    """A test, sync or async: a function of the module, or a method of (nested) classes."""

    __test__: ClassVar[bool] = False
    classes: tuple[ast.ClassDef, ...] = ()
    """From the outermost to the one that has the method."""
    conditional: bool = False
    """Whether it is defined under an ``if`` or ``try`` of the module or class."""
    unittest: bool = False
    """Whether its class is a unittest.TestCase."""

    @property
    def qualified(self) -> str:
        """``TestShop::test_it_opens``."""
        return "::".join([*(each.name for each in self.classes), self.name])

    @cached_property
    def decorators(self) -> tuple[ast.expr, ...]:
        """Of the function, then of its classes, the innermost first."""
        of_classes = [each for cls in reversed(self.classes) for each in cls.decorator_list]
        return (*self.node.decorator_list, *of_classes)

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that hold for the test."""
        own = set(map(id, self.node.decorator_list))
        given = [*self.decorators, *_pytestmarks(self.classes, self.file.tree)]
        found = ((self.file.names.of(each), each) for each in given)
        return tuple(
            Mark(name.removeprefix("pytest.mark."), each, id(each) in own)
            for name, each in found
            if name.startswith("pytest.mark.")
        )

    def mark(self, name: str) -> Mark | None:
        """The first mark of that name."""
        return next((each for each in self.marks if each.name == name), None)

    @cached_property
    def kind(self) -> str:
        """``e2e``, ``contract``, ``integration``, ``performance`` or ``unit``: by marks, else by folders."""
        said = {mark.name.lower() for mark in self.marks}
        said |= {part.lower() for part in self.file.name.replace(".py", "").split("/")}
        words = {word for each in said for word in (each, each.removesuffix("s"))}
        return next((kind for kind, known in _KINDS.items() if words & known), "unit")


_KINDS = {
    "e2e": {"e2e", "end_to_end", "functional", "acceptance", "system"},
    "contract": {"contract", "golden", "pact"},
    "integration": {"integration"},
    "performance": {"performance", "perf", "benchmark"},
}


def _pytestmarks(classes: Iterable[ast.ClassDef], tree: ast.Module) -> Iterator[ast.expr]:
    for body in (*(each.body for each in classes), tree.body):
        for node in body:
            match node:
                case ast.Assign(targets=[ast.Name(id="pytestmark")], value=value):
                    yield from value.elts if isinstance(value, ast.List | ast.Tuple) else (value,)


@dataclass(frozen=True, eq=False)
class Fixture(_Of):
    """A pytest fixture. ``called`` is the name that tests request it by."""

    called: str = ""
    scope: str = "function"
    """``function``, ``class``, ``module``, ``package``, ``session``, or ``""`` where it is computed."""
    autouse: bool = False
    params: ast.expr | None = None
    classes: tuple[ast.ClassDef, ...] = ()
    decorator: ast.expr | None = None
