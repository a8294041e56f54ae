"""In what a request differs from a recorded one, part by part, without showing what may not be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from troth import jsontext, walk
from troth.api import Api, Operation
from troth.exchange import Request
from troth.jsontext import Json, NotJson
from troth.judge import show
from troth.mock.matching import asked, is_stand_in, json_of, media_type
from troth.mock.offers import Recording

_LONGEST = 120
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of a request that is not as recorded. ``part`` is ``query wait``, ``body $.stdin`` …"""

    part: str
    sent: str
    """The value where the contract says that it may be seen, else its kind and size."""
    recorded: str

    @property
    def elsewhere(self) -> bool:
        """Whether the two requests do not even address the same operation."""
        return self.part in ("method", "origin", "path")

    def __str__(self) -> str:
        return f"{self.part}: sent {self.sent}, recorded {self.recorded}"


def differences(api: Api, sent: Request, recording: Recording) -> tuple[Difference, ...]:
    """Every part in which ``sent`` differs from the recorded request."""
    recorded = recording.exchange.request
    found = api.find(sent.method, sent.url)
    operation, params = found if found is not None else (None, {})
    return (
        *_method_and_origin(sent, recorded),
        *_path(api, operation, params, sent, recorded),
        *_query(operation, sent, recorded),
        *_body(operation, sent, recorded),
    )


def _method_and_origin(sent: Request, recorded: Request) -> Iterator[Difference]:
    if sent.method != recorded.method:
        yield Difference("method", sent.method, recorded.method)
    one, other = asked(sent).origin, asked(recorded).origin
    if one != other:
        yield Difference("origin", one, other)


def _path(
    api: Api, operation: Operation | None, params: Mapping[str, str], sent: Request, recorded: Request
) -> Iterator[Difference]:
    found = api.find(recorded.method, recorded.url)
    if operation is None or found is None or found[0].path != operation.path:
        if asked(sent).path != asked(recorded).path:
            yield Difference("path", _label(operation, "an undeclared path"), _route(found, recorded))
        return
    one = {name: unquote(value) for name, value in params.items()}
    other = {name: unquote(value) for name, value in found[1].items()}
    yield from _values("path", operation.params, one, other)


def _label(operation: Operation | None, otherwise: str) -> str:
    return otherwise if operation is None else operation.path


def _route(found: tuple[Operation, dict[str, str]] | None, recorded: Request) -> str:
    return _label(None if found is None else found[0], recorded.path)


def _query(operation: Operation | None, sent: Request, recorded: Request) -> Iterator[Difference]:
    model = None if operation is None else operation.query
    yield from _values("query", model, _grouped(sent), _grouped(recorded))


def _grouped(request: Request) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in asked(request).query:
        found.setdefault(name, []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def _values(
    place: str, model: object, sent: Mapping[str, str], recorded: Mapping[str, str]
) -> Iterator[Difference]:
    shown = {spot.path[0]: show(spot) for spot in walk.leaves(model, dict(sent)) if spot.path}
    redacted = {spot.path[0] for spot in walk.leaves(model, dict(recorded)) if spot.path and is_stand_in(spot)}
    for name in dict.fromkeys((*recorded, *sent)):
        if sent.get(name) != recorded.get(name) and not (name in redacted and name in sent):
            was = _quoted(recorded[name]) if name in recorded else NOTHING
            yield Difference(f"{place} {name}", shown.get(name, NOTHING), was)


def _quoted(value: Json) -> str:
    # What a cassette holds was redacted when it was recorded, so it may be shown.
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _body(operation: Operation | None, sent: Request, recorded: Request) -> Iterator[Difference]:
    media = media_type(sent), media_type(recorded)
    if sent.body and recorded.body and media[0] != media[1]:
        yield Difference("header Content-Type", media[0] or NOTHING, media[1] or NOTHING)
    if asked(sent).body == asked(recorded).body:
        return
    one, other = json_of(sent.body), json_of(recorded.body)
    if isinstance(one, NotJson) or isinstance(other, NotJson):
        yield Difference("body", _size(sent.body, one), _size(recorded.body, other))
        return
    body_type = None if operation is None else operation.body
    yield from _leaves(body_type, one, other)


def _size(body: bytes, value: Json | NotJson) -> str:
    if not body:
        return "no body"
    kind = "bytes that are not JSON" if isinstance(value, NotJson) else f"bytes, a JSON {jsontext.kind(value)}"
    return f"{len(body)} {kind}"


def _leaves(body_type: object, sent: Json, recorded: Json) -> Iterator[Difference]:
    one = {spot.path: spot for spot in walk.leaves(body_type, sent)}
    other = {spot.path: spot for spot in walk.leaves(body_type, recorded)}
    for path in dict.fromkeys((*other, *one)):
        if path in one and path in other and _same(one[path], other[path]):
            continue
        shown = show(one[path])[:_LONGEST] if path in one else NOTHING
        was = _quoted(other[path].value) if path in other else NOTHING
        yield Difference(f"body {jsontext.path_text(path)}", shown, was)


def _same(sent: walk.Spot, recorded: walk.Spot) -> bool:
    return is_stand_in(recorded) or jsontext.canonical(sent.value) == jsontext.canonical(recorded.value)
