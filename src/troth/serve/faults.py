"""The faults of a served API: which are on, and whom they strike.

Those of a call strike requests to the API's own operations and nothing below ``/_troth``. Those of a
connection strike before anything is asked: a certificate that must be refused, a port on which nobody
listens.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from troth import jsontext
from troth.api import Api, Operation
from troth.errors import UsageProblem
from troth.exchange import Request, Response
from troth.faults import answers
from troth.faults.catalogue import Fault, Kind, Processed, fault
from troth.faults.off_contract import refuse_unknown_place
from troth.faults.plan import Order, Plan
from troth.faults.wire import on_the_wire
from troth.line import Answered, WireHandler
from troth.loopback import Handler, LoopbackServer

if TYPE_CHECKING:
    from troth.faults.tls import Certificates

OFF_PORT = "dns_failure"
"""The fault that has no form on a port."""
_OF_TROTH = "/_troth"


def read_orders(api: Api, texts: Sequence[str]) -> tuple[Order, ...]:
    """Each ``NAME[:OPERATION][:TIMES]`` as an order: ``http_503:create_key:2``. A name may carry a place.

    Raises:
        UnknownName: no such fault, or no such operation.
        UsageProblem: the fault does not strike that way.
    """
    return tuple(_read(api, text) for text in texts)


def _read(api: Api, text: str) -> Order:
    name, _, rest = text.partition(":")
    place = ""
    if rest.startswith("$"):
        place, _, rest = rest.partition(":")
    operation, _, last = rest.rpartition(":")
    times = int(last) if last.isascii() and last.isdigit() else None
    return order(api, f"{name}:{place}" if place else name, rest if times is None else operation, times)


def order(api: Api, name: str, operation: str = "", times: int | None = None) -> Order:
    """A fault for calls of ``operation``, or of any, ``times`` of them, or for good.

    Raises:
        UnknownName: no such fault, or no such operation.
        UsageProblem: the fault does not strike that way.
    """
    found = fault(name)
    made = Order(found, api.named(operation) if operation else None, times)
    _refuse_senseless(made)
    if found.has_places:
        refuse_unknown_place(api, found, made.operation)
    return made


def _refuse_senseless(made: Order) -> None:
    name, kind = made.fault.full_name, made.fault.kind
    if made.times is not None and made.times < 1:
        raise UsageProblem(f"{name} cannot strike {made.times} times", hint="leave the number out: for good")
    if made.operation is not None and made.operation.when is not None:
        raise UsageProblem(f"{made.operation.name} is a webhook: it is sent from here, not asked for")
    if made.operation is not None and kind in (Kind.UNREACHED, Kind.UNTRUSTED):
        raise UsageProblem(
            f"{name} strikes before it is known which operation is asked", hint="name the fault alone"
        )
    if made.times is not None and kind is Kind.UNREACHED:
        raise UsageProblem(
            f"{name} is on until it is taken away: nobody can count what never reaches this port",
            hint="name the fault alone",
        )


class Faults:
    """The faults of one served API. Thread-safe."""

    def __init__(self, api: Api, certificates: Certificates | None = None) -> None:
        self._api = api
        self._certificates = certificates
        self._plan = Plan()
        self._of_connections: list[Order] = []
        self._lock = threading.RLock()
        self._server: LoopbackServer | None = None

    def strike_connections_of(self, server: LoopbackServer) -> None:
        """Name the server whose connections are struck, before a fault is added."""
        self._server = server

    @property
    def active(self) -> tuple[Order, ...]:
        """What still strikes, in order."""
        with self._lock:
            orders = (*self._of_connections, *self._plan.orders)
        return tuple(each for each in orders if not each.spent)

    def add(self, order: Order) -> None:
        """Let a fault strike from now on. Of those that take the port away the last one holds.

        Raises:
            UsageProblem: it has no form here.
            CouldNotCheck: it has none on this system.
        """
        match order.fault.kind:
            case Kind.UNREACHED:
                self._take_away(order)
            case Kind.UNTRUSTED:
                self._show(order)
            case _:
                self._plan.add(order.fault, operation=order.operation, times=order.times)

    def clear(self) -> None:
        """Strike no more."""
        with self._lock:
            had = list(self._of_connections)
            self._of_connections.clear()
            self._plan.clear()
            if self._server is not None and had:
                self._server.accept_connections()
                self._server.renew_connections()

    def _take_away(self, order: Order) -> None:
        if order.fault.name == OFF_PORT:
            raise UsageProblem(
                f"{OFF_PORT} has no form on a port: a name fails to resolve before any is known",
                hint=f"give your client this URL: {self.unresolved}",
            )
        with self._lock:
            server = self._known()
            if order.fault.name == "connection_refused":
                server.refuse_connections()
            else:
                server.ignore_connections()
            others = [each for each in self._of_connections if each.fault.kind is not Kind.UNREACHED]
            self._of_connections[:] = [*others, order]

    def _show(self, order: Order) -> None:
        if self._certificates is None:
            raise UsageProblem(
                f"{order.fault.name} needs TLS, and this is plain HTTP", hint="serve with --tls"
            )
        # Made here, so that no client waits for it.
        self._certificates.refused(order.fault.name)
        with self._lock:
            self._of_connections.append(order)
            self._known().renew_connections()

    @property
    def unresolved(self) -> str:
        """A URL whose host has no address, by the rules of the net (RFC 6761)."""
        parts = urlsplit(self._known().url)
        return f"{parts.scheme}://{self._api.name.replace('_', '-')}.invalid:{parts.port}"

    def _known(self) -> LoopbackServer:
        if self._server is None:
            raise ValueError("the server is not known yet: strike_connections_of")
        return self._server

    def certificate(self) -> ssl.SSLContext:
        """What the next connection is shown."""
        assert self._certificates is not None
        with self._lock:
            for each in self._of_connections:
                if each.fault.kind is Kind.UNTRUSTED and not each.spent:
                    each.struck += 1
                    return self._certificates.refused(each.fault.name)
        return self._certificates.valid

    def striking(self, handler: Handler) -> WireHandler:
        """``handler`` with the faults before it.

        Where the provider may have acted on a struck request, it does act, and only its answer is lost.
        """

        def handle(request: Request) -> Answered:
            if request.path == _OF_TROTH or request.path.startswith(f"{_OF_TROTH}/"):
                return handler(request)
            if (turn := answers.looped(request)) is not None:
                return on_the_wire(turn)
            found = self._api.find(request.method, self._api.url_of(request.path))
            return handler(request) if found is None else self._answer(found[0], request, handler)

        return handle

    def _answer(self, operation: Operation, request: Request, handler: Handler) -> Answered:
        meant = self._meant(request)
        struck = self._plan.strike(operation, _those_that_keep_away())
        if struck is not None:
            return self._done(operation, struck, answers.stand_in(self._api, operation, meant), request)
        good = handler(request)
        struck = self._plan.strike(operation, lambda each: self._fits(each, good, meant))
        return good if struck is None else self._done(operation, struck, good, request)

    def _fits(self, found: Fault, good: Response, meant: Request) -> bool:
        if found.processed is Processed.NEVER or not answers.fits(self._api, found, good, meant):
            return False
        return found.has_places or not answers.needs_answer(found) or _is_json(good)

    def _done(self, operation: Operation, found: Fault, good: Response, request: Request) -> Answered:
        # A redirect leads back to where the client asked; all else is made by the contract, which knows the
        # service's own URLs.
        asked = request if found.name == "redirect_loop" else self._meant(request)
        return on_the_wire(answers.hit(self._api, operation, found, good, asked))

    def _meant(self, request: Request) -> Request:
        query = urlsplit(request.url).query
        url = self._api.url_of(request.path) + (f"?{query}" if query else "")
        return Request(request.method, url, request.headers, request.body)


def _those_that_keep_away() -> Callable[[Fault], bool]:
    """Fits what keeps a request from the provider, up to the first fault that needs its answer."""
    answered: list[Fault] = []

    def fits(found: Fault) -> bool:
        if found.processed is not Processed.NEVER:
            answered.append(found)
        return not answered

    return fits


def _is_json(good: Response) -> bool:
    try:
        jsontext.read(good.content)
    except ValueError:
        return False
    return True


def need_tls(orders: Sequence[Order]) -> bool:
    """Whether one of them is a certificate."""
    return any(each.fault.kind is Kind.UNTRUSTED for each in orders)
