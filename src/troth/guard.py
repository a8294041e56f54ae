"""Keeps web pages away from a server on loopback.

A page in the user's browser can send requests to 127.0.0.1. Its requests name their Origin, and
without a preflight they cannot be JSON; both are refused here, and a foreign Host by the server itself.
A form is taken only where the contract declares one, and not from where the browser says another site.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import overload

from troth.exchange import Headers, Request, Response
from troth.line import Answered, Misbehaving, WireHandler
from troth.loopback import Handler

JSON = "application/json"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"


@overload
def guarded(
    handler: Handler,
    *,
    cors: Collection[str] = (),
    json_only: bool = True,
    declared: Callable[[Request], str] = lambda _: JSON,
) -> Handler: ...


@overload
def guarded(
    handler: WireHandler,
    *,
    cors: Collection[str] = (),
    json_only: bool = True,
    declared: Callable[[Request], str] = lambda _: JSON,
) -> WireHandler: ...


def guarded(
    handler: WireHandler,
    *,
    cors: Collection[str] = (),
    json_only: bool = True,
    declared: Callable[[Request], str] = lambda _: JSON,
) -> WireHandler:
    """``handler`` behind the guard.

    A request with an Origin is refused with 403 unless ``cors`` lists it. ``json_only``: a body must be
    application/json, or of the type that is ``declared`` for the request, else 415.
    """

    def guard(request: Request) -> Answered:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in cors:
            return refusal(403, f"pages of {origin[:100]!r} may not call this server; see --cors")
        if origin is None:
            return _checked(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            return _preflight(request, origin)
        return _allowed(_checked(request), origin)

    def _checked(request: Request) -> Answered:
        if json_only and not (_is_of(JSON, request) or _is_own(declared(request), request)):
            return refusal(415, f"a {request.method} needs Content-Type: {declared(request)}")
        return handler(request)

    return guard


def _is_own(declared: str, request: Request) -> bool:
    """Whether the body is of its declared type, and no page of another site sends it: a form needs no
    preflight."""
    site = request.headers.get("Sec-Fetch-Site") or "none"
    return site in ("none", "same-origin") and _is_of(declared, request)


def _is_of(wanted: str, request: Request) -> bool:
    media = request.headers.get("Content-Type")
    if request.method not in _WITH_BODY or (media is None and not request.body):
        return True
    return media is not None and media.partition(";")[0].strip().lower() == wanted.lower()


def _preflight(request: Request, origin: str) -> Answered:
    asked = request.headers.get("Access-Control-Request-Headers") or "Content-Type"
    headers = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": asked,
        "Access-Control-Max-Age": "600",
    }
    return _allowed(Response(204, Headers.of(headers)), origin)


def _allowed(answer: Answered, origin: str) -> Answered:
    if isinstance(answer, Misbehaving):
        return replace(answer, response=_with_leave(answer.response, origin))
    return _with_leave(answer, origin)


def _with_leave(response: Response, origin: str) -> Response:
    headers = response.headers.with_("Access-Control-Allow-Origin", origin)
    return replace(response, headers=Headers((*headers.pairs, ("Vary", "Origin"))))


def refusal(status: int, message: str, **more: object) -> Response:
    """A JSON answer of troth's own: ``{"error": …, "by": "troth"}`` and ``more``."""
    body = json.dumps({"error": message, "by": "troth", **more}, ensure_ascii=False).encode()
    return Response(status, Headers.of({"Content-Type": "application/json"}), body)


def no_message(status: int, why: str) -> Response:
    """The answer to Pact's verifier that gets no message. It looks at the body and not at the status, so
    this one is no JSON, which none fits."""
    return Response(status, Headers.of({"Content-Type": "text/plain; charset=utf-8"}), f"{why}\n".encode())
