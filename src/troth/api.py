"""The contract of one API: its operations, and the judge of an exchange.

judge0 = Api("judge0", server="https://judge0.example", auth=(HeaderToken("X-Auth-Token", env="TOKEN"),))
about = judge0.get("/about", responses={200: About, 401: Empty})
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, create_model

from troth import jsontext, walk
from troth.errors import ContractProblem, UnknownName
from troth.exchange import Exchange, Headers, Request, Response, UndecodableBody
from troth.jsontext import Json
from troth.judge import Mismatch, Problem, judge_body, judge_text_values
from troth.scenario import Cleanup, Scenario, State


class Empty:
    """No body at all."""


class NoParameters(BaseModel):
    """No query parameter at all."""


class Anything:
    """Any body: the status is all that the contract promises."""


@dataclass(frozen=True, slots=True)
class Text:
    """A body that is text, whole-matched by ``pattern``."""

    pattern: str = r"(?s).*"
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """A response whose fields the request chooses, as a field mask does.

    ``model`` declares every field. ``by`` names the query parameter that lists the wanted ones,
    ``default`` what comes without it, ``everything`` the value that asks for all. ``within`` is a
    generic model that holds the chosen form.
    """

    model: type[BaseModel]
    by: str
    default: tuple[str, ...]
    everything: str = "*"
    within: Any = None

    def chosen(self, wanted: str | None) -> object:
        """The type that answers a request with ``by=wanted``."""
        if wanted == self.everything:
            inner: type[BaseModel] = self.model
        else:
            names = tuple(name.strip() for name in wanted.split(",")) if wanted else self.default
            inner = _subset(self.model, frozenset(names))
        return self.within[inner] if self.within is not None else inner

    def widest(self) -> object:
        """The type with no field required, for documents that cannot say that a request chooses."""
        inner = _subset(self.model, frozenset())
        return self.within[inner] if self.within is not None else inner


@functools.lru_cache(maxsize=512)
def _subset(model: type[BaseModel], names: frozenset[str]) -> type[BaseModel]:
    """``model`` with exactly ``names`` required; what else comes is judged all the same."""
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        needed = walk.wire_name(name, info) in names
        fields[name] = (walk.field_type(info), ... if needed else None)
    return cast(type[BaseModel], create_model(model.__name__, __base__=model, **fields))


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: a body type, its content type, headers that must be there.

    ``body`` is a Pydantic model, a union of models, any type Pydantic knows, ``Empty``,
    ``Anything``, ``Text(...)`` or ``Selected(...)``; a tuple of these means one of them.
    ``headers`` maps a name to a pattern for its whole value.
    """

    body: object
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def forms(self) -> tuple[object, ...]:
        """The alternatives of the body."""
        return self.body if isinstance(self.body, tuple) else (self.body,)


@dataclass(frozen=True, slots=True)
class HeaderToken:
    """A credential in a header, read from the environment when the real service is called.

    ``role`` names it in placeholders: ``{{secret:valid}}``.
    """

    header: str
    env: str
    role: str = "valid"
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class Echo:
    """A value of the request that comes back. Both sides are places: ``path token``, ``query page``,
    ``$.name`` in the body. A place that the request left out asks for nothing. Path and query carry
    text, so a page 2 of the body is the same as theirs."""

    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A parsed exchange, as conditions read it: ``path`` and ``query`` are percent-decoded, ``request`` and
    ``response`` None where there is no JSON."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    request: Json
    status: int
    response: Json
    headers: Headers


Condition = Callable[[Facts], Iterable[Problem]]
"""A rule over request and response together. Its name names it in findings."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation: what may be asked and what may be answered."""

    api: str
    name: str
    method: str
    path: str
    answers: Mapping[int, Answer]
    params: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    body: object = None
    body_type: str = "application/json"
    request_headers: Mapping[str, str] = field(default_factory=dict)
    echoes: tuple[Echo, ...] = ()
    conditions: tuple[Condition, ...] = ()
    refusals: frozenset[int] = frozenset({400, 422})
    """Statuses that answer a request which breaks the contract; the request is not judged then."""
    safe: bool = False
    """Reads only: may be repeated, and run against the live service first."""
    source: str = ""
    summary: str = ""

    @property
    def label(self) -> str:
        """``POST /submissions``."""
        return f"{self.method} {self.path}"

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches an encoded path and names its parameters."""
        return _compiled(self.path)


def _compiled(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)(?:=([^}]+))?\}", template)
    text = re.escape(parts[0])
    for name, shape, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        inner = re.escape(shape).replace(r"\*", "[^/]+") if shape else "[^/]+?"
        text += f"(?P<{name}>{inner}){re.escape(rest)}"
    return re.compile(text)


class Api:
    """A contract: the operations of one API and the rules that hold for each.

    ``server`` is where the real service lives; its path, if any, is the base path of every
    operation. ``origins`` are further origins that responses hand out, such as an upload host.
    """

    def __init__(
        self,
        name: str,
        *,
        server: str,
        auth: tuple[HeaderToken, ...] = (),
        origins: tuple[str, ...] = (),
        version: str = "",
        safe_headers: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self.server = server.rstrip("/")
        self._base = urlsplit(self.server).path
        self._origin = self.server.removesuffix(self._base)
        self.auth = auth
        self.origins = origins
        self.version = version
        self.safe_headers = frozenset(header.lower() for header in safe_headers)
        self.operations: list[Operation] = []

    def operation(
        self, method: str, path: str, *, responses: Mapping[int, object], name: str, **details: Any
    ) -> Operation:
        """Declare an operation. ``responses`` maps a status to an ``Answer`` or to a JSON body type.

        ``details`` are the further fields of ``Operation``.
        """
        answers = {
            status: answer if isinstance(answer, Answer) else _answer(answer)
            for status, answer in responses.items()
        }
        details.setdefault("safe", method in ("GET", "HEAD"))
        made = Operation(self.name, name, method, path, answers, **details)
        if any(
            (other.method, other.path) == (method, path) or other.name == name for other in self.operations
        ):
            raise ContractProblem(f"{self.name}: {made.label} ({name}) is declared twice")
        self.operations.append(made)
        return made

    def get(self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any) -> Operation:
        """Declare a GET operation; see ``operation``."""
        return self.operation("GET", path, responses=responses, name=name or _name("get", path), **details)

    def post(
        self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any
    ) -> Operation:
        """Declare a POST operation; see ``operation``."""
        return self.operation("POST", path, responses=responses, name=name or _name("post", path), **details)

    def put(self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any) -> Operation:
        """Declare a PUT operation; see ``operation``."""
        return self.operation("PUT", path, responses=responses, name=name or _name("put", path), **details)

    def patch(
        self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any
    ) -> Operation:
        """Declare a PATCH operation; see ``operation``."""
        return self.operation(
            "PATCH", path, responses=responses, name=name or _name("patch", path), **details
        )

    def delete(
        self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any
    ) -> Operation:
        """Declare a DELETE operation; see ``operation``."""
        return self.operation(
            "DELETE", path, responses=responses, name=name or _name("delete", path), **details
        )

    def scenario(
        self, name: str, *, given: str | State = "", writes: bool = False, cleanup: Cleanup | None = None
    ) -> Callable[[Callable[..., None]], Scenario]:
        """Declare a scenario: a function of a ``Server`` that drives the team's own client.

        ``given`` is the provider state it starts from. ``writes``: it leaves something behind on a
        real service, which ``cleanup`` removes; without one ``--live`` refuses it.
        """
        state = given if isinstance(given, State) else State(given)
        return lambda run: Scenario(self, name, run, state, writes=writes, cleanup=cleanup)

    def named(self, name: str) -> Operation:
        """The operation of that name or label.

        Raises:
            UnknownName: none has it.
        """
        for operation in self.operations:
            if name in (operation.name, operation.label):
                return operation
        raise UnknownName(
            f"operation of {self.name}", name, (operation.name for operation in self.operations)
        )

    def local_path(self, url: str) -> str:
        """The path of ``url`` below this API's base path, still encoded."""
        path = urlsplit(url).path or "/"
        base = self._base
        return path.removeprefix(base) if base and path.startswith(base + "/") else path

    def _beside(self, url: str) -> bool:
        """Whether ``url`` is on the API's server, and not below its base path."""
        if not url.startswith(self._origin):
            return False
        rest = url[len(self._origin) :]
        return rest[:1] in ("", "/", "?") and self._base != "" and not rest.startswith(self._base + "/")

    def find(self, method: str, url: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that ``method url`` addresses, and its encoded path parameters.

        Where two templates fit, the one with fewer parameters is meant.
        """
        path = self.local_path(url)
        if self._beside(url):
            return None
        fits = [
            (len(match.groupdict()), index, operation, match)
            for index, operation in enumerate(self.operations)
            if operation.method == method and (match := operation.pattern.fullmatch(path))
        ]
        if not fits:
            return None
        _, _, operation, match = min(fits, key=lambda fit: fit[:2])
        return operation, match.groupdict()

    def judge(self, exchange: Exchange) -> tuple[Mismatch, ...]:
        """Everything in which the exchange differs from the contract; empty when it holds."""
        return judged(self, exchange)

    def __repr__(self) -> str:
        return f"Api({self.name!r}, {len(self.operations)} operations)"


def _answer(body: object) -> Answer:
    return Answer(body, content_type="text/plain") if isinstance(body, Text) else Answer(body)


def _name(verb: str, path: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_").lower()
    return f"{verb}_{words}" if words else f"{verb}_root"


def judged(api: Api, exchange: Exchange) -> tuple[Mismatch, ...]:
    """``Api.judge``, step by step."""
    request, response = exchange.request, exchange.response
    found = api.find(request.method, request.url)
    if found is None:
        path = api.local_path(request.url)
        known = Problem(
            "path",
            "an operation of the contract",
            f"{request.method} of an undeclared path",
            "operation-unknown",
        )
        return (known.on(f"{request.method} {_shape(path)}", "request"),)
    operation, encoded = found
    params = {name: unquote(value) for name, value in encoded.items()}
    query = request.query
    asked, request_problems = _judge_request(operation, params, query, request)
    answered, response_problems = _judge_response(operation, request, response)
    if response.status in operation.refusals:
        request_problems = ()
    together: tuple[Problem, ...] = ()
    if (operation.echoes or operation.conditions) and not response_problems:
        # Rules over both sides read a document that holds; on a broken one they would only repeat it.
        facts = Facts(params, dict(query), asked, response.status, answered, response.headers)
        together = (*_echoed(operation, facts), *(p for rule in operation.conditions for p in rule(facts)))
    return tuple(
        [p.on(operation.label, "request") for p in request_problems]
        + [p.on(operation.label, "response") for p in (*response_problems, *together)]
    )


def _shape(path: str) -> str:
    """A path that may be shown: any segment may be a secret, so only plain words stay."""
    return "/".join(part if re.fullmatch(r"[a-z_]{0,24}", part) else "…" for part in path.split("/"))


def _judge_request(
    operation: Operation, params: dict[str, str], query: Iterable[tuple[str, str]], request: Request
) -> tuple[Json, tuple[Problem, ...]]:
    problems: list[Problem] = []
    if operation.params is not None:
        problems += judge_text_values(operation.params, params, "path")
    problems += judge_text_values(operation.query or NoParameters, _repeated(query), "query")
    problems += _headers(operation.request_headers, request.headers)
    if operation.body is None:
        if request.body:
            problems.append(Problem("$", "no body", f"{len(request.body)} bytes", "body-unexpected"))
        return None, tuple(problems)
    problems += _content_type(operation.body_type, request.headers)
    value, found = judge_body(operation.body, request.body, closed=True)
    return value, (*problems, *found)


def _repeated(pairs: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """Parameters by name; one that comes more than once as the list of its values."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _judge_response(
    operation: Operation, request: Request, response: Response
) -> tuple[Json, tuple[Problem, ...]]:
    answer = operation.answers.get(response.status)
    if answer is None:
        declared = ", ".join(map(str, sorted(operation.answers)))
        return None, (Problem("status", f"one of {declared}", str(response.status), "status-undeclared"),)
    if response.truncated:
        return None, (Problem("$", "a whole body", "a body that ended early", "body-truncated"),)
    try:
        content = response.content
    except UndecodableBody as error:
        return None, (Problem("$", "a body as its Content-Encoding says", str(error), "body-encoding"),)
    headers = _headers(answer.headers, response.headers)
    value, problems = _judge_forms(answer, request, response, content)
    return value, (*headers, *problems)


def _judge_forms(
    answer: Answer, request: Request, response: Response, content: bytes
) -> tuple[Json, tuple[Problem, ...]]:
    """Judge by the alternative that the body has the shape of: none, text, or JSON."""
    forms = answer.forms()
    if any(form is Anything for form in forms) or (not content and any(form is Empty for form in forms)):
        return None, ()
    rest = tuple(form for form in forms if form is not Empty)
    if not rest:
        return None, (Problem("$", "an empty body", f"{len(content)} bytes", "body-unexpected"),)
    typed = _content_type(answer.content_type, response.headers)
    if isinstance(rest[0], Text):
        return None, (*typed, *_judge_text(rest[0], content))
    value, problems = judge_body(body_type(rest, request), content)
    return value, (*typed, *problems)


def body_type(forms: tuple[object, ...], request: Request) -> object:
    """The declared JSON type that answers ``request``."""
    return _union(
        form.chosen(dict(request.query).get(form.by)) if isinstance(form, Selected) else form
        for form in forms
    )


def _union(forms: Iterable[object]) -> object:
    first, *rest = forms
    for form in rest:
        first = cast(Any, first) | form
    return first


def _judge_text(form: Text, content: bytes) -> tuple[Problem, ...]:
    text = content.decode("utf-8", errors="replace")
    if re.fullmatch(form.pattern, text):
        return ()
    return (
        Problem("$", f"text that matches {form.pattern}", f"a text of {len(text)} characters", "body-text"),
    )


def _headers(wanted: Mapping[str, str], headers: Headers) -> tuple[Problem, ...]:
    found = []
    for name, pattern in wanted.items():
        value = headers.get(name)
        if value is None:
            found.append(
                Problem(f"header {name}", f"a value that matches {pattern}", "nothing", "header-missing")
            )
        elif not re.fullmatch(pattern, value):
            shown = f"a value of {len(value)} characters"
            found.append(Problem(f"header {name}", f"a value that matches {pattern}", shown, "header-value"))
    return tuple(found)


def _content_type(expected: str, headers: Headers) -> tuple[Problem, ...]:
    value = headers.get("Content-Type")
    if value is not None and value.partition(";")[0].strip().lower() == expected.lower():
        return ()
    shown = "nothing" if value is None else value.partition(";")[0].strip()[:60]
    return (Problem("header Content-Type", expected, shown, "content-type"),)


def _echoed(operation: Operation, facts: Facts) -> Iterable[Problem]:
    if facts.status >= 400 or facts.response is None:
        return
    for echo in operation.echoes:
        sent, came = _place(facts, echo.request, facts.request), _place(facts, echo.response, facts.response)
        if sent is not None and not _same(sent, came, as_text=not echo.request.startswith("$")):
            yield Problem(
                echo.response, f"the same as {echo.request} of the request", "another value", "echo-differs"
            )


def _same(sent: Json, came: Json, *, as_text: bool) -> bool:
    if as_text and not isinstance(came, str | None):
        return sent == jsontext.canonical(came)
    return jsontext.canonical(sent) == jsontext.canonical(came)


def _place(facts: Facts, place: str, document: Json) -> Json:
    where, _, name = place.partition(" ")
    if where in ("path", "query"):
        return (facts.path if where == "path" else facts.query).get(name)
    try:
        return jsontext.at(document, tuple(place.removeprefix("$.").split(".")))
    except LookupError:
        return None
