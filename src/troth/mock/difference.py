"""In what a request differs from a recorded one, part by part, without showing what may not be seen."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote

from troth import jsontext, walk
from troth.api import Api, Operation
from troth.exchange import Request
from troth.jsontext import Json, NotJson
from troth.judge import show, shown_path
from troth.mock.matching import asked, document_of, media_type
from troth.mock.offers import Recording
from troth.multipart import NotMultipart

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


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two requests. ``plain`` is without what was redacted: only that is compared."""

    api: Api
    whole: Request
    plain: Request

    @property
    def operation(self) -> Operation | None:
        found = self.api.find(self.whole.method, self.whole.url)
        return None if found is None else found[0]

    @property
    def route(self) -> str:
        return "an undeclared path" if self.operation is None else self.operation.path


def differences(api: Api, sent: Request, recording: Recording) -> tuple[Difference, ...]:
    """Every part in which ``sent`` differs from the recorded request."""
    blotted = recording.redactions.blotted
    recorded = recording.exchange.request
    one, other = _Side(api, sent, blotted(sent)), _Side(api, recorded, blotted(recorded))
    return (
        *_method_and_origin(one, other),
        *_path(one, other),
        *_query(one, other),
        *_body(one, other),
    )


def _method_and_origin(one: _Side, other: _Side) -> Iterator[Difference]:
    if one.whole.method != other.whole.method:
        yield Difference("method", one.whole.method, other.whole.method)
    origins = asked(one.whole).origin, asked(other.whole).origin
    if origins[0] != origins[1]:
        yield Difference("origin", *origins)


def _path(one: _Side, other: _Side) -> Iterator[Difference]:
    if one.operation is None or other.operation is None or one.operation.path != other.operation.path:
        if asked(one.whole).path != asked(other.whole).path:
            yield Difference("path", one.route, other.route)
        return
    yield from _values("path", one.operation.params, one, other, _params)


def _params(api: Api, request: Request) -> dict[str, str]:
    found = api.find(request.method, request.url)
    return {} if found is None else {name: unquote(value) for name, value in found[1].items()}


def _query(one: _Side, other: _Side) -> Iterator[Difference]:
    model = None if one.operation is None else one.operation.query
    yield from _values("query", model, one, other, _grouped)


def _grouped(_: Api, request: Request) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for name, value in asked(request).query:
        found.setdefault(name, []).append(value)
    return {name: ", ".join(values) for name, values in found.items()}


def _values(
    place: str, model: object, one: _Side, other: _Side, read: Callable[[Api, Request], Mapping[str, str]]
) -> Iterator[Difference]:
    sent, recorded = read(one.api, one.plain), read(other.api, other.plain)
    whole = read(one.api, one.whole)
    shown = {spot.path[0]: show(spot) for spot in walk.leaves(model, dict(whole)) if spot.path}
    kept = read(other.api, other.whole)
    for name in dict.fromkeys((*recorded, *sent)):
        if sent.get(name) != recorded.get(name):
            was = _quoted(kept[name]) if name in kept else NOTHING
            yield Difference(f"{place} {name}", shown.get(name, NOTHING), was)


def _quoted(value: Json) -> str:
    # What a cassette holds was redacted when it was recorded, so it may be shown.
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _body(one: _Side, other: _Side) -> Iterator[Difference]:
    media = media_type(one.whole), media_type(other.whole)
    if one.whole.body and other.whole.body and media[0] != media[1]:
        yield Difference("header Content-Type", media[0] or NOTHING, media[1] or NOTHING)
    if asked(one.plain).body == asked(other.plain).body:
        return
    body_type = None if one.operation is None else one.operation.body
    sent, recorded = document_of(one.whole, body_type), document_of(other.whole, body_type)
    if isinstance(sent, NotJson) or isinstance(recorded, NotJson):
        yield Difference("body", _size(one.whole.body, sent), _size(other.whole.body, recorded))
        return
    alike = _alike(body_type, one.plain, other.plain)
    names = {**_names(body_type, recorded), **_names(body_type, sent)}
    for each in _leaves(body_type, sent, recorded):
        if each.part not in alike:
            yield replace(each, part=names[each.part])


def _size(body: bytes, value: Json | NotJson) -> str:
    if not body:
        return "no body"
    if isinstance(value, NotMultipart):
        return f"{len(body)} bytes, no form with parts"
    kind = "not JSON" if isinstance(value, NotJson) else f"a JSON {jsontext.kind(value)}"
    return f"{len(body)} bytes, {kind}"


def _alike(body_type: object, one: Request, other: Request) -> set[str]:
    """The places where the two bodies are the same without what was redacted."""
    sent, recorded = document_of(one, body_type), document_of(other, body_type)
    if isinstance(sent, NotJson) or isinstance(recorded, NotJson):
        return set()
    places = {_place(spot): spot.value for spot in walk.leaves(body_type, sent)}
    return {
        _place(spot)
        for spot in walk.leaves(body_type, recorded)
        if _place(spot) in places
        and jsontext.canonical(places[_place(spot)]) == jsontext.canonical(spot.value)
    }


def _place(spot: walk.Spot) -> str:
    return f"body {jsontext.path_text(spot.path)}"


def _names(body_type: object, value: Json) -> dict[str, str]:
    """Each place as a message may name it: a key may be data as well."""
    spots = {spot.path: spot for spot in walk.walk(body_type, value)}
    return {
        _place(spot): f"body {jsontext.path_text(shown_path(spots, path))}" for path, spot in spots.items()
    }


def _leaves(body_type: object, sent: Json, recorded: Json) -> Iterator[Difference]:
    one = {_place(spot): show(spot)[:_LONGEST] for spot in walk.leaves(body_type, sent)}
    other = {_place(spot): _quoted(spot.value) for spot in walk.leaves(body_type, recorded)}
    for place in dict.fromkeys((*other, *one)):
        yield Difference(place, one.get(place, NOTHING), other.get(place, NOTHING))
