"""Answers of HTTP services that a test makes up by hand, in the words of each library of mocks."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus

from troth.quality.model import Fixture
from troth.quality.rules.literals import UNKNOWN, Known, text_of, value_of
from troth.quality.rules.units import Unit, units
from troth.quality.source import TestFile

_VERBS = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})


@dataclass(frozen=True)
class Dialect:
    """How a library of mocks says what is answered: the names of its arguments."""

    library: str
    status: str
    json: str
    texts: tuple[str, ...]


_RESPONSES = Dialect("responses", "status", "json", ("body",))
_REQUESTS_MOCK = Dialect("requests-mock", "status_code", "json", ("text", "content"))
_HTTPRETTY = Dialect("httpretty", "status", "", ("body",))
_HTTPX_MOCK = Dialect("pytest-httpx", "status_code", "json", ("text", "content", "html"))
_AIORESPONSES = Dialect("aioresponses", "status", "payload", ("body",))
_RESPX = Dialect("respx", "status_code", "json", ("text", "content", "html"))
_MODULES = {"responses": _RESPONSES, "httpretty": _HTTPRETTY, "respx": _RESPX}
_MAKERS = {
    "responses.RequestsMock": _RESPONSES,
    "requests_mock.Mocker": _REQUESTS_MOCK,
    "requests_mock.mock": _REQUESTS_MOCK,
    "aioresponses.aioresponses": _AIORESPONSES,
    "respx.mock": _RESPX,
    "respx.MockRouter": _RESPX,
    "pytest_httpx.HTTPXMock": _HTTPX_MOCK,
}
_FIXTURES = {
    **dict.fromkeys(("rsps", "responses", "mocked_responses", "responses_mock"), _RESPONSES),
    "requests_mock": _REQUESTS_MOCK,
    "httpx_mock": _HTTPX_MOCK,
    "respx_mock": _RESPX,
    **dict.fromkeys(("aioresponses", "mock_aioresponse"), _AIORESPONSES),
}


@dataclass(frozen=True, eq=False)
class Handmade:
    """One made-up answer. ``url`` has ``UNKNOWN`` in unread parts; without a known method it is empty."""

    node: ast.Call
    library: str
    method: str
    url: str
    status: int | None
    """None where it is not known, or where no answer is given at all."""
    body: bytes | None
    """None where it is not known."""
    exact: bool = True
    """Whether the URL is one, and no pattern of many."""


@dataclass(frozen=True)
class _Receiver:
    dialect: Dialect
    base: str = ""


def handmade(file: TestFile, known: Known) -> Iterator[Handmade]:
    """Every made-up answer in the tests, fixtures and helpers of a file."""
    for unit in (*units(file), *_helpers(file)):
        receivers = _receivers(unit, known)
        answers = dict(_respx_answers(unit))
        for call in unit.calls():
            for receiver in _receiver(call, unit, receivers):
                made = _read(call, receiver, unit, known)
                if made is not None:
                    given = answers.get(id(call))
                    yield _answered(made, given, unit) if receiver.dialect is _RESPX else made


def _helpers(file: TestFile) -> Iterator[Fixture]:
    """Functions of the module that are neither tests nor fixtures."""
    taken = {unit.node for unit in units(file)}
    yield from (Fixture(node, file) for node in file.functions.values() if node not in taken)


def _receivers(unit: Unit, known: Known) -> dict[str, _Receiver]:
    """The local names that stand for a mock of a library."""
    found: dict[str, _Receiver] = {}
    for argument in ast.walk(unit.node.args):
        if isinstance(argument, ast.arg):
            declared = _MAKERS.get(unit.file.names.of(argument.annotation))
            dialect = declared or _FIXTURES.get(argument.arg)
            if dialect is not None:
                found[argument.arg] = _Receiver(dialect)
    for node in unit.nodes:
        match node:
            case ast.withitem(context_expr=ast.Call() as made, optional_vars=ast.Name(id=name)):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as made):
                pass
            case _:
                continue
        if (dialect := _MAKERS.get(unit.names.of(made))) is not None:
            found[name] = _Receiver(dialect, _base(made, unit, known))
    return found


def _base(made: ast.Call, unit: Unit, known: Known) -> str:
    given = next((each.value for each in made.keywords if each.arg == "base_url"), None)
    return text_of(given, unit, known) if given is not None else ""


def _receiver(call: ast.Call, unit: Unit, receivers: Mapping[str, _Receiver]) -> Iterator[_Receiver]:
    """Whose mock a call adds an answer to."""
    match call.func:
        case ast.Attribute(value=ast.Name(id=name)) if name in receivers:
            yield receivers[name]
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"), attr=name)) if name in _FIXTURES:
            yield _Receiver(_FIXTURES[name])
        case ast.Attribute(attr="Response") if unit.names.of(call) == "responses.Response":
            yield _Receiver(_RESPONSES)
        case ast.Name() if unit.names.of(call) == "responses.Response":
            yield _Receiver(_RESPONSES)
        case ast.Attribute():
            package, _, _ = unit.names.of(call).rpartition(".")
            if package in _MODULES:
                yield _Receiver(_MODULES[package])


def _read(call: ast.Call, receiver: _Receiver, unit: Unit, known: Known) -> Handmade | None:
    """What a call makes up; None where it makes nothing up."""
    attr = call.func.attr if isinstance(call.func, ast.Attribute) else "Response"
    keywords = {each.arg: each.value for each in call.keywords if each.arg is not None}
    arguments = list(call.args)
    if attr in _VERBS:
        method: ast.expr | None = ast.Constant(attr)
    elif attr in ("add", "register_uri", "request", "route", "upsert", "replace", "Response", "add_response"):
        method = keywords.get("method") or (
            arguments.pop(0) if arguments and attr != "add_response" else None
        )
    else:
        return None
    url = keywords.get("url") or (arguments.pop(0) if arguments else None)
    if url is None or isinstance(method, ast.Call):
        return None  # ``add(Response(...))``: the inner call is read by itself.
    text, exact = _url(url, unit, known)
    if receiver.base and "://" not in text:
        text = receiver.base.rstrip("/") + text
    if arguments and receiver.dialect.texts:
        keywords.setdefault(receiver.dialect.texts[0], arguments[0])
    status, body = answer(keywords, receiver.dialect, unit)
    return Handmade(call, receiver.dialect.library, _method(method, unit), text, status, body, exact)


def _method(node: ast.expr | None, unit: Unit) -> str:
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name if name.isupper() and name.lower() in _VERBS else ""
        case None:
            return ""
    text = text_of(node, unit)
    return text.upper() if text.lower() in _VERBS else ""


def _url(node: ast.expr, unit: Unit, known: Known) -> tuple[str, bool]:
    """The URL, and whether it is one: what a pattern leaves open is unknown."""
    value = value_of(node.id, unit) if isinstance(node, ast.Name) else node
    match value:
        case ast.Call(args=[pattern, *_]) if unit.names.of(value) == "re.compile":
            text = text_of(pattern, unit, known).lstrip("^").rstrip("$")
            plain = re.sub(r"\\([./:-])", r"\1", text)
            return re.sub(r"(\\\w|\[[^\]]*\]|\([^)]*\)|\.)[*+?]+", UNKNOWN, plain), False
        case ast.Call(args=[ast.expr() as inner, *_]) if unit.names.of(value).endswith(("URL", "Url")):
            return text_of(inner, unit, known), True
    return text_of(node, unit, known), True


class _Unread(Exception):
    """A value that only a run would know."""


def answer(keywords: Mapping[str, ast.expr], dialect: Dialect, unit: Unit) -> tuple[int | None, bytes | None]:
    """The status and the body that arguments say, as far as they can be read. A body that is an exception
    is no answer."""
    status = _status(keywords[dialect.status], unit) if dialect.status in keywords else 200
    if dialect.json and dialect.json in keywords:
        return status, _json(keywords[dialect.json], unit)
    for name in dialect.texts:
        if name in keywords:
            given = keywords[name]
            if isinstance(given, ast.Call) and unit.names.of(given).endswith(
                ("Error", "Exception", "Timeout")
            ):
                return None, None
            return status, _bytes(given, unit)
    if {"exc", "callback", "side_effect", "exception", "stream"} & keywords.keys():
        return None, None
    return status, b""


def _status(node: ast.expr, unit: Unit) -> int | None:
    try:
        value = literal(node, unit)
    except _Unread:
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _json(node: ast.expr, unit: Unit) -> bytes | None:
    try:
        return json.dumps(literal(node, unit)).encode()
    except (_Unread, TypeError, ValueError):
        return None


def _bytes(node: ast.expr, unit: Unit) -> bytes | None:
    match node:
        case ast.Constant(value=bytes() as given):
            return given
        case ast.Call(args=[inner]) if unit.names.of(node) == "json.dumps":
            return _json(inner, unit)
    text = text_of(node, unit)
    return None if UNKNOWN in text else text.encode()


def literal(node: ast.expr, unit: Unit, depth: int = 0) -> object:
    """The value of an expression of literals and of names that are bound to such.

    Raises:
        _Unread: only a run would know it.
    """
    if depth > 20:
        raise _Unread
    match node:
        case ast.Constant(value=constant):
            return constant
        case ast.Dict(keys=keys, values=values):
            if any(each is None for each in keys):
                raise _Unread
            pairs = zip(keys, values, strict=True)
            return {_key(key, unit): literal(value, unit, depth + 1) for key, value in pairs}
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [literal(each, unit, depth + 1) for each in elements]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
            return -number
        case ast.Name(id=name) if (value := value_of(name, unit)) is not None:
            return literal(value, unit, depth + 1)
        case ast.Attribute(attr=name) if unit.names.of(node).startswith("http.HTTPStatus."):
            return HTTPStatus[name].value if name in HTTPStatus.__members__ else _unread()
        case ast.JoinedStr() | ast.BinOp():
            text = text_of(node, unit)
            return text if UNKNOWN not in text else _unread()
    raise _Unread


def _key(node: ast.expr | None, unit: Unit) -> str:
    value = literal(node, unit) if node is not None else None
    return value if isinstance(value, str) else _unread()


def _unread() -> str:
    raise _Unread


def _respx_answers(unit: Unit) -> Iterator[tuple[int, ast.Call]]:
    """For a route of respx the call that says what it answers: ``respond(…)``, or a ``Response(…)``."""
    routes: dict[str, ast.expr] = {}
    for node in unit.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as route):
                routes[name] = route
            case ast.Assign(
                targets=[ast.Attribute(value=route, attr="return_value")], value=ast.Call() as made
            ):
                yield id(_named(route, routes)), made
            case ast.Call(func=ast.Attribute(value=route, attr="respond")):
                yield id(_named(route, routes)), node
            case ast.Call(func=ast.Attribute(value=route, attr="mock"), keywords=keywords):
                for each in keywords:
                    if each.arg == "return_value" and isinstance(each.value, ast.Call):
                        yield id(_named(route, routes)), each.value


def _named(route: ast.expr, routes: Mapping[str, ast.expr]) -> ast.expr:
    return routes.get(route.id, route) if isinstance(route, ast.Name) else route


def _answered(made: Handmade, given: ast.Call | None, unit: Unit) -> Handmade:
    if given is None:
        return replace(made, status=None, body=None)
    keywords = {each.arg: each.value for each in given.keywords if each.arg is not None}
    if given.args:
        keywords["status_code"] = given.args[0]
    status, body = answer(keywords, _RESPX, unit)
    return replace(made, status=status, body=body)
