"""The HTTP side: routes, the checks before every operation, and the one place where answers are built.

A request is checked in this order: the token (401), the path (404, 501), an outage (429, 5xx), the
permission (403), the query (400), and then what its operation checks. So no quota is charged for who has no
token, and who lacks a permission cannot learn what is there.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.exceptions import RequestEntityTooLarge

from providers.kms import documents
from providers.kms.call import Call
from providers.kms.conditions import Conditions
from providers.kms.documents import Document
from providers.kms.operations import ABSENT, Operation, Route, operations
from providers.kms.query import read_query, wants_enum_numbers, wants_layout
from providers.kms.refusal import HTTP_STATUS, Code, Reason, Refused, invalid, unimplemented
from providers.kms.target import Target, read_target
from providers.kms.world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MAX_BODY = 1024 * 1024
_HEADERS = {
    "Vary": "Origin, X-Origin, Referer",
    "Server": "ESF",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "X-XSS-Protection": "0",
}


class KmsRequest(Request):
    max_content_length = _MAX_BODY


def build_app(world: World, conditions: Conditions, token: str) -> WSGIApplication:
    """The WSGI application. ``token`` is the one bearer token that it accepts."""
    routes = operations(world)

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = KmsRequest(environ)
        return _answered(request, routes, conditions, token)(environ, start_response)

    return app


def _answered(
    request: Request, routes: Mapping[Route, Operation], conditions: Conditions, token: str
) -> Response:
    try:
        _require_token(request, token)
        return _response(request, _performed(request, routes, conditions), 200)
    except Refused as refused:
        return _response(request, documents.error(refused), HTTP_STATUS[refused.code])


def _performed(request: Request, routes: Mapping[Route, Operation], conditions: Conditions) -> Document:
    """
    Raises:
        Refused: it was not.
    """
    target = read_target(request.path)
    operation = routes.get((request.method, target.shape, target.verb)) if target is not None else None
    if target is None or operation is None:
        raise _nothing_there(target)
    conditions.require_service()
    conditions.require(operation.permission, target.secured)
    query = read_query(request.args, operation.parameters)
    return operation.answer(Call(target, query, _body(request)))


def _response(request: Request, document: Document, status: int) -> Response:
    """Every answer of this fake is built here."""
    numbers, pretty = wants_enum_numbers(request.args), wants_layout(request.args)
    text = json.dumps(
        documents.written(document, enum_numbers=numbers),
        ensure_ascii=False,
        indent=2 if pretty else None,
        separators=None if pretty else (",", ":"),
    )
    headers = dict(_HEADERS)
    if status == HTTP_STATUS[Code.UNAUTHENTICATED]:
        headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/"'
    return Response(
        text + "\n" if pretty else text, status, headers, content_type="application/json; charset=UTF-8"
    )


def _body(request: Request) -> bytes:
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise invalid(f"The request is longer than {_MAX_BODY} bytes.") from error


def _require_token(request: Request, token: str) -> None:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not given:
        raise _unauthenticated("A bearer token is missing.", "CREDENTIALS_MISSING")
    right = hmac.compare_digest(token.encode(), given.strip().encode("utf-8", "surrogatepass"))
    if scheme.lower() != "bearer" or not right:
        raise _unauthenticated("The bearer token is not valid.", "ACCESS_TOKEN_TYPE_UNSUPPORTED")


def _unauthenticated(message: str, reason: str) -> Refused:
    return Refused(Code.UNAUTHENTICATED, message, Reason(reason, "googleapis.com"))


def _nothing_there(target: Target | None) -> Refused:
    """A method of the API that this fake does not have is told apart from one that there never was."""
    if target is not None and target.verb in ABSENT:
        return unimplemented(target.verb)
    return Refused(Code.NOT_FOUND, "The API has no such method.")
