"""Q401: a test reads no clock that moves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.patches import patched_names
from troth.quality.rules.units import Surroundings, Unit, around, called, decorators, units
from troth.quality.source import TestFile

CLOCKS = frozenset(
    {
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        "datetime.date.today",
        "django.utils.timezone.now",
        "django.utils.timezone.localdate",
        *(f"time.{name}" for name in ("time", "time_ns")),
    }
)
STOPWATCHES = frozenset(
    f"time.{name}" for name in ("monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns")
)
"""Clocks that have no date. freezegun stops them too, time-machine does not."""
_ALL = CLOCKS | STOPWATCHES
_FREEZEGUN = "freezegun.freeze_time"
_FREEZERS = frozenset({_FREEZEGUN, "freezegun.api.freeze_time", "time_machine.travel"})
_FIXTURES = {"freezer": _FREEZEGUN, "time_machine": "time_machine.travel"}
"""Fixtures of pytest-freezer and time-machine; requested, they stand ready, and the clock with them."""
_MARKS = {"freeze_time": _FREEZEGUN, "time_machine": "time_machine.travel"}
_OWN = "a clock of the test's own"
_STANDS = re.compile(r"clock|froze|freez|travel|time_at|at_time")
"""In the name of what is entered: it stops the clock, as far as names can be believed."""
_SPANS = frozenset({"datetime.timedelta", "dateutil.relativedelta.relativedelta"})


@dataclass
class _Stopped:
    """What stands still for a unit: by which freezers, by patches, and in which part of it alone."""

    freezers: set[str] = field(default_factory=set)
    patched: set[str] = field(default_factory=set)

    def holds(self, clock: str, file: TestFile) -> bool:
        """Whether a clock stands still."""
        if is_replaced(clock, self.patched, file):
            return True
        freezers = self.freezers if clock in CLOCKS else self.freezers - {"time_machine.travel"}
        return bool(freezers)


def is_replaced(dotted: str, patched: set[str] | frozenset[str], file: TestFile) -> bool:
    """Whether one of the patched names is ``dotted``, holds it, or is the name that ``file`` calls it by."""
    own = f"{file.module}."
    for each in patched:
        meant = file.names.look_up(each.removeprefix(own)) if each.startswith(own) else each
        if meant and (dotted == meant or dotted.startswith(f"{meant}.")):
            return True
    return False


def moving_clock(file: TestFile, context: Context) -> Iterator[Problem]:
    """Clocks that are read in tests, fixtures and the values of parametrize."""
    surroundings = around(file, context)
    for unit in units(file):
        yield from _at_import(unit)
        calls = [(call, name) for call, name in called(unit) if name in _ALL]
        if calls:
            yield from _in_body(unit, calls, surroundings)


def _at_import(unit: Unit) -> Iterator[Problem]:
    for values in parametrized(unit):
        for node in walk([values]):
            if isinstance(node, ast.Call) and (name := unit.file.names.of(node)) in _ALL:
                yield problem(
                    node,
                    f"{name}() is read when the file is imported, and no freezing reaches it there",
                    hint="write the time down, or read it in the test",
                )


def parametrized(unit: Unit) -> Iterator[ast.expr]:
    """What is computed at import for a unit: the arguments of parametrize, the params of a fixture."""
    if isinstance(unit, TestFunction):
        yield from (mark.node for mark in unit.marks if mark.name == "parametrize")
    elif unit.params is not None:
        yield unit.params


def _in_body(unit: Unit, calls: list[tuple[ast.Call, str]], surroundings: Surroundings) -> Iterator[Problem]:
    stopped = _around(unit, surroundings)
    measured = is_performance(unit)
    spans = _beside_spans(unit)
    for call, name in calls:
        if name in STOPWATCHES and measured:
            continue
        if stopped.holds(name, unit.file) or _here(unit, call, surroundings).holds(name, unit.file):
            continue
        if id(call) in spans:
            said = f"{unit.name} counts from {name}(), which moves"
            yield problem(
                call, said, severity=Severity.WARNING, hint="count from a time that is written down"
            )
        else:
            yield problem(call, f"{unit.name} reads {name}(), which moves")


def is_performance(unit: Unit) -> bool:
    """Whether a unit measures how long something takes."""
    return isinstance(unit, TestFunction) and (unit.kind == "performance" or "benchmark" in unit.parameters)


def _around(unit: Unit, surroundings: Surroundings) -> _Stopped:
    """What stands still for the whole of a unit: decorators, marks, fixtures, and patches of its own."""
    found = _Stopped(patched=set(patched_names(unit)))
    found.freezers |= {_FIXTURES[name] for name in surroundings.names(unit) if name in _FIXTURES}
    if isinstance(unit, TestFunction):
        found.freezers |= {_MARKS[mark.name] for mark in unit.marks if mark.name in _MARKS}
        for decorator in decorators(unit):
            found.freezers |= _freezers_of(decorator, unit, surroundings)
    for fixture in surroundings.around(unit):
        found.patched |= patched_names(fixture)
        for call in fixture.calls():
            found.freezers |= _freezers_of(call, fixture, surroundings)
    return found


def _freezers_of(node: ast.expr, unit: Unit, surroundings: Surroundings) -> set[str]:
    """The freezer that a call or decorator is, or those that a function of ours uses."""
    name = unit.names.of(node) or unit.file.names.of(node)
    if name in _FREEZERS:
        return {name}
    own = name.startswith(".") or name.partition(".")[0] in ("tests", "test")
    found = surroundings.context.function(name.removeprefix("."), unit.file) if own else None
    if found is None:
        return set()
    function, file = found
    inside = file.names.within(function)
    called = (inside.of(each) for each in walk(function.body) if isinstance(each, ast.Call))
    return set(_FREEZERS.intersection(called))


def _here(unit: Unit, call: ast.Call, surroundings: Surroundings) -> _Stopped:
    """What stands still where ``call`` is: inside of a freezing ``with``, or below a freezer's start."""
    found = _Stopped({_OWN} if stands_still(unit, call) else set())
    entered: set[int] = set()
    for node in unit.nodes:
        if isinstance(node, ast.With | ast.AsyncWith):
            items = [each.context_expr for each in node.items]
            entered |= {id(each) for each in items}
            if any(each is call for each in walk(node.body)):
                for item in items:
                    found.freezers |= _freezers_of(item, unit, surroundings)
        elif isinstance(node, ast.Call) and id(node) not in entered and node.lineno < call.lineno:
            found.freezers |= {name for name in [unit.names.of(node)] if name in _FREEZERS}
    return found


def stands_still(unit: Unit, call: ast.Call) -> bool:
    """Whether a call is made inside of a context that is a clock by its name."""
    entered = (node for node in unit.nodes if isinstance(node, ast.With | ast.AsyncWith))
    around_it = (node for node in entered if any(each is call for each in walk(node.body)))
    items = (item.context_expr for node in around_it for item in node.items)
    return any(_STANDS.search(ast.unparse(each)) for each in items)


def _beside_spans(unit: Unit) -> set[int]:
    """Calls from which a span is counted: ``now() + timedelta(days=1)``."""
    found: set[int] = set()
    for node in unit.nodes:
        match node:
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                for one, other in ((left, right), (right, left)):
                    if any(unit.names.of(each) in _SPANS for each in walk([one])):
                        found |= {id(each) for each in walk([other]) if isinstance(each, ast.Call)}
    return found


RULES = (
    Rule(
        "Q401",
        "clock",
        Severity.ERROR,
        "Time stands still",
        "freeze it, or give the code a clock of the test's own",
        moving_clock,
        everywhere=True,
    ),
)
