"""Which mocks of a function are told what to answer, wherever in it that is said."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.context import Context
from troth.quality.model import walk
from troth.quality.rules.patches import dotted_local
from troth.quality.rules.units import Unit

_TELLING = frozenset({"configure_mock", "mock_add_spec", "attach_mock"})


def root_of(node: ast.AST) -> str:
    """The local name at the root of an expression: ``send`` of ``send.return_value``; ``self.send`` too."""
    while not (name := dotted_local(node)):
        match node:
            case ast.Attribute(value=inner) | ast.Subscript(value=inner) | ast.Call(func=inner):
                node = inner
            case ast.Await(value=inner):
                node = inner
            case _:
                return ""
    return name


class Configured:
    """The mocks of a unit that are told what to answer."""

    def __init__(self, unit: Unit, context: Context) -> None:
        self._aliases: dict[str, str] = {}
        self._groups: dict[str, set[str]] = {}
        self._told: set[str] = set()
        for node in unit.nodes:
            self._see_alias(node)
            self._told |= set(told(node))
            if isinstance(node, ast.Call):
                self._told |= set(_told_by_helper(node, unit, context))
        for name in self._told & self._groups.keys():
            self._told |= self._groups[name]
        self._told = {self._meant(each) for each in self._told}

    def holds(self, name: str) -> bool:
        """Whether somebody says what the mock of that name answers."""
        return bool(name) and self._meant(name) in self._told

    def _see_alias(self, node: ast.AST) -> None:
        """``instance = client.return_value``: what is said of the one is said of the other."""
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Tuple(elts=each) | ast.List(elts=each)):
                self._groups[name] = {one.id for one in each if isinstance(one, ast.Name)}
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Attribute() as value) if root := root_of(
                value
            ):
                self._aliases[name] = root
            case ast.withitem(context_expr=ast.Attribute() as value, optional_vars=ast.Name(id=name)):
                self._aliases[name] = root_of(value)

    def _meant(self, name: str) -> str:
        seen: set[str] = set()
        while name in self._aliases and name not in seen:
            seen.add(name)
            name = self._aliases[name]
        return name


def told(node: ast.AST) -> Iterator[str]:
    """The names of mocks that a statement or call tells what to answer."""
    match node:
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            for target in targets:
                if isinstance(target, ast.Attribute | ast.Subscript) and not dotted_local(target):
                    yield root_of(target)
        case ast.Call(func=ast.Attribute(value=owner, attr=attr)) if attr in _TELLING:
            yield root_of(owner)
        case ast.Call(func=ast.Name(id="setattr"), args=[owner, *_]):
            yield root_of(owner)


def _told_by_helper(call: ast.Call, unit: Unit, context: Context) -> Iterator[str]:
    """The mocks that are given to a function of ours, which tells them what to answer."""
    given = [each.id for each in call.args if isinstance(each, ast.Name)]
    name = unit.names.of(call)
    if not given or not name or name.startswith(("unittest.", "builtins.", "pytest.")):
        return
    found = context.function(name.removeprefix("."), unit.file)
    if found is None:
        return
    function, _ = found
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    inside = {name for node in walk(function.body) for name in told(node)}
    for parameter, argument in zip(parameters, call.args, strict=False):
        if parameter in inside and isinstance(argument, ast.Name):
            yield argument.id
