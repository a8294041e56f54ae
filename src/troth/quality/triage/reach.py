"""Which files of production a test is about, by what it names: itself, through its fixtures and helpers.

Only the source is read. A file that a test names is one that it is meant for; what merely runs on the way
is not, which is why this does not ask which lines were executed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from troth.quality.context import Context
from troth.quality.model import TestFunction
from troth.quality.resolve import Names
from troth.quality.source import TestFile
from troth.quality.triage.settings import TriageSettings


@dataclass(frozen=True, eq=False)
class _Definition:
    """A function, class or value of a module, and what names mean in it."""

    node: ast.AST
    file: TestFile
    names: Names


@dataclass(frozen=True, slots=True)
class _Uses:
    paths: frozenset[str]
    helpers: tuple[_Definition, ...]


@dataclass(frozen=True, eq=False)
class Reach:
    """Answers for all tests of a workspace, reading each file once."""

    context: Context
    settings: TriageSettings
    _seen: dict[ast.AST, _Uses] = field(default_factory=dict)
    _modules: dict[str, TestFile | None] = field(default_factory=dict)
    _defined: dict[Path, Mapping[str, ast.AST]] = field(default_factory=dict)

    def of(self, test: TestFunction) -> frozenset[str]:
        """The paths, from the root, of the files that ``test`` names."""
        waiting = [_Definition(test.node, test.file, test.names)]
        fixtures = self.context.requested(test).values()
        waiting += [_Definition(each.node, each.file, each.names) for each in fixtures]
        found: set[str] = set()
        done: set[ast.AST] = set()
        while waiting:
            definition = waiting.pop()
            if definition.node not in done:
                done.add(definition.node)
                uses = self._uses(definition)
                found |= uses.paths
                waiting.extend(uses.helpers)
        return frozenset(found)

    def _uses(self, definition: _Definition) -> _Uses:
        if definition.node not in self._seen:
            self._seen[definition.node] = self._read(definition)
        return self._seen[definition.node]

    def _read(self, definition: _Definition) -> _Uses:
        paths: set[str] = set()
        helpers: list[_Definition] = []
        for dotted in set(_dotted(definition)):
            if dotted.startswith("."):
                helpers += self._defined_in(definition.file, dotted[1:])
            else:
                reached = self._place(dotted)
                if reached is not None and self.settings.excludes(reached[0].name):
                    helpers += self._defined_in(*reached)
                elif reached is not None:
                    paths.add(reached[0].name)
        return _Uses(frozenset(paths), tuple(helpers))

    def _defined_in(self, file: TestFile, dotted: str) -> Iterator[_Definition]:
        node = self._definitions(file).get(dotted.partition(".")[0])
        if node is not None:
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            yield _Definition(node, file, file.names.within(node) if is_function else file.names)  # type: ignore[arg-type]

    def _definitions(self, file: TestFile) -> Mapping[str, ast.AST]:
        if file.path not in self._defined:
            self._defined[file.path] = dict(_definitions(file.tree))
        return self._defined[file.path]

    def _place(self, dotted: str, depth: int = 0) -> tuple[TestFile, str] | None:
        """The file in which ``dotted`` is defined, and its name there; a package may hand on another's."""
        parts = dotted.split(".")
        for length in range(len(parts), 0, -1):
            file = self._module(".".join(parts[:length]))
            if file is None:
                continue
            rest = parts[length:]
            handed_on = file.names.bound.get(rest[0], "") if rest else ""
            if handed_on and not handed_on.startswith(".") and depth < _LONGEST_WAY:
                further = self._place(".".join([handed_on, *rest[1:]]), depth + 1)
                return further or (file, ".".join(rest))
            return file, ".".join(rest)
        return None

    def _module(self, dotted: str) -> TestFile | None:
        if dotted not in self._modules:
            self._modules[dotted] = next(self._candidates(dotted), None)
        return self._modules[dotted]

    def _candidates(self, dotted: str) -> Iterator[TestFile]:
        first, *rest = dotted.split(".")
        for base in self._bases:
            if not ((base / first).is_dir() or (base / f"{first}.py").is_file()):
                continue
            stem = base.joinpath(first, *rest)
            for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
                found = self.context.read(path) if path.is_file() else None
                if found is not None:
                    yield found

    @cached_property
    def _bases(self) -> tuple[Path, ...]:
        root = self.context.root
        return (root, *(root / each for each in self.settings.roots))


_LONGEST_WAY = 8
"""How often a name is handed on from package to package; two that hand it to each other have no end."""


def _dotted(definition: _Definition) -> Iterator[str]:
    """The names in it, each as long as it is written: of ``shop.till.Till`` not ``shop`` as well."""
    nodes = [node for node in ast.walk(definition.node) if isinstance(node, ast.Name | ast.Attribute)]
    inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
    for node in nodes:
        if id(node) not in inner and (dotted := definition.names.of(node)):
            yield dotted


def _definitions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    for node in tree.body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name, node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name, node
