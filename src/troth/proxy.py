"""The judging proxy: every call of a scenario or of Pact's verifier goes through it.

It sees raw headers and bytes, whatever the client, puts in credentials, and judges every real
response. What it records names the real service and holds placeholders only.
"""

from __future__ import annotations

import hmac
import itertools
import json
import secrets as random
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from troth.api import Api
from troth.credentials import Credentials
from troth.errors import CouldNotCheck, TrothError
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.guard import no_message, refusal
from troth.judge import Mismatch, Problem
from troth.legs import Leg, Maps
from troth.loopback import HOP_BY_HOP, LoopbackServer
from troth.origins import local_base
from troth.pace import Pace
from troth.provider import JsonScalar
from troth.receiver import LiveInbox, NoWayIn, Receiver
from troth.rewrite import changed_body, changed_headers, changed_response, relocated
from troth.scenario import NoInbox
from troth.states import StateCall, UnknownState, read_message_call, read_state_call

StateAnswer = Callable[[str, Mapping[str, object]], Mapping[str, JsonScalar]]
MessageAnswer = Callable[[str], Response]
"""Gives the webhook of an interaction, by its description, as Pact's verifier reads it."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An exchange and everything in which it differs from the contract."""

    exchange: Exchange
    mismatches: tuple[Mismatch, ...] = ()


class JudgingProxy:
    """Stands between a client and one service, under a base path that nobody can guess.

    ``upstream`` is the service, with its base path; ``origins`` names where the further origins of the API
    are reached, if not where the contract says. ``secrets`` maps a role to its credential; they go to
    ``upstream`` alone. ``kind`` and ``place`` become the source of what is seen. ``rate`` limits the
    calls a second. ``state_handler`` answers ``state_url`` for Pact's verifier: it takes a state's name
    and parameters and returns its values; what it raises of ``TrothError`` refuses the state.
    ``receiver`` takes the webhooks that the service delivers, and ``message_handler`` gives them to
    Pact's verifier at ``message_url``. ``fill`` changes a request before it is seen. ``timeout`` is in
    seconds.
    """

    def __init__(
        self,
        api: Api,
        upstream: str,
        *,
        secrets: Mapping[str, str],
        kind: SourceKind,
        rate: float | None = None,
        ca_bundle: Path | None = None,
        state_handler: StateAnswer | None = None,
        timeout: float = 30.0,
        place: str = "",
        pace: Pace | None = None,
        origins: Mapping[str, str] | None = None,
        receiver: Receiver | None = None,
        message_handler: MessageAnswer | None = None,
        fill: Callable[[Request], Request] | None = None,
    ) -> None:
        self._api = api
        self._credentials = Credentials(secrets)
        self._source = Source(kind, place or upstream)
        self._pace = pace or Pace(rate)
        self._state_handler = state_handler
        self._message_handler = message_handler
        self._receiver = receiver
        self._fill = fill
        self._seen: list[tuple[int, Judged]] = []
        self._troubles: list[CouldNotCheck] = []
        self._lacking: set[str] = set()
        self._lock = threading.Lock()
        self._order = itertools.count()
        further = {**api.origins, **(origins or {})}
        self._legs = {"": Leg(upstream.rstrip("/"), api.server, ca_bundle, timeout)} | {
            local_base(name): Leg(further[name].rstrip("/"), public, ca_bundle, timeout)
            for name, public in api.origins.items()
        }
        self._server = LoopbackServer(self._handle)
        self._nonce = random.token_hex(16)
        self._maps = Maps.of({self._base(key): leg for key, leg in self._legs.items()}, self._inbox_urls)
        self.inbox = self._incoming(secrets)

    def _base(self, key: str) -> str:
        return f"{self._server.url}/{self._nonce}{key}"

    @property
    def url(self) -> str:
        """What a client takes for the service's URL."""
        return self._base("")

    @property
    def state_url(self) -> str:
        """What Pact's verifier takes for the URL of the provider states."""
        return self._base(".state")

    @property
    def message_url(self) -> str:
        """Where Pact's verifier fetches webhooks."""
        return self._base(".message")

    @property
    def _inbox_urls(self) -> tuple[str, str] | None:
        if self._api.inbox is None or self._receiver is None:
            return None
        return self._api.inbox.url, self._receiver.url

    def _incoming(self, secrets: Mapping[str, str]) -> LiveInbox | NoWayIn | NoInbox:
        if self._api.inbox is None:
            return NoInbox()
        if self._receiver is None:
            return NoWayIn(self._api.name)
        return LiveInbox(
            self._api.inbox,
            self._receiver,
            secrets,
            conceal=self._concealed,
            shown=self._maps.shown,
            ticket=lambda: next(self._order),
            keep=lambda ticket, exchange: self._judge(ticket, replace(exchange, source=self._source)),
            lacking=self._lacks,
        )

    def drained(self) -> AbstractContextManager[None]:
        """Forgets webhooks of a world that is being set back, until the block ends."""
        return self._receiver.drained() if self._receiver is not None else nullcontext()

    def again(self, recorded: Exchange) -> Exchange:
        """The webhook that was recorded as ``recorded``, as it is delivered this time.

        Raises:
            TrothError: it was not delivered, or none can be.
        """
        if isinstance(self.inbox, LiveInbox):
            return self.inbox.again(recorded)
        raise self.inbox.problem

    def settle(self) -> None:
        """Look whether the service delivered a webhook again that was accepted; it becomes part of what was
        seen."""
        for exchange in self.inbox.repeated() if isinstance(self.inbox, LiveInbox) else ():
            placed = replace(exchange, source=self._source)
            self._keep(next(self._order), Judged(placed, (_repeated(self._api, placed),)))

    def _lacks(self, role: str) -> None:
        with self._lock:
            self._lacking |= {role}

    @property
    def seen(self) -> list[Judged]:
        """What was seen so far, in the order in which it was asked."""
        with self._lock:
            return [judged for _, judged in sorted(self._seen, key=lambda entry: entry[0])]

    @property
    def troubles(self) -> list[CouldNotCheck]:
        """Calls that the service did not answer; their clients got a 502."""
        with self._lock:
            return list(self._troubles)

    @property
    def lacking(self) -> frozenset[str]:
        """Roles of the contract that were asked for and whose credential is not known here."""
        with self._lock:
            return frozenset(self._lacking)

    def clear(self) -> None:
        """Forget what was seen."""
        with self._lock:
            self._seen.clear()
            self._troubles.clear()
            self._lacking.clear()

    def __enter__(self) -> Self:
        if self._receiver is not None:
            self._receiver.__enter__()
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with ExitStack() as stack:
            for leg in self._legs.values():
                stack.callback(leg.upstream.close)
            stack.push(self._server)
            if self._receiver is not None:
                stack.push(self._receiver)
            stack.pop_all().__exit__(kind, error, trace)

    def _handle(self, request: Request) -> Response:
        first, slash, rest = request.path.removeprefix("/").partition("/")
        nonce, key = first[: len(self._nonce)], first[len(self._nonce) :]
        if not hmac.compare_digest(nonce.encode(), self._nonce.encode()):
            return refusal(404, "nothing is here")
        if key == ".state":
            return self._set_state(request)
        if key == ".message":
            return self._give_message(request)
        if key:
            return refusal(404, "nothing is here")
        query = urlsplit(request.url).query
        leg, tail = self._leg_of(f"{slash}{rest}")
        return self._forward(request, leg, tail + (f"?{query}" if query else ""))

    def _leg_of(self, path: str) -> tuple[str, str]:
        """The leg that a path below the base belongs to, and what is left of the path."""
        further = (key for key in self._legs if key and (path + "/").startswith(key + "/"))
        key = next(further, "")
        return key, path.removeprefix(key)

    def _set_state(self, request: Request) -> Response:
        try:
            call = read_state_call(request.body)
            return _json(200, self._answer_state(call))
        except UnknownState as error:
            return refusal(404, error.message)
        except TrothError as error:
            return refusal(409, error.message)

    def _give_message(self, request: Request) -> Response:
        if self._message_handler is None:
            return no_message(404, "this run gives no messages")
        try:
            return self._message_handler(read_message_call(request.body))
        except TrothError as error:
            return no_message(409, error.message)

    def _answer_state(self, call: StateCall) -> Mapping[str, JsonScalar]:
        if self._state_handler is None:
            raise CouldNotCheck("this run sets no states")
        return self._state_handler(call.state, call.params) if call.action == "setup" else {}

    def _forward(self, request: Request, key: str, tail: str) -> Response:
        leg = self._legs[key]
        request = self._fill(request) if self._fill is not None else request
        ticket = next(self._order)
        asked = self._recorded_request(request, leg.public + tail)
        sent = self._sent_request(request, leg.url + tail, trusted=not key)
        self._pace.wait()
        start = time.perf_counter()
        try:
            answered = leg.upstream.send(sent)
        except CouldNotCheck as error:
            with self._lock:
                self._troubles.append(error)
            return refusal(502, str(error))
        seconds = time.perf_counter() - start
        answered = relocated(answered, leg.path, urlsplit(leg.public).path)
        recorded = changed_response(answered, self._concealed)
        self._judge(ticket, Exchange(asked, recorded, self._source, seconds))
        shown = relocated(recorded, urlsplit(leg.public).path, urlsplit(self._base(key)).path)
        return changed_response(shown, self._maps.shown)

    def _concealed(self, data: bytes) -> bytes:
        """What the service sent, with the contract's URLs and without credentials."""
        return self._maps.recorded(self._credentials.conceal(data))

    def _recorded_request(self, request: Request, url: str) -> Request:
        """What the client meant: the real service's URLs, and no credential even if it sent one."""

        def change(data: bytes) -> bytes:
            return self._credentials.conceal(self._maps.asked(data))

        host = urlsplit(url).netloc
        headers = changed_headers(request.headers.without(*HOP_BY_HOP), change)
        named = Headers(tuple((name, host if name.lower() == "host" else value) for name, value in headers))
        body = changed_body(request.body, request.headers.get("Content-Encoding"), change)
        return Request(request.method, self._credentials.conceal_text(url), named, body)

    def _sent_request(self, request: Request, url: str, *, trusted: bool) -> Request:
        """What the service must get: its own URLs, and the credentials that are its own."""
        headers = changed_headers(request.headers, self._maps.sent)
        body = changed_body(request.body, request.headers.get("Content-Encoding"), self._maps.sent)
        sent = Request(request.method, url, headers, body)
        if not trusted:
            # Not even a placeholder: a header of credentials has nothing to do there.
            return replace(sent, headers=sent.headers.without(*(token.header for token in self._api.auth)))
        self._note_lacking(sent)
        return self._credentials.reveal(sent)

    def _note_lacking(self, request: Request) -> None:
        declared = {token.role for token in self._api.auth}
        lacking = (self._credentials.roles_in(request) & declared) - self._credentials.roles
        with self._lock:
            self._lacking |= lacking

    def _judge(self, ticket: int, exchange: Exchange) -> None:
        self._keep(ticket, Judged(exchange, self._api.judge(exchange)))

    def _keep(self, ticket: int, judged: Judged) -> None:
        with self._lock:
            self._seen.append((ticket, judged))


def _repeated(api: Api, exchange: Exchange) -> Mismatch:
    found = api.find(exchange.request.method, exchange.request.url)
    told = Problem("$", "one delivery, since it was accepted", "the same once more", "webhook-repeated")
    return told.on(found[0].label if found is not None else "webhook", "request")


def _json(status: int, document: Mapping[str, object]) -> Response:
    body = json.dumps(document, ensure_ascii=False).encode()
    return Response(status, Headers.of({"Content-Type": "application/json"}), body)
