"""The part of Q404 on files: what is opened, and where its path comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from troth.quality.model import TestFunction
from troth.quality.rule import Problem, problem
from troth.quality.rules.literals import value_of
from troth.quality.rules.patches import patches
from troth.quality.rules.units import Surroundings, Unit, called, decorators

_OPENS = frozenset({"builtins.open", "io.open", "codecs.open", "gzip.open", "bz2.open", "lzma.open"})
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath"})
_JOINS = frozenset(
    {
        "os.path.join",
        "os.path.abspath",
        "os.path.realpath",
        "os.path.dirname",
        "os.path.normpath",
        "os.fspath",
    }
    | {"builtins.str"}
)
_READS = frozenset({"read_text", "read_bytes"})
_WRITES = frozenset({"write_text", "write_bytes", "touch", "mkdir", "unlink", "rmdir"})
_ELSEWHERE = frozenset({"fs", "fake_filesystem", "fs_module", "fs_session"})
"""Fixtures of pyfakefs: no path is a real one."""
_MOVES = re.compile(
    r"\w*(chdir|cwd|switch_?dir|pushd|temp_?dir|work(ing)?_?dir\w*|change_?dir|isolated_filesystem)"
)
"""What is called to leave the working folder for another one."""


class Root(IntEnum):
    """Where a path begins, the worst last."""

    OWN = 0
    """At a fixture, a temporary folder, or where nobody can say."""
    BESIDE = 1
    """At the file of the test: to read what is kept there is fine."""
    FIXED = 2
    """Where the text says, or where the test was started."""


@dataclass(frozen=True)
class _Use:
    node: ast.Call
    path: ast.expr
    writes: bool


def files_used(unit: Unit, surroundings: Surroundings) -> Iterator[Problem]:
    """Files that a unit opens at a path which is not its own."""
    uses = [(use, root) for use in _uses(unit) if (root := _root(use.path, unit))]
    if not uses or _is_elsewhere(unit, surroundings):
        return
    for use, root in uses:
        if root is Root.FIXED or use.writes:
            verb = "writes" if use.writes else "reads"
            yield problem(use.node, f"{unit.name} {verb} a file that is not its own: {_shown(use.path)}")


def _shown(path: ast.expr) -> str:
    return ast.unparse(path)[:60]


def _uses(unit: Unit) -> Iterator[_Use]:
    for call, name in called(unit):
        if name in _OPENS and call.args:
            yield _Use(call, call.args[0], _writes(call, 1))
        elif isinstance(call.func, ast.Attribute):
            attr = call.func.attr
            if attr in _READS | _WRITES:
                yield _Use(call, call.func.value, attr in _WRITES)
            elif attr == "open" and _is_path(call.func.value, unit):
                yield _Use(call, call.func.value, _writes(call, 0))


def _writes(call: ast.Call, place: int) -> bool:
    mode = call.args[place] if len(call.args) > place else None
    mode = next((each.value for each in call.keywords if each.arg == "mode"), mode)
    return isinstance(mode, ast.Constant) and any(sign in str(mode.value) for sign in "wax+")


def _is_path(node: ast.expr, unit: Unit, depth: int = 0) -> bool:
    match node:
        case ast.Call(func=func):
            return unit.names.of(func) in _PATHS
        case ast.BinOp(left=left, op=ast.Div()):
            return _is_path(left, unit, depth)
        case ast.Attribute(value=inner, attr="parent"):
            return _is_path(inner, unit, depth)
        case ast.Name(id=name) if depth < 5 and (value := value_of(name, unit)) is not None:
            return _is_path(value, unit, depth + 1)
    return False


def _moves(call: ast.Call) -> bool:
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    return bool(_MOVES.fullmatch(name)) and name not in ("getcwd", "cwd", "gettempdir", "mktempdir")


def _root(node: ast.expr, unit: Unit, depth: int = 0) -> Root:
    """Where the path of an expression begins."""
    if depth > 10:
        return Root.OWN
    match node:
        case ast.Constant(value=str() as text):
            return Root.OWN if text.startswith(("/dev/", "/proc/")) or "://" in text else Root.FIXED
        case ast.JoinedStr(values=[first, *_]):
            return _root(first, unit, depth + 1)
        case ast.FormattedValue(value=inner) | ast.BinOp(left=inner, op=ast.Div() | ast.Add()):
            return _root(inner, unit, depth + 1)
        case ast.Name(id="__file__"):
            return Root.BESIDE
        case ast.Name(id=name):
            value = value_of(name, unit)
            return Root.OWN if value is None else _root(value, unit, depth + 1)
        case ast.Attribute(value=inner, attr="parent" | "parents") | ast.Subscript(value=inner):
            return _root(inner, unit, depth + 1)
        case ast.Call(func=func, args=[first, *_]) if unit.names.of(func) in _PATHS | _JOINS:
            return _root(first, unit, depth + 1)
        case ast.Call(func=func) if unit.names.of(func) in {
            "os.getcwd",
            "pathlib.Path.cwd",
            "pathlib.Path.home",
        }:
            return Root.FIXED
        case ast.Call(
            func=ast.Attribute(value=inner, attr="joinpath" | "resolve" | "absolute" | "with_suffix")
        ):
            return _root(inner, unit, depth + 1)
    return Root.OWN


def _is_elsewhere(unit: Unit, surroundings: Surroundings) -> bool:
    """Whether the file system is a fake one, or the working folder was left for one of the test's own."""
    if surroundings.names(unit) & _ELSEWHERE:
        return True
    for each in (unit, *surroundings.around(unit)):
        if any(
            patch.target in ("builtins.open", "io.open") or patch.target.endswith(".open")
            for patch in patches(each)
        ):
            return True
        if any(_moves(call) for call in each.calls()):
            return True
    return isinstance(unit, TestFunction) and any(
        unit.file.names.of(decorator).startswith("pyfakefs.") for decorator in decorators(unit)
    )
