"""What other linters know already: ruff, and flake8-mock-spec. Their codes become our rules.

ruff runs once for all files, as a process of its own, without the settings and the noqa comments of the
project: an exception of ours has a reason, and is counted. flake8-mock-spec is asked in this process, for
the trees that are parsed already.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version
from pathlib import Path
from typing import Any

from troth.quality.model import Fixture, TestFunction
from troth.quality.rule import Problem, Severity
from troth.quality.rules import trust
from troth.quality.source import TestFile

RUFF: Mapping[str, str] = {
    "F811": "Q104",
    "PT014": "Q104",
    "F631": "Q302",
    "B011": "Q302",
    "B015": "Q302",
    "PLR0124": "Q302",
    "PLR0133": "Q302",
    "PT015": "Q302",
    "SIM222": "Q302",
    "B017": "Q304",
    "E722": "Q304",
    "PT010": "Q304",
    "PT011": "Q304",
    "PT012": "Q304",
    "PT017": "Q304",
    "PT030": "Q304",
    "PT031": "Q304",
    "S110": "Q304",
    "S112": "Q304",
    "PGH005": "Q503",
    "PT019": "Q602",
    "PT020": "Q602",
    "PT021": "Q602",
    "PT022": "Q602",
    "PT024": "Q602",
    "PT025": "Q602",
    "PT026": "Q602",
    "T100": "Q608",
    "T201": "Q608",
    "T203": "Q608",
}
"""ruff's codes, and the rule that each belongs to."""

SEVERITIES: Mapping[str, Severity] = {
    "B011": Severity.WARNING,
    "PT011": Severity.WARNING,
    "PT012": Severity.WARNING,
    "PT030": Severity.WARNING,
    "PT031": Severity.WARNING,
    "T201": Severity.WARNING,
    "T203": Severity.WARNING,
}
"""Where a code of theirs weighs less than the rule."""

MOCK_SPEC = "Q502"
"""The rule of every code of flake8-mock-spec."""

TIMEOUT = 120.0
"""Seconds that ruff may take. It needs less than one for a hundred thousand lines."""

_OF_TESTS = frozenset({"Q302", "Q304", "Q608"})
"""Rules about what a test or a fixture does itself."""

_PATCHES = frozenset({"patch", "object", "multiple"})
_FIXED = frozenset({"unittest.mock", "mock"})


@dataclass(frozen=True, slots=True)
class Told:
    """A problem that another linter found: its code, and the rule that it belongs to."""

    code: str
    rule: str
    problem: Problem


@dataclass(frozen=True)
class Found:
    """What ruff found by file, and whether it could not be asked."""

    problems: Mapping[Path, Sequence[Told]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


def versions() -> str:
    """Which versions would be asked; the cache holds for these."""
    return " ".join(f"{name}={_version(name)}" for name in ("ruff", "flake8-mock-spec"))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"


def ask_ruff(paths: Sequence[Path], rules: frozenset[str], *, python: str = sys.executable) -> Found:
    """Run ruff over ``paths`` for what belongs to ``rules``."""
    codes = sorted(code for code, rule in RUFF.items() if rule in rules)
    if not codes or not paths:
        return Found()
    problems: dict[Path, list[Told]] = {}
    for some in _batches(paths, 2000):
        read = _run_ruff(some, codes, python)
        if isinstance(read, str):
            return Found(missing=(f"ruff: {read}",))
        for each in read:
            code = each["code"]
            if code in RUFF:
                told = Told(code, RUFF[code], _of_ruff(each))
                problems.setdefault(Path(each["filename"]), []).append(told)
    return Found(problems)


def _batches(paths: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def _run_ruff(paths: Sequence[Path], codes: Sequence[str], python: str) -> list[dict[str, Any]] | str:
    """What ruff prints, read; or why it could not be asked."""
    command = [python, "-m", "ruff", "check", "--isolated", "--no-cache", "--ignore-noqa", "--exit-zero"]
    command += ["--no-respect-gitignore", "--quiet", "--output-format", "json", "--select", ",".join(codes)]
    try:
        ran = subprocess.run(
            [*command, "--", *map(str, paths)],
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"it does not run: {error}"
    if ran.returncode != 0:
        return (ran.stderr.strip().splitlines() or [f"exit status {ran.returncode}"])[-1]
    try:
        read = json.loads(ran.stdout)
    except json.JSONDecodeError as error:
        return f"its answer is no JSON: {error}"
    return read if isinstance(read, list) else "its answer is no list"


def _of_ruff(found: Mapping[str, Any]) -> Problem:
    place = found["location"]
    message = f"{found['message'].rstrip('.')} (ruff {found['code']})"
    return Problem(message, place["row"], place["column"], SEVERITIES.get(found["code"]))


def is_false_alarm(told: Told, file: TestFile) -> bool:
    """Whether ruff does not see what the test is about.

    A fixture that is imported and requested is no redefinition; a comparison that must raise is not
    pointless; a broad kind is narrow enough where what was raised is looked at; what cleans up may swallow;
    and what a stub or a helper does is not what the test does.
    """
    line = told.problem.line
    if told.rule in _OF_TESTS and told.code != "T100" and line not in _own_lines(file):
        return True
    match told.code:
        case "F811":
            return not any(_redefines(node, told.problem) for node in file.nodes)
        case "B015":
            return any(_must_raise(node, line, file) for node in file.nodes)
        case "B017" | "PT011":
            return any(_looks_closer(test, line) for test in file.tests)
        case "S110" | "S112" | "E722":
            return line in _lines(part for holder in _holders(file) for part in trust.clean_up(holder))
    return False


def _holders(file: TestFile) -> list[TestFunction | Fixture]:
    return [*file.tests, *file.fixtures]


def _own_lines(file: TestFile) -> set[int]:
    """The lines of what tests and fixtures do themselves."""
    stubs = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    inside = [node for holder in _holders(file) for node in holder.nodes if isinstance(node, stubs)]
    return _lines(node for holder in _holders(file) for node in holder.body) - _lines(inside)


def _lines(nodes: Iterable[ast.stmt]) -> set[int]:
    spans = (range(node.lineno, (node.end_lineno or node.lineno) + 1) for node in nodes)
    return {number for span in spans for number in span}


def _redefines(node: ast.AST, told: Problem) -> bool:
    """Whether it is the function or class of that line that is told of, and not one of its arguments."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return False
    lines = {node.lineno, *(each.lineno for each in node.decorator_list)}
    return told.line in lines and f"`{node.name}`" in told.message


def _looks_closer(test: TestFunction, line: int) -> bool:
    """Whether what was raised in that line is kept, and asked for later on."""
    for node in test.nodes:
        if not isinstance(node, ast.With | ast.AsyncWith) or not node.lineno <= line <= node.body[0].lineno:
            continue
        kept = {item.optional_vars.id for item in node.items if isinstance(item.optional_vars, ast.Name)}
        later = (each for each in test.nodes if getattr(each, "lineno", 0) > (node.end_lineno or 0))
        if any(isinstance(each, ast.Name) and each.id in kept for each in later):
            return True
    return False


def _must_raise(node: ast.AST, line: int, file: TestFile) -> bool:
    if not isinstance(node, ast.With | ast.AsyncWith) or not node.lineno < line <= (node.end_lineno or 0):
        return False
    return any(file.names.of(item.context_expr) == "pytest.raises" for item in node.items)


def mock_spec(file: TestFile) -> Iterator[Problem] | None:
    """What flake8-mock-spec finds in ``file``; None where it is not installed.

    It goes by the last part of a name: what our names tell apart (``client.patch``, a value in second place)
    is no problem.
    """
    plugin = _plugin()
    if plugin is None:
        return None
    mocks = "Mock" in file.text or "patch" in file.text
    return _mock_spec(file, plugin) if mocks else iter(())


@cache
def _plugin() -> Any:
    made = next((each for each in entry_points(group="flake8.extension") if each.name == "TMS"), None)
    return None if made is None else made.load()


def _mock_spec(file: TestFile, plugin: Any) -> Iterator[Problem]:
    calls: dict[tuple[int, int], ast.Call] = {}
    for line, column, message, _ in plugin(file.tree).run():
        if not calls:
            found = (node for node in file.nodes if isinstance(node, ast.Call))
            calls = {(node.lineno, node.col_offset): node for node in reversed(list(found))}
        call = calls.get((line, column))
        if call is None or _is_of_mock(call, file):
            code, _, said = message.partition(" ")
            said = said.partition(", more information")[0]
            yield Problem(f"{said} (flake8-mock-spec {code})", line, column + 1)


def _is_of_mock(call: ast.Call, file: TestFile) -> bool:
    """Whether a call makes a mock or a patch that nothing shapes: not a PATCH of HTTP, not a value given."""
    name = file.names.of(call)
    left, _, last = name.rpartition(".")
    written = call.func.attr if isinstance(call.func, ast.Attribute) else last
    if written not in _PATCHES:
        return not name or left in _FIXED or left.endswith(".mock")
    values = 2 if written == "object" else 1
    if written != "multiple" and len(call.args) > values:
        return False
    return ".mock." in f".{name}" or name.startswith("mock.")
