"""Matching rules for what a recording hides of a request.

A value that the contract does not declare safe stands in the recording as a replacement. The client
sends another one, so a pact can ask for its form only; unless it is linked: then the client takes it
from an earlier answer, and it must be that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pydantic import JsonValue

from troth import jsontext, walk
from troth.api import Api, Operation
from troth.exchange import Exchange, Request
from troth.jsontext import Json, NotJson
from troth.leaves import Visitor
from troth.links import Link, json_leaves
from troth.multipart import NotMultipart, form_of
from troth.pacts import rules
from troth.places import REDACTED, masked, visited

JsonObject = dict[str, JsonValue]


def request_rules(api: Api, operation: Operation, exchange: Exchange, links: Sequence[Link]) -> JsonObject:
    """The matching rules of a request: hidden values by their form, named headers by their pattern."""
    request = exchange.request
    hidden = hidden_places(api, operation, exchange)
    found: JsonObject = {
        "path": _path(api, operation, request, hidden, links),
        "query": _query(request, hidden, links),
        "header": _headers(api, operation, request),
        "body": _body(operation, request, hidden, links),
    }
    return {place: one for place, one in found.items() if one}


def hidden_places(api: Api, operation: Operation, exchange: Exchange) -> frozenset[str]:
    """Where the request holds values that redaction replaces: ``path id``, ``query tokens``, ``$.email``."""
    met: list[str] = []

    def meet(where: str, text: str) -> str:
        met.append(where)
        return text

    visited(api, exchange, Visitor(leaf=lambda leaf: meet(leaf.where, leaf.text), seen=str))
    places = (where.removeprefix(f"{operation.label} ") for where in met)
    return frozenset(place.removeprefix("request ") for place in places)


def raw_differences(
    api: Api, asked: Exchange, example: Exchange, linked: Iterable[jsontext.Path] = ()
) -> tuple[str, ...]:
    """Where two request bodies that Pact cannot read differ in more than what redaction replaces.

    A form is compared part by part, another body as a whole. What is hidden may be another one, but not
    at the places ``linked``, which hold what an earlier answer said.
    """
    one, other = masked(api, asked).request, masked(api, example).request
    sent, wanted = _leaves(api, one), _leaves(api, other)
    if sent is None or wanted is None:
        return () if one.body == other.body else ("$",)
    whole = _leaves(api, asked.request) or {}, _leaves(api, example.request) or {}
    places = [jsontext.path_text(path) for path in linked]
    hidden = {place for place in places if whole[0].get(place) != whole[1].get(place)}
    return tuple(
        place for place in {**wanted, **sent} if place in hidden or sent.get(place) != wanted.get(place)
    )


def _leaves(api: Api, request: Request) -> dict[str, Json] | None:
    """The values of a form by their places; None where the body is no form."""
    found = api.find(request.method, request.url)
    try:
        document = form_of(request).document(found[0].body if found is not None else None)
    except NotMultipart:
        return None
    return {jsontext.path_text(path): value for path, value in json_leaves(document)}


def _path(
    api: Api, operation: Operation, request: Request, hidden: frozenset[str], links: Sequence[Link]
) -> JsonObject:
    local = api.own_path(request.url)
    base = api.local_path(request.url).removesuffix(local)
    match = operation.pattern.fullmatch(local)
    linked = [str(link.value) for link in links if link.place == "path"]
    assert match is not None
    free = [
        name
        for name in match.groupdict()
        if f"path {name}" in hidden and not _within(match.span(name), local, linked)
    ]
    pieces, end = [re.escape(base)], 0
    for name in free:
        pieces += [re.escape(local[end : match.start(name)]), "[^?]+" if "/" in match[name] else "[^/]+"]
        end = match.end(name)
    return dict(rules.rule(rules.regex("".join([*pieces, re.escape(local[end:])])))) if free else {}


def _query(request: Request, hidden: frozenset[str], links: Sequence[Link]) -> JsonObject:
    linked = {str(link.where) for link in links if link.place == "query"}
    any_text = dict(rules.rule(rules.regex(rules.ANY_TEXT)))
    return {
        name: any_text
        for name, value in request.query
        if value and f"query {name}" in hidden and name not in linked
    }


def _headers(api: Api, operation: Operation, request: Request) -> JsonObject:
    found: JsonObject = {}
    kind = request.headers.get("Content-Type")
    if request.body and kind is not None:
        found["Content-Type"] = dict(rules.content_type(kind.partition(";")[0].strip()))
    for name, pattern in operation.request_headers.items():
        if name in request.headers:
            found[name] = dict(rules.rule(rules.regex(pattern)))
    for token in api.auth:
        if request.headers.get(token.header) == REDACTED:
            found[token.header] = dict(rules.rule(rules.regex(rules.ANY_TEXT)))
    return found


def _body(
    operation: Operation, request: Request, hidden: frozenset[str], links: Sequence[Link]
) -> JsonObject:
    linked = {link.where for link in links if link.place == "body" and not link.folder}
    try:
        value = jsontext.read(request.body)
    except NotJson:
        return {}
    spots = walk.walk(operation.body, value)
    return dict(
        _rule(spot) for spot in spots if jsontext.path_text(spot.path) in hidden and spot.path not in linked
    )


def _rule(spot: walk.Spot) -> tuple[str, JsonValue]:
    return rules.expression(spot.path), dict(rules.present(spot))


def _within(span: tuple[int, int], text: str, values: Iterable[str]) -> bool:
    """Whether one of ``values`` stands in ``text`` in the ``span``, or around it."""
    return any(
        (span[0] <= found.start() and found.end() <= span[1])
        or (found.start() <= span[0] and span[1] <= found.end())
        for value in values
        for found in re.finditer(re.escape(value), text)
    )
