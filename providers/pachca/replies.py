"""Answers as they go out, every one with the headers that it has on the real service."""

from __future__ import annotations

from werkzeug import Response

from providers.pachca.refusal import Refused, written


def empty(status: int) -> Response:
    """Without a body, and so without a word of what the body is."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


def told(status: int, document: object) -> Response:
    """What an operation answers; None is an answer without a body."""
    if document is None:
        return empty(status)
    return Response(written(document), status, content_type="application/json; charset=utf-8")


def refusal(refused: Refused) -> Response:
    """What ended the request."""
    if not refused.body:
        return empty(refused.status)
    return Response(refused.body, refused.status, refused.headers, content_type=refused.content_type)
