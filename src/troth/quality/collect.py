"""Which functions of a file pytest takes for tests, and which for fixtures."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troth.quality.model import Fixture, Function, TestFunction

if TYPE_CHECKING:
    from troth.quality.source import TestFile

FIXTURE_MAKERS = frozenset(
    {"pytest.fixture", "pytest.yield_fixture", "pytest_asyncio.fixture", "pytest_twisted.async_fixture"}
)


@dataclass(frozen=True, eq=False)
class _Found:
    node: Function
    classes: tuple[ast.ClassDef, ...]
    conditional: bool


def tests(file: TestFile) -> Iterator[TestFunction]:
    """The tests of ``file``: functions by python_functions, methods of classes by python_classes that
    have no constructor, and ``test*`` methods of a unittest.TestCase. Nested functions are none."""
    for found in _functions(file.tree.body, (), conditional=False):
        if any(_switched_off(each) for each in found.classes) or _is_fixture(found.node, file):
            continue
        of_unittest = bool(found.classes) and is_unittest(found.classes[-1], file)
        if _is_test(found, file, of_unittest=of_unittest):
            yield TestFunction(
                found.node,
                file,
                classes=found.classes,
                conditional=found.conditional,
                unittest=of_unittest,
            )


def _is_test(found: _Found, file: TestFile, *, of_unittest: bool) -> bool:
    if of_unittest:
        return found.node.name.startswith("test")
    collected = all(
        file.pytest.is_test_class(each.name) and not _has_constructor(each) for each in found.classes
    )
    return collected and file.pytest.is_test_function(found.node.name)


def fixtures(file: TestFile) -> Iterator[Fixture]:
    """The fixtures that ``file`` defines, in classes too."""
    for found in _functions(file.tree.body, (), conditional=False):
        for decorator in found.node.decorator_list:
            if file.names.of(decorator) in FIXTURE_MAKERS:
                yield _fixture(found, decorator, file)
                break


def _fixture(found: _Found, decorator: ast.expr, file: TestFile) -> Fixture:
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    keywords = {each.arg: each.value for each in given}
    scope = keywords.get("scope", ast.Constant("function"))
    named = keywords.get("name")
    return Fixture(
        found.node,
        file,
        called=str(named.value) if isinstance(named, ast.Constant) else found.node.name,
        scope=str(scope.value) if isinstance(scope, ast.Constant) else "",
        autouse=isinstance(use := keywords.get("autouse"), ast.Constant) and use.value is True,
        params=keywords.get("params"),
        classes=found.classes,
        decorator=decorator,
    )


def _functions(
    body: Iterable[ast.stmt], classes: tuple[ast.ClassDef, ...], *, conditional: bool
) -> Iterator[_Found]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield _Found(node, classes, conditional)
            case ast.ClassDef(body=inner):
                yield from _functions(inner, (*classes, node), conditional=conditional)
            case ast.If(body=inner, orelse=other):
                yield from _functions([*inner, *other], classes, conditional=True)
            case ast.Try(body=inner, handlers=handlers, orelse=other, finalbody=last):
                parts = [*inner, *(each for handler in handlers for each in handler.body), *other, *last]
                yield from _functions(parts, classes, conditional=True)
            case ast.With(body=inner):
                yield from _functions(inner, classes, conditional=conditional)


def is_unittest(node: ast.ClassDef, file: TestFile, seen: frozenset[str] = frozenset()) -> bool:
    """Whether a class is a unittest.TestCase: by the name of a base, which may be a class of the file."""
    names = [file.names.of(base) for base in node.bases]
    if any(name.rpartition(".")[2].endswith("TestCase") for name in names):
        return True
    here = {name.removeprefix(".") for name in names} & file.classes.keys() - seen - {node.name}
    return any(is_unittest(file.classes[each], file, seen | here) for each in here)


def _has_constructor(node: ast.ClassDef) -> bool:
    return any(
        isinstance(each, ast.FunctionDef) and each.name in ("__init__", "__new__") for each in node.body
    )


def _switched_off(node: ast.ClassDef) -> bool:
    for each in node.body:
        match each:
            case ast.Assign(targets=[ast.Name(id="__test__")], value=ast.Constant(value=False)):
                return True
            case ast.AnnAssign(target=ast.Name(id="__test__"), value=ast.Constant(value=False)):
                return True
    return False


def _is_fixture(node: Function, file: TestFile) -> bool:
    return any(file.names.of(each) in FIXTURE_MAKERS for each in node.decorator_list)
