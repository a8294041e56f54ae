"""Webhooks as the message interactions of a pact.

A message holds the body of a delivery and its declared headers as metadata. Its signature is left out:
whoever delivers signs the bytes that it sends, and Pact writes JSON anew.
"""

from __future__ import annotations

import base64
import json

from pydantic import JsonValue

from troth import jsontext
from troth.api import Api, Operation
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.pacts import rules
from troth.pacts.model import Body, Message, ProviderState
from troth.webhook import webhook_url

METADATA_HEADER = "Pact-Message-Metadata"
"""In which Pact's verifier reads the metadata of a message: JSON, in base64."""
_CONTENT_TYPE = "contentType"


def message(
    scenario: str, step: int, operation: Operation, exchange: Exchange, states: list[ProviderState], kind: str
) -> Message:
    """The interaction of a recorded delivery. ``kind`` says what the recording is evidence of.

    Raises:
        NotJson: the delivery's body is none.
    """
    shape = rules.shape(operation.body, jsontext.read(exchange.request.body))
    named = _named_headers(operation, exchange.request.headers)
    found: dict[str, JsonValue] = {"body": {path: dict(one) for path, one in shape.rules.items()}}
    if named:
        found["metadata"] = {
            name: dict(rules.rule(rules.regex(operation.request_headers[name]))) for name in named
        }
    return Message(
        description=f"{scenario} / {step}. {operation.name} is delivered",
        providerStates=states,
        contents=Body(content=shape.example, contentType=operation.body_type, encoded=False),
        metadata={_CONTENT_TYPE: operation.body_type, **named},
        matchingRules=found,
        comments={"evidence": kind, "webhook": operation.name, "answer": exchange.response.status},
    )


def _named_headers(operation: Operation, headers: Headers) -> dict[str, str]:
    """The declared headers of a delivery, less its signature."""
    signature = operation.signature.header.lower() if operation.signature is not None else ""
    wanted = [name for name in operation.request_headers if name.lower() != signature]
    return {name: value for name in wanted if (value := headers.get(name)) is not None}


def message_exchange(api: Api, interaction: Message) -> Exchange:
    """The example of a message as the delivery that it stands for, signed with the placeholder."""
    body = jsontext.canonical(interaction.contents.content).encode()
    request = delivered(api, interaction, body)
    status = interaction.answer
    return Exchange(request, Response(status), Source(SourceKind.PACT, interaction.description))


def delivered(api: Api, interaction: Message, body: bytes) -> Request:
    """The delivery of a message whose body is ``body``."""
    metadata = dict(interaction.metadata)
    content_type = str(metadata.pop(_CONTENT_TYPE, "application/json"))
    pairs = [("Content-Type", content_type), *((name, str(value)) for name, value in metadata.items())]
    signature = api.inbox.signature if api.inbox is not None else None
    if signature is not None:
        pairs.append((signature.header, signature.of(body)))
    return Request("POST", webhook_url(interaction.webhook), Headers.of(pairs), body)


def message_response(api: Api, exchange: Exchange) -> Response:
    """A delivery as Pact's verifier fetches a message."""
    found = api.find(exchange.request.method, exchange.request.url)
    metadata = {_CONTENT_TYPE: _media_type(exchange.request.headers)}
    if found is not None:
        metadata |= _named_headers(found[0], exchange.request.headers)
    text = base64.b64encode(json.dumps(metadata).encode()).decode()
    headers = Headers.of({"Content-Type": metadata[_CONTENT_TYPE], METADATA_HEADER: text})
    return Response(200, headers, exchange.request.body)


def _media_type(headers: Headers) -> str:
    return (headers.get("Content-Type") or "application/octet-stream").partition(";")[0].strip()
