"""Answers that the contract does not allow, made from one that it does.

What is broken is read off the declared type, so nobody writes it by hand. The judge has the last word: a
change that it lets pass is none.
"""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping

from troth import jsontext, walk
from troth.api import Api, Operation, Selected, Text, body_type
from troth.errors import UsageProblem
from troth.exchange import Request, Response, UndecodableBody
from troth.faults.catalogue import Fault
from troth.faults.minimal import closed_values
from troth.jsontext import Json, NotJson, Path
from troth.judge import judge_value
from troth.operation import Anything, Empty
from troth.walk import Spot

_PART = re.compile(r"""\.([^\W\d]\w*)|\[(\d+|\*)\]|\[("(?:[^"\\]|\\.)*")\]""")
_UNKNOWN = "not_in_the_contract"
_INSTEAD: Mapping[str, tuple[Json, ...]] = {
    "string": (7, True),
    "integer": ("7", "seven"),
    "number": ("7.5", "seven"),
    "boolean": ("true", 2),
    "array": ({}, "seven"),
    "object": ([], "seven"),
    "null": (7, "seven", [], {}),
}
"""Values of another kind, by the kind that they stand for; the first that the judge refuses is taken."""


def broken(api: Api, found: Fault, good: Response, request: Request) -> Response | None:
    """``good`` with one place of it broken; None where the fault has no such place in it."""
    return next((_with(good, changed) for _, changed in _breaks(api, found, good, request)), None)


def _breaks(api: Api, found: Fault, good: Response, request: Request) -> Iterator[tuple[Path, Json]]:
    """Each place that the fault breaks, with the whole document once it is broken there."""
    annotation = _declared(api, good.status, request)
    if annotation is None:
        return
    try:
        value = jsontext.read(good.content)
    except (NotJson, UndecodableBody):
        return
    for spot in walk.walk(annotation, value):
        if not _is_meant(found.place, spot.path):
            continue
        for changed in _CHANGES[found.name](value, spot):
            if judge_value(annotation, changed):
                yield spot.path, changed


def places(api: Api, found: Fault, good: Response, request: Request) -> tuple[str, ...]:
    """Every place of ``good`` that the fault can break, an item of an array as ``[*]``."""
    broken_at = (jsontext.path_text(path) for path, _ in _breaks(api, found, good, request))
    return tuple(dict.fromkeys(re.sub(r"\[\d+\]", "[*]", place) for place in broken_at))


def refuse_unknown_place(api: Api, found: Fault, operation: Operation | None) -> None:
    """Raise where the contract has no place for the fault.

    Raises:
        UsageProblem: no answer of ``operation``, or of any, has the named place or one of its kind.
    """
    operations = [operation] if operation is not None else api.operations
    if any(_has_place(found, one) for one in operations):
        return
    where = operation.label if operation is not None else f"any operation of {api.name}"
    what = _WANTED[found.name]
    if found.place:
        raise UsageProblem(
            f"{api.name}: {found.full_name}: no answer of {where} has {what} at {found.place}",
            hint="name a place of the contract, or none for the first one that there is",
        )
    raise UsageProblem(f"{api.name}: {found.name}: no answer of {where} has {what}")


def _with(good: Response, value: Json) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    headers = good.headers.without("Content-Encoding", "Content-Length", "Transfer-Encoding")
    return Response(good.status, headers, body)


def _declared(api: Api, status: int, request: Request) -> object:
    """The JSON type that answers the request with ``status``; None where that is no JSON."""
    found = api.find(request.method, request.url)
    answer = found[0].answers.get(status) if found is not None else None
    forms = _typed(answer.forms()) if answer is not None else ()
    return body_type(forms, request) if forms else None


def _typed(forms: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(form for form in forms if form not in (Empty, Anything) and not isinstance(form, Text))


# --- in a document --------------------------------------------------------------------------------


def _missing(value: Json, spot: Spot) -> Iterator[Json]:
    if spot.path and isinstance(spot.path[-1], str) and spot.required and spot.declared:
        yield _without(value, spot.path)


def _null(value: Json, spot: Spot) -> Iterator[Json]:
    if spot.declared and not spot.nullable and spot.value is not None:
        yield jsontext.put(value, spot.path, None)


def _retyped(value: Json, spot: Spot) -> Iterator[Json]:
    if spot.declared:
        for other in _INSTEAD[jsontext.kind(spot.value)]:
            yield jsontext.put(value, spot.path, other)


def _unknown(value: Json, spot: Spot) -> Iterator[Json]:
    known = closed_values(spot.annotation)
    if spot.value is None or not known:
        return
    if isinstance(spot.value, str):
        yield jsontext.put(value, spot.path, _unknown_text(known))
    elif isinstance(spot.value, int) and not isinstance(spot.value, bool):
        yield jsontext.put(value, spot.path, _unknown_number(known))


_CHANGES: Mapping[str, Callable[[Json, Spot], Iterator[Json]]] = {
    "field_missing": _missing,
    "field_null": _null,
    "field_retyped": _retyped,
    "enum_unknown": _unknown,
}


def _unknown_text(known: tuple[Json, ...]) -> str:
    # In the manner of its fellows, as a new one would be.
    shouted = all(each.isupper() for each in known if isinstance(each, str))
    return _UNKNOWN.upper() if shouted else _UNKNOWN


def _unknown_number(known: tuple[Json, ...]) -> int:
    return max((each for each in known if isinstance(each, int)), default=0) + 1


def _without(value: Json, path: Path) -> Json:
    """A copy of ``value`` without the member at ``path``."""
    above = jsontext.at(value, path[:-1])
    assert isinstance(above, dict)
    return jsontext.put(value, path[:-1], {key: each for key, each in above.items() if key != path[-1]})


def _is_meant(place: str, path: Path) -> bool:
    if not place:
        # A field, or at least an item: the whole answer has to be named.
        return bool(path)
    return _parts(place) in (
        path,
        tuple("*" if isinstance(each, int) else each for each in path),
    )


def _parts(place: str) -> tuple[str | int, ...]:
    """The parts of ``$.a[0]["b c"]``; ``[*]``, any item of an array, as ``"*"``.

    Raises:
        UsageProblem: it is no such path.
    """
    found = list(_PART.finditer(place, 1))
    if "$" + "".join(part[0] for part in found) != place:
        raise UsageProblem(
            f"{place!r} is no place in an answer", hint='write it as $.a[0]["b c"], or $.a[*].b'
        )
    return tuple(_part(part) for part in found)


def _part(part: re.Match[str]) -> str | int:
    name, index, quoted = part.groups()
    if name is not None:
        return str(name)
    if index is not None:
        return "*" if index == "*" else int(index)
    return str(json.loads(quoted))


# --- in a contract --------------------------------------------------------------------------------


_WANTED = {
    "field_missing": "a required field",
    "field_null": "a field that may not be null",
    "field_retyped": "a field",
    "enum_unknown": "an enum",
}


def _has_place(found: Fault, operation: Operation) -> bool:
    for answer in operation.answers.values():
        for form in _typed(answer.forms()):
            # Of chosen fields each may be required, as the request says.
            chosen = form.chosen(form.everything) if isinstance(form, Selected) else form
            places = _at(chosen, _parts(found.place)) if found.place else _everywhere(chosen, set())
            if any(_suits(found, place, chosen=isinstance(form, Selected)) for place in places):
                return True
    return False


_Place = tuple[object, bool]
"""A declared type, and whether the field that has it is required."""


def _suits(found: Fault, place: _Place, *, chosen: bool) -> bool:
    annotation, required = place
    bare, nullable, _ = walk.unwrapped(annotation)
    match found.name:
        case "field_missing":
            return required or chosen
        case "field_null":
            return not nullable
        case "enum_unknown":
            members = (walk.unwrapped(each)[0] for each in walk.branches(bare))
            return any(closed_values(each) for each in members)
    return True


def _at(annotation: object, parts: tuple[str | int, ...]) -> Iterator[_Place]:
    """The declared types at a place: several where unions stand above it."""
    places: list[_Place] = [(annotation, False)]
    for part in parts:
        places = [inner for above, _ in places for inner in _inside(above, part)]
    yield from places


def _inside(annotation: object, part: str | int) -> Iterator[_Place]:
    for member in walk.branches(walk.unwrapped(annotation)[0]):
        bare = walk.unwrapped(member)[0]
        if walk.is_model(bare):
            found = walk.members(bare).get(str(part))
            if found is not None:
                yield found[0], found[2]
        elif walk.is_list(bare):
            if isinstance(part, int) or part == "*":
                yield walk.item(bare), False
        elif (values := _values(bare)) is not None:
            yield values, False


def _values(bare: object) -> object:
    """The type of the values of a mapping; None for any other type."""
    origin = typing.get_origin(bare)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return typing.get_args(bare)[1]
    return None


def _everywhere(annotation: object, seen: set[object]) -> Iterator[_Place]:
    for member in walk.branches(walk.unwrapped(annotation)[0]):
        bare = walk.unwrapped(member)[0]
        inner: list[_Place] = []
        if walk.is_model(bare):
            if bare in seen:
                continue
            seen.add(bare)
            inner = [(kind, needed) for kind, _, needed in walk.members(bare).values()]
        elif walk.is_list(bare):
            inner = [(walk.item(bare), False)]
        elif (values := _values(bare)) is not None:
            inner = [(values, False)]
        for place in inner:
            yield place
            yield from _everywhere(place[0], seen)
