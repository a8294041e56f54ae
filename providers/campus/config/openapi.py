"""The OpenAPI document of the service, as a file that is kept beside the contract."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from config.links import links
from config.urls import api

_HEADERS = {
    401: {"WWW-Authenticate": "How to authenticate."},
    429: {"Retry-After": "Seconds after which it will work again."},
}
FILE = settings.ROOT / "contracts" / "campus" / "openapi.json"


def document() -> str:
    """The document, the same for the same code: keys are in order."""
    schema: dict[str, Any] = dict(api.get_openapi_schema())
    schema["servers"] = [{"url": "/"}]
    for operations in schema["paths"].values():
        for operation in operations.values():
            _declare_headers(operation["responses"])
            _declare_links(operation)
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _declare_headers(responses: dict[int | str, dict[str, Any]]) -> None:
    """What ninja has no place for."""
    for status, response in responses.items():
        for name, text in _HEADERS.get(int(status), {}).items():
            declared = {"description": text, "required": True, "schema": {"type": "string"}}
            response.setdefault("headers", {})[name] = declared


def _declare_links(operation: dict[str, Any]) -> None:
    for link in links():
        if link.source == operation["operationId"]:
            declared = {"operationId": link.target, "parameters": dict(link.parameters)}
            operation["responses"][link.status].setdefault("links", {})[link.target] = declared


def is_stale() -> bool:
    """Whether the kept document is not that of the code."""
    return not FILE.is_file() or FILE.read_text(encoding="utf-8") != document()
