"""The judge of an exchange: each part of it against its operation, then the rules over all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import unquote

from pydantic import BaseModel

from troth import jsontext
from troth.exchange import WEBHOOK, Exchange, Headers, Request, Response, UndecodableBody
from troth.jsontext import Json
from troth.judge import Mismatch, Problem, judge_body, judge_text_values
from troth.multipart import is_multipart, judge_form
from troth.operation import Answer, Anything, Empty, Facts, Operation, Text, body_type


class NoParameters(BaseModel):
    """No query parameter at all."""


def judged(
    found: tuple[Operation, dict[str, str]] | None, path: str, exchange: Exchange
) -> tuple[Mismatch, ...]:
    """Everything in which an exchange differs from the operation that ``Api.find`` found for it.

    ``path`` is the exchange's path below the API's base path, named where no operation was found.
    """
    request, response = exchange.request, exchange.response
    if found is None:
        return (_unknown(request, path),)
    operation, encoded = found
    params = {name: unquote(value) for name, value in encoded.items()}
    query = request.query
    asked, request_problems = _judge_request(operation, params, query, request)
    answered, response_problems = (
        (None, ()) if operation.inbound else _judge_response(operation, request, response)
    )
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


def _unknown(request: Request, path: str) -> Mismatch:
    if request.url.startswith(WEBHOOK):
        told = Problem("$", "a webhook of the contract", "a delivery of another kind", "operation-unknown")
        return told.on("webhook", "request")
    undeclared = f"{request.method} of an undeclared path"
    known = Problem("path", "an operation of the contract", undeclared, "operation-unknown")
    return known.on(f"{request.method} {_shape(path)}", "request")


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
    problems += _signature(operation, request)
    if operation.body is None:
        if request.body:
            problems.append(Problem("$", "no body", f"{len(request.body)} bytes", "body-unexpected"))
        return None, tuple(problems)
    problems += _content_type(operation.body_type, request.headers)
    # What a provider adds to a webhook is no break; what a consumer adds to a request may well be one.
    if is_multipart(operation.body_type):
        value, found = judge_form(operation.body, request)
    else:
        value, found = judge_body(operation.body, request.body, closed=not operation.inbound)
    return value, (*problems, *found)


def _signature(operation: Operation, request: Request) -> tuple[Problem, ...]:
    """What is wrong with the signature of a delivery; one that is missing is told as a header."""
    signature = operation.signature
    if signature is None or signature.header not in request.headers or signature.holds(request):
        return ()
    place = f"header {signature.header}"
    return (Problem(place, "the signature of the body", "another one", "signature-invalid"),)


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
    return jsontext.canonical(_whole(sent)) == jsontext.canonical(_whole(came))


def _whole(value: Json) -> Json:
    """25.0 as 25, which to JSON Schema are one integer."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _place(facts: Facts, place: str, document: Json) -> Json:
    where, _, name = place.partition(" ")
    if where in ("path", "query"):
        return (facts.path if where == "path" else facts.query).get(name)
    try:
        return jsontext.at(document, tuple(place.removeprefix("$.").split(".")))
    except LookupError:
        return None
