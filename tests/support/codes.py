"""Every code of a finding, as the source spells it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAMES = ("code", "rule")


def codes(folders: Iterable[Path]) -> set[str]:
    """The codes that the Python files below ``folders`` give to findings and mismatches.

    A code is a text given to a parameter or field named ``code`` or ``rule``, or kept under such a name.
    """
    trees = [
        ast.parse(file.read_text(encoding="utf-8")) for folder in folders for file in folder.rglob("*.py")
    ]
    own = [dict(taker for node in ast.walk(tree) for taker in _takers(node)) for tree in trees]
    # A private name means what its own file says; two files may have a _finding each.
    public = {name: place for each in own for name, place in each.items() if not name.startswith("_")}
    return {code for tree, takers in zip(trees, own, strict=True) for code in _codes(tree, public | takers)}


def _codes(tree: ast.AST, takers: dict[str, int]) -> Iterator[str]:
    return (code for node in ast.walk(tree) for given in _given(node, takers) for code in _texts(given))


def _takers(node: ast.AST) -> Iterator[tuple[str, int]]:
    """A function or class that takes a code, and at which position."""
    if isinstance(node, ast.FunctionDef):
        names = [argument.arg for argument in node.args.args if argument.arg not in ("self", "cls")]
        yield from ((node.name, names.index(name)) for name in _NAMES if name in names)
    if isinstance(node, ast.ClassDef):
        names = [ast.unparse(part.target) for part in node.body if isinstance(part, ast.AnnAssign)]
        yield from ((node.name, names.index(name)) for name in _NAMES if name in names)


def _given(node: ast.AST, takers: dict[str, int]) -> Iterator[ast.AST]:
    """The expressions of ``node`` that a code comes from."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args, keywords=keywords):
            yield from args[takers[name] : takers[name] + 1] if name in takers else ()
            yield from (keyword.value for keyword in keywords if keyword.arg in _NAMES)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _holds_codes(name):
            yield value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            pairs = zip(names, values, strict=True)
            yield from (value for name, value in pairs if _holds_codes(ast.unparse(name)))
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if _holds_codes(name):
            yield value
        case ast.FunctionDef(name=name) if _holds_codes(name):
            yield from (part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value)


def _holds_codes(name: str) -> bool:
    return name.lower().strip("_") in ("code", "rule", "codes", "rules")


def _texts(expression: ast.AST) -> Iterator[str]:
    """The texts that ``expression`` may come to; not those that it asks about or calls with."""
    match expression:
        case ast.Constant(value=str() as text) if _SLUG.fullmatch(text):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_texts(body), *_texts(orelse))
        case ast.Dict(values=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
            yield from (text for part in parts for text in _texts(part))
