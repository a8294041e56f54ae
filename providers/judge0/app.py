"""The HTTP side: routes, the checks before them in Judge0's order, and the answers.

A request is checked in this order: the caller's address (403), malformed JSON (400), authentication
(401), authorization (403), maintenance (503), waiting and batches (400), the queue (503), the fields
(400). Errors without a JSON body have an empty one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import Map, Rule

from providers.judge0 import information
from providers.judge0.endpoints import Endpoints, Refusal
from providers.judge0.parameters import Malformed, Parameters, read
from providers.judge0.service import Service
from providers.judge0.tokens import Tokens

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_MAX_BODY = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read."""

    request: Request
    parameters: Parameters
    path: Mapping[str, str]


Handler = Callable[[Call], Response]


class JudgeRequest(Request):
    max_content_length = _MAX_BODY


def json_response(document: object, status: HTTPStatus = HTTPStatus.OK) -> Response:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(
        body.encode("utf-8", "surrogatepass"), status, content_type="application/json; charset=utf-8"
    )


def text_response(text: str) -> Response:
    return Response(text, content_type="text/plain; charset=utf-8")


def empty_response(status: HTTPStatus) -> Response:
    return Response(b"", status, content_type="text/html; charset=utf-8")


def build_app(service: Service, tokens: Tokens) -> WSGIApplication:
    """The WSGI application."""
    routes = _Routes(service, tokens)
    handlers = routes.handlers()
    rules = Map(
        [Rule(path, methods=[method], endpoint=(method, path)) for method, path in handlers],
        strict_slashes=False,
        merge_slashes=False,
    )

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = JudgeRequest(environ)
        response = _answer(request, rules, handlers, routes)
        return response(environ, start_response)

    return app


def _answer(
    request: Request, rules: Map, handlers: dict[tuple[str, str], Handler], routes: _Routes
) -> Response:
    try:
        endpoint, path = rules.bind_to_environ(request.environ).match()
        return routes.guarded(handlers[endpoint], request, path)
    except Refusal as refusal:
        if refusal.body is None:
            return empty_response(refusal.status)
        return json_response(refusal.body, refusal.status)
    except Malformed:
        return empty_response(HTTPStatus.BAD_REQUEST)
    except RequestEntityTooLarge:
        return empty_response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    except HTTPException:
        return empty_response(HTTPStatus.NOT_FOUND)


class _Routes:
    """Which method answers which request."""

    def __init__(self, service: Service, tokens: Tokens) -> None:
        self._service = service
        self._tokens = tokens
        self._endpoints = Endpoints(service)

    def guarded(self, handler: Handler, request: Request, path: Mapping[str, str]) -> Response:
        """The checks that every request passes."""
        if self._service.conditions.address_denied:
            raise Refusal(HTTPStatus.FORBIDDEN)
        parameters = read(request)
        if not self._tokens.authenticates(request, parameters):
            raise Refusal(HTTPStatus.UNAUTHORIZED)
        return handler(Call(request, parameters, path))

    def handlers(self) -> dict[tuple[str, str], Handler]:
        """By method and path."""
        return {
            ("POST", "/submissions"): self._create,
            ("GET", "/submissions"): self._list,
            ("POST", "/submissions/batch"): self._create_batch,
            ("GET", "/submissions/batch"): self._show_batch,
            ("GET", "/submissions/<token>"): self._show,
            ("DELETE", "/submissions/<token>"): self._delete,
            **self._readings(),
            ("POST", "/authenticate"): lambda _: empty_response(HTTPStatus.OK),
            ("POST", "/authorize"): self._authorize,
        }

    def _readings(self) -> dict[tuple[str, str], Handler]:
        service, endpoints = self._service, self._endpoints
        return {
            ("GET", "/languages"): lambda _: json_response(endpoints.languages()),
            ("GET", "/languages/all"): lambda _: json_response(endpoints.all_languages()),
            ("GET", "/languages/<id>"): lambda call: json_response(endpoints.language(call.path["id"])),
            ("GET", "/statuses"): lambda _: json_response(information.statuses()),
            ("GET", "/config_info"): lambda _: json_response(service.settings.as_config_info()),
            ("GET", "/system_info"): lambda _: json_response(information.system_info()),
            ("GET", "/about"): lambda _: json_response(information.about()),
            ("GET", "/workers"): lambda _: json_response(information.workers(service.counts())),
            ("GET", "/version"): lambda _: text_response(information.VERSION),
            ("GET", "/license"): lambda _: text_response(information.LICENSE),
        }

    def _create(self, call: Call) -> Response:
        return json_response(self._endpoints.create(call.parameters), HTTPStatus.CREATED)

    def _create_batch(self, call: Call) -> Response:
        document, any_valid = self._endpoints.create_batch(call.parameters)
        return json_response(document, HTTPStatus.CREATED if any_valid else HTTPStatus.UNPROCESSABLE_ENTITY)

    def _show(self, call: Call) -> Response:
        return json_response(self._endpoints.show(call.path["token"], call.parameters))

    def _show_batch(self, call: Call) -> Response:
        tokens = call.request.headers.get("tokens") or call.parameters.text("tokens") or ""
        return json_response(self._endpoints.show_batch(tokens, call.parameters))

    def _list(self, call: Call) -> Response:
        self._require_authorization(call)
        return json_response(self._endpoints.show_page(call.parameters))

    def _delete(self, call: Call) -> Response:
        self._require_authorization(call)
        return json_response(self._endpoints.delete(call.path["token"], call.parameters))

    def _authorize(self, call: Call) -> Response:
        self._require_authorization(call)
        return empty_response(HTTPStatus.OK)

    def _require_authorization(self, call: Call) -> None:
        configured = self._service.conditions.authorization_configured
        if not (configured and self._tokens.authorizes(call.request, call.parameters)):
            raise Refusal(HTTPStatus.FORBIDDEN)
