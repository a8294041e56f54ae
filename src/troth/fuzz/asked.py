"""Requests as they may be kept and sent again: as text and bytes, without what holds in one run only.

A credential is its placeholder, ``{{secret:valid}}``. What an earlier answer gave is the place where it
stood: ``{{step1:$.id}}``, or ``{{step1:header Location}}`` for the last part of that header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote, urlsplit

from troth import jsontext
from troth.credentials import Credentials
from troth.exchange import Exchange, Headers, Request
from troth.fuzz.values import body_of
from troth.jsontext import Json, NotJson
from troth.links import json_leaves
from troth.places import NOISE
from troth.provider import JsonScalar

STEP = re.compile(r"\{\{step(\d+):([^{}]+)\}\}")
_OURS = NOISE | {"accept", "x-schemathesis-testcaseid", "x-troth-run"}
"""Headers that say nothing to the API: those of the transport, and the marks of a run."""
_SHORTEST = 6
"""A shorter text is equal to another by chance, unless a name says that it is a handle."""
_HANDLE = re.compile(r"(?i)(^|_|-|[a-z])(id|uuid|token|key|number|slug|code|name)$")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``target`` is its path and query, percent-encoded but for placeholders."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)

    @property
    def json(self) -> Json:
        """The body as JSON.

        Raises:
            NotJson: it is none.
        """
        return jsontext.read(self.body)

    @property
    def steps(self) -> tuple[tuple[int, str], ...]:
        """The earlier answers that it needs: the step, from 1, and the place in it."""
        texts = (self.target, *(value for _, value in self.headers), self.body.decode("latin-1"))
        return tuple(dict.fromkeys((int(n), place) for text in texts for n, place in STEP.findall(text)))


def asked(exchanges: Sequence[Exchange], base: str, credentials: Credentials) -> tuple[Asked, ...]:
    """The requests of ``exchanges``, which were sent one after another to a service at ``base``."""
    return tuple(
        _linked(_asked(exchange.request, base, credentials), exchanges[:index])
        for index, exchange in enumerate(exchanges)
    )


def _asked(request: Request, base: str, credentials: Credentials) -> Asked:
    parts = urlsplit(request.url)
    path = parts.path.removeprefix(urlsplit(base).path.rstrip("/")) or "/"
    target = credentials.conceal_text(f"{path}?{parts.query}" if parts.query else path)
    headers = tuple(
        (name, credentials.conceal_text(value))
        for name, value in request.headers
        if name.lower() not in _OURS
    )
    return Asked(request.method, target, headers, credentials.conceal(request.body))


@dataclass(frozen=True, slots=True)
class _Source:
    text: str
    name: str
    value: JsonScalar
    handle: bool


def _linked(one: Asked, earlier: Sequence[Exchange]) -> Asked:
    """What the client had said itself by then is nothing that an answer gave it."""
    said: set[str] = set()
    sources: list[_Source] = []
    for step, each in enumerate(earlier, 1):
        said |= set(_said(each.request))
        sources += [source for source in _sources(step, each) if str(source.value) not in said]
    if not sources:
        return one
    path, mark, query = one.target.partition("?")
    segments = [_swapped(unquote(part), part, sources) for part in path.split("/")]
    return replace(one, target="/".join(segments) + mark + query, body=_linked_body(one, sources))


def _said(request: Request) -> Iterator[str]:
    yield from request.decoded_path.split("/")
    yield from (value for _, value in request.query)
    try:
        yield from (str(value) for _, value in json_leaves(jsontext.read(request.body)))
    except NotJson:
        return


def _sources(step: int, exchange: Exchange) -> Iterator[_Source]:
    """What an answer gave that a later request may repeat."""
    for path, value in json_leaves(body_of(exchange)):
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            name = next((part for part in reversed(path) if isinstance(part, str)), "")
            place = f"{{{{step{step}:{jsontext.path_text(path)}}}}}"
            if "{" not in jsontext.path_text(path):
                yield _Source(place, name, value, _HANDLE.search(name) is not None)
    location = exchange.response.headers.get("Location")
    if location is not None:
        yield _Source(f"{{{{step{step}:header Location}}}}", "Location", _last(location), handle=True)


def _last(location: str) -> str:
    return unquote(urlsplit(location).path.rstrip("/").rpartition("/")[2])


def _swapped(text: str, as_sent: str, sources: Sequence[_Source]) -> str:
    """The placeholder of what gave ``text``: the id before anything else that is equal to it."""
    known = [source for source in sources if str(source.value) == text]
    telling = [source for source in known if source.handle or len(text) >= _SHORTEST]
    telling.sort(key=lambda source: (source.name.lower() != "id", not source.handle))
    return telling[0].text if telling else as_sent


def _linked_body(one: Asked, sources: Sequence[_Source]) -> bytes:
    try:
        document = one.json
    except NotJson:
        return one.body
    linked = document
    for path, value in json_leaves(document):
        name = str(path[-1]) if path else ""
        found = _swapped(str(value), "", sources) if _ties(value, name) else ""
        linked = jsontext.put(linked, path, found) if found else linked
    return one.body if linked == document else json_bytes(linked)


def _ties(value: JsonScalar, name: str) -> bool:
    if isinstance(value, str):
        return len(value) >= _SHORTEST
    return isinstance(value, int) and not isinstance(value, bool) and _HANDLE.search(name) is not None


def json_bytes(document: Json) -> bytes:
    """JSON as Schemathesis writes it."""
    return json.dumps(document).encode()


def filled(one: Asked, base: str, answers: Sequence[Exchange], credentials: Credentials) -> Request:
    """The request to send to ``base``, after ``answers``.

    Raises:
        LookupError: an earlier answer does not hold what is taken from it.
    """

    def text(found: re.Match[str]) -> str:
        return str(given(answers, int(found[1]), found[2]))

    target = STEP.sub(lambda found: quote(text(found), safe=""), one.target)
    headers = Headers(tuple((name, STEP.sub(text, value)) for name, value in one.headers))
    body = _filled_body(one, answers) if STEP.search(one.body.decode("latin-1")) else one.body
    return credentials.reveal(Request(one.method, base.rstrip("/") + target, headers, body))


def _filled_body(one: Asked, answers: Sequence[Exchange]) -> bytes:
    document = one.json
    for path, value in json_leaves(document):
        found = STEP.fullmatch(value) if isinstance(value, str) else None
        if found is not None:
            document = jsontext.put(document, path, given(answers, int(found[1]), found[2]))
    return json_bytes(document)


def given(answers: Sequence[Exchange], step: int, place: str) -> JsonScalar:
    """What an earlier answer gave.

    Raises:
        LookupError: it did not.
    """
    if step > len(answers):
        raise LookupError(f"there is no step {step}")
    if place.startswith("header "):
        header = answers[step - 1].response.headers.get(place.removeprefix("header "))
        if header is None:
            raise LookupError(place)
        return _last(header)
    for path, value in json_leaves(body_of(answers[step - 1])):
        if jsontext.path_text(path) == place:
            return value
    raise LookupError(place)
