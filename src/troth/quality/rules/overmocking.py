"""Q505, Q506: what is tested is real, and most of what is around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from troth.quality.context import Context
from troth.quality.model import TestFunction
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.fixtures import values
from troth.quality.rules.literals import UNKNOWN, value_of
from troth.quality.rules.patches import Form, Patch, is_first_party, is_mock, may_patch, meaning, patches
from troth.quality.rules.units import Surroundings, around
from troth.quality.source import TestFile

_CLOCK_NAMES = frozenset(
    {"now", "utcnow", "today", "datetime", "timezone", "time", "sleep", "monotonic", "perf_counter"}
)
_SETTINGS = frozenset({"settings", "config", "environ", "conf"})
_WHOLE = frozenset({"integration", "e2e"})


@dataclass(frozen=True)
class _Replaced:
    """A patch that holds in a test, and what it stands in the place of."""

    patch: Patch
    meant: str
    place: ast.AST
    """The patch itself, or the test, if it is a fixture that patches."""


def over_mocked(file: TestFile, context: Context) -> Iterator[Problem]:
    """Tests in which much is replaced; in a test of the whole, anything of our own."""
    if not _may_patch(file, context):
        return
    surroundings = around(file, context)
    limits = context.settings.thresholds
    for test in file.tests:
        replaced = [each for each in _replaced(test, surroundings) if _counts(each, context)]
        whole = test.kind in _WHOLE
        limit = limits.integration_patches if whole else limits.patches
        if len(replaced) > limit:
            said = f"{test.name} replaces {len(replaced)} things; {limit} are allowed in a test of its kind"
            yield problem(test.node, said)
        for each in replaced if whole else ():
            if is_first_party(each.meant, context):
                yield problem(
                    each.place, f"{test.name} is to test the whole, and replaces {each.meant} of it"
                )


def _may_patch(file: TestFile, context: Context) -> bool:
    """Whether anything that runs for the tests of a file can patch: its fixtures may come from elsewhere."""
    visible = around(file, context).visible
    return any(map(may_patch, {file, *(each.file for each in visible.values())}))


def _replaced(test: TestFunction, surroundings: Surroundings) -> Iterator[_Replaced]:
    """The patches of a test, and those of the fixtures that it requests."""
    context, file = surroundings.context, surroundings.file
    for each in patches(test):
        yield _Replaced(each, meaning(each.target, context, file), each.node)
    for fixture in surroundings.direct(test):
        for each in patches(fixture):
            yield _Replaced(each, meaning(each.target, context, fixture.file), test.node)


def _counts(replaced: _Replaced, context: Context) -> bool:
    """Whether a patch takes something away: a spy does not, and neither do a clock, settings, a constant."""
    if replaced.patch.form is Form.SPY or replaced.patch.wraps or _is_surrounding(replaced):
        return False
    return not (is_first_party(replaced.meant, context) and replaced.meant.rpartition(".")[2].isupper())


def _is_surrounding(replaced: _Replaced) -> bool:
    """Whether it is the clock or the settings that are replaced: no test is about these."""
    parts = [*replaced.patch.target.split("."), *replaced.meant.split(".")]
    clock = replaced.meant.startswith(("datetime.", "time.", "django.utils.timezone.", "zoneinfo."))
    named = replaced.meant.rpartition(".")[2]
    return clock or named in _CLOCK_NAMES or bool(_SETTINGS & set(parts))


def patched_subject(file: TestFile, context: Context) -> Iterator[Problem]:
    """Tests that replace the very thing that they call, or a part of it."""
    if not _may_patch(file, context):
        return
    surroundings = around(file, context)
    for test in file.tests:
        found = [each for each in _replaced(test, surroundings) if _counts(each, context)]
        subject = _Subject(test, surroundings) if found else None
        for each in found:
            if each.patch.form is not Form.DICT and subject is not None and subject.has(each):
                yield problem(each.place, f"{test.name} calls what it replaces: {_shown(each)}")


def _shown(replaced: _Replaced) -> str:
    if replaced.patch.owner and UNKNOWN in replaced.meant:
        return f"{replaced.patch.owner}.{replaced.meant.rpartition('.')[2]}".replace(UNKNOWN, "…")
    return replaced.meant.replace(UNKNOWN, "…")


class _Subject:
    """What a test calls: functions and classes of ours, and objects that it has."""

    def __init__(self, test: TestFunction, surroundings: Surroundings) -> None:
        self._test = test
        self._context = context = surroundings.context
        called = {test.names.of(call) for call in test.calls()} - {""}
        ours = {each for each in called if is_first_party(each, context)}
        self.called = {meaning(each, context, test.file) for each in ours}
        self.objects = self._objects()
        made = {*self.called, *self._given(surroundings)}
        self.classes = {each for name in made for each in (name, name.rpartition(".")[0]) if _is_class(each)}

    def _given(self, surroundings: Surroundings) -> Iterator[str]:
        """The classes of what fixtures give, where the test calls a method of it."""
        for name in self.objects.keys() & surroundings.visible.keys() & set(self._test.parameters):
            fixture = surroundings.visible[name]
            for value in values(fixture):
                made = value_of(value.id, fixture) if isinstance(value, ast.Name) else value
                if isinstance(made, ast.Call):
                    yield meaning(fixture.names.of(made), self._context, fixture.file)

    def _objects(self) -> dict[str, set[str]]:
        """The methods that are called on each local object; mocks are no objects of ours."""
        found: dict[str, set[str]] = {}
        for call in self._test.calls():
            match call.func:
                case ast.Attribute(value=ast.Name(id=owner), attr=attr) if not self._test.names.look_up(
                    owner
                ):
                    found.setdefault(owner, set()).add(attr)
        mocks = {
            target.id
            for node in self._test.nodes
            if isinstance(node, ast.Assign) and is_mock(node.value, self._test.names)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        return {owner: methods for owner, methods in found.items() if owner not in mocks | self._modules()}

    def _modules(self) -> set[str]:
        """Local names of modules: ``importorskip`` and ``import_module`` give them."""
        return {
            target.id
            for node in self._test.nodes
            if isinstance(node, ast.Assign) and "import" in ast.unparse(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }

    def has(self, replaced: _Replaced) -> bool:
        """Whether what is replaced is the subject, or a part of it."""
        owner, _, name = replaced.meant.rpartition(".")
        if is_first_party(replaced.meant, self._context) and UNKNOWN not in replaced.meant:
            return replaced.meant in self.called or owner in self.classes
        local = replaced.patch.owner
        if not local or self._test.names.look_up(local) or _is_value(replaced.patch):
            return False
        return bool(self.objects.get(local, set()) - {name})


def _is_class(dotted: str) -> bool:
    return dotted.rpartition(".")[2][:1].isupper()


def _is_value(patch: Patch) -> bool:
    """Whether a plain value is set, and no function replaced."""
    return patch.form is Form.SETATTR and isinstance(patch.node.args[-1], ast.Constant)


RULES = (
    Rule(
        "Q505",
        "over-mocking",
        Severity.WARNING,
        "Only what is outside is mocked",
        "let the team's own code run, and mock what is outside of it",
        over_mocked,
    ),
    Rule(
        "Q506",
        "patched subject",
        Severity.WARNING,
        "What is tested is real",
        "let the whole of it run; what it needs from outside can be given to it",
        patched_subject,
    ),
)
