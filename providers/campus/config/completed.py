"""What ninja has no place for in an OpenAPI document: headers of answers, and links from one to the next."""

from __future__ import annotations

from typing import Any

from config.links import links

_HEADERS = {
    401: {"WWW-Authenticate": "How to authenticate."},
    429: {"Retry-After": "Seconds after which it will work again."},
}


def complete(schema: dict[str, Any]) -> None:
    """Add it to ninja's document, which is made anew for each who asks."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            _declare_headers(operation["responses"])
            _declare_links(operation)


def _declare_headers(responses: dict[int | str, dict[str, Any]]) -> None:
    for status, response in responses.items():
        for name, text in _HEADERS.get(int(status), {}).items():
            declared = {"description": text, "required": True, "schema": {"type": "string"}}
            response.setdefault("headers", {})[name] = declared


def _declare_links(operation: dict[str, Any]) -> None:
    for link in links():
        if link.source == operation["operationId"]:
            declared = {"operationId": link.target, "parameters": dict(link.parameters)}
            operation["responses"][link.status].setdefault("links", {})[link.target] = declared
