"""Every form of patch in a test or fixture: decorators, contexts, ``start()``, pytest-mock, monkeypatch."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.resolve import Names
from troth.quality.rules.literals import UNKNOWN, text_of
from troth.quality.rules.units import Unit
from troth.quality.source import TestFile


class Form(StrEnum):
    """How something is put in the place of something else."""

    NAME = "patch"
    OBJECT = "patch.object"
    MULTIPLE = "patch.multiple"
    DICT = "patch.dict"
    SPY = "spy"
    """The real thing is called, and watched."""
    SETATTR = "monkeypatch.setattr"


@dataclass(frozen=True, eq=False)
class Patch:
    """One thing that is replaced. ``target`` is the dotted name as written, ``UNKNOWN`` in unread parts."""

    node: ast.Call
    form: Form
    target: str
    mocked: bool
    """Whether what stands there is a mock that the patch makes."""
    configured: bool = False
    """Whether the patch itself says what the mock answers."""
    wraps: bool = False
    bound: str = ""
    """The name that the mock is called by in the code around: ``send``, ``self.send``."""
    owner: str = ""
    """The local name whose attribute is replaced: of ``patch.object(till, "price")`` it is ``till``."""


NEUTRAL = frozenset({"spec", "spec_set", "autospec", "create", "new_callable", "name", "unsafe", "instance"})
"""Arguments of a mock that do not say what it answers."""
_WORDS = ("patch", "setattr", "spy")
"""One of them is in every file that patches."""
_MOCK_MODULES = ("unittest.mock.", "mock.mock.", "mock.")
_MOCKERS = frozenset({"mocker", "class_mocker", "module_mocker", "package_mocker", "session_mocker"})
_MONKEYS = frozenset({"monkeypatch", "mp", "monkey"})
_MOCKS = frozenset(
    {"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "PropertyMock"}
)
_FORMS = {
    "patch": Form.NAME,
    "patch.object": Form.OBJECT,
    "patch.multiple": Form.MULTIPLE,
    "patch.dict": Form.DICT,
    "patch.context_manager": Form.OBJECT,
    "spy": Form.SPY,
}


def mock_name(call: ast.AST, names: Names) -> str:
    """What of unittest.mock or of pytest-mock's fixture ``call`` calls: ``patch.object``, ``Mock``."""
    if not isinstance(call, ast.Call):
        return ""
    dotted = names.of(call)
    if dotted:
        return next((dotted.removeprefix(each) for each in _MOCK_MODULES if dotted.startswith(each)), "")
    root, attributes = _chain(call.func)
    if root in _MOCKERS:
        return attributes
    return "setattr" if root in _MONKEYS and attributes == "setattr" else ""


def is_mock(call: ast.AST, names: Names) -> bool:
    """Whether ``call`` makes a mock: ``Mock()``, ``mocker.stub()``."""
    return mock_name(call, names) in _MOCKS | {"create_autospec", "stub", "async_stub"}


def is_patch(call: ast.AST, names: Names) -> bool:
    """Whether ``call`` is a patch of any form."""
    return (name := mock_name(call, names)) in _FORMS or name == "setattr"


def _chain(node: ast.expr) -> tuple[str, str]:
    """The name at the root of attributes, and the attributes: of ``mocker.patch.object`` both."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return (node.id if isinstance(node, ast.Name) else "", ".".join(parts))


@lru_cache(maxsize=1024)
def patches(unit: Unit) -> tuple[Patch, ...]:
    """Every patch of a unit: of a test's decorators (its class's too), then of its body."""
    return tuple(_patches(unit)) if may_patch(unit.file) else ()


@lru_cache(maxsize=64)
def may_patch(file: TestFile) -> bool:
    """Whether anything in a file can be a patch: of most files that is quickly said."""
    return any(word in file.text for word in _WORDS)


def _patches(unit: Unit) -> Iterator[Patch]:
    if isinstance(unit, TestFunction):
        yield from _of_decorators(unit)
    bound = bindings(unit)
    for call in unit.calls():
        for each in _read(call, unit, unit.names):
            yield replace(each, bound=each.bound or bound.get(id(call), ""))


def _of_decorators(test: TestFunction) -> Iterator[Patch]:
    """The mocks of decorators are arguments, from the lowest decorator up; then come those of the class."""
    arguments = list(test.parameters)
    groups = [test.node.decorator_list, *(each.decorator_list for each in test.classes[-1:])]
    for decorator in (each for group in groups for each in reversed(group)):
        if not isinstance(decorator, ast.Call):
            continue
        for each in _read(decorator, test, test.file.names):
            injected = each.mocked and each.form in (Form.NAME, Form.OBJECT)
            name = arguments.pop(0) if injected and arguments else ""
            yield replace(each, bound=each.bound or name)


def _read(call: ast.Call, unit: Unit, names: Names) -> Iterator[Patch]:
    name = mock_name(call, names)
    if name == "setattr":
        yield from _setattr(call, unit)
    elif name in _FORMS:
        yield from _patch(call, _FORMS[name], unit)


def _patch(call: ast.Call, form: Form, unit: Unit) -> Iterator[Patch]:
    keywords = {each.arg: each.value for each in call.keywords}
    first = call.args[0] if call.args else keywords.get("target", keywords.get("in_dict"))
    if first is None:
        return
    if form is Form.MULTIPLE:
        yield from _multiple(call, first, unit)
        return
    target, owner = _target(call, form, first, unit)
    given = len(call.args) > (1 if form is Form.NAME else 2) or "new" in keywords
    own_kind = "new_callable" in keywords and not mock_class(keywords["new_callable"], unit.names)
    mocked = not (given or own_kind) and form in (Form.NAME, Form.OBJECT)
    said = any(name not in NEUTRAL and name not in ("target", "attribute") for name in keywords)
    wraps = "wraps" in keywords or form is Form.SPY
    yield Patch(call, form, target, mocked, configured=said, wraps=wraps, owner=owner)


def mock_class(node: ast.expr, names: Names) -> bool:
    """Whether an expression names a class of mocks."""
    _, attributes = _chain(node)
    return names.of(node).rpartition(".")[2] in _MOCKS or attributes in _MOCKS


def _target(call: ast.Call, form: Form, first: ast.expr, unit: Unit) -> tuple[str, str]:
    if form in (Form.NAME, Form.DICT):
        return _dotted(first, unit), ""
    keywords = {each.arg: each.value for each in call.keywords}
    second = call.args[1] if len(call.args) > 1 else keywords.get("attribute", keywords.get("name"))
    attribute = text_of(second, unit) if second is not None else UNKNOWN
    return f"{_dotted(first, unit)}.{attribute}", first.id if isinstance(first, ast.Name) else ""


def _dotted(node: ast.expr, unit: Unit) -> str:
    """The dotted name of what is patched: a text, or a name that was imported."""
    return unit.names.of(node) or text_of(node, unit)


def _multiple(call: ast.Call, first: ast.expr, unit: Unit) -> Iterator[Patch]:
    base = _dotted(first, unit)
    for each in call.keywords:
        if each.arg is not None and each.arg not in NEUTRAL and each.arg != "target":
            mocked = unit.names.of(each.value).endswith("mock.DEFAULT")
            yield Patch(call, Form.MULTIPLE, f"{base}.{each.arg}", mocked, bound=each.arg if mocked else "")


def _setattr(call: ast.Call, unit: Unit) -> Iterator[Patch]:
    match call.args:
        case [ast.expr() as owner, ast.expr() as name, _, *_] | [ast.expr() as owner, ast.expr() as name] if (
            len(call.args) > 2 or call.keywords
        ):
            local = owner.id if isinstance(owner, ast.Name) else ""
            target = f"{_dotted(owner, unit)}.{text_of(name, unit)}"
            yield Patch(call, Form.SETATTR, target, mocked=False, owner=local)
        case [ast.expr() as named, _]:
            yield Patch(call, Form.SETATTR, _dotted(named, unit), mocked=False)


@lru_cache(maxsize=1024)
def bindings(unit: Unit) -> dict[int, str]:
    """The name that each patch of the body, and each mock, is called by; by the identity of its call."""
    found: dict[int, str] = {}
    patchers: dict[str, ast.Call] = {}
    for node in unit.nodes:
        for target, value in _assigned(node):
            call, started = _started(value, patchers, unit)
            if call is not None and started:
                found[id(call)] = target
            elif call is not None:
                patchers[target] = call
        match node:
            case ast.withitem(context_expr=made, optional_vars=ast.Name(id=name)):
                found[id(patchers.get(dotted_local(made), made))] = name
            case ast.Return(value=ast.expr() as value) | ast.Yield(value=ast.expr() as value):
                found |= {id(each): RETURNED for each in walk([value]) if isinstance(each, ast.Call)}
    return found


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The local names that a statement binds, and to what: ``a, b = one(), two()`` binds two."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            pairs = zip(names, values, strict=False)
        case ast.Assign(targets=[target], value=value):
            pairs = zip([target], [value], strict=True)
        case ast.NamedExpr(target=target, value=value):
            pairs = zip([target], [value], strict=True)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            pairs = zip([target], [value], strict=True)
        case _:
            return
    yield from ((name, value) for target, value in pairs if (name := dotted_local(target)))


RETURNED = "<returned>"
"""In the place of a name: who requests the fixture gets the mock, and names it."""


def _started(value: ast.expr, patchers: dict[str, ast.Call], unit: Unit) -> tuple[ast.Call | None, bool]:
    """The patch or mock that an expression makes or enters, and whether its mock is what comes of it."""
    match value:
        case ast.Call(func=ast.Attribute(value=inner, attr="start" | "__enter__")):
            return _patcher(inner, patchers, unit), True
        case ast.Call(func=ast.Attribute(attr="enter_context" | "enterContext"), args=[inner, *_]):
            return _patcher(inner, patchers, unit), True
        case ast.Call() if is_patch(value, unit.names):
            return value, not unit.names.of(value)
        case ast.Call() if is_mock(value, unit.names):
            return value, True
    return None, False


def _patcher(node: ast.expr, patchers: dict[str, ast.Call], unit: Unit) -> ast.Call | None:
    made = patchers.get(dotted_local(node), node)
    return made if isinstance(made, ast.Call) and is_patch(made, unit.names) else None


def dotted_local(node: ast.AST) -> str:
    """``send`` or ``self.send``; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=ast.Name(id="self" | "cls" as owner), attr=name):
            return f"{owner}.{name}"
    return ""


_LIBRARIES = frozenset(
    {
        *("requests", "httpx", "urllib", "urllib3", "aiohttp", "boto3", "botocore", "smtplib", "stripe"),
        *("redis", "socket", "subprocess", "datetime", "time", "timezone", "random", "uuid", "secrets", "os"),
        *("shutil", "sys", "logging", "sleep"),
    }
)
"""What a module is known to have imported when its source cannot be read."""


def meaning(dotted: str, context: Context, beside: TestFile) -> str:
    """What a dotted name stands for: ``shop.till.requests.get`` is ``requests.get`` if shop/till.py imports
    ``requests``."""
    for _ in range(5):
        further = _through_imports(dotted, context, beside)
        if further == dotted:
            break
        dotted = further
    return dotted


def _through_imports(dotted: str, context: Context, beside: TestFile) -> str:
    parts = dotted.split(".")
    if parts[0] not in context.project.first_party | {"consumers"} or UNKNOWN in dotted:
        return dotted
    for size in range(len(parts) - 1, 0, -1):
        module = context.module(".".join(parts[:size]), beside)
        if module is None:
            continue
        origin = module.names.bound.get(parts[size], "")
        known = bool(origin) and not origin.startswith(".")
        return ".".join([origin, *parts[size + 1 :]]) if known else dotted
    library = next((index for index, part in enumerate(parts) if index and part in _LIBRARIES), None)
    return dotted if library is None else ".".join(parts[library:])


def is_first_party(dotted: str, context: Context) -> bool:
    """Whether a dotted name is of the team's own code, and no boundary of it."""
    boundaries = context.settings.boundaries
    if any(dotted == each or dotted.startswith(f"{each}.") for each in boundaries):
        return False
    return dotted.partition(".")[0] in context.project.first_party


def patched_names(unit: Unit) -> frozenset[str]:
    """The dotted names that a unit replaces, as they are written."""
    return frozenset(each.target for each in patches(unit) if UNKNOWN not in each.target)
