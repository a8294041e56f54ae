"""Q601, Q602: what a fixture shares, and how it is built."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.assertions import Kind, assertions, narrows
from troth.quality.context import Context
from troth.quality.model import Fixture, TestFunction
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.mutable import shown_mutable
from troth.quality.rules.patches import patches
from troth.quality.rules.process import changed
from troth.quality.rules.units import Unit, around
from troth.quality.rules.unused import unused
from troth.quality.source import TestFile

WIDE = frozenset({"session", "module", "package"})
_OPENS = frozenset(
    {"builtins.open", "io.open", "socket.socket", "socket.create_connection", "subprocess.Popen"}
    | {"sqlite3.connect", "psycopg.connect", "psycopg2.connect", "redis.Redis", "requests.Session"}
    | {"httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession", "tempfile.mkdtemp", "tempfile.mkstemp"}
    | {"tempfile.NamedTemporaryFile", "tempfile.TemporaryDirectory", "threading.Timer"}
    | {"http.server.HTTPServer", "http.server.ThreadingHTTPServer"}
    | {f"concurrent.futures.{kind}PoolExecutor" for kind in ("Thread", "Process")}
)
_MANAGERS = frozenset({"objects", "_default_manager", "all_objects"})
_WRITES = frozenset({"create", "bulk_create", "get_or_create", "update_or_create", "update", "delete"})


def shared(file: TestFile, context: Context) -> Iterator[Problem]:
    """What is wrong with fixtures that several tests share."""
    for fixture in file.fixtures:
        if fixture.scope in WIDE:
            yield from _touches(fixture)
            yield from _gives_what_changes(fixture, context)
            yield from _leaves_open(fixture)
            yield from _acts_for_all(fixture)


def _touches(fixture: Fixture) -> Iterator[Problem]:
    """What is undone after each test, used for longer. To request such a fixture is an error of pytest
    itself; what is touched without a request is not."""
    if "django_db_blocker" in fixture.parameters or fixture.name == "django_db_setup":
        return
    for call in fixture.calls():
        if _is_write(call):
            yield problem(call, f"{fixture.name} writes to the database for the whole {fixture.scope}")
        elif fixture.names.of(call) == "pytest.MonkeyPatch" and not _calls(fixture, "undo"):
            yield problem(call, f"{fixture.name} patches for the whole {fixture.scope}, and never undoes it")


def _calls(fixture: Fixture, *methods: str) -> bool:
    """Whether a fixture calls a method of one of these names."""
    functions = (call.func for call in fixture.calls())
    return any(isinstance(each, ast.Attribute) and each.attr in methods for each in functions)


def _is_write(call: ast.Call) -> bool:
    """``Book.objects.create()``."""
    match call.func:
        case ast.Attribute(value=ast.Attribute(attr=manager), attr=attr):
            return manager in _MANAGERS and attr in _WRITES
    return False


def _gives_what_changes(fixture: Fixture, context: Context) -> Iterator[Problem]:
    for given in values(fixture):
        if kind := shown_mutable(given, fixture, context):
            said = f"{fixture.name} gives {kind} to a whole {fixture.scope}; one test can change it for all"
            yield problem(given, said)


def values(fixture: Fixture) -> Iterator[ast.expr]:
    """What a fixture returns or yields."""
    for node in fixture.nodes:
        match node:
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                if not (isinstance(value, ast.Constant) and value.value is None):
                    yield value


def _leaves_open(fixture: Fixture) -> Iterator[Problem]:
    """Resources that are opened and never closed: there is no tear-down, and no context around them."""
    if _tears_down(fixture):
        return
    entered = {
        id(item.context_expr)
        for node in fixture.nodes
        if isinstance(node, ast.With | ast.AsyncWith)
        for item in node.items
    }
    for call in fixture.calls():
        name = fixture.names.of(call)
        started = isinstance(call.func, ast.Attribute) and call.func.attr == "start" and not call.args
        if id(call) not in entered and (name in _OPENS or (started and not name)):
            shown = name.removeprefix("builtins.") or ast.unparse(call.func)
            yield problem(call, f"{fixture.name} opens {shown}, and nothing closes it")


def _tears_down(fixture: Fixture) -> bool:
    """Whether something comes after the yield, or was asked for. Where the value is given from inside of a
    context that closes it, that is a tear-down too."""
    yields = [each for each in fixture.nodes if isinstance(each, ast.Yield | ast.YieldFrom)]
    if _calls(fixture, "addfinalizer", "callback", "enter_context", "push"):
        return True
    if not yields:
        return _calls(fixture, "close")
    last = yields[-1].lineno
    return any(isinstance(each, ast.stmt) and each.lineno > last for each in fixture.nodes) or any(
        isinstance(each, ast.Try) and each.finalbody for each in fixture.nodes
    )


def _acts_for_all(fixture: Fixture) -> Iterator[Problem]:
    """A fixture that nobody asks for, and that changes the process for every test of the run."""
    if fixture.autouse and fixture.scope == "session":
        for node, what in changed(fixture):
            yield problem(node, f"{fixture.name} changes {what} for every test of the run, unasked")


def hygiene(file: TestFile, context: Context) -> Iterator[Problem]:
    """How fixtures are built, and whether anybody uses them."""
    limit = context.settings.thresholds.fixture_statements
    for fixture in file.fixtures:
        yield from _named_as_a_test(fixture)
        yield from _asserts(fixture)
        size = sum(isinstance(each, ast.stmt) for each in fixture.nodes)
        if size > limit:
            said = f"{fixture.name} has {size} statements; {limit} are enough for a fixture"
            yield problem(fixture.node, said)
    yield from unused(file, context)
    yield from _empty_values(file, context)


def _named_as_a_test(fixture: Fixture) -> Iterator[Problem]:
    if fixture.file.pytest.is_test_function(fixture.called):
        yield problem(fixture.node, f"the fixture {fixture.called} is named as a test")


def _asserts(fixture: Fixture) -> Iterator[Problem]:
    for found in assertions(fixture.nodes, fixture.names):
        if found.kind in (Kind.PLAIN, Kind.MOCK, Kind.UNITTEST) and not narrows(found.node):
            yield problem(
                found.node,
                f"{fixture.name} asserts: if it fails, its tests are errors and no failures",
                severity=Severity.WARNING,
                hint="raise an error that says what is missing, or assert in the test",
            )


def _empty_values(file: TestFile, context: Context) -> Iterator[Problem]:
    """Tests that use a value that their fixture does not give."""
    surroundings = around(file, context)
    holders: tuple[Unit, ...] = (*file.tests, *file.fixtures)
    for unit in holders:
        if not unit.parameters:
            continue
        injected = {*_given_by_marks(unit), *(each.bound for each in patches(unit))}
        for name in unit.parameters:
            fixture = surroundings.visible.get(name)
            if fixture is None or name in injected or fixture.node is unit.node or _gives(fixture):
                continue
            used = next((each for each in unit.nodes if _reads(each, name)), None)
            if used is not None:
                yield problem(used, f"{unit.name} uses the value of {name}, which gives none")


def _gives(fixture: Fixture) -> bool:
    """Whether a fixture has a value: one that only raises, or that is a stub, is taken to have."""
    if any(True for _ in values(fixture)) or any(isinstance(each, ast.YieldFrom) for each in fixture.nodes):
        return True
    match fixture.body:
        case [] | [ast.Raise(), *_] | [ast.Pass()] | [ast.Expr(value=ast.Constant())]:
            return True
    return False


def _reads(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load)


def _given_by_marks(unit: Unit) -> Iterator[str]:
    """Names that parametrize gives a value to."""
    if not isinstance(unit, TestFunction):
        return
    for mark in unit.marks:
        if mark.name == "parametrize":
            for node in mark.arguments[:1]:
                texts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
                yield from (name.strip() for text in texts for name in str(text).split(","))


RULES = (
    Rule(
        "Q601",
        "shared fixture",
        Severity.WARNING,
        "What is shared does not change",
        "give it function scope, or make what it gives read-only",
        shared,
        everywhere=True,
    ),
    Rule(
        "Q602",
        "fixture hygiene",
        Severity.WARNING,
        "Fixtures are small and used",
        "split it, name it for what it gives, or take it out",
        hygiene,
        everywhere=True,
    ),
)
