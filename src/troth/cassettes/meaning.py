"""What changed in meaning between two recordings of a scenario.

Meaning is the order of steps, statuses, which fields there are and of what kind, members of enums,
and values, less those that differ from run to run. Noise hides a value; never a kind, a presence, an
enum or a status.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from troth import jsontext, walk
from troth.api import Anything, Api, Empty, Text, body_type
from troth.exchange import Exchange, Headers
from troth.jsontext import Json, NotJson
from troth.multipart import body_document
from troth.places import masked

_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: where, and what became of it."""

    place: str
    """``2 response $.memory``; the number is that of the step."""
    what: str
    value_only: bool = False
    """Nothing but a value differs, which may still turn out to be noise."""

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass(frozen=True, slots=True)
class _Fact:
    kind: str
    shown: str
    fixed: bool = False
    """Never noise: a status, a member of an enum."""


def changes(
    api: Api, old: Sequence[Exchange], new: Sequence[Exchange], *, noise: frozenset[str] = frozenset()
) -> tuple[Change, ...]:
    """Every difference in meaning, in the order of the new recording."""
    return tuple(_changes(api, old, new, noise))


def noise_of(
    api: Api, first: Sequence[Exchange], second: Sequence[Exchange]
) -> tuple[frozenset[str], tuple[Change, ...]]:
    """The places whose value differs between two runs of one scenario; and what else differs, which
    is no noise: the scenario does not do the same thing twice.

    A place is named for all scenarios, ``POST /submissions answers 201 response $.items[*].time``: two
    short runs may well take the same time by chance.
    """
    quiet: set[str] = set()
    for one, other, _ in _pairs(api, first, second):
        before, after = _facts(api, one), _facts(api, other)
        names = (name for name in before.keys() & after.keys() if _noisy(before[name], after[name]))
        quiet |= {_anywhere(api, one, name) for name in names}
    return frozenset(quiet), changes(api, first, second, noise=frozenset(quiet))


def _anywhere(api: Api, exchange: Exchange, name: str) -> str:
    return f"{step(api, exchange)} {_INDEX.sub('[*]', name)}"


def _noisy(one: _Fact, other: _Fact) -> bool:
    return one.kind == other.kind and one.shown != other.shown and not (one.fixed or other.fixed)


def step(api: Api, exchange: Exchange) -> str:
    """``POST /submissions answers 201``."""
    found = api.find(exchange.request.method, exchange.request.url)
    label = found[0].label if found else f"{exchange.request.method} of an undeclared path"
    return f"{label} answers {exchange.response.status}"


def _opcodes(
    api: Api, old: Sequence[Exchange], new: Sequence[Exchange]
) -> list[tuple[str, int, int, int, int]]:
    steps = [step(api, each) for each in old], [step(api, each) for each in new]
    return list(difflib.SequenceMatcher(None, *steps, autojunk=False).get_opcodes())


def _pairs(
    api: Api, old: Sequence[Exchange], new: Sequence[Exchange]
) -> Iterator[tuple[Exchange, Exchange, int]]:
    """The steps that both recordings have, with the number in the new one."""
    for tag, start, end, at, _ in _opcodes(api, old, new):
        if tag == "equal":
            yield from ((old[start + n], new[at + n], at + n + 1) for n in range(end - start))


def _changes(
    api: Api, old: Sequence[Exchange], new: Sequence[Exchange], noise: frozenset[str]
) -> Iterator[Change]:
    for tag, start, end, at, until in _opcodes(api, old, new):
        if tag == "equal":
            for n in range(end - start):
                yield from _differences(api, old[start + n], new[at + n], at + n + 1, noise)
            continue
        yield from (Change(f"step {n + 1}", f"gone: {step(api, old[n])}") for n in range(start, end))
        yield from (Change(f"step {n + 1}", f"new: {step(api, new[n])}") for n in range(at, until))


def _differences(
    api: Api, old: Exchange, new: Exchange, number: int, noise: frozenset[str]
) -> Iterator[Change]:
    before, after = _facts(api, old), _facts(api, new)
    for name in [*after, *(name for name in before if name not in after)]:
        quiet = _anywhere(api, new, name) in noise
        one, other = before.get(name), after.get(name)
        what = _difference(one, other, quiet=quiet)
        if what:
            yield Change(f"{number} {name}", what, bool(one and other and _noisy(one, other)))


def _difference(old: _Fact | None, new: _Fact | None, *, quiet: bool) -> str:
    if old is None:
        return f"new, {new.kind} {new.shown}".rstrip() if new else ""
    if new is None:
        return f"gone, was {old.kind} {old.shown}".rstrip()
    if old.kind != new.kind:
        return f"{old.kind} becomes {new.kind}"
    if old.shown != new.shown and (not quiet or old.fixed or new.fixed):
        return f"{old.shown} becomes {new.shown}"
    return ""


def _facts(api: Api, exchange: Exchange) -> Mapping[str, _Fact]:
    shown = masked(api, exchange)
    request, response = shown.request, shown.response
    asked, answered = _types(api, exchange)
    found = {"request path": _Fact("path", request.decoded_path)}
    found |= {f"request query {name}": _Fact("text", _short(value)) for name, value in request.query}
    found |= _header_facts("request", request.headers)
    found |= _body_facts("request", asked, request.body, lambda: body_document(request, asked))
    found["response status"] = _Fact("status", str(response.status), fixed=True)
    found |= _header_facts("response", response.headers)
    found |= _body_facts("response", answered, response.body, lambda: jsontext.read(response.body))
    return found | _timeless(api, found) if exchange.inbound else found


def _timeless(api: Api, facts: Mapping[str, _Fact]) -> dict[str, _Fact]:
    """When a webhook was sent, and its signature, without their values: both differ with the clock, which
    two runs within a second do not show."""
    inbox = api.inbox
    places = {f"request {inbox.sent_at}"} if inbox is not None else set()
    if inbox is not None and inbox.signature is not None:
        places.add(f"request header {inbox.signature.header.lower()}")
    return {name: replace(fact, shown="") for name, fact in facts.items() if name in places}


def _header_facts(side: str, headers: Headers) -> dict[str, _Fact]:
    names = dict.fromkeys(name.lower() for name, _ in headers)
    return {f"{side} header {name}": _Fact("text", _short(headers.get(name) or "")) for name in names}


def _body_facts(side: str, declared: object, body: bytes, read: Callable[[], Json]) -> dict[str, _Fact]:
    if not body:
        return {}
    try:
        value = read()
    except NotJson:
        return {f"{side} body": _Fact("text", _short(body.decode("utf-8", "replace")))}
    return {
        f"{side} {jsontext.path_text(spot.path)}": _Fact(
            jsontext.kind(spot.value),
            "" if isinstance(spot.value, dict | list) else _short(json.dumps(spot.value, ensure_ascii=False)),
            walk.is_closed(spot.annotation),
        )
        for spot in walk.walk(declared, value)
    }


def _types(api: Api, exchange: Exchange) -> tuple[object, object]:
    """The declared JSON types of both bodies; None for a body that is none."""
    found = api.find(exchange.request.method, exchange.request.url)
    answer = found[0].answers.get(exchange.response.status) if found else None
    forms = tuple(form for form in answer.forms() if form is not Empty) if answer else ()
    typed = forms and not any(form is Anything or isinstance(form, Text) for form in forms)
    return found[0].body if found else None, body_type(forms, exchange.request) if typed else None


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}..."
