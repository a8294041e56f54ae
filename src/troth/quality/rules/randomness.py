"""Q402: what a test draws can be drawn again."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.assertions import assertions
from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.clocks import is_replaced, parametrized
from troth.quality.rules.patches import patched_names
from troth.quality.rules.units import Surroundings, Unit, around, called, units
from troth.quality.source import TestFile

_UNIQUE = frozenset({"uuid.uuid1", "uuid.uuid4"})
_NO_SEED = "none"
_SEEDS = {
    "random.seed": "random",
    "numpy.random.seed": "numpy.random",
    "faker.Faker.seed": "faker",
    "faker.proxy.Faker.seed": "faker",
}
_GENERATORS = frozenset(
    {"random.Random", *(f"numpy.random.{each}" for each in ("default_rng", "RandomState", "SeedSequence"))}
)
"""They take their seed themselves; no seed of the module reaches them."""
_NOT_DRAWN = frozenset(
    {"random.seed", "random.getstate", "random.setstate", "numpy.random.seed", "numpy.random.get_state"}
    | {"numpy.random.set_state", "numpy.random.Generator", "numpy.random.PCG64", "secrets.compare_digest"}
)


def family(call: ast.Call, dotted: str) -> str:
    """What has to be seeded for a call to be the same again; ``none`` if nothing helps, empty if it draws
    nothing."""
    if dotted in _NOT_DRAWN:
        return ""
    if dotted in _UNIQUE or dotted in ("os.urandom", "random.SystemRandom") or dotted.startswith("secrets."):
        return _NO_SEED
    if dotted in _GENERATORS:
        return "" if _is_seeded(call) else _NO_SEED
    if dotted.startswith("random.") and dotted.count(".") == 1:
        return "random"
    if dotted.startswith("numpy.random.") and dotted.count(".") == 2:
        return "numpy.random"
    return "faker" if dotted in ("faker.Faker", "faker.Factory.create") else ""


def _is_seeded(call: ast.Call) -> bool:
    given = [*call.args, *(each.value for each in call.keywords)]
    return any(not (isinstance(each, ast.Constant) and each.value is None) for each in given)


def unseeded(file: TestFile, context: Context) -> Iterator[Problem]:
    """What tests, fixtures and parametrize draw without a seed."""
    surroundings = around(file, context)
    for unit in units(file):
        for values in parametrized(unit):
            yield from _at_import(values, unit)
        drawn = [(call, name, kind) for call, name in called(unit) if name and (kind := family(call, name))]
        if drawn:
            yield from _in_body(unit, drawn, surroundings)


def _at_import(values: ast.expr, unit: Unit) -> Iterator[Problem]:
    for node in walk([values]):
        if isinstance(node, ast.Call) and family(node, name := unit.file.names.of(node)):
            yield problem(node, f"{name}() is drawn when the file is imported, and no fixture seeds it there")


def _in_body(
    unit: Unit, drawn: list[tuple[ast.Call, str, str]], surroundings: Surroundings
) -> Iterator[Problem]:
    patched, seeded = set(patched_names(unit)), _reseeded(surroundings)
    for fixture in surroundings.around(unit):
        patched |= patched_names(fixture)
        seeded |= {kind for _, kind in _seeds(fixture)}
    if isinstance(unit, TestFunction) and any(_is_given(each, unit) for each in unit.node.decorator_list):
        seeded |= {"random", "numpy.random"}
    own = list(_seeds(unit))
    for call, name, kind in drawn:
        before = {each for line, each in own if line <= call.lineno or each == "faker"}
        if kind in seeded | before or is_replaced(name, patched, unit.file):
            continue
        if name in _UNIQUE and not _asserted(unit, call):
            said = f"{unit.name} makes a name of {name}(), which is another one each time"
            yield problem(call, said, severity=Severity.INFO)
        else:
            yield problem(call, f"{unit.name} draws {name}(), which nothing seeds", hint=_hint(kind))


def _is_given(decorator: ast.expr, unit: Unit) -> bool:
    """Whether hypothesis makes the arguments: it seeds what draws beside it."""
    return unit.file.names.of(decorator).startswith("hypothesis.")


def _hint(kind: str) -> str:
    return "patch it, or give the code a source of the test's own" if kind == _NO_SEED else ""


def _reseeded(surroundings: Surroundings) -> set[str]:
    """pytest-randomly seeds these before each test; it reaches no uuid4, secrets or urandom."""
    on = "randomly" in surroundings.context.project.plugins
    return {"random", "numpy.random", "faker"} if on else set()


def _seeds(unit: Unit) -> Iterator[tuple[int, str]]:
    """The lines of a unit that seed something, and what."""
    for call in unit.calls():
        name = unit.names.of(call)
        seeded_by_method = isinstance(call.func, ast.Attribute) and call.func.attr == "seed_instance"
        if not _is_seeded(call):
            continue
        if name in _SEEDS:
            yield call.lineno, _SEEDS[name]
        elif seeded_by_method:
            yield call.lineno, "faker"
        elif name == "factory.random.reseed_random":
            yield from ((call.lineno, each) for each in ("random", "faker"))


def _asserted(unit: Unit, call: ast.Call) -> bool:
    """Whether the value of ``call``, or of a name that was made of it, is compared with something."""
    compared = [each for found in assertions(unit.nodes, unit.names) for each in _compared(found.node, unit)]
    if any(each is call for each in compared):
        return True
    named = {name for node in unit.nodes for name in _made_of(node, call)}
    return any(isinstance(each, ast.Name) and each.id in named for each in compared)


def _compared(assertion: ast.AST, unit: Unit) -> Iterator[ast.AST]:
    """What an assertion looks at: not what it gives to the code under test."""
    stack = list(ast.iter_child_nodes(assertion))
    while stack:
        node = stack.pop()
        yield node
        given_away = isinstance(node, ast.Call) and not unit.names.of(node).startswith("builtins.")
        stack.extend([node.func] if given_away and isinstance(node, ast.Call) else ast.iter_child_nodes(node))


def _made_of(node: ast.AST, call: ast.Call) -> Iterator[str]:
    if isinstance(node, ast.Assign) and any(each is call for each in walk([node.value])):
        for target in node.targets:
            yield from (each.id for each in walk([target]) if isinstance(each, ast.Name))


RULES = (
    Rule(
        "Q402",
        "randomness",
        Severity.WARNING,
        "Chance has a seed",
        "seed it in the test or a fixture, or use random.Random(seed)",
        unseeded,
        everywhere=True,
    ),
)
