"""What a finding may show of an answer, and how: the one place where values become text."""

from __future__ import annotations

import json
from collections.abc import Mapping

from troth import jsontext, walk
from troth.api import Anything, Api, Empty, Operation, Text, body_type
from troth.exchange import Exchange, Headers, UndecodableBody
from troth.jsontext import Json, NotJson
from troth.judge import show, shown_path

_LONGEST = 200
NOTHING = "nothing"


def value_text(value: Json) -> str:
    """A value of JSON, on one line and not too long."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def counted_times(count: int) -> str:
    """``once``, ``12 times``."""
    return "once" if count == 1 else f"{count} times"


def header_text(headers: Headers, name: str) -> str:
    """A header that the document declares, which may be seen."""
    value = headers.get(name)
    return NOTHING if value is None else value_text(value)


def body_of(exchange: Exchange) -> Json:
    """The JSON that was answered; None where there is none that can be read."""
    try:
        return jsontext.read(exchange.response.content)
    except (NotJson, UndecodableBody):
        return None


class Answered:
    """The body of an answer beside its type in the contract, which says what of it may be seen.

    ``exchange`` is at the URL of the real service. Where the contract has no such operation, nothing may.
    """

    def __init__(self, api: Api, exchange: Exchange) -> None:
        found = api.find(exchange.request.method, exchange.request.url)
        self.operation: Operation | None = found[0] if found is not None else None
        self._annotation = self._type(exchange)
        self._spots: Mapping[jsontext.Path, walk.Spot] = {
            spot.path: spot for spot in walk.walk(self._annotation, body_of(exchange))
        }
        self._paths = {jsontext.path_text(path): path for path in self._spots}

    def _type(self, exchange: Exchange) -> object:
        answer = self.operation.answers.get(exchange.response.status) if self.operation else None
        forms = tuple(form for form in answer.forms() if form is not Empty) if answer else ()
        if not forms or any(form is Anything or isinstance(form, Text) for form in forms):
            return None
        return body_type(forms, exchange.request)

    def shown(self, path: str) -> str:
        """What stands at a JSON path: itself where it is safe, else its kind and size."""
        found = self._paths.get(path)
        return NOTHING if found is None else show(self._spots[found])

    def path(self, path: str) -> str:
        """The path without keys that are data; a member that is missing is one of the document's."""
        found = self._paths.get(path)
        if found is not None:
            return jsontext.path_text(shown_path(self._spots, found))
        above = max((each for each in self._paths if path.startswith(f"{each}.")), key=len, default="")
        return self.path(above) + path[len(above) :] if above else path
