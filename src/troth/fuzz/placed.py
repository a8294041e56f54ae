"""Failures at their places: which member or header it is, and what in the document says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from troth import jsontext
from troth.exchange import Response
from troth.fuzz.case import Failure, Sent
from troth.fuzz.schema_line import Pointer, answer_at, at, followed, operation_at, schema_at
from troth.fuzz.values import body_of, value_text
from troth.jsontext import Json

_RAISED = b"the application raised "
"""How ``service`` begins what it answers in the place of an application that raised."""
_MEMBER = "no such member"
_CLOSED = ("additionalProperties", "unevaluatedProperties")


def placed(content: Mapping[str, Any], sent: Sent) -> tuple[Failure, ...]:
    """The failures of one answer, each with its place in the answer and in the document."""
    return tuple(found for failure in sent.failures for found in _placed(content, sent, failure))


def _placed(content: Mapping[str, Any], sent: Sent, failure: Failure) -> Iterator[Failure]:
    match failure.check:
        case "not_a_server_error":
            yield replace(
                _declared(content, sent, failure), rule=failure.rule or _raised(sent.exchange.response)
            )
        case "response_schema_conformance" if failure.path and failure.schema[:1] != ("responses",):
            yield from _schema(content, sent, failure)
        case "response_headers_conformance" if failure.path == "header":
            yield _header(content, sent, failure)
        case "negative_data_rejection":
            yield replace(failure, schema=_request_part(content, sent, failure.schema))
        case "unsupported_method" | "allow_header_conformance":
            yield replace(failure, schema=operation_at(sent.operation)[:-1])
        case "ignored_auth" | "object_level_authorization":
            yield replace(failure, schema=_security(content, sent.operation))
        case "missing_required_header":
            named = ("parameters", "header", failure.rule)
            yield replace(failure, schema=_request_part(content, sent, named))
        case "judge":
            yield replace(failure, schema=_judged(content, sent, failure))
        case _:
            yield _declared(content, sent, failure)


def _raised(response: Response) -> str:
    """Where the application raised: two crashes at different lines are two causes."""
    if response.status != 500 or not response.body.startswith(_RAISED):
        return ""
    return response.body.removeprefix(_RAISED).decode("utf-8", "replace")


def _declared(content: Mapping[str, Any], sent: Sent, failure: Failure) -> Failure:
    """At what the operation is declared to answer."""
    return replace(failure, schema=answer_at(content, sent.operation, sent.status))


def _judged(content: Mapping[str, Any], sent: Sent, failure: Failure) -> Pointer:
    """The judge reads the contract and not the document; what they both declare has a place there too."""
    answer = answer_at(content, sent.operation, sent.status)
    name = failure.path.removeprefix("header ")
    if failure.path.startswith("header "):
        return _header_at(content, answer, name)
    if not failure.path.startswith("$"):
        return answer
    media = sent.exchange.response.headers.get("Content-Type") or ""
    pointer = schema_at(content, sent.operation, sent.status, media)
    for key, _ in re.findall(r"\.(\w+)|\[(\d+)\]", failure.path):
        step = ("properties", key) if key else ("items",)
        below = followed(content, (*pointer, *step))
        if below[-1] != step[-1]:
            break
        pointer = below
    return pointer


def _header_at(content: Mapping[str, Any], answer: Pointer, name: str) -> Pointer:
    headers = at(content, followed(content, (*answer, "headers")))
    known = {key.lower(): key for key in headers} if isinstance(headers, dict) else {}
    return followed(content, (*answer, "headers", known[name.lower()])) if name.lower() in known else answer


def _schema(content: Mapping[str, Any], sent: Sent, failure: Failure) -> Iterator[Failure]:
    """A keyword of JSON Schema that the body breaks; one for each member that is missing."""
    media = sent.exchange.response.headers.get("Content-Type") or ""
    pointer = (
        followed(content, failure.schema)
        if failure.schema[:1] == ("components",)
        else followed(content, (*schema_at(content, sent.operation, sent.status, media), *failure.schema))
    )
    said = at(content, pointer)
    if failure.rule == "required" and isinstance(said, list):
        inside = _object_at(body_of(sent.exchange), failure.path)
        for name in (each for each in said if isinstance(each, str) and each not in inside):
            path = failure.path + jsontext.path_text((name,))[1:]
            yield replace(failure, path=path, schema=pointer, expected="this member", actual="nothing")
        return
    if failure.rule in _CLOSED and (further := _further(content, sent, failure, pointer)):
        for name in further:
            path = failure.path + jsontext.path_text((name,))[1:]
            yield replace(failure, path=path, schema=pointer, expected=_MEMBER)
        return
    yield replace(failure, schema=pointer, expected=failure.expected or keyword(failure.rule, said))


def _further(content: Mapping[str, Any], sent: Sent, failure: Failure, pointer: Pointer) -> list[str]:
    """The members that the schema does not name."""
    named = at(content, (*pointer[:-1], "properties"))
    known = named if isinstance(named, dict) else {}
    return [name for name in _object_at(body_of(sent.exchange), failure.path) if name not in known]


def _object_at(document: Json, path: str) -> Mapping[str, Json]:
    """The object at a path that is given as text; an empty one where there is none."""
    found = next((value for text, value in _objects(document, "$") if text == path), {})
    return found if isinstance(found, dict) else {}


def _objects(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    yield path, value
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        if isinstance(child, dict | list):
            yield from _objects(child, path + jsontext.path_text((key,))[1:])


def keyword(rule: str, said: Json) -> str:
    """What a keyword asks for: ``type "integer"``."""
    match rule:
        case "anyOf" | "oneOf" if isinstance(said, list):
            return f"what {'any' if rule == 'anyOf' else 'one'} of {len(said)} schemas says"
        case "additionalProperties" | "unevaluatedProperties" | "not":
            return _MEMBER + "s" * (rule in _CLOSED)
        case "enum" if isinstance(said, list):
            return f"one of {value_text(said)[1:-1]}"
    return f"{rule} {value_text(said)}"


def _header(content: Mapping[str, Any], sent: Sent, failure: Failure) -> Failure:
    """Which header it is: the one that came, and is declared with the keyword that is broken."""
    answer = answer_at(content, sent.operation, sent.status)
    declared = at(content, followed(content, (*answer, "headers")))
    for name in declared if isinstance(declared, dict) else ():
        pointer = followed(content, (*answer, "headers", name, "schema", *failure.schema))
        if name in sent.exchange.response.headers and pointer[-1:] == (failure.rule,):
            said = keyword(failure.rule, at(content, pointer))
            return replace(failure, path=f"header {name}", schema=pointer, expected=said)
    return replace(failure, schema=answer)


def _security(content: Mapping[str, Any], label: str) -> Pointer:
    """Where a credential is asked for: by the operation itself, or by the document for all of them."""
    own = (*operation_at(label), "security")
    return own if at(content, own) is not None else ("security",)


def _request_part(content: Mapping[str, Any], sent: Sent, schema: Pointer) -> Pointer:
    """What the document says of the part of the request that was wrong on purpose."""
    operation = operation_at(sent.operation)
    if schema[:1] != ("parameters",):
        return followed(content, (*operation, *schema))
    for above in (operation, operation[:-1]):
        parameters = at(content, (*above, "parameters"))
        for index in range(len(parameters) if isinstance(parameters, list) else 0):
            pointer = followed(content, (*above, "parameters", index, "name"))[:-1]
            one = at(content, pointer)
            if isinstance(one, dict) and (one.get("in"), one.get("name")) == schema[1:]:
                return (*pointer, "name")
    return operation
