"""A test file, read once: its tree, names, comments, tests and fixtures."""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from troth.quality import collect
from troth.quality.model import Fixture, TestFunction, children
from troth.quality.pytest_settings import PytestSettings
from troth.quality.resolve import Names, module_names


@dataclass(frozen=True, eq=False)
class TestFile:
    """A Python file of tests, fixtures or helpers. ``name`` is its path from the root, with slashes."""

    __test__: ClassVar[bool] = False
    path: Path
    name: str
    text: str
    tree: ast.Module
    pytest: PytestSettings

    @property
    def module(self) -> str:
        """The dotted name, counted from the root: ``tests.shop.test_till``."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def is_conftest(self) -> bool:
        """Whether pytest reads it for fixtures and hooks."""
        return self.path.name == "conftest.py"

    @property
    def is_test_file(self) -> bool:
        """Whether pytest collects it."""
        return not self.is_conftest and self.pytest.is_test_file(self.path)

    @cached_property
    def names(self) -> Names:
        """What names mean in the module."""
        return module_names(self.tree, self.module)

    @property
    def imports(self) -> Mapping[str, str]:
        """Every name that the module binds to something of another module, and to what."""
        return {name: dotted for name, dotted in self.names.bound.items() if dotted and dotted[0] != "."}

    @cached_property
    def tests(self) -> tuple[TestFunction, ...]:
        """The tests that pytest collects from it, in the order of the text; none from a conftest.py."""
        return tuple(collect.tests(self)) if self.is_test_file else ()

    @cached_property
    def fixtures(self) -> tuple[Fixture, ...]:
        """The fixtures that it defines."""
        return tuple(collect.fixtures(self))

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node of the tree."""
        found: list[ast.AST] = [self.tree]
        for node in found:
            found.extend(children(node))
        return tuple(found)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The text by line; line 1 is the first."""
        # Not splitlines: a form feed or a U+2028 ends no line for Python.
        return tuple(self.text.removesuffix("\n").split("\n"))

    @cached_property
    def comments(self) -> Mapping[int, str]:
        """The comment of each line that has one, with its ``#``."""
        if "#" not in self.text:
            return {}
        tokens = tokenize.generate_tokens(io.StringIO(self.text).readline)
        return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}

    @cached_property
    def functions(self) -> Mapping[str, ast.FunctionDef | ast.AsyncFunctionDef]:
        """The functions of the module by name, tests or not."""
        found = (ast.FunctionDef, ast.AsyncFunctionDef)
        return {node.name: node for node in self.tree.body if isinstance(node, found)}

    @cached_property
    def classes(self) -> Mapping[str, ast.ClassDef]:
        """The classes of the module by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, ast.ClassDef)}


def parse(path: Path, root: Path, content: bytes, pytest: PytestSettings) -> TestFile:
    """Read ``content`` as the file ``path``.

    Raises:
        SyntaxError: it is no Python of this interpreter's version, or not in its encoding.
        ValueError: it holds a NUL.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    try:
        text = io.TextIOWrapper(io.BytesIO(content), encoding=encoding).read()
    except UnicodeDecodeError as error:
        raise SyntaxError(f"it is not {encoding}: {error.reason}") from error
    tree = ast.parse(text, filename=str(path))
    name = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return TestFile(path, name, text, tree, pytest)


def digest(content: bytes) -> str:
    """What names a content."""
    return hashlib.sha256(content).hexdigest()[:32]
