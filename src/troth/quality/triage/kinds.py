"""What a test is about: the happy path, an edge case, or how errors are handled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from http import HTTPStatus

from troth.quality.model import TestFunction
from troth.quality.triage.settings import TriageSettings

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_RAISING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "assertWarns", "assertWarnsRegex"})
_NAMED_STATUS = re.compile(r"HTTP_[45]\d\d")
_ERRORS = {status.name for status in HTTPStatus if status >= 400}


class Kind(StrEnum):
    """What every target wants a test of."""

    HAPPY = "happy path"
    EDGE = "edge case"
    ERROR = "error handling"


def kinds(test: TestFunction, settings: TriageSettings) -> frozenset[Kind]:
    """What ``test`` shows. A test that tells of neither an edge nor an error is of the happy path; one
    that is always skipped shows nothing."""
    if test.mark("skip") is not None:
        return frozenset()
    words = set(_words(test))
    found: set[Kind] = set()
    if words & set(settings.error_words) or _expects_an_error(test):
        found.add(Kind.ERROR)
    if words & set(settings.edge_words) or any(map(_is_empty, _parameters(test))):
        found.add(Kind.EDGE)
    return frozenset(found or {Kind.HAPPY})


def _words(test: TestFunction) -> Iterator[str]:
    """The words of the names of the test, its classes, its marks and its parameters."""
    names = [test.name, *(each.name for each in test.classes), *(mark.name for mark in test.marks)]
    names += _ids(test)
    yield from (word.lower() for name in names for word in _WORD.findall(name))


def _ids(test: TestFunction) -> Iterator[str]:
    for mark in test.marks:
        if mark.name == "parametrize":
            given = [node for node in ast.walk(mark.node) if isinstance(node, ast.keyword)]
            named = [each.value for each in given if each.arg in ("id", "ids")]
            yield from (each.value for each in _constants(named) if isinstance(each.value, str))


def _parameters(test: TestFunction) -> Iterator[ast.expr]:
    """The values that the test is run with: what a list of parametrize holds, and tuples in it."""
    for mark in test.marks:
        if mark.name != "parametrize" or len(mark.arguments) < 2:
            continue
        rows = mark.arguments[1]
        for row in rows.elts if isinstance(rows, ast.List | ast.Tuple) else ():
            yield from _cells(row)


def _cells(row: ast.expr) -> Iterator[ast.expr]:
    match row:
        case ast.Tuple(elts=cells) if cells:
            yield from cells
        case ast.Call(func=ast.Attribute(attr="param") | ast.Name(id="param"), args=cells):
            yield from cells
        case _:
            yield row


def _is_empty(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value="" | b""):
            return True
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            return True
    return False


def _expects_an_error(test: TestFunction) -> bool:
    return any(_raises(node) or _is_refusal(node, test) for node in ast.walk(test.node))


def _raises(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in _RAISING
    return False


def _is_refusal(node: ast.AST, test: TestFunction) -> bool:
    """A comparison of a status with 4xx or 5xx, also with one that is a parameter of the test."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    if any(_names_an_error(side) for side in sides):
        return True
    if not any("status" in word or "code" in word for side in sides for word in _identifiers(side)):
        return False
    inside = [*_constants(sides)]
    if any(isinstance(side, ast.Name) and side.id in test.parameters for side in sides):
        inside += _constants(_parameters(test))
    return any(is_error_status(each.value) for each in inside)


def is_error_status(value: object) -> bool:
    """Whether a value is a status of HTTP that tells of an error."""
    return type(value) is int and 400 <= value <= 599


def _names_an_error(side: ast.expr) -> bool:
    """``HTTPStatus.NOT_FOUND``, ``status.HTTP_404_NOT_FOUND``."""
    attributes = [node for node in ast.walk(side) if isinstance(node, ast.Attribute)]
    return any(
        _NAMED_STATUS.match(each.attr) or (each.attr in _ERRORS and "HTTPStatus" in ast.unparse(each.value))
        for each in attributes
    )


def _identifiers(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        match each:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name.lower()


def _constants(nodes: Iterable[ast.AST]) -> Iterator[ast.Constant]:
    yield from (each for node in nodes for each in ast.walk(node) if isinstance(each, ast.Constant))
