"""Brings the engine's requests to an application in this process, as ``requests`` would to a socket.

Schemathesis has transports of its own for WSGI and ASGI. Both serialise a request twice; the one for ASGI
opens a client for every request, and the one for WSGI fails where a check repeats a request without its
credential. Here a request is prepared by ``requests``, exactly as over HTTP, and the application takes the
place of the socket.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import requests
import schemathesis.transport.wsgi
from requests.adapters import BaseAdapter
from schemathesis.core.transport import Response as EngineResponse
from schemathesis.generation.case import Case
from schemathesis.transport.requests import (
    REQUESTS_TRANSPORT,
    ManagedCookiesSession,
    RequestsTransport,
)
from urllib3 import HTTPHeaderDict, HTTPResponse

from troth.exchange import Headers, Request, Response
from troth.fuzz.gate import Gate
from troth.loopback import Handler

BASE = "http://localhost"
"""What the application sees as its host."""


@contextmanager
def in_place_of_sockets(handler: Handler, gate: Gate) -> Iterator[object]:
    """Let ``handler`` answer what passes ``gate``, until the block ends; the value is the application to give
    to a schema."""
    transport = _InProcess(gate.before(_Adapter(handler)))
    # The library chooses a transport by the kind of application, from here.
    with mock.patch.object(schemathesis.transport.wsgi, "WSGI_TRANSPORT", transport):
        yield transport


class _InProcess(RequestsTransport):
    def __init__(self, adapter: BaseAdapter) -> None:
        super().__init__()
        self._copy_serializers_from(REQUESTS_TRANSPORT)
        # The session of the engine holds nothing that this one lacks: who asks is told by the case.
        self._session = ManagedCookiesSession()
        self._session.trust_env = False
        self._session.mount("http://", adapter)

    def __call__(self, *_: object) -> None:
        """Passes for the application: what is not to be called is never asked for a page."""
        raise NotImplementedError

    def send(
        self,
        case: Case[Any],
        *,
        session: requests.Session | None = None,  # noqa: ARG002 - the engine's own, for sockets
        **kwargs: Any,
    ) -> EngineResponse:
        kwargs.pop("app", None)
        if kwargs.get("base_url") is None:
            kwargs["base_url"] = BASE
        return super().send(case, session=self._session, **kwargs)


class _Adapter(BaseAdapter):
    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        return _as_requests(request, self._handler(_asked(request)))

    def close(self) -> None:
        """Nothing is open."""


def _asked(request: requests.PreparedRequest) -> Request:
    body = request.body or b""
    data = body.encode() if isinstance(body, str) else body
    headers = Headers(tuple((_text(name), _text(value)) for name, value in request.headers.items()))
    assert isinstance(data, bytes), "a body that is generated is whole"
    return Request(request.method or "GET", request.url or BASE, headers, data)


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _as_requests(request: requests.PreparedRequest, answer: Response) -> requests.Response:
    """As ``HTTPAdapter.build_response`` makes one of what came from a socket."""
    made = requests.Response()
    made.status_code = answer.status
    headers = HTTPHeaderDict()
    for name, value in answer.headers:
        headers.add(name, value)
    made.raw = HTTPResponse(
        io.BytesIO(answer.body), headers=headers, status=answer.status, preload_content=False
    )
    made.headers = requests.structures.CaseInsensitiveDict(headers)
    made.encoding = requests.utils.get_encoding_from_headers(_plain(made.headers))
    made.url, made.request = request.url or BASE, request
    return made


def _plain(headers: Mapping[str, str]) -> Any:
    return headers
