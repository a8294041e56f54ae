"""What runs in a test file beside tests: fixtures, and the set-ups of classes and modules."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TypeAlias

from troth.quality.context import Context
from troth.quality.model import Fixture, Function, TestFunction
from troth.quality.source import TestFile

Unit: TypeAlias = TestFunction | Fixture
"""A piece of code that runs for a test."""

_SETUPS = frozenset(
    {
        *("setUp", "tearDown", "setUpClass", "tearDownClass", "asyncSetUp", "asyncTearDown"),
        *("setUpTestData", "setUpModule", "tearDownModule"),
        *(
            f"{verb}_{of}"
            for verb in ("setup", "teardown")
            for of in ("method", "class", "module", "function")
        ),
    }
)


def units(file: TestFile) -> Iterator[Unit]:
    """The tests, fixtures and set-ups of a file."""
    yield from file.tests
    yield from file.fixtures
    yield from setups(file)


@lru_cache(maxsize=1024)
def called(unit: Unit) -> tuple[tuple[ast.Call, str], ...]:
    """Every call of a unit, with the dotted name of what it calls. Each rule asks for them anew."""
    return tuple((call, unit.names.of(call)) for call in unit.calls())


def setups(file: TestFile) -> Iterator[Fixture]:
    """The set-ups and tear-downs in the style of unittest, as fixtures that are used by all."""
    yield from _of_body(file.tree.body, (), file)
    for classes in {test.classes: None for test in file.tests if test.classes}:
        yield from _of_body(classes[-1].body, classes, file)


def _of_body(
    body: Iterable[ast.stmt], classes: tuple[ast.ClassDef, ...], file: TestFile
) -> Iterator[Fixture]:
    for node in body:
        if isinstance(node, Function) and node.name in _SETUPS:
            yield Fixture(node, file, called="", autouse=True, classes=classes)


@lru_cache(maxsize=1)
def around(file: TestFile, context: Context) -> Surroundings:
    """The surroundings of a file's units. Each rule asks for those of the same file, one after the other."""
    return Surroundings(file, context)


class Surroundings:
    """What else runs around the units of a file; nothing of it is looked up before somebody asks."""

    def __init__(self, file: TestFile, context: Context) -> None:
        self.file = file
        self.context = context

    @cached_property
    def visible(self) -> Mapping[str, Fixture]:
        """Every fixture that can be requested, by name."""
        return self.context.fixtures(self.file)

    @cached_property
    def setups(self) -> tuple[Fixture, ...]:
        """Set-ups of the file."""
        return tuple(setups(self.file))

    def names(self, unit: Unit) -> frozenset[str]:
        """Every name that ``unit`` requests, known or not, and those that its fixtures request."""
        return frozenset(self._names(unit))

    def _names(self, unit: Unit) -> set[str]:
        found: set[str] = set()
        asked = list(self._direct_names(unit))
        while asked:
            name = asked.pop()
            if name in found:
                continue
            found.add(name)
            if name in self.visible:
                asked.extend(self.visible[name].parameters)
        return found

    def _direct_names(self, unit: Unit) -> Iterator[str]:
        yield from unit.parameters
        if isinstance(unit, TestFunction):
            yield from _marked(unit)
            reached = unit.classes
            for name, each in self.visible.items():
                if each.autouse and each.classes == reached[: len(each.classes)]:
                    yield name

    def direct(self, unit: Unit) -> tuple[Fixture, ...]:
        """The fixtures and set-ups that run for ``unit``, one level deep."""
        named = dict.fromkeys(self._direct_names(unit))
        found = [self.visible[name] for name in named if name in self.visible]
        return (*found, *self._of_classes(unit))

    def around(self, unit: Unit) -> tuple[Fixture, ...]:
        """The fixtures and set-ups that run for ``unit``, at any depth."""
        named = sorted(self._names(unit) & self.visible.keys())
        return (*(self.visible[name] for name in named), *self._of_classes(unit))

    def _of_classes(self, unit: Unit) -> tuple[Fixture, ...]:
        reached = unit.classes
        return tuple(
            each
            for each in self.setups
            if each.classes == reached[: len(each.classes)] and each.node is not unit.node
        )


def decorators(test: TestFunction) -> tuple[ast.expr, ...]:
    """What decorates a test: its own decorators, and those of its class. What decorates a class around that
    one reaches none of its functions."""
    of_class = test.classes[-1].decorator_list if test.classes else ()
    return (*test.node.decorator_list, *of_class)


def _marked(test: TestFunction) -> Iterator[str]:
    for mark in test.marks:
        if mark.name == "usefixtures":
            yield from (str(each.value) for each in mark.arguments if isinstance(each, ast.Constant))
