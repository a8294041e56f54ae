"""Around every request: its id, and JSON for whatever goes wrong before or outside the API."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from config.answers import answer, answer_for_status, unexpected
from config.logs import request_id

Handler = Callable[[HttpRequest], HttpResponseBase]

_SAFE_ID = re.compile(r"[\w.-]{8,64}", re.ASCII)
_HEADER = "X-Request-ID"
_PAGES = "/admin/"
"""What is made for people, and answers in HTML."""
_log = logging.getLogger("campus.requests")


class RequestId:
    """Takes the client's id if it looks like one, else makes one; answers it, and logs the request by it."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        sent = request.headers.get(_HEADER, "")
        found = sent if _SAFE_ID.fullmatch(sent) else uuid.uuid4().hex
        token = request_id.set(found)
        try:
            response = self._get_response(request)
            response[_HEADER] = found
            # The path without its query, which may hold anything.
            _log.info("%s %s %d", request.method, request.path, response.status_code)
            return response
        finally:
            request_id.reset(token)


class JsonErrors:
    """Gives the errors that Django itself makes, such as an unknown path's, the envelope of the API."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code < 400 or request.path.startswith(_PAGES) or _is_json(response):
            return response
        return answer_for_status(response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """What no handler of the API has taken."""
        return None if request.path.startswith(_PAGES) else unexpected(exception)


class LongestRequest:
    """Refuses a request with 413 before any of it is read."""

    def __init__(self, get_response: Handler) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > settings.LONGEST_REQUEST:
            return answer(413, f"a request has at most {settings.LONGEST_REQUEST} bytes")
        return self._get_response(request)


def _is_json(response: HttpResponseBase) -> bool:
    return response.headers.get("Content-Type", "").startswith("application/json")
