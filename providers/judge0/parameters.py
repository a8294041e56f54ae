"""Request parameters as Rails merges them: the query, and over it the body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug import Request

from providers.judge0.casting import to_i


class Malformed(Exception):
    """The body is not JSON."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Values by name: text from the query, anything from a JSON body."""

    values: Mapping[str, object]

    def text(self, name: str) -> str | None:
        value = self.values.get(name)
        return value if isinstance(value, str) else None

    def is_true(self, name: str) -> bool:
        """Only the text "true" counts."""
        return self.text(name) == "true"

    def integer(self, name: str, default: int) -> int:
        """As Ruby's to_i reads it: leading digits, else 0."""
        value = self.values.get(name)
        if isinstance(value, int):
            return value
        if not isinstance(value, str):
            return default
        return to_i(value)


def read(request: Request) -> Parameters:
    """The request's parameters. Of one that comes twice the last counts, as Rack has it.

    Raises:
        Malformed: the body says that it is JSON, and is not.
    """
    values: dict[str, object] = dict(request.args.items(multi=True))
    if _is_json(request):
        values.update(_json_object(request.get_data()))
    else:
        values.update(request.form.items(multi=True))
    return Parameters(values)


def _is_json(request: Request) -> bool:
    return request.mimetype == "application/json" and request.content_length != 0


def _json_object(body: bytes) -> dict[str, object]:
    """An array or a scalar has no parameters; an empty body is an empty object."""
    if not body:
        return {}
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed from error
    return document if isinstance(document, dict) else {}


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")
