"""What a name means: through imports, their aliases, and aliases of aliases."""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

_BUILTINS = frozenset(dir(builtins))
HERE = "."
"""Begins what is defined in the file itself: ``.helper``, ``.TestShop``."""

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


@dataclass(frozen=True, eq=False)
class Names:
    """The names of a scope, and what each stands for; an empty text is a value that nobody knows."""

    bound: Mapping[str, str] = field(default_factory=dict)
    parent: Names | None = None

    def of(self, node: ast.AST | None) -> str:
        """The dotted name of a Name, Attribute or Call (of what it calls), ``datetime.datetime.now``.

        ``print`` is ``builtins.print``; what this file defines begins with a dot; a local value is ``""``.
        """
        if isinstance(node, ast.Call):
            return self.of(node.func)
        if isinstance(node, ast.Name):
            return self.look_up(node.id)
        if isinstance(node, ast.Attribute):
            left = self.of(node.value) if not isinstance(node.value, ast.Call) else ""
            return f"{left}.{node.attr}" if left else ""
        return ""

    def look_up(self, name: str) -> str:
        """What ``name`` stands for here."""
        scope: Names | None = self
        while scope is not None:
            if name in scope.bound:
                return scope.bound[name]
            scope = scope.parent
        return f"builtins.{name}" if name in _BUILTINS else ""

    def within(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Names:
        """The names inside of a function."""
        bound = dict.fromkeys(_parameters(node.args), "")
        inner = Names(bound, self)
        bound.update(_bound(node.body, inner, package="", local=True))
        return inner


def module_names(tree: ast.Module, module: str) -> Names:
    """The names of a file. ``module`` is its dotted name, from which relative imports start."""
    bound: dict[str, str] = {}
    names = Names(bound)
    bound.update(_bound(tree.body, names, package=module.rpartition(".")[0], local=False))
    return names


def _parameters(arguments: ast.arguments) -> Iterator[str]:
    yield from (each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
    yield from (each.arg for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _bound(body: Iterable[ast.stmt], names: Names, *, package: str, local: bool) -> dict[str, str]:
    """What the statements of one scope bind. An alias (``now = datetime.now``) means what it stands for."""
    found: dict[str, str] = {}
    aliases: dict[ast.AST, tuple[str, ast.expr]] = {}
    prefix = "" if local else HERE
    for node in _statements(body):
        match node:
            case ast.Import(names=imported):
                for each in imported:
                    found[each.asname or each.name.partition(".")[0]] = (
                        each.name if each.asname else each.name.partition(".")[0]
                    )
            case ast.ImportFrom(module=origin, names=imported, level=level):
                base = _base(package, origin or "", level)
                found |= {each.asname or each.name: f"{base}.{each.name}" for each in imported}
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = f"{prefix}{name}" if prefix else ""
            case ast.Assign(
                targets=[ast.Name(id=name) as target], value=ast.Name() | ast.Attribute() as meant
            ):
                aliases[target] = (name, meant)
            case _ if node in aliases:
                pass
            case _:
                found |= {name: f"{prefix}{name}" if prefix else "" for name in _targets(node)}
    scope = Names(found, names if local else None)
    outer = names.parent if local else None
    given = Counter(name for name, _ in aliases.values())
    for name, value in aliases.values():
        # A name that is bound twice stands for neither; "sleep = sleep" speaks of the outer one.
        seen = outer if outer is not None and isinstance(value, ast.Name) and value.id == name else scope
        found[name] = "" if name in found or given[name] > 1 else seen.of(value)
    return found


def _base(package: str, origin: str, level: int) -> str:
    if level == 0:
        return origin
    parts = package.split(".")
    kept = parts[: len(parts) - level + 1]
    return ".".join([*kept, *([origin] if origin else [])])


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of a scope that can bind a name; not inside of other scopes."""
    stack: list[ast.AST] = list(body)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, Scope):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _targets(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
        case ast.ExceptHandler(name=str() as name):
            yield name
        case ast.MatchAs(name=str() as name) | ast.MatchStar(name=str() as name):
            yield name
