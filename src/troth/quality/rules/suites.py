"""Q605, Q606: what a suite covers, and where it stands."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from troth.quality.assertions import Kind, assertions
from troth.quality.context import Context
from troth.quality.model import TestFunction, walk
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.literals import UNKNOWN, text_of
from troth.quality.source import TestFile

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request"})
_CLIENT = re.compile(r"(\w*_)?(client|api|http|app|browser)(_\w+)?", re.IGNORECASE)
_ROUTES = frozenset({"reverse", "reverse_lazy", "url_for", "url_path_for", "resolve_url"})
_ROUTE_NAME = re.compile(r"\w*(url|uri|path|endpoint|route)s?", re.IGNORECASE)
_ERRORS = re.compile(
    r"errors?|invalid|fail(s|ed|ure|ures)?|den(y|ies|ied)|forbidden|unauthori[sz]ed|unauthenticated|missing"
    r"|reject(s|ed)?|refuse(s|d)?|raise(s|d)?|bad|unknown|not|no|without|wrong|illegal|expired|conflict|broken"
    r"|[45]\d\d|too|exceed(s|ed)?|throttled|timeout|unavailable|malformed|duplicate"
)
_STATUS_NAME = re.compile(
    r"HTTP_[45]\d\d\w*|BAD_REQUEST|UNAUTHORIZED|FORBIDDEN|NOT_FOUND|CONFLICT|GONE|METHOD_NOT_ALLOWED|UNPROCESSABLE\w*"
    r"|TOO_MANY_REQUESTS|INTERNAL_SERVER_ERROR|BAD_GATEWAY|SERVICE_UNAVAILABLE|GATEWAY_TIMEOUT|PAYLOAD_TOO_LARGE"
)
LAYERS: Mapping[str, tuple[str, ...]] = {
    "views": (
        "*.views",
        "*.views.*",
        "*.api",
        "*.api.*",
        "*.endpoints",
        "*.endpoints.*",
        "*.routers",
        "*.routers.*",
    ),
    "serializers": ("*.serializers", "*.serializers.*", "*.schemas", "*.schemas.*"),
    "models": ("*.models", "*.models.*"),
    "utils": ("*.utils", "*.utils.*", "*.helpers", "*.helpers.*"),
    "tasks": ("*.tasks", "*.tasks.*"),
}
"""The layers of a production package where the settings name none."""


def no_error_path(file: TestFile, context: Context) -> Iterator[Problem]:
    """Suites of an endpoint in which everything goes well."""
    del context
    asked = {test: frozenset(_endpoints(test)) for test in file.tests}
    if not any(asked.values()):
        return
    failing = {test for test in file.tests if _is_of_errors(test)}
    covered = {endpoint for test in failing for endpoint in asked[test]}
    suites: dict[tuple[ast.ClassDef, ...], list[TestFunction]] = defaultdict(list)
    for test in file.tests:
        suites[test.classes].append(test)
    for classes, suite in suites.items():
        left = sorted({endpoint for test in suite for endpoint in asked[test]} - covered)
        if left and not failing.intersection(suite):
            first = next(test for test in suite if asked[test])
            shown = ", ".join(left[:3]).replace(UNKNOWN, "…")
            yield problem(classes[-1] if classes else first.node, f"no test asks {shown} for what it refuses")


def _endpoints(test: TestFunction) -> Iterator[str]:
    """What a test asks an HTTP client for: paths, or names of routes."""
    for call in test.calls():
        match call.func:
            case ast.Attribute(value=owner, attr=verb) if verb in _VERBS and _is_client(owner):
                place = call.args[1:2] if verb == "request" else call.args[:1]
                named = place or [each.value for each in call.keywords if each.arg in ("url", "path")]
                yield from (found for each in named if (found := _endpoint(each, test)))


def _is_client(owner: ast.expr) -> bool:
    last = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    if isinstance(owner, ast.Call):
        return _is_client(owner.func)
    return bool(_CLIENT.fullmatch(last)) or last.endswith("Client")


def _endpoint(node: ast.expr, test: TestFunction) -> str:
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[route, *_]) if name in _ROUTES:
            return text_of(route, test)
        case ast.Name(id=name) | ast.Attribute(attr=name) if _ROUTE_NAME.fullmatch(name):
            text = text_of(node, test)
            return ast.unparse(node) if UNKNOWN in text[:1] else _path(text)
    text = text_of(node, test)
    return _path(text) if text.startswith("/") or "://" in text else ""


def _path(text: str) -> str:
    """The path with numbers and unknown parts as one and the same: ``/books/…/``."""
    return re.sub(rf"\d+|{UNKNOWN}", UNKNOWN, text.partition("?")[0])


def _is_of_errors(test: TestFunction) -> bool:
    """Whether a test is about something that is refused or goes wrong."""
    if any(_ERRORS.fullmatch(word) for word in test.name.lower().split("_")[1:]):
        return True
    found = list(assertions(test.nodes, test.names))
    if any(each.kind is Kind.RAISES for each in found):
        return True
    said = [each.node for each in found] + [mark.node for mark in test.marks if mark.name == "parametrize"]
    return any(_is_error_status(each) for each in walk(said))


def _is_error_status(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=int() as number):
            return 400 <= number <= 599
        case ast.Attribute(attr=name):
            return bool(_STATUS_NAME.fullmatch(name))
    return False


def misplaced(file: TestFile, context: Context) -> Iterator[Problem]:
    """Files that stand in the folder of one layer and import another."""
    layers = context.settings.layers or LAYERS
    here = {layer for layer in layers if layer in _folders(file)}
    if not file.tests or not (here or context.settings.layers) or any(map(_asks_a_client, file.tests)):
        return
    imported = list(_imported(file, layers, context.project.first_party))
    of_others = {layer for _, layer in imported}
    if not of_others or of_others & here or (not here and len(of_others) > 1):
        return
    node, layer = imported[0]
    where = f"in {', '.join(sorted(here))}" if here else "in no layer's folder"
    yield problem(
        node, f"the file stands {where}, and tests {layer}", hint=f"move it to a folder named {layer}"
    )


def _folders(file: TestFile) -> set[str]:
    """The folders of a file; those around the folder of tests are of production."""
    parts = [part.lower() for part in file.name.split("/")[:-1]]
    roots = [index for index, part in enumerate(parts) if part in ("tests", "test")]
    return set(parts[roots[-1] + 1 :] if roots else parts)


def _asks_a_client(test: TestFunction) -> bool:
    """Whether a test reaches its subject through HTTP: it imports models alone, and tests views."""
    return any(True for _ in _endpoints(test))


def _imported(
    file: TestFile, layers: Mapping[str, Sequence[str]], ours: frozenset[str]
) -> Iterator[tuple[ast.AST, str]]:
    """The layers of the production modules that a file imports, each with its statement."""
    for node in file.tree.body:
        match node:
            case ast.ImportFrom(module=str() as module, names=names, level=0):
                dotted = [module, *(f"{module}.{each.name}" for each in names)]
            case ast.Import(names=names):
                dotted = [each.name for each in names]
            case _:
                continue
        if dotted[0].partition(".")[0] in ours:
            yield from ((node, layer) for layer, globs in layers.items() if _fits(dotted, globs))


def _fits(dotted: Sequence[str], globs: Sequence[str]) -> bool:
    return any(fnmatch.fnmatchcase(each, glob) for each in dotted for glob in globs)


RULES = (
    Rule(
        "Q605",
        "no error path",
        Severity.WARNING,
        "Errors are tested too",
        "add a test of what is refused: an invalid input, a missing right, something that is not there",
        no_error_path,
    ),
    Rule(
        "Q606",
        "misplaced",
        Severity.ERROR,
        "Tests stand where their subject does",
        "move it to the folder of the layer that it tests",
        misplaced,
    ),
)
