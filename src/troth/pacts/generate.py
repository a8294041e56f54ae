"""A scenario's recorded exchanges as the interactions of a pact.

The same recording and the same contract always give the same interactions.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from troth import jsontext
from troth.api import Answer, Anything, Api, Empty, Operation, Text, body_type
from troth.errors import ContractProblem
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind, UndecodableBody
from troth.jsontext import Json, NotJson
from troth.links import Link, expression, find_links, source_text
from troth.multipart import is_multipart
from troth.pacts import rules
from troth.pacts.hidden import JsonObject, request_rules
from troth.pacts.messages import message, message_exchange
from troth.pacts.model import (
    AnyInteraction,
    Body,
    Interaction,
    Message,
    ProviderState,
    RequestPart,
    ResponsePart,
    StepParams,
)
from troth.provider import JsonScalar
from troth.scenario import State
from troth.states import EARLIER_STEPS


@dataclass(frozen=True)
class Recorded:
    """What a pact is made from: the exchanges of one scenario, as a cassette holds them."""

    scenario: str
    given: State
    exchanges: Sequence[Exchange]
    values: Mapping[str, JsonScalar] = field(default_factory=dict)
    """What the provider state gave, as it stands in the exchanges."""
    simulated: bool = True


class NotGenerated(ContractProblem):
    """A recording that no pact can be made from: it is not what the contract says."""


def generate(api: Api, recorded: Recorded) -> tuple[AnyInteraction, ...]:
    """One interaction for each step.

    Raises:
        NotGenerated: an exchange is of no operation or no answer of the contract, or cannot be read.
    """
    try:
        return _interactions(api, recorded)
    except (NotJson, UndecodableBody) as error:
        raise NotGenerated(f"a response of {recorded.scenario!r} cannot be read: {error}") from error


def _interactions(api: Api, recorded: Recorded) -> tuple[AnyInteraction, ...]:
    links = find_links(recorded.exchanges, recorded.values)
    return tuple(
        _interaction(api, recorded, step, exchange, [link for link in links if link.target_step == step])
        for step, exchange in enumerate(recorded.exchanges, 1)
    )


def exchange_of(api: Api, interaction: AnyInteraction) -> Exchange:
    """The example of an interaction as an exchange with the API's own server."""
    if isinstance(interaction, Message):
        return message_exchange(api, interaction)
    asked, answered = interaction.request, interaction.response
    pairs = [(name, value) for name, values in (asked.query or {}).items() for value in values]
    query = f"?{urlencode(pairs, quote_via=quote, safe=',:')}" if pairs else ""
    request = Request(
        asked.method, api.url_of(asked.path) + query, _headers_of(asked.headers), body_bytes(asked.body)
    )
    response = Response(answered.status, _headers_of(answered.headers), body_bytes(answered.body))
    return Exchange(request, response, Source(SourceKind.PACT, interaction.description))


def body_bytes(body: Body | None) -> bytes:
    """A body as it goes over the wire."""
    if body is None or (body.content == "" and body.contentType is None):
        return b""
    if body.encoded == "base64":
        return base64.b64decode(str(body.content))
    if body.contentType is not None and "json" not in body.contentType.lower():
        return str(body.content).encode()
    return jsontext.canonical(body.content).encode()


def _headers_of(groups: Mapping[str, Sequence[str]] | None) -> Headers:
    return Headers(tuple((name, value) for name, values in (groups or {}).items() for value in values))


def _interaction(
    api: Api, recorded: Recorded, step: int, exchange: Exchange, links: Sequence[Link]
) -> AnyInteraction:
    found = api.find(exchange.request.method, exchange.request.url)
    if found is None:
        raise NotGenerated(f"step {step} of {recorded.scenario!r} is of no operation of {api.name}")
    operation = found[0]
    evidence = "simulated" if recorded.simulated else "recorded"
    if operation.inbound:
        states = _states(recorded, step, links)
        return message(recorded.scenario, step, operation, exchange, states, evidence)
    answer = operation.answers.get(exchange.response.status)
    if answer is None:
        raise NotGenerated(
            f"step {step} of {recorded.scenario!r} answers {exchange.response.status},"
            f" which {operation.label} does not declare"
        )
    return Interaction(
        description=description(recorded.scenario, step, operation, exchange.response.status),
        providerStates=_states(recorded, step, links),
        request=_request(api, operation, exchange, links),
        response=_response(answer, exchange),
        comments={"evidence": evidence},
    )


def description(scenario: str, step: int, operation: Operation, status: int) -> str:
    """``a correct program is accepted / 1. create_submission answers 201``."""
    return f"{scenario} / {step}. {operation.name} answers {status}"


def _states(recorded: Recorded, step: int, links: Sequence[Link]) -> list[ProviderState]:
    given = recorded.given
    place = StepParams(
        scenario=recorded.scenario,
        step=step,
        links={link.name: _source(link) for link in links if link.source_step},
        values={link.name: link.value for link in links if not link.source_step},
    )
    params: JsonObject = dict(given.params)
    return [
        ProviderState(name=given.name, params=params or None),
        ProviderState(name=EARLIER_STEPS, params=place.model_dump(exclude_defaults=True)),
    ]


def _source(link: Link) -> str:
    return f"step {link.source_step} {source_text(link)}"


def _request(api: Api, operation: Operation, exchange: Exchange, links: Sequence[Link]) -> RequestPart:
    request = exchange.request
    credentials = [] if operation.origin else [token.header for token in api.auth]
    wanted = [*credentials, *operation.request_headers]
    wanted += ["Content-Type"] if request.body else []
    query: dict[str, list[str]] = {}
    for name, value in request.query:
        query.setdefault(name, []).append(value)
    body = _request_body(request)
    return RequestPart(
        method=request.method,
        path=api.local_path(request.url),
        query=query or None,
        headers=_named(request.headers, wanted) or None,
        body=body,
        matchingRules=request_rules(api, operation, exchange, links) or None,
        generators=_generators(api, request, links) or None,
    )


def _named(headers: Headers, names: Sequence[str]) -> dict[str, list[str]]:
    """The headers of these names, as the contract spells them: Pact finds rules by the spelling."""
    return {name: [*values] for name in dict.fromkeys(names) if (values := headers.all(name))}


def _request_body(request: Request) -> Body | None:
    if not request.body:
        return None
    kind = (request.headers.get("Content-Type") or "application/octet-stream").partition(";")[0].strip()
    try:
        if "json" in kind.lower():
            return Body(content=jsontext.read(request.body), contentType=kind, encoded=False)
    except NotJson:
        pass  # kept byte for byte: what is wrong with it is the point
    return Body(content=base64.b64encode(request.body).decode(), contentType=kind, encoded="base64")


def _generators(api: Api, request: Request, links: Sequence[Link]) -> JsonObject:
    found: JsonObject = {}
    into_path = [link for link in links if link.place == "path"]
    if into_path:
        found["path"] = _generator(expression(api.local_path(request.url), into_path))
    for place in ("query", "header"):
        by_name: dict[str, list[Link]] = {}
        for link in links:
            if link.place == place:
                by_name.setdefault(str(link.where), []).append(link)
        texts = dict(request.query) if place == "query" else dict(request.headers)
        if by_name:
            found[place] = {name: _generator(expression(texts[name], into)) for name, into in by_name.items()}
    if is_multipart(request.headers.get("Content-Type")):
        return found  # Pact fills no form; what replays it does
    into_body: JsonObject = {
        jsontext.path_text(link.where): _generator(
            _into_body(request, link), "INTEGER" if isinstance(link.value, int) else "STRING"
        )
        for link in links
        if link.place == "body" and isinstance(link.where, tuple)
    }
    return {**found, "body": into_body} if into_body else found


def _into_body(request: Request, link: Link) -> str:
    whole = f"${{{link.name}}}"
    if not link.folder or not isinstance(link.where, tuple):
        return whole
    return f"{whole}/{str(jsontext.at(jsontext.read(request.body), link.where)).rpartition('/')[2]}"


def _generator(text: str, kind: str = "STRING") -> JsonObject:
    return {"type": "ProviderState", "expression": text, "dataType": kind}


def _response(answer: Answer, exchange: Exchange) -> ResponsePart:
    response = exchange.response
    body, body_rules = _response_body(answer, exchange)
    wanted = [*answer.headers]
    found: JsonObject = {name: dict(rules.rule(rules.regex(text))) for name, text in answer.headers.items()}
    if body is not None and body.contentType is not None:
        wanted.append("Content-Type")
        found["Content-Type"] = dict(rules.content_type(answer.content_type))
    all_rules: JsonObject = {
        **({"header": found} if found else {}),
        **({"body": body_rules} if body_rules else {}),
    }
    return ResponsePart(
        status=response.status,
        headers=_named(response.headers, wanted) or None,
        body=body,
        matchingRules=all_rules or None,
    )


def _response_body(answer: Answer, exchange: Exchange) -> tuple[Body | None, JsonObject]:
    forms = answer.forms()
    content = exchange.response.content
    if any(form is Anything for form in forms):
        return None, {}
    rest = tuple(form for form in forms if form is not Empty)
    if not content or not rest:
        return Body(content=""), {}
    if isinstance(rest[0], Text):
        return _text_body(rest[0], answer, content)
    value: Json = jsontext.read(content)
    shape = rules.shape(body_type(rest, exchange.request), value)
    body = Body(content=shape.example, contentType=answer.content_type, encoded=False)
    return body, {path: dict(one) for path, one in shape.rules.items()}


def _text_body(form: Text, answer: Answer, content: bytes) -> tuple[Body, JsonObject]:
    text = content.decode("utf-8", errors="replace")
    body = Body(content=text, contentType=answer.content_type, encoded=False)
    return body, {"$": dict(rules.rule(rules.regex(form.pattern)))}
