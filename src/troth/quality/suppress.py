"""``# troth: ignore[Q201] reason``: on the line of the problem, above it, or at the def of the test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from troth.quality.outcome import Excepted
from troth.quality.rule import Problem, Smell
from troth.quality.source import TestFile

_ANY = re.compile(r"#\s*troth:\s*ignore\b(?P<rest>.*)")
_GOOD = re.compile(r"\[(?P<ids>[^\]]*)\]\s*(?P<reason>[^#]*)")
_ID = re.compile(r"Q\d{3}")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment, and the lines that it speaks for."""

    line: int
    column: int
    rules: tuple[str, ...]
    reason: str
    lines: tuple[tuple[int, int], ...]
    """From and to, both included."""

    def covers(self, smell: Smell) -> bool:
        """Whether the problem is one that it speaks of."""
        return smell.rule in self.rules and any(first <= smell.line <= last for first, last in self.lines)


def suppressions(file: TestFile, known: Iterable[str]) -> tuple[list[Suppression], list[Problem]]:
    """What the comments of ``file`` suppress, and what is wrong with the comments (Q900)."""
    ids = set(known)
    spans = _spans(file)
    good: list[Suppression] = []
    wrong: list[Problem] = []
    for line, comment in file.comments.items():
        found = _ANY.search(comment)
        if found is None:
            continue
        column = file.lines[line - 1].find(comment) + found.start() + 1
        made = _read(found["rest"], ids)
        if isinstance(made, str):
            wrong.append(Problem(made, line, column))
        else:
            rules, reason = made
            good.append(Suppression(line, column, rules, reason, tuple(_lines(file, line, spans))))
    return good, wrong


def _read(rest: str, known: set[str]) -> tuple[tuple[str, ...], str] | str:
    found = _GOOD.match(rest)
    if found is None:
        return "an exception names no rule"
    rules = tuple(each.strip() for each in found["ids"].split(",") if each.strip())
    unknown = [each for each in rules if each not in known]
    if unknown or not rules:
        return f"an exception names no rule that is known: {', '.join(unknown) or 'none is named'}"
    reason = found["reason"].strip()
    if not any(sign.isalpha() for sign in reason):
        return f"an exception of {', '.join(rules)} gives no reason"
    return rules, reason


def _lines(file: TestFile, line: int, spans: Mapping[int, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    alone = file.lines[line - 1].lstrip().startswith("#")
    meant = _next_line_of_code(file.lines, line) if alone else line
    yield (line, line)
    yield (meant, meant)
    if meant in spans:
        yield spans[meant]


def _next_line_of_code(lines: Sequence[str], line: int) -> int:
    """The line below comments and no blank line; the comment's own where there is none."""
    for number in range(line, len(lines)):
        text = lines[number].strip()
        if not text:
            return line
        if not text.startswith("#"):
            return number + 1
    return line


def _spans(file: TestFile) -> dict[int, tuple[int, int]]:
    """The lines that a comment in a line speaks for: those of the statement that it stands in, of a block
    those of its head; and at the head of a function (its decorators too) the whole of it."""
    found: dict[int, tuple[int, int]] = {}
    functions: dict[int, tuple[int, int]] = {}
    for node in file.nodes:
        if not isinstance(node, ast.stmt):
            continue
        last = node.end_lineno or node.lineno
        body = getattr(node, "body", [])
        head = max(node.lineno, body[0].lineno - 1) if body else last
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
            functions |= dict.fromkeys(range(first, head + 1), (first, last))
        elif head > node.lineno:
            found |= dict.fromkeys(range(node.lineno, head + 1), (node.lineno, head))
    return found | functions


def apply(
    smells: Iterable[Smell], found: Sequence[Suppression]
) -> tuple[list[Smell], list[Excepted], list[Suppression]]:
    """What is left, what is suppressed, and which suppressions speak of nothing."""
    left: list[Smell] = []
    held: list[Excepted] = []
    used: set[tuple[int, str]] = set()
    for smell in smells:
        covering = next((each for each in found if each.covers(smell)), None)
        if covering is None:
            left.append(smell)
        else:
            used.add((covering.line, smell.rule))
            held.append(Excepted(smell, covering.reason))
    unused = [
        Suppression(each.line, each.column, missed, each.reason, each.lines)
        for each in found
        if (missed := tuple(rule for rule in each.rules if (each.line, rule) not in used))
    ]
    return left, held, unused
