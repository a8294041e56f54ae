"""What a test that passes is worth: that it asserts, and something that can fail."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus

from troth.quality.assertions import asserts, kind_of_call
from troth.quality.context import Context
from troth.quality.model import Fixture, Function, TestFunction, walk
from troth.quality.resolve import Names
from troth.quality.rule import Problem, Rule, Severity, of_each_test, problem
from troth.quality.rules.words import CLEAR_THIRD_PERSONS
from troth.quality.source import TestFile

_SMOKE = re.compile(
    r"(^|_)(smoke|(does|do|did)_?(not|nt)_(raise|fail|crash|hang|throw|block|warn|complain)\w*"
    r"|never_(raise|fail)s?"
    r"|no_(error|exception|warning|complaint)s?|without_(an?_)?(error|exception|raising|failing|warning)s?"
    r"|not_raised?|nothing_is_raised|is_no_error|can_be_imported|imports)(_|$)"
)
"""Names that promise no more than that nothing is raised."""


def no_assertion(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Tests that assert nothing, not even through a helper or a fixture that they call."""
    if any(asserts(node, test.names) for node in test.node.body) or _SMOKE.search(test.name):
        return
    if any(_mentions(stub, test.names) for stub in _stubs_in_use(test)):
        return
    if "benchmark" in test.parameters or _only_skips(test):
        return
    if not _asserts_through_another(test, context):
        yield problem(test.node, f"{test.name} asserts nothing")


def _stubs_in_use(test: TestFunction) -> Iterator[Function]:
    """Functions of the body that somebody is given: by name, or by a decorator as with ``@app.route``."""
    named = {node.id for node in test.nodes if isinstance(node, ast.Name)}
    stubs = (node for node in test.nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return (node for node in stubs if node.name in named or node.decorator_list)


def _only_skips(test: TestFunction) -> bool:
    match test.body:
        case [ast.Expr(value=ast.Call() as call)]:
            return test.names.of(call) in ("pytest.skip", "pytest.xfail")
    return False


def _asserts_through_another(test: TestFunction, context: Context) -> bool:
    """One level deep: a function of ours, a method of the class, what a fixture gives."""
    fixtures = context.fixtures(test.file)
    for call in test.calls():
        func = call.func
        root = func
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.func if isinstance(root, ast.Call) else root.value
        helpers = [(each, test.file) for each in _methods(test.classes, func)]
        if isinstance(root, ast.Name) and root.id in test.parameters and root.id in fixtures:
            helpers.append((fixtures[root.id].node, fixtures[root.id].file))
        named = test.names.of(func)
        found = context.function(named, test.file) if named else None
        helpers += [found] if found is not None else []
        if any(_mentions(node, file.names) for node, file in helpers):
            return True
    return False


def _mentions(node: Function, names: Names) -> bool:
    """Whether a helper asserts anywhere, also in a function that it hands out."""
    inner = names.within(node)
    return any(
        isinstance(each, ast.Assert | ast.Raise)
        or (isinstance(each, ast.Call) and kind_of_call(each, inner) is not None)
        for each in ast.walk(node)
    )


def _methods(classes: Iterable[ast.ClassDef], func: ast.expr) -> Iterator[Function]:
    """The methods that ``self.<name>`` may be."""
    match func:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            nodes = (node for cls in classes for node in cls.body)
            found = (node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
            yield from (node for node in found if node.name == name)


def tautology(test: TestFunction, context: Context) -> Iterator[Problem]:
    """Assertions that hold whatever the code does, and statuses of which any will do."""
    del context
    for node in test.nodes:
        for said, place in _claims(node):
            if _always_holds(said):
                yield problem(place, f"{ast.unparse(said)[:60]} always holds")
            elif (mixed := _mixed_statuses(said)) is not None:
                yield problem(place, f"success and failure both pass: {mixed}", hint="expect the one status")


def _claims(node: ast.AST) -> Iterator[tuple[ast.expr, ast.AST]]:
    """What an assertion says must be true, and where."""
    match node:
        case ast.Assert(test=said):
            yield said, node
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name), args=[first, *rest]):
            if name == "assertTrue":
                yield first, node
            elif name in _COMPARING and rest:
                yield ast.copy_location(ast.Compare(first, [_COMPARING[name]()], [rest[0]]), node), node


_COMPARING: dict[str, Callable[[], ast.cmpop]] = {
    "assertEqual": ast.Eq,
    "assertEquals": ast.Eq,
    "assertIs": ast.Is,
    "assertIn": ast.In,
}


def _always_holds(said: ast.expr) -> bool:
    match said:
        case ast.Constant(value=value):
            return bool(value)
        case ast.Tuple(elts=[_, *_]) | ast.JoinedStr() | ast.Lambda():
            return True
        case ast.BoolOp(op=ast.Or(), values=values):
            return any(_always_holds(each) for each in values)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant(value=value)):
            return not value
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is() | ast.LtE() | ast.GtE()], comparators=[right]):
            same = ast.dump(left) == ast.dump(right) and not _differs_each_time(left)
            return same or _is_a_size(left, said.ops[0], right)
        case ast.Call(func=ast.Name(id="isinstance"), args=[_, ast.Name(id="object")]):
            return True
    return False


def _differs_each_time(node: ast.expr) -> bool:
    """A call may give another answer each time: ``next_id() == next_id()`` can fail."""
    return any(isinstance(each, ast.Call | ast.Await) for each in ast.walk(node))


def _is_a_size(left: ast.expr, op: ast.cmpop, right: ast.expr) -> bool:
    """``len(x) >= 0``."""
    match left, op, right:
        case ast.Call(func=ast.Name(id="len")), ast.GtE(), ast.Constant(value=0):
            return True
        case ast.Constant(value=0), ast.LtE(), ast.Call(func=ast.Name(id="len")):
            return True
    return False


def _mixed_statuses(said: ast.expr) -> str | None:
    """A choice of statuses that has success and failure in it, or 401 and 403."""
    match said:
        case ast.Compare(
            left=left, ops=[ast.In()], comparators=[ast.Tuple() | ast.List() | ast.Set() as many]
        ):
            found = [_status(each) for each in many.elts]
            is_status = _is_a_status(left) or any(isinstance(each, ast.Attribute) for each in many.elts)
        case ast.BoolOp(op=ast.Or(), values=values):
            sides = [_equality(each) for each in values]
            found = [_status(right) for left, right in sides if left is not None and right is not None]
            is_status = any(left is not None and _is_a_status(left) for left, _ in sides)
        case _:
            return None
    statuses = sorted({each for each in found if each is not None})
    success = any(200 <= each < 300 for each in statuses)
    failure = any(400 <= each < 600 for each in statuses)
    unclear = {401, 403} <= set(statuses)
    return ", ".join(map(str, statuses)) if is_status and ((success and failure) or unclear) else None


def _equality(node: ast.expr) -> tuple[ast.expr | None, ast.expr | None]:
    match node:
        case ast.Compare(left=left, ops=[ast.Eq()], comparators=[right]):
            return left, right
    return None, None


def _status(node: ast.expr | None) -> int | None:
    match node:
        case ast.Constant(value=int() as value) if 100 <= value < 600:
            return value
        case ast.Attribute(attr=name) if found := re.match(r"HTTP_(\d{3})_", name):
            return int(found[1])
        case ast.Attribute(value=ast.Name(id="HTTPStatus") | ast.Attribute(attr="HTTPStatus"), attr=name):
            return int(HTTPStatus[name]) if name in HTTPStatus.__members__ else None
        case ast.Attribute(attr="value", value=value):
            return _status(value)
    return None


def _is_a_status(node: ast.expr) -> bool:
    text = ast.unparse(node).lower()
    return "status" in text or text.endswith("code")


_YES_OR_NO = re.compile(
    r"_*((is|has|have|can|could|should|was|were|are|did|does|do|will|would|needs|must|may|allows|accepts"
    r"|supports|contains|includes|matches|exists|equals|holds|covers|fits|knows|any|all|not)(_\w+)?"
    r"|\w*(ed|able|ible)|[a-z]+ed_\w+|\w+_(exists|matches|ok|valid|equal|seen)"
    r"|startswith|endswith|isinstance|issubclass|hasattr|callable|bool|issubset|issuperset|isdisjoint"
    r"|is[a-z]+"
    r"|(add|pend|miss|runn|wait|clos|open|work|stopp|mov|chang)ing"
    r"|ok|done|valid|success|successful|true|open|empty|alive|active|ready|dirty|equal|locked|called|awaited"
    r"|match|fullmatch|search|verify|check|array_equal|allclose|isclose|wait|acquire|locked|full|running"
    r"|safe|secure|fresh|stale|duplicate|legal|proper|IS[A-Z]+|S_IS[A-Z]+|compare_digest|samefile"
    r"|exist|closed|cancelled|found|seen|gone|same|visible|public|private|right)"
)
"""Names of what is true or false, or of what is asked whether it is there."""


def vague(test: TestFunction, context: Context) -> Iterator[Problem]:
    """``assert answer``: anything but nothing passes. Of what is true or false, it says all there is."""
    said = [node for node in test.nodes if isinstance(node, ast.Assert)]
    for place, node in enumerate(said):
        claim = node.test.value if isinstance(node.test, ast.Await) else node.test
        if not isinstance(claim, ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            continue
        guard = _is_guard(claim, said[place + 1 :]) or _is_gone_into(claim, node.lineno, test)
        if not _is_yes_or_no(claim, test, context) and not guard:
            yield problem(node, f"anything passes that is not empty: assert {ast.unparse(claim)[:60]}")


def _is_guard(said: ast.expr, later: Iterable[ast.Assert]) -> bool:
    """Whether what is asserted to be there is looked at more closely below."""
    wanted = ast.dump(said)
    return any(ast.dump(part) == wanted for each in later for part in ast.walk(each.test))


def _is_gone_into(said: ast.expr, line: int, test: TestFunction) -> bool:
    """Whether what is asserted to be there is taken apart below, which type checkers want to be told of."""
    wanted = ast.dump(said)
    later = (node for node in test.nodes if isinstance(node, ast.Attribute | ast.Subscript))
    return any(node.lineno > line and ast.dump(node.value) == wanted for node in later)


def _is_yes_or_no(said: ast.expr, test: TestFunction, context: Context) -> bool:
    match said:
        case ast.Name(id=name):
            return _asks(name) or _holds_yes_or_no(name, test, context)
        case ast.Attribute(attr=name):
            return _asks(name)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _asks(name) or _returns_bool(said, test, context)
        case ast.Subscript(slice=ast.Constant(value=str() as name)):
            return _asks(name)
    return False


def _asks(name: str) -> bool:
    """Whether a name is that of something true or false: ``is_open``, ``passes``, ``finished``."""
    return bool(_YES_OR_NO.fullmatch(name)) or name in CLEAR_THIRD_PERSONS


def _returns_bool(call: ast.Call, test: TestFunction, context: Context) -> bool:
    named = test.names.of(call)
    found = context.function(named, test.file) if named else None
    return found is not None and isinstance(found[0].returns, ast.Name) and found[0].returns.id == "bool"


def _holds_yes_or_no(name: str, test: TestFunction, context: Context) -> bool:
    """Whether a name is bound to a comparison, or to what is true or false; or a parameter says bool."""
    arguments = test.node.args
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        if each.arg == name and isinstance(each.annotation, ast.Name) and each.annotation.id == "bool":
            return True
    for node in test.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == name:
                if isinstance(value, ast.Compare | ast.BoolOp) or _is_not(value) or _is_a_bool(value):
                    return True
                return not isinstance(value, ast.Name) and _is_yes_or_no(value, test, context)
    return False


def _is_not(node: ast.expr) -> bool:
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _is_a_bool(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


_LOGS = re.compile(r"(log|logger|logging|_log|_logger|LOG|LOGGER|warnings)\.\w+|print")


def swallowed(file: TestFile, context: Context) -> Iterator[Problem]:
    """Failures that a test or a fixture catches and keeps to itself; what cleans up may."""
    del context
    holders: list[TestFunction | Fixture] = [*file.tests, *file.fixtures]
    for holder in holders:
        cleaning = {id(part) for each in clean_up(holder) for part in walk([each])}
        for node in holder.nodes:
            if id(node) in cleaning:
                continue
            match node:
                case ast.ExceptHandler(body=body) if all(_says_nothing(each) for each in body):
                    yield problem(node, f"{holder.name} catches a failure and says nothing")
                case ast.With(items=items) | ast.AsyncWith(items=items):
                    for item in items:
                        if holder.names.of(item.context_expr) == "contextlib.suppress":
                            said = f"{holder.name} lets a failure pass: {ast.unparse(item.context_expr)}"
                            yield problem(item.context_expr, said, severity=Severity.WARNING)


def _says_nothing(node: ast.stmt) -> bool:
    match node:
        case ast.Pass() | ast.Continue():
            return True
        case ast.Expr(value=ast.Constant()):
            return True
        case ast.Expr(value=ast.Call(func=func)):
            return bool(_LOGS.fullmatch(ast.unparse(func)))
    return False


def clean_up(holder: TestFunction | Fixture) -> list[ast.stmt]:
    """The statements that run when all is said: in a ``finally``, behind the yield of a fixture, and
    behind the last assertion of a test."""
    late: list[ast.stmt] = []
    for node in holder.nodes:
        if isinstance(node, ast.Try):
            late.extend(node.finalbody)
    ends = [place for place, node in enumerate(holder.body) if _ends(node, holder)]
    if ends:
        late.extend(holder.body[ends[-1] + 1 :])
    return late


def _ends(node: ast.stmt, holder: TestFunction | Fixture) -> bool:
    if isinstance(holder, Fixture):
        return any(isinstance(each, ast.Yield) for each in walk([node]))
    return asserts(node, holder.names)


RULES = (
    Rule(
        "Q301",
        "no assertion",
        Severity.ERROR,
        "Every test asserts",
        "assert what comes out; a test that shows only that nothing is raised says does_not_raise",
        of_each_test(no_assertion),
    ),
    Rule(
        "Q302",
        "tautology",
        Severity.ERROR,
        "Assertions can fail",
        "compare what the code gives with what it must give",
        of_each_test(tautology),
    ),
    Rule(
        "Q303",
        "vague assertion",
        Severity.WARNING,
        "Assertions are exact",
        "compare with the value that is expected",
        of_each_test(vague),
    ),
    Rule(
        "Q304",
        "swallowed failure",
        Severity.ERROR,
        "Failures are not swallowed",
        "let it be raised, or expect it: pytest.raises(Kind, match=…)",
        swallowed,
        everywhere=True,
    ),
)
