"""What a text in a test amounts to, as far as it can be read without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from troth.quality.model import walk
from troth.quality.rules.units import Unit
from troth.quality.source import TestFile

UNKNOWN = "\0"
"""Stands in a text for a part that only a run would know."""

Known = Callable[[str], str | None]
"""What the text of a dotted name is, where that is known."""


def nothing_known(dotted: str) -> str | None:
    """No name is known."""
    del dotted
    return None


def text_of(node: ast.expr, unit: Unit, known: Known = nothing_known) -> str:
    """The text of an expression; ``UNKNOWN`` for each part that cannot be read."""
    return _text(node, unit, known, depth=0)


def _text(node: ast.expr, unit: Unit, known: Known, depth: int) -> str:
    if depth > 8:
        return UNKNOWN
    deeper = depth + 1
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.Constant(value=int() as number):
            return str(number)
        case ast.JoinedStr(values=parts):
            return "".join(_text(each, unit, known, deeper) for each in parts)
        case ast.FormattedValue(value=inner):
            return _text(inner, unit, known, deeper)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, unit, known, deeper) + _text(right, unit, known, deeper)
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod()):
            return re.sub(r"%(\(\w+\))?[\d.]*[sdr]", UNKNOWN, text)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str() as text), attr="format")):
            return re.sub(r"\{[^{}]*\}", UNKNOWN, text)
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return _text(inner, unit, known, deeper)
        case ast.Name(id="__name__"):
            return unit.file.module
        case ast.Name(id=name) if (value := value_of(name, unit)) is not None:
            return _text(value, unit, known, deeper)
        case ast.Name() | ast.Attribute():
            return known(unit.names.of(node)) or UNKNOWN
    return UNKNOWN


def value_of(name: str, unit: Unit) -> ast.expr | None:
    """What ``name`` was bound to: in the unit, else in its module; None where that is not one expression."""
    if name in unit.parameters:
        return None
    here = list(_bound(name, unit.nodes))
    if here:
        return here[0] if len(here) == 1 else None
    if any(isinstance(each, ast.Name) and each.id == name and _binds(each) for each in unit.nodes):
        return None  # A loop or a context binds it.
    there = list(_bound(name, walk(unit.file.tree.body)))
    return there[0] if len(there) == 1 else None


def _binds(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def module_value(name: str, file: TestFile) -> ast.expr | None:
    """What the module binds ``name`` to at its top."""
    found = list(_bound(name, file.tree.body))
    return found[0] if len(found) == 1 else None


def _bound(name: str, nodes: Iterator[ast.AST] | tuple[ast.AST, ...] | list[ast.stmt]) -> Iterator[ast.expr]:
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                yield value
            case ast.AnnAssign(target=ast.Name(id=found), value=ast.expr() as value) if found == name:
                yield value
            case ast.NamedExpr(target=ast.Name(id=found), value=value) if found == name:
                yield value
