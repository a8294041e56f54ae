"""Q406: what the whole process shares stays as it is, or is put back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.resolve import Names
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.patches import Form, patches
from troth.quality.rules.units import Unit, around, units
from troth.quality.source import TestFile

_CALLS = {
    **dict.fromkeys(("os.putenv", "os.unsetenv"), "os.environ"),
    **dict.fromkeys(("os.chdir", "os.fchdir"), "the working folder"),
    "os.umask": "the umask",
    "locale.setlocale": "the locale",
    **dict.fromkeys(("signal.signal", "signal.alarm", "signal.setitimer"), "the signals"),
    **dict.fromkeys(
        ("warnings.filterwarnings", "warnings.simplefilter", "warnings.resetwarnings"),
        "the filters of warnings",
    ),
    "socket.setdefaulttimeout": "the timeout of sockets",
    "logging.disable": "logging",
    "sys.setrecursionlimit": "the recursion limit",
    "time.tzset": "the time zone",
    "asyncio.set_event_loop_policy": "the event loop policy",
}
_HOLDERS = (
    "os.environ",
    "sys.path",
    "sys.modules",
    "sys.argv",
    "sys.meta_path",
    "sys.path_hooks",
    "sys.stdout",
    "sys.stderr",
    "sys.stdin",
)
_MUTATORS = frozenset(
    {"append", "extend", "insert", "remove", "pop", "popitem", "clear", "update", "setdefault", "reverse"}
)
_WARNING_CONTEXTS = frozenset({"warnings.catch_warnings", "pytest.warns", "pytest.deprecated_call"})
_CHDIR_CONTEXTS = frozenset({"contextlib.chdir"})


def is_of_process(dotted: str) -> bool:
    """Whether a name is one that Q406 speaks of."""
    return dotted in ("os", "sys") or dotted.startswith(_HOLDERS) or is_settings(dotted)


def is_settings(dotted: str) -> bool:
    """Whether a name is an imported object of settings; a fixture of that name restores itself."""
    return dotted.rpartition(".")[2] == "settings" and "." in dotted.strip(".")


def global_state(file: TestFile, context: Context) -> Iterator[Problem]:
    """Changes of what the process shares, in tests and fixtures that do not put it back."""
    surroundings = around(file, context)
    for unit in units(file):
        found = list(changed(unit))
        if found:
            recorded = {"the filters of warnings"} if "recwarn" in surroundings.names(unit) else set()
            saved = recorded | _saved(unit).union(*map(_saved, surroundings.around(unit)))
            yield from (
                problem(node, f"{unit.name} changes {what} for the whole process")
                for node, what in found
                if what not in saved
            )


def changed(unit: Unit) -> Iterator[tuple[ast.AST, str]]:
    """What a unit changes and does not put back itself: the node, and what it changes."""
    found = list(_changes(unit.nodes, unit.names))
    restored = {what for node, what in _undone(unit)}
    sheltered = _sheltered(unit)
    yield from ((node, what) for node, what in found if what not in restored and id(node) not in sheltered)


def _changes(nodes: tuple[ast.AST, ...], names: Names) -> Iterator[tuple[ast.AST, str]]:
    for node in nodes:
        match node:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                yield from ((node, what) for each in targets if (what := _target(each, names)))
            case ast.AugAssign(target=target):
                if what := _target(target, names):
                    yield node, what
            case ast.Call(func=ast.Attribute(value=holder, attr=attr)) if (
                attr in _MUTATORS and names.of(holder) in _HOLDERS
            ):
                yield node, names.of(holder)
            case ast.Call() if (called := names.of(node)) in _CALLS and not _only_asks(called, node):
                yield node, _CALLS[called]
            case ast.Call(func=ast.Name(id="setattr"), args=[holder, *_]) if is_settings(names.of(holder)):
                yield node, names.of(holder)


def _only_asks(called: str, call: ast.Call) -> bool:
    """``locale.setlocale(locale.LC_ALL)`` reads."""
    return called == "locale.setlocale" and len(call.args) < 2 and not call.keywords


def _target(node: ast.expr, names: Names) -> str:
    match node:
        case ast.Subscript(value=holder) if (name := names.of(holder)) in _HOLDERS:
            return name
        case ast.Attribute(value=holder):
            if (name := names.of(node)) in _HOLDERS:
                return name
            return name if is_settings(name := names.of(holder)) else ""
    return ""


def _undone(unit: Unit) -> Iterator[tuple[ast.AST, str]]:
    """What a ``finally``, a fixture below its yield, or a clean-up that was asked for puts back."""
    for node in unit.nodes:
        if isinstance(node, ast.Try) and node.finalbody:
            yield from _changes(tuple(walk(node.finalbody)), unit.names)
        elif isinstance(node, ast.Call) and _asks_for_a_clean_up(node):
            yield from ((node, what) for each in node.args for what in _put_back(each, unit.names))
    yields = [node.lineno for node in unit.nodes if isinstance(node, ast.Yield)]
    if yields:
        after = tuple(each for each in unit.nodes if getattr(each, "lineno", 0) > yields[0])
        yield from _changes(after, unit.names)


def _asks_for_a_clean_up(call: ast.Call) -> bool:
    asking = ("addCleanup", "addClassCleanup", "addfinalizer", "callback", "push")
    return isinstance(call.func, ast.Attribute) and call.func.attr in asking


def _put_back(node: ast.expr, names: Names) -> Iterator[str]:
    """What a function that is called at the end speaks of: ``os.environ`` of ``os.environ.pop``."""
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute | ast.Name):
            name = names.of(each)
            yield from (what for what in (_CALLS.get(name, ""), name if name in _HOLDERS else "") if what)


def _saved(unit: Unit) -> set[str]:
    """What is put back around a unit: by ``patch.dict(os.environ)``, or by a tear-down."""
    found = {each.target.removeprefix("django.conf.") for each in patches(unit) if each.form is Form.DICT}
    names = {each.target for each in patches(unit)} | found
    if isinstance(unit, TestFunction) and any(mark.name == "filterwarnings" for mark in unit.marks):
        names.add("the filters of warnings")
    return names | {what for _, what in _undone(unit)} | _torn_down(unit)


def _torn_down(unit: Unit) -> set[str]:
    if isinstance(unit, TestFunction) or not unit.name.lower().startswith("teardown"):
        return set()
    return {what for _, what in _changes(unit.nodes, unit.names)}


def _sheltered(unit: Unit) -> set[int]:
    """The nodes inside of a context that puts back what they change."""
    found: set[int] = set()
    for node in unit.nodes:
        if isinstance(node, ast.With | ast.AsyncWith):
            called = {unit.names.of(each.context_expr) for each in node.items}
            if called & _WARNING_CONTEXTS or any(each.endswith("catch_warnings") for each in called):
                inside = (each for each in walk(node.body) if isinstance(each, ast.Call))
                found |= {id(each) for each in inside if unit.names.of(each).startswith("warnings.")}
            if called & _CHDIR_CONTEXTS:
                inside = (each for each in walk(node.body) if isinstance(each, ast.Call))
                found |= {id(each) for each in inside if unit.names.of(each) == "os.chdir"}
    return found


RULES = (
    Rule(
        "Q406",
        "global state",
        Severity.INFO,
        "What the process shares is put back",
        "use monkeypatch, patch.dict, the settings fixture or a context that restores it",
        global_state,
        everywhere=True,
    ),
)
