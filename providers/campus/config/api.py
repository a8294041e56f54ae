"""The API: every router, and what becomes of each kind of error."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation

from accounts.api import router as accounts
from config.answers import ErrorCode, answer, answer_refused, unexpected
from config.bodies import JsonParser, NotJson
from config.completed import complete
from config.errors import Refused
from config.health import router as health
from courses.api import router as courses

DESCRIPTION = (
    "Courses with problems that are solved in code, discussions, progress and exams. Every error has the "
    "same body: also the 404 of an unknown path, the 405 of a method that a path does not have, and a 500, "
    "which no operation lists since none may answer it."
)


class Api(NinjaAPI):
    """Names operations after their functions, and serves the document that is kept."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, path_params=path_params)
        complete(schema)
        return schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__


def build() -> Api:
    """The API with its handlers; made once, by ``config.urls``."""
    api = Api(title="campus", version="1", description=DESCRIPTION, parser=JsonParser(), docs_url=None)
    api.add_router("", health)
    api.add_router("", accounts)
    api.add_router("", courses)
    api.exception_handler(Refused)(lambda _, refused: answer_refused(refused))
    api.exception_handler(AuthenticationError)(_not_authenticated)
    api.exception_handler(HttpError)(_http)
    api.exception_handler(ValidationError)(_validation)
    api.exception_handler(MultiPartParserError)(lambda *_: answer(400, "the form cannot be read"))
    api.exception_handler(SuspiciousOperation)(lambda *_: answer(400, "the request cannot be taken"))
    api.exception_handler(UnreadablePostError)(lambda *_: answer(400, "the request ended too early"))
    api.exception_handler(Http404)(lambda *_: answer(404, "there is no such thing"))
    api.exception_handler(Exception)(lambda _, error: unexpected(error))
    return api


def _not_authenticated(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return answer(401, "a valid bearer token is needed")


def _http(_request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, NotJson):
        return answer(415, "the body must be application/json")
    return answer(error.status_code, str(error))


def _validation(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """404 for a path that can name nothing; 400 for a body, 422 for a query, with the fields."""
    sources = {each["loc"][0] for each in error.errors}
    if "path" in sources:
        return answer(404, "there is no such thing")
    of_body = bool(sources & {"body", "form", "file"})
    fields = {_field(each): str(each["msg"]) for each in error.errors}
    named = "; ".join(f"{name}: {message}" for name, message in fields.items())
    return answer(400 if of_body else 422, named, code=ErrorCode.INVALID if of_body else None, fields=fields)


def _field(error: dict[str, Any]) -> str:
    """The place as a client writes it: ``answers.0.problem_id``. The first names the source, for a JSON body
    the second the parameter of our function."""
    source, *place = error["loc"]
    inner = place[1:] if source == "body" else place
    return ".".join(map(str, inner)) or str(source)
