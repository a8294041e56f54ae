"""Q701, Q702: mocks of a service whose contract is in the workspace."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from troth import jsontext
from troth.api import Api
from troth.exchange import Exchange, Headers, Request, Response
from troth.operation import Answer, Operation, Selected
from troth.quality.context import Context
from troth.quality.rule import Problem, Rule, Severity, problem
from troth.quality.rules.handmade import Handmade, handmade
from troth.quality.rules.literals import UNKNOWN, module_value, text_of
from troth.quality.rules.patches import is_mock, meaning, patches
from troth.quality.rules.units import Unit, units
from troth.quality.source import TestFile
from troth.walk import wire_name

_HTTP = re.compile(
    r"(requests|httpx|urllib3|aiohttp)(\.\w+)*?(\.(get|post|put|patch|delete|head|options|request|send|stream"
    r"|Session|session|Client|AsyncClient|ClientSession|PoolManager|urlopen))?|urllib\.request\.urlopen"
)
_LIBRARIES = ("responses", "respx", "requests_mock", "httpretty", "httpx_mock", "aioresponses", "rsps")


def made_by_hand(file: TestFile, context: Context) -> Iterator[Problem]:
    """Mocks of a service that has a contract, made without it."""
    for made, api in _mocked(file, context):
        yield problem(made.node, f"{made.library} makes up what {api.name} answers", hint=_hint(api))
    for unit in units(file):
        for node, name, what in _replaced(unit, context):
            if name in context.apis:
                said = f"{what} is replaced, and {name} has a contract"
                yield problem(node, said, hint=_hint(context.apis[name]))


def _hint(api: Api) -> str:
    return (
        f"request the fixture {api.name}: {api.name}.play(a scenario), or {api.name}.reply(an operation, …)"
    )


def _mocked(file: TestFile, context: Context) -> Iterator[tuple[Handmade, Api]]:
    """The made-up answers of a file that belong to an API of the workspace."""
    if not any(each in file.text for each in _LIBRARIES):
        return
    for made in handmade(file, lambda dotted: _server(dotted, context) or _constant(dotted, context, file)):
        api = _api_of(made.url, context.apis) if "://" in made.url else None
        if api is not None:
            yield made, api


def _server(dotted: str, context: Context) -> str | None:
    """``judge0.server``, where ``judge0`` is imported from its contract."""
    found = re.fullmatch(r"contracts\.(\w+)\.operations\.\w+\.server", dotted)
    api = context.apis.get(found[1]) if found else None
    return api.server if api is not None else None


def _constant(dotted: str, context: Context, beside: TestFile) -> str | None:
    """A text that another file of ours binds a name to: ``tests.support.SERVER``."""
    origin, _, name = dotted.rpartition(".")
    near = bool(origin) and (context.root / origin.partition(".")[0]).is_dir()
    module = context.module(origin, beside) if near else None
    value = module_value(name, module) if module is not None else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _api_of(url: str, apis: Mapping[str, Api]) -> Api | None:
    """The API whose server, or one of whose further origins, a URL is at."""
    for api in apis.values():
        if any(_is_at(url, base) for base in (api.server, *api.origins.values())):
            return api
    return None


def _is_at(url: str, base: str) -> bool:
    host = urlsplit(base)
    place, _, path = url.partition("://")[2].partition("/")
    same = place.rpartition("@")[2].lower() in (host.netloc.lower(), f"{host.hostname}:443")
    below = host.path.strip("/")
    return same and (not below or f"{path}/".startswith(f"{below}/") or UNKNOWN in path[: len(below)])


def _replaced(unit: Unit, context: Context) -> Iterator[tuple[ast.AST, str, str]]:
    """What a unit replaces of a consumer's client, or of HTTP below it: the node, the API and its name."""
    for patch in patches(unit):
        meant = meaning(patch.target, context, unit.file)
        name = _consumer(patch.target) or _consumer(meant)
        if _is_client(meant, context, unit.file):
            yield patch.node, _consumer(meant), meant.replace(UNKNOWN, "…")
        elif _HTTP.fullmatch(meant):
            name = name or _named_api(unit, context)
            if name:
                yield patch.node, name, meant
    for call in unit.calls():
        if is_mock(call, unit.names):
            specs = [
                *call.args[:1],
                *(each.value for each in call.keywords if each.arg in ("spec", "spec_set")),
            ]
            for spec in specs:
                meant = meaning(unit.names.of(spec), context, unit.file)
                if _is_client(meant, context, unit.file):
                    yield call, _consumer(meant), meant


def _consumer(dotted: str) -> str:
    """The API of ``consumers.judge0.client.Judge0Client``: the folder has its name."""
    found = re.match(r"consumers\.(\w+)\.", dotted)
    return found[1] if found else ""


def _is_client(dotted: str, context: Context, beside: TestFile) -> bool:
    """Whether a name is that of a consumer's client, or of a part of one; no data of it, and no error."""
    parts = dotted.split(".")
    if parts[0] != "consumers" or len(parts) < 4 or parts[-1].isupper():
        return False
    names = parts[2:]
    if any(each.endswith("Client") for each in names) or names[:-1] == ["client"]:
        return True
    module = context.module(".".join(parts[:3]), beside)
    made = module.classes.get(parts[3]) if module is not None else None
    return made is not None and _acts(made)


def _acts(made: ast.ClassDef) -> bool:
    """Whether a class does something: it is no dataclass, enum, model or error, and has public methods."""
    if made.decorator_list or made.bases:
        return False
    methods = (each.name for each in made.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(not name.startswith("_") for name in methods)


def _named_api(unit: Unit, context: Context) -> str:
    """The API that a unit speaks of: by a consumer that it calls, or by a URL."""
    for call in unit.calls():
        if name := _consumer(unit.names.of(call)):
            return name
    for node in unit.nodes:
        if isinstance(node, ast.Constant | ast.JoinedStr) and "://" in (text := text_of(node, unit)):
            api = _api_of(text, context.apis)
            if api is not None:
                return api.name
    return ""


def not_allowed(file: TestFile, context: Context) -> Iterator[Problem]:
    """Made-up answers that the contract does not allow."""
    for made, api in _mocked(file, context):
        for said in _wrong(made, api):
            yield problem(made.node, f"{api.name} does not answer so: {said}")


def _wrong(made: Handmade, api: Api) -> Iterator[str]:
    """In what an answer differs from the contract, as far as the test says what it is."""
    if not made.method:
        return
    url = made.url.replace(UNKNOWN, "x")
    found = api.find(made.method, url)
    if found is None:
        if made.exact and UNKNOWN not in made.url:
            yield f"{made.method} {urlsplit(url).path or '/'} is no operation of the contract"
        return
    operation, _ = found
    if made.status is None:
        return
    alone = _alone(api, operation, made.body or b"", chosen="?" in url)
    response = Response(made.status, Headers(), made.body or b"")
    for mismatch in alone.judge(Exchange(Request(made.method, url), response)):
        of_body = mismatch.path.startswith("$") and made.body is not None
        if mismatch.side == "response" and (mismatch.path == "status" or of_body):
            yield str(mismatch)


def _alone(api: Api, operation: Operation, body: bytes, *, chosen: bool) -> Api:
    """The contract of the operation's answers, without the rules that also read the request."""
    alone = Api(api.name, server=api.server, origins=api.origins)
    answers = operation.answers
    if not chosen:
        answers = {status: _open(each, body) for status, each in answers.items()}
    alone.operations.append(replace(operation, echoes=(), conditions=(), answers=answers))
    return alone


def _open(answer: Answer, body: bytes) -> Answer:
    """An answer whose fields the request may choose, where the request is not known: none has to be there,
    if one is."""
    forms = tuple(
        form.widest() if isinstance(form, Selected) and _speaks_of(form, body) else form
        for form in answer.forms()
    )
    return replace(answer, body=forms)


def _speaks_of(form: Selected, body: bytes) -> bool:
    try:
        document = jsontext.read(body)
    except jsontext.NotJson:
        return False
    named = {wire_name(name, info) for name, info in form.model.model_fields.items()}
    return form.within is not None or (isinstance(document, dict) and bool(named & document.keys()))


RULES = (
    Rule(
        "Q701",
        "mock made by hand",
        Severity.WARNING,
        "Services are mocked by their contract",
        "play a recorded scenario, or reply with an operation of the contract",
        made_by_hand,
        everywhere=True,
    ),
    Rule(
        "Q702",
        "answer that the contract does not allow",
        Severity.ERROR,
        "No mock lies",
        "answer as the contract says; to test a broken service, use a fault",
        not_allowed,
        everywhere=True,
    ),
)
