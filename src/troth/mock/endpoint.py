"""The desk on loopback sockets, for clients that ``responses`` cannot see."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import replace
from urllib.parse import urlsplit

from troth.api import Api
from troth.errors import CouldNotCheck, TrothError
from troth.exchange import Headers, Request, Response
from troth.faults.catalogue import Hit
from troth.faults.wire import on_the_wire
from troth.line import Answered
from troth.loopback import LoopbackServer
from troth.mock.desk import Desk
from troth.mock.matching import origin_of
from troth.mock.offers import origins
from troth.rewrite import UrlMap, changed_headers

NOT_MOCKED = 501
"""The status that answers a request which no mock answers."""


class Endpoint:
    """One API of a desk on loopback: a socket for each of its origins.

    Absolute URLs of the API in responses lead to these sockets, and back in requests.
    """

    def __init__(self, api: Api, desk: Desk) -> None:
        self._desk = desk
        self._servers = {origin: LoopbackServer(self._answer) for origin in origins(api)}
        local = {origin: server.url for origin, server in self._servers.items()}
        self._outwards = UrlMap({url: origin for origin, url in local.items()})
        self._inwards = UrlMap(local)
        self.url = f"{local[origin_of(api.server)]}{urlsplit(api.server).path}"
        self.urls = tuple(local.values())
        self._open = ExitStack()

    def start(self) -> None:
        """Accept connections."""
        for server in self._servers.values():
            self._open.enter_context(server)

    def close(self) -> None:
        """End every connection. Raises what a handler raised."""
        self._open.close()

    def _answer(self, request: Request) -> Answered:
        out = self._outwards
        asked = Request(
            request.method, out.text(request.url), changed_headers(request.headers, out), out(request.body)
        )
        try:
            response = self._desk.respond(asked)
        except TrothError as error:
            return _refusal(error)
        return self._struck(response) if isinstance(response, Hit) else self._local(response)

    def _local(self, response: Response) -> Response:
        headers = changed_headers(response.headers, self._inwards)
        return Response(response.status, headers, self._inwards(response.body))

    def _struck(self, hit: Hit) -> Answered:
        struck = hit.struck
        if struck is not None:
            hit = replace(hit, struck=replace(struck, response=self._local(struck.response)))
        try:
            return on_the_wire(hit)
        except CouldNotCheck as error:
            return _refusal(self._desk.refuse(error))


def _refusal(error: TrothError) -> Response:
    body = {"error": error.message, "hint": error.hint}
    headers = Headers.of({"Content-Type": "application/json"})
    return Response(NOT_MOCKED, headers, json.dumps(body, ensure_ascii=False).encode())
