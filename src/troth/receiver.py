"""Where webhooks arrive while a scenario runs or is replayed: a socket of this machine, and what the
scenario sees of it.

A delivery waits for the scenario to take it, so that the order of steps is the scenario's own and not a
race; its sender gets the status that the scenario's code gives. What is recorded names the consumer's
public URL and is signed with the placeholder of the secret.
"""

from __future__ import annotations

import contextlib
import secrets as random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from troth.api import Api
from troth.errors import CouldNotCheck
from troth.exchange import WEBHOOK, Exchange, Request, Response
from troth.guard import refusal
from troth.loopback import HOP_BY_HOP, LoopbackServer
from troth.operation import Operation
from troth.rewrite import Change, changed_body, changed_headers
from troth.scenario import Delivery, NothingDelivered, Receive, answered
from troth.steps import NotDelivered
from troth.webhook import Inbox, webhook_url

DELIVERY_SECONDS = 10.0
"""The longest that a provider may take to deliver a webhook."""
ANSWER_SECONDS = 20.0
"""The longest that a sender waits for the scenario to take what it delivered."""
REPEAT_SECONDS = 0.05
"""How long a webhook that the consumer accepted is watched for coming once more."""
LAST_SECONDS = 2.0
"""How long the senders of what nobody took may take to hear so, at the end."""
UNKNOWN = "unknown"
"""Stands for the name of a webhook that the contract does not declare."""


@dataclass(frozen=True, slots=True)
class PublicUrl:
    """A URL at which a real service reaches this machine, and the port of 127.0.0.1 that it ends at."""

    url: str
    port: int


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """A delivery that waits for its answer."""

    request: Request
    operation: Operation | None
    status: Future[int] = field(default_factory=Future)

    def answer(self, status: int) -> None:
        """Let the sender go on; once."""
        if not self.status.done():
            self.status.set_result(status)

    @property
    def accepted(self) -> bool:
        """Whether the consumer answered that it has it, so that it need not be delivered again."""
        return self.status.done() and 200 <= self.status.result() < 300


class Receiver:
    """Takes deliveries on loopback, from ``__enter__`` to ``__exit__``."""

    def __init__(self, api: Api, public: PublicUrl | None = None) -> None:
        self._api = api
        self._public = public
        host = urlsplit(public.url).hostname if public is not None else None
        self._server = LoopbackServer(
            self._handle, port=public.port if public else 0, names=(host,) if host else ()
        )
        self._path = "" if public else f"/{random.token_hex(16)}"
        self._waiting: list[Arrived] = []
        self._taken: list[Arrived] = []
        self._changed = threading.Condition()
        self._idle = False
        """What arrives is answered at once, and forgotten."""

    @property
    def url(self) -> str:
        """Where the provider must deliver to."""
        return self._public.url if self._public is not None else f"{self._server.url}{self._path}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._forget(idle=True)
        self._server.let_go(LAST_SECONDS)
        self._server.__exit__(kind, error, trace)

    @contextlib.contextmanager
    def drained(self) -> Iterator[None]:
        """Forget what came and what comes until the block ends, such as while the world is set back."""
        self._forget(idle=True)
        try:
            yield
        finally:
            self._forget(idle=False)

    def _forget(self, *, idle: bool) -> None:
        with self._changed:
            self._idle = idle
            left, self._waiting, self._taken = self._waiting, [], []
        for arrived in left:
            # Nobody asked for these; their sender must not try again and again.
            arrived.answer(200)

    def take(self, webhook: str, timeout: float) -> Arrived:
        """The first delivery that nobody has taken, or the first of ``webhook``.

        Raises:
            NothingDelivered: none came within ``timeout`` seconds.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._first(webhook) is not None, timeout)
            found = self._first(webhook)
            if found is None:
                raise NothingDelivered(self._told(webhook, timeout))
            self._waiting.remove(found)
            self._taken.append(found)
            return found

    def repeated(self, timeout: float) -> tuple[Arrived, ...]:
        """What was delivered again although the consumer had accepted it, and nobody has taken; the wait for
        it lasts ``timeout`` seconds, and none where nothing was accepted."""
        with self._changed:
            if any(each.accepted for each in self._taken):
                self._changed.wait_for(lambda: self._again, timeout)
            found = self._again
            self._waiting = [each for each in self._waiting if each not in found]
        for arrived in found:
            arrived.answer(200)
        return found

    @property
    def _again(self) -> tuple[Arrived, ...]:
        accepted = {each.request.body for each in self._taken if each.accepted}
        return tuple(each for each in self._waiting if each.request.body in accepted)

    def _first(self, webhook: str) -> Arrived | None:
        return next((each for each in self._waiting if not webhook or _name(each) == webhook), None)

    def _told(self, webhook: str, timeout: float) -> str:
        others = ", ".join(dict.fromkeys(map(_name, self._waiting)))
        wanted = f"the webhook {webhook}" if webhook else "a webhook"
        return f"{wanted} was not delivered within {timeout:g} s" + (f", but {others}" if others else "")

    def _handle(self, request: Request) -> Response:
        if self._path and request.path != self._path:
            return refusal(404, "nothing is here")
        if request.method != "POST":
            return refusal(405, "webhooks are posted")
        arrived = Arrived(request, self._api.webhook_of(request.body))
        with self._changed:
            if self._idle:
                return Response(200)
            self._waiting.append(arrived)
            self._changed.notify_all()
        try:
            return Response(arrived.status.result(ANSWER_SECONDS))
        except TimeoutError:
            return refusal(503, "nobody took the delivery")


def _name(arrived: Arrived) -> str:
    return arrived.operation.name if arrived.operation is not None else UNKNOWN


@dataclass(frozen=True)
class Caught:
    """A delivery as it may be recorded, and as the scenario sees it."""

    asked: Request
    delivery: Delivery


@dataclass(frozen=True)
class LiveInbox:
    """A scenario's ``server.inbox`` while a provider really delivers.

    ``conceal`` puts placeholders in the place of credentials and the contract's URLs in that of the
    service's; ``shown`` gives the client's URLs back. ``keep`` takes each exchange when it is over.
    ``lacking`` is told the role of a secret that is not known here.
    """

    inbox: Inbox
    receiver: Receiver
    secrets: Mapping[str, str]
    conceal: Change
    shown: Change
    ticket: Callable[[], int]
    keep: Callable[[int, Exchange], None]
    lacking: Callable[[str], None]
    clock: Callable[[], float] = time.time

    @property
    def url(self) -> str:
        """The URL to register; it reaches the receiver, whatever it names."""
        return self.inbox.url

    def receive(self, handle: Receive, *, webhook: str = "", timeout: float = DELIVERY_SECONDS) -> Delivery:
        """See ``troth.scenario.Incoming``."""
        return self.catch(handle, webhook=webhook, timeout=timeout)[0]

    def catch(self, handle: Receive, *, webhook: str, timeout: float) -> tuple[Delivery, Exchange]:
        """The same; returns what was recorded as well."""
        arrived = self.receiver.take(webhook, timeout)
        ticket = self.ticket()
        caught = self._caught(arrived)
        try:
            status = answered(handle, caught.delivery)
        except BaseException:
            arrived.answer(500)
            raise
        arrived.answer(status)
        exchange = Exchange(caught.asked, Response(status))
        self.keep(ticket, exchange)
        return caught.delivery, exchange

    def again(self, recorded: Exchange) -> Exchange:
        """The webhook that was recorded as ``recorded``, answered as it was then.

        Raises:
            NotDelivered: it did not come in time.
        """
        name, status = recorded.request.url.removeprefix(WEBHOOK), recorded.response.status
        try:
            return self.catch(lambda _: status, webhook=name, timeout=DELIVERY_SECONDS)[1]
        except NothingDelivered as problem:
            raise NotDelivered(str(problem)) from problem

    def repeated(self) -> tuple[Exchange, ...]:
        """What the provider delivered once more although it was accepted."""
        found = self.receiver.repeated(REPEAT_SECONDS)
        return tuple(Exchange(self._caught(each).asked, Response(200)) for each in found)

    def _caught(self, arrived: Arrived) -> Caught:
        request, signature = arrived.request, self.inbox.signature
        asked = self._named(arrived, request, self.conceal)
        shown = self._named(arrived, asked, self.shown)
        if signature is not None:
            secret = self.secrets.get(signature.role, "")
            if not secret:
                self.lacking(signature.role)
            elif signature.holds(request, secret):
                asked, shown = signature.signed(asked), signature.signed(shown)
        return Caught(asked, Delivery(shown.headers, shown.body, self.clock()))

    @staticmethod
    def _named(arrived: Arrived, request: Request, change: Change) -> Request:
        headers = changed_headers(request.headers.without(*HOP_BY_HOP, "Host", "Content-Length"), change)
        body = changed_body(request.body, request.headers.get("Content-Encoding"), change)
        return Request("POST", webhook_url(_name(arrived)), headers, body)


@dataclass(frozen=True, slots=True)
class NoWayIn:
    """A scenario's ``server.inbox`` where no webhook can arrive: a service that does not reach here."""

    api: str

    @property
    def url(self) -> str:
        """Never there.

        Raises:
            CouldNotCheck: always.
        """
        raise self.problem

    def receive(self, handle: Receive, *, webhook: str = "", timeout: float = 10.0) -> Delivery:  # noqa: ARG002
        """Never succeeds.

        Raises:
            CouldNotCheck: always.
        """
        raise self.problem

    @property
    def problem(self) -> CouldNotCheck:
        """Why nothing arrives."""
        return CouldNotCheck(
            "no webhook can be delivered to this machine",
            hint=f"where a URL leads here, name it: [tool.troth.live.{self.api}]"
            ' inbox = "https://…", inbox_port = 8900',
        )
