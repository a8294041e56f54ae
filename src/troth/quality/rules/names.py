"""What tests are called."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from troth.quality.context import Context
from troth.quality.model import TestFunction
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem
from troth.quality.rules.words import (
    AUXILIARIES,
    CLEAR_THIRD_PERSONS,
    KNOWN_TERMS,
    STEMS,
    THIRD_PERSONS,
    tokens,
    words,
)
from troth.quality.source import TestFile

_PLACEHOLDERS = frozenset(
    {
        *("it", "foo", "bar", "baz", "stuff", "thing", "things", "something", "example", "basic", "simple"),
        *("case", "test", "this", "that", "works", "ok", "todo", "tmp", "temp", "dummy", "misc", "scenario"),
    }
)
_WORD = re.compile(r"[a-z0-9]+|[A-Z0-9]{2,}s?")
"""Lower case, or an acronym."""
_RELATIVES = frozenset({"that", "which", "who", "whom", "whose", "what", "where", "whatever", "whoever"})
"""They begin a clause that stands for a thing."""
_OF_AXES = frozenset(
    {"axis", "coordinate", "position", "offset", "direction", "scale", "label", "value", "by"}
)
_OBJECTS = frozenset(
    {"a", "an", "the", "it", "its", "no", "one", "nothing", "none", "true", "false", "null", "them"}
)
_AFTER_NOUNS = (
    AUXILIARIES
    | _RELATIVES
    | frozenset(
        {"of", "with", "without", "from", "in", "to", "by", "for", "on", "at", "and", "or", "before", "after"}
    )
)
"""What follows a plural, and no verb: ``requests of``, ``returns 200``."""
_SHORT = re.compile(r"test_[a-z]{1,2}")


def name_format(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Names that do not say an action, an outcome and a condition."""
    said = words(test.name)
    wanted = context.settings.thresholds.name_words
    least = max(1, wanted - 1) if test.mark("parametrize") else wanted
    if _SHORT.fullmatch(test.name) or not said or all(_is_empty(word) for word in said):
        yield problem(test.node, f"{test.name} says nothing of what is tested")
    elif any(not _WORD.fullmatch(word) for word in said) or not test.name.startswith("test_"):
        yield problem(test.node, f"{test.name} is not in lower case with underscores")
    elif len(said) < least:
        yield problem(test.node, f"{test.name} has {len(said)} words, and {least} are wanted")


def _is_empty(word: str) -> bool:
    return word in _PLACEHOLDERS or word.isdigit()


def conjunction(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Names that join two behaviours. Between two things, and in a known term, ``and`` joins none."""
    said = words(test.name)
    terms = KNOWN_TERMS | set(context.settings.terms)
    for place, word in enumerate(said):
        if word not in context.settings.conjunctions or _in_a_term(said, place, terms):
            continue
        severity = _severity(said[:place], word, said[place + 1 :])
        if severity is None:
            continue
        if test.kind == "e2e":
            severity = Severity.INFO
        yield problem(test.node, f"{test.name} joins two behaviours with {word!r}", severity=severity)
        return


def _in_a_term(said: Sequence[str], place: int, terms: Iterable[str]) -> bool:
    text = "_".join(said)
    position = len("_".join(said[:place])) + (1 if place else 0)
    return any(
        found.start() <= position < found.end()
        for term in terms
        for found in re.finditer(rf"(?<![^_]){re.escape(term)}(?![^_])", text)
    )


def _severity(left: Sequence[str], word: str, right: Sequence[str]) -> Severity | None:
    if word in ("then", "also"):
        # "until then", and at the end of a name, it is a time.
        joins = bool(right) and (not left or left[-1] not in ("until", "by", "since", "if"))
        return Severity.ERROR if joins else None
    if right and right[0] in _RELATIVES:
        return None
    if not left or not right:
        return None
    if word != "and":
        # Of words that are not English nobody can say here whether they are verbs.
        return None if _is_a_coordinate(left, right) else Severity.WARNING
    if _is_clause(left) and (_is_clause(right) or right[0] in CLEAR_THIRD_PERSONS):
        return Severity.ERROR
    if left[-1] in STEMS and right[0] in STEMS:
        return Severity.ERROR
    told = _is_clause(left) or left[-1].endswith("ed")
    elided = right[0].endswith("ed") or right[0] in THIRD_PERSONS
    return Severity.INFO if told and elided else None


def _is_object(word: str) -> bool:
    return word in _OBJECTS or word.isdigit()


def _is_a_coordinate(left: Sequence[str], right: Sequence[str]) -> bool:
    near = {left[-1], right[0]}
    return "x" in (*left, *right) or any(len(word) == 1 for word in near) or bool(near & _OF_AXES)


def _is_clause(part: Sequence[str]) -> bool:
    """Whether some words say that something happens: they have a verb that is of no relative clause, as in
    ``a_tool_that_is_there``, and it is not all of them."""
    if len(part) > 1 and part[0] in THIRD_PERSONS and part[1] not in _AFTER_NOUNS:
        return True
    finite = AUXILIARIES | CLEAR_THIRD_PERSONS
    pairs = itertools.pairwise([*part[1:], ""])
    verbs = sum(word in finite or (word in THIRD_PERSONS and _is_object(after)) for word, after in pairs)
    return verbs > sum(word in _RELATIVES for word in part)


def forbidden_token(file: TestFile, context: Context) -> Iterator[Problem]:
    """Names of tests, classes and files with words that say nothing. Where the code under test has the
    word in its own names, it is a word of the field."""
    forbidden = set(context.settings.forbidden_tokens)
    terms = KNOWN_TERMS | set(context.settings.terms)
    inside = _own_words(file)
    for node, name in _named(file):
        said = tokens(name)
        for place, token in enumerate(said):
            if token in forbidden and not _in_a_term(said, place, terms):
                severity = _token_severity(token, inside)
                yield problem(node, f"{name} has the word {token!r} in it", severity=severity)
                break


def _token_severity(token: str, inside: set[str]) -> Severity:
    if inside & {token, f"{token}s", f"{token}es"}:
        return Severity.INFO
    return Severity.WARNING if token == "all" else Severity.ERROR


def _named(file: TestFile) -> Iterator[tuple[ast.AST, str]]:
    yield file.tree, PurePosixPath(file.name).stem
    seen: set[ast.ClassDef] = set()
    for test in file.tests:
        for cls in test.classes:
            if cls not in seen:
                seen.add(cls)
                yield cls, cls.name
        yield test.node, test.name


def _own_words(file: TestFile) -> set[str]:
    """The words of what the tests use: imported names, attributes and texts such as paths."""
    found: set[str] = set()
    for dotted in file.imports.values():
        found.update(tokens(dotted))
    for test in file.tests:
        for node in (*test.nodes, *(each for mark in test.marks for each in ast.walk(mark.node))):
            match node:
                case ast.Attribute(attr=name):
                    found.update(tokens(name))
                case ast.Constant(value=str() as text) if "/" in text or "?" in text:
                    found.update(tokens(text))
    return found


def duplicate(file: TestFile, context: Context) -> Iterator[Problem]:
    """Tests of the same name in one scope: the last one runs alone."""
    del context
    seen: dict[tuple[int, str], TestFunction] = {}
    for test in file.tests:
        if test.conditional or any("overload" in ast.unparse(each) for each in test.node.decorator_list):
            continue
        scope = id(test.classes[-1]) if test.classes else 0
        first = seen.setdefault((scope, test.name), test)
        if first is not test:
            said = f"{test.qualified} is defined in line {first.node.lineno} already, and that one never runs"
            yield problem(test.node, said)
    yield from _classes(file.tree.body)


def _classes(body: Sequence[ast.stmt]) -> Iterator[Problem]:
    seen: dict[str, ast.ClassDef] = {}
    for node in body:
        if isinstance(node, ast.ClassDef):
            first = seen.setdefault(node.name, node)
            if first is not node and node.name.startswith("Test"):
                yield problem(node, f"{node.name} is defined in line {first.lineno} already")
            yield from _classes(node.body)


RULES = (
    Rule(
        "Q101",
        "name format",
        Severity.WARNING,
        "Names say action, outcome and condition",
        "call it test_<action>_<outcome>[_<condition>]",
        of_each_test(name_format),
    ),
    Rule(
        "Q102",
        "conjunction",
        Severity.ERROR,
        "Names have one purpose",
        "make two tests of it, or name the one outcome that counts",
        of_each_test(conjunction),
    ),
    Rule(
        "Q103",
        "forbidden word",
        Severity.ERROR,
        "Names do without empty words",
        "say what is tested in its place; a word of your field belongs into terms of [tool.troth.lint]",
        forbidden_token,
    ),
    Rule(
        "Q104",
        "duplicate name",
        Severity.ERROR,
        "Names are unique in their scope",
        "rename one of them",
        duplicate,
    ),
)
