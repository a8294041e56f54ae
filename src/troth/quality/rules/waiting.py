"""Q403: a test waits for an event, and never for a time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from troth.quality.context import Context
from troth.quality.model import walk
from troth.quality.resolve import Names
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.clocks import is_replaced, stands_still
from troth.quality.rules.patches import patched_names
from troth.quality.rules.units import Unit, around, called, units
from troth.quality.source import TestFile

SLEEPS = frozenset(
    {
        "time.sleep",
        "asyncio.sleep",
        "anyio.sleep",
        "trio.sleep",
        "gevent.sleep",
        "eventlet.sleep",
        "curio.sleep",
    }
)
_IMPLICIT = frozenset({"implicitly_wait", "wait_for_timeout", "waitForTimeout"})
"""Methods of browsers' drivers that wait for a time."""
_VIRTUAL = frozenset({"autojump_clock", "mock_clock", "looptime"})
"""Fixtures under which a sleep of the event loop takes no time."""
_POLLS = re.compile(r"_*(wait|eventually|until|poll)(_\w+)?|\w+_(eventually|until)")


def sleep(file: TestFile, context: Context) -> Iterator[Problem]:
    """Sleeps of tests and fixtures, and of functions of the file that they call."""
    if "sleep" not in file.text and not any(each in file.text for each in _IMPLICIT):
        return
    surroundings = around(file, context)
    for unit in units(file):
        found = [*sleeps(unit.nodes, unit.names), *_in_helpers(unit)]
        if not found:
            continue
        patched = set(patched_names(unit)).union(*map(patched_names, surroundings.around(unit)))
        for call, name in found:
            virtual = not name.startswith("time.") and _VIRTUAL & surroundings.names(unit)
            if not (virtual or is_replaced(name, patched, file) or stands_still(unit, call)):
                yield problem(call, f"{unit.name} sleeps with {name}")


def sleeps(nodes: Iterable[ast.AST], names: Names) -> Iterator[tuple[ast.Call, str]]:
    """The calls that wait for a time, and what each calls; to sleep for 0 only lets others run."""
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        name = names.of(node)
        implicit = isinstance(node.func, ast.Attribute) and node.func.attr in _IMPLICIT
        if (name in SLEEPS or implicit) and not _is_zero(node):
            yield node, name or ast.unparse(node.func)


def _is_zero(call: ast.Call) -> bool:
    given = [*call.args, *(each.value for each in call.keywords if each.arg in ("delay", "seconds"))]
    return bool(given) and isinstance(given[0], ast.Constant) and given[0].value == 0


def _in_helpers(unit: Unit) -> Iterator[tuple[ast.Call, str]]:
    """Sleeps of functions of the same file, unless their name says that they wait for something."""
    names = {name.removeprefix(".") for _, name in called(unit)}
    fixtures = {each.node for each in unit.file.fixtures}
    for name in sorted(names & unit.file.functions.keys()):
        function = unit.file.functions[name]
        if not _POLLS.fullmatch(name) and function not in fixtures:
            yield from sleeps(walk(function.body), unit.file.names.within(function))


RULES = (
    Rule(
        "Q403",
        "sleep",
        Severity.ERROR,
        "Nothing sleeps",
        "wait for the event itself with a timeout, or patch the sleep of the code under test",
        sleep,
        everywhere=True,
    ),
)
