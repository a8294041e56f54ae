"""The desk in the place of the network, for everything that goes through ``requests``.

It is built on ``responses`` and lives beside a test's own use of it. Who patched last would take
every call, so the desk takes part in both directions: a call to an API of the desk never reaches
another ``RequestsMock``, and any other call is handed to whoever mocked ``requests`` before. If
nobody did, it is refused: there is no network behind a mock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, Self
from unittest import mock

import requests
import responses
from requests.adapters import HTTPAdapter
from responses.registries import FirstMatchRegistry
from urllib3 import HTTPHeaderDict

from troth.exchange import Headers, Request
from troth.loopback import direct_loopback
from troth.mock.desk import Desk
from troth.mock.errors import MockMiss
from troth.mock.matching import origin_of
from troth.mock.miss import foreign
from troth.mock.other_clients import names_held_back

Send = Callable[..., requests.Response]


class DeskRegistry(FirstMatchRegistry):
    """What ``responses`` asks for an answer; the desk gives it."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    def find(self, request: requests.PreparedRequest) -> tuple[responses.BaseResponse, list[str]]:
        """The answer to ``request``.

        Raises:
            MockMiss: there is none.
            NotAllowed: a reply made by hand does not go with it.
        """
        asked = request_of(request)
        try:
            response = self.desk.answer(asked)
        except MockMiss as miss:
            miss.request = request
            raise
        headers = HTTPHeaderDict(response.headers.pairs)
        url = asked.url.partition("?")[0]
        return responses.Response(
            asked.method, url, response.body, status=response.status, headers=headers, content_type=None
        ), []


def request_of(prepared: requests.PreparedRequest) -> Request:
    """A request of ``requests`` as a value."""
    headers = Headers(tuple((name, _text(value)) for name, value in prepared.headers.items()))
    return Request(prepared.method or "GET", prepared.url or "", headers, _body(prepared))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _body(prepared: requests.PreparedRequest) -> bytes:
    body = prepared.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8")
    if isinstance(body, bytes):
        return body
    # A generator: nothing else will send it, so it may be used up.
    whole = b"".join(part.encode() if isinstance(part, str) else part for part in body)
    prepared.body = whole
    return whole


class Dispatcher:
    """Puts one desk in the place of the network, from ``__enter__`` to ``__exit__``.

    ``passthrough``: origins such as ``http://127.0.0.1:8000`` to which calls go as they are.
    """

    def __init__(self, *, passthrough: Iterable[str] = ()) -> None:
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False, registry=DeskRegistry)
        registry = self._mock.get_registry()
        assert isinstance(registry, DeskRegistry)
        self.desk = registry.desk
        self._passthrough = {origin_of(url) for url in passthrough}
        self._patches = ExitStack()

    def let_through(self, url: str) -> None:
        """Let calls to the origin of ``url`` go as they are."""
        self._passthrough.add(origin_of(url))

    def __enter__(self) -> Self:
        ours = self._mock.unbound_on_send()
        before = HTTPAdapter.send
        make_theirs = responses.RequestsMock.unbound_on_send

        def beside(their_mock: responses.RequestsMock) -> Send:
            return self._routed(ours, make_theirs(their_mock))

        self._patches.enter_context(
            mock.patch.object(HTTPAdapter, "send", self._routed(ours, self._elsewhere(before)))
        )
        self._patches.enter_context(mock.patch.object(responses.RequestsMock, "unbound_on_send", beside))
        self._patches.enter_context(names_held_back(self.desk))
        # A proxy of the environment would be shown the calls to a mock's socket, and could not answer them.
        self._patches.enter_context(direct_loopback())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._patches.close()

    def _routed(self, ours: Send, theirs: Send) -> Send:
        owns = self.desk.owns

        def send(
            adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
        ) -> requests.Response:
            way = ours if owns(request.url or "") else theirs
            return way(adapter, request, *args, **kwargs)

        return send

    def _elsewhere(self, before: Send) -> Send:
        """What happens to a call that is not for the desk and that no later mock takes."""
        mocked = before.__module__ != HTTPAdapter.__module__

        def send(
            adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
        ) -> requests.Response:
            origin = origin_of(request.url or "")
            if mocked or origin in self._passthrough:
                return before(adapter, request, *args, **kwargs)
            asked = request_of(request)
            miss = MockMiss(foreign(asked, origin, self.desk.names), request=asked)
            miss.request = request
            raise self.desk.refuse(miss)

        return send
