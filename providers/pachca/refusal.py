"""Why a request is refused, in one of the API's two shapes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from providers.pachca.vocabulary import MESSAGES, Code

_JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of ApiError: what is wrong with one value."""

    key: str
    code: Code
    value: object = None
    message: str = ""
    payload: Mapping[str, object] | None = None

    def document(self) -> dict[str, object]:
        value = self.value if self.value is None or isinstance(self.value, str) else json.dumps(self.value)
        return {
            "key": self.key,
            "value": value if value is None else value[:255],
            "message": self.message or MESSAGES[self.code],
            "code": str(self.code),
            "payload": self.payload,
        }


class Refused(Exception):
    """Ends a request with this answer."""

    def __init__(
        self, status: int, body: str, *, content_type: str = _JSON, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = dict(headers or {})


def written(document: object) -> str:
    """JSON as every answer has it."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def api_error(status: int, *problems: Problem, headers: Mapping[str, str] | None = None) -> Refused:
    document = {"errors": [problem.document() for problem in problems]}
    return Refused(status, written(document), headers=headers)


def oauth_error(status: int, error: str, description: str) -> Refused:
    return Refused(status, written({"error": error, "error_description": description}))


def unauthenticated(description: str) -> Refused:
    return oauth_error(401, "invalid_token", description)


def malformed(key: str, code: Code = Code.INVALID, value: object = None) -> Refused:
    """The request cannot be understood."""
    return api_error(400, Problem(key, code, value))


def unprocessable(key: str, code: Code, value: object = None, message: str = "") -> Refused:
    """It can be understood, and the rules of the service are against it."""
    return api_error(422, Problem(key, code, value, message))


def not_found(key: str, value: object) -> Refused:
    return api_error(404, Problem(key, Code.NOT_FOUND, value))


def not_authorized(kind: str, number: int, query: str) -> Refused:
    """A rule of the service forbids it, whatever the token's scopes are. ``query``: what was to be done."""
    payload = {"record": {"type": kind, "id": number}, "query": query}
    return api_error(403, Problem("base", Code.NOT_AUTHORIZED, payload=payload))


def throttled(seconds: int) -> Refused:
    problem = Problem("base", Code.RATE_LIMIT)
    return api_error(429, problem, headers={"Retry-After": str(seconds)})
