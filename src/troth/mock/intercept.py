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

from troth.exchange import Headers, Request, Response
from troth.faults import inprocess
from troth.faults.catalogue import Hit
from troth.faults.clock import VirtualClock
from troth.faults.inprocess import WouldHang
from troth.loopback import direct_loopback
from troth.mock.desk import Desk
from troth.mock.errors import MockMiss
from troth.mock.matching import origin_of
from troth.mock.miss import foreign
from troth.mock.other_clients import names_held_back

Send = Callable[..., requests.Response]

_OPTIONS = ("stream", "timeout", "verify", "cert", "proxies")
"""What ``HTTPAdapter.send`` takes after the request, in its order."""


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
            _Struck: a fault strikes.
        """
        asked = request_of(request)
        response = _asked(self.desk, request)
        if isinstance(response, Hit):
            raise _Struck(response)
        headers = HTTPHeaderDict(response.headers.pairs)
        url = asked.url.partition("?")[0]
        return responses.Response(
            asked.method, url, response.body, status=response.status, headers=headers, content_type=None
        ), []


class _Struck(BaseException):
    """Leads from where ``responses`` looks for an answer to where a call can fail as on a network."""

    def __init__(self, hit: Hit) -> None:
        super().__init__(hit.fault.name)
        self.hit = hit


class _Network:
    """What a struck call meets when it is sent, and sent again: the desk."""

    def __init__(self, desk: Desk, request: requests.PreparedRequest, hit: Hit) -> None:
        self._desk = desk
        self._request = request
        self._first: Hit | None = hit

    def ask(self) -> Response | Hit:
        """The fault that struck, then whatever is next."""
        first, self._first = self._first, None
        return first if first is not None else _asked(self._desk, self._request)

    def good(self) -> Response:
        """What is on offer."""
        return self._desk.answer(request_of(self._request))

    def wait(self, seconds: float) -> None:
        """Move the virtual clock on, if there is one."""
        clock = self._desk.clock or VirtualClock.current()
        if clock is not None:
            clock.sleep(seconds)

    def hangs(self, error: WouldHang) -> WouldHang:
        """Let the test fail, whatever becomes of the error."""
        return self._desk.refuse(error)


def _asked(desk: Desk, request: requests.PreparedRequest) -> Response | Hit:
    try:
        return desk.respond(request_of(request))
    except MockMiss as miss:
        miss.request = request
        raise


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

    ``passthrough``: origins such as ``http://127.0.0.1:8000`` to which calls go as they are. ``clock``
    is moved on where a fault would let a client wait; without one, that of ``with VirtualClock():``.
    """

    def __init__(self, *, passthrough: Iterable[str] = (), clock: VirtualClock | None = None) -> None:
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False, registry=DeskRegistry)
        registry = self._mock.get_registry()
        assert isinstance(registry, DeskRegistry)
        self.desk = registry.desk
        self.desk.clock = clock
        self._passthrough = {origin_of(url) for url in passthrough}
        self._patches = ExitStack()

    def let_through(self, url: str) -> None:
        """Let calls to the origin of ``url`` go as they are."""
        self._passthrough.add(origin_of(url))

    def __enter__(self) -> Self:
        ours = self._faulty(self._mock.unbound_on_send())
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

    def _faulty(self, ours: Send) -> Send:
        """The same, where a call that a fault strikes fails as it would on a network."""

        def send(
            adapter: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
        ) -> requests.Response:
            try:
                return ours(adapter, request, *args, **kwargs)
            except _Struck as struck:
                hit = struck.hit
            options = dict(zip(_OPTIONS, args, strict=False)) | kwargs
            return inprocess.send(adapter, request, _Network(self.desk, request, hit), options)

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
