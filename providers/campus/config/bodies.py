"""Reads the body of a request: JSON as RFC 8259 has it, in UTF-8, and nothing else; or a form with a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, ParamSpec

from django.http import HttpRequest, HttpResponseBase
from ninja.parser import Parser

from config.answers import answer
from config.errors import Invalid

P = ParamSpec("P")


class NotJson(Exception):
    """The body is declared to be of another type."""


class JsonParser(Parser):
    """ninja's own takes any type of body for JSON, NaN for a number, and the last of two equal keys."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body's value.

        Raises:
            NotJson: its type is another.
            ValueError: it is none.
        """
        if request.content_type != "application/json":
            raise NotJson
        return json.loads(request.body.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_once)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def multipart_only(
    run: Callable[P, HttpResponseBase],
) -> Callable[P, HttpResponseBase]:
    """Refuses any other type of body with 415; for ``ninja.decorators.decorate_view``."""

    @wraps(run)
    def checked(*args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request = args[0]
        if isinstance(request, HttpRequest) and request.content_type != "multipart/form-data":
            return answer(415, "the body must be multipart/form-data")
        return run(*args, **kwargs)

    return checked


def refuse_other_fields(request: HttpRequest, known: Collection[str]) -> None:
    """ninja reads those fields of a form that it knows, and passes over a typing error.

    Raises:
        Invalid: there is another one.
    """
    others = sorted({*request.POST, *request.FILES} - {*known})
    if others:
        raise Invalid("the form has fields that are not known", dict.fromkeys(others, "it is not known"))
