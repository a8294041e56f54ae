"""Q404: a test reaches no network, and no file but its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from troth.quality.context import Context
from troth.quality.model import TestFunction
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.clocks import is_replaced
from troth.quality.rules.files import files_used
from troth.quality.rules.literals import UNKNOWN, text_of, value_of
from troth.quality.rules.patches import patched_names
from troth.quality.rules.units import Surroundings, Unit, around, called, decorators, units
from troth.quality.source import TestFile

VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options", "request", "stream"})
_CLIENTS = frozenset(
    {"requests.Session", "requests.session", "httpx.Client", "httpx.AsyncClient", "aiohttp.ClientSession"}
    | {"urllib3.PoolManager"}
)
_OPENERS = frozenset({"urllib.request.urlopen", "urllib3.request", "socket.create_connection"})
_HOSTS = frozenset({"socket.create_connection", "http.client.HTTPConnection", "http.client.HTTPSConnection"})
_HOSTS_TOO = frozenset({"smtplib.SMTP", "smtplib.SMTP_SSL", "ftplib.FTP", "socket.gethostbyname"})
_CLOUD = re.compile(r"boto3\.(client|resource|Session|session\.Session)")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|\[?::1\]?|0\.0\.0\.0|testserver|.+\.localhost")
_MOCKING = re.compile(
    r"(responses|respx|requests_mock|httpretty|aioresponses|pook|moto|vcr|mocket|pytest_httpserver|httmock"
    r"|botocore\.stub)(\.\w+)+|(unittest\.mock|mock)\.patch"
)
_MOCKING_FIXTURES = re.compile(
    r"responses|rsps|mocked_responses|respx_mock|requests_mock|httpx_mock|aioresponses|vcr|vcr_cassette"
    r"|mock_aws|moto\w*|aws|s3|httpserver|pook|httpretty|socket_disabled"
)
_MOCKING_MARKS = frozenset(
    {"vcr", "respx", "block_network", "default_cassette", "httpx_mock", "enable_socket"}
)


def outside(file: TestFile, context: Context) -> Iterator[Problem]:
    """What tests and fixtures ask of the network and of the file system."""
    surroundings = around(file, context)
    for unit in units(file):
        reached = list(_network(unit))
        if reached and not _is_mocked(unit, surroundings):
            patched = set(patched_names(unit)).union(*map(patched_names, surroundings.around(unit)))
            for call, name, where in reached:
                if not is_replaced(name, patched, file):
                    yield problem(call, f"{unit.name} reaches {where} with {name}")
        yield from files_used(unit, surroundings)


def _network(unit: Unit) -> Iterator[tuple[ast.Call, str, str]]:
    """Calls that reach another machine: the call, what it calls, and where it leads."""
    for call, name in called(unit):
        url: str | None = None
        if _is_verb(name) or name in _OPENERS - _HOSTS:
            url = _url(call, unit)
        elif name in _HOSTS | _HOSTS_TOO:
            url = _host(call, unit)
        elif _CLOUD.fullmatch(name):
            url = _cloud(call, unit)
        elif not name and isinstance(call.func, ast.Attribute) and call.func.attr in VERBS | {"connect"}:
            name, url = _of_client(call, call.func, unit)
        if url is not None and (where := _foreign(url)):
            yield call, name, where


def _is_verb(name: str) -> bool:
    package, _, verb = name.rpartition(".")
    return package in ("requests", "httpx", "requests.api") and verb in VERBS


def _url(call: ast.Call, unit: Unit, base: str = "") -> str:
    given = {each.arg: each.value for each in call.keywords}
    verb = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    place = 1 if verb in ("request", "stream") and "method" not in given else 0
    named = call.args[place] if len(call.args) > place else given.get("url")
    text = _read(named, unit) if named is not None else UNKNOWN
    return text if "://" in text or not base else base + text


def _read(node: ast.expr, unit: Unit) -> str:
    """The URL; one that is imported is taken for that of a real service."""
    match node:
        case ast.Call(func=func, args=[inner, *_]) if unit.names.of(func) == "urllib.request.Request":
            return _read(inner, unit)
    return text_of(node, unit, known=_imported)


def _imported(dotted: str) -> str | None:
    """A name of another module: what it holds is not known, but that it is no server of the test is."""
    constant = dotted.rpartition(".")[2]
    tests = dotted.startswith((".", "tests.", "test."))
    return f"https://{dotted}" if constant.isupper() and "URL" in constant and not tests else None


def _host(call: ast.Call, unit: Unit) -> str:
    match call.args:
        case [ast.Tuple(elts=[host, *_]), *_] | [host, *_]:
            return f"//{text_of(host, unit)}"
    return UNKNOWN


def _cloud(call: ast.Call, unit: Unit) -> str | None:
    for each in call.keywords:
        if each.arg == "endpoint_url":
            return text_of(each.value, unit)
    return "https://amazonaws.com" if unit.names.of(call).endswith(("client", "resource")) else None


def _of_client(call: ast.Call, func: ast.Attribute, unit: Unit) -> tuple[str, str | None]:
    """A verb of a client that the unit made itself, of no transport of its own; or ``connect``."""
    if not isinstance(func.value, ast.Name):
        return "", None
    made = _made(func.value.id, unit)
    if not isinstance(made, ast.Call):
        return "", None
    kind = unit.names.of(made)
    if kind == "socket.socket" and func.attr == "connect":
        return "socket.connect", _host(call, unit)
    given = {each.arg: each.value for each in made.keywords}
    if kind not in _CLIENTS or func.attr not in VERBS or {"transport", "app", "mounts"} & given.keys():
        return "", None
    base = text_of(given["base_url"], unit) if "base_url" in given else ""
    return f"{kind}.{func.attr}", _url(call, unit, base)


def _made(name: str, unit: Unit) -> ast.expr | None:
    for node in unit.nodes:
        match node:
            case ast.withitem(context_expr=made, optional_vars=ast.Name(id=found)) if found == name:
                return made
    return value_of(name, unit)


def _foreign(url: str) -> str:
    """The host that a URL leads to; empty where that is this machine, or is not known."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    if not host or UNKNOWN in host or _LOOPBACK.fullmatch(host):
        return ""
    return host


def _is_mocked(unit: Unit, surroundings: Surroundings) -> bool:
    """Whether something stands in the place of the network."""
    names = surroundings.names(unit)
    if any(_MOCKING_FIXTURES.fullmatch(name) for name in names) or _has_contract(names, surroundings):
        return True
    if any(
        _is_mock_type(each.annotation, unit) for each in ast.walk(unit.node.args) if isinstance(each, ast.arg)
    ):
        return True
    if isinstance(unit, TestFunction):
        if any(mark.name in _MOCKING_MARKS for mark in unit.marks):
            return True
        if any(_mocks(unit.file.names.of(each)) for each in decorators(unit)):
            return True
    around = (unit, *surroundings.around(unit))
    return any(_mocks(each.names.of(call)) for each in around for call in each.calls())


def _mocks(name: str) -> bool:
    return bool(_MOCKING.fullmatch(name)) and not name.endswith(("mock.patch", "mock.Mock"))


def _is_mock_type(annotation: ast.expr | None, unit: Unit) -> bool:
    """Whether a parameter is declared as a mock: an ``ApiMock``, a ``RequestsMock``."""
    name = unit.file.names.of(annotation)
    return name.startswith("troth.mock.") or "Mock" in name.rpartition(".")[2]


def _has_contract(names: frozenset[str], surroundings: Surroundings) -> bool:
    """Whether a fixture of troth's plugin is requested: it lets nothing through."""
    folder = surroundings.context.root / "contracts"
    return any((folder / name / "operations.py").is_file() for name in names - surroundings.visible.keys())


RULES = (
    Rule(
        "Q404",
        "network or file",
        Severity.WARNING,
        "Nothing outside is touched",
        "ask a mock or a server of the test's own; take files from tmp_path",
        outside,
        everywhere=True,
    ),
)
