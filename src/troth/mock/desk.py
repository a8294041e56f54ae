"""Who answers: one desk a test, for every API and for both faces (requests, and a socket)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from troth.api import Api, Operation
from troth.errors import CouldNotCheck, TrothError
from troth.exchange import Exchange, Request, Response, Source, SourceKind
from troth.faults import answers
from troth.faults.catalogue import FAULT, Fault, Hit
from troth.faults.clock import VirtualClock
from troth.faults.inprocess import WouldHang
from troth.faults.plan import Order, Plan
from troth.mock.errors import MockMiss, NotAllowed
from troth.mock.matching import asked, origin_of
from troth.mock.miss import Known, explain
from troth.mock.offers import Offers, Play, Reply, origins

Refusal: TypeAlias = TrothError | WouldHang
R = TypeVar("R", bound=Refusal)

Catalogue = Callable[[], Iterable[Known]]
"""Every recording of an API, played or not; asked for when a request was not answered."""


@dataclass(frozen=True, slots=True)
class Served:
    """An API at the desk."""

    api: Api
    catalogue: Catalogue
    plan: Plan = field(default_factory=Plan)


class Desk:
    """Answers the requests of one test, and remembers them. Safe to use from many threads.

    ``clock`` is moved on by faults that a client would wait for.
    """

    def __init__(self, *, clock: VirtualClock | None = None) -> None:
        self.offers = Offers()
        self.clock = clock
        self._lock = threading.Lock()
        self._served: dict[str, Served] = {}
        self._by_origin: dict[str, list[Served]] = {}
        self._calls: dict[str, list[Exchange]] = {}
        self._handed: dict[str, list[Exchange]] = {}
        self._refused: list[Refusal] = []

    def serve(self, api: Api, catalogue: Catalogue = tuple) -> None:
        """Answer for ``api`` from now on. ``catalogue`` makes better explanations of a miss."""
        served = Served(api, catalogue)
        self._served[api.name] = served
        self._calls.setdefault(api.name, [])
        for origin in origins(api):
            self._by_origin.setdefault(origin, []).append(served)

    def owns(self, url: str) -> bool:
        """Whether an API of this test lives at ``url``."""
        return origin_of(url) in self._by_origin

    @property
    def origins(self) -> Mapping[str, str]:
        """Where the APIs live, each with the name of one."""
        return {origin: served[0].api.name for origin, served in self._by_origin.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The APIs at the desk."""
        return tuple(self._served)

    def calls(self, name: str) -> tuple[Exchange, ...]:
        """What was asked of the API and answered, in order."""
        with self._lock:
            return tuple(self._calls[name])

    def handed(self, name: str, webhooks: Iterable[Exchange]) -> None:
        """Remember recorded webhooks of the API that a test was given."""
        with self._lock:
            self._handed.setdefault(name, []).extend(webhooks)

    def webhooks(self, name: str) -> tuple[Exchange, ...]:
        """The recorded webhooks of the API that a test was given, in order."""
        with self._lock:
            return tuple(self._handed.get(name, ()))

    def plan(self, name: str) -> Plan:
        """The faults that strike calls of the API."""
        return self._served[name].plan

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Every request that was not answered, in order, whoever caught its error."""
        with self._lock:
            return tuple(self._refused)

    def respond(self, request: Request) -> Response | Hit:
        """The response to ``request``, or the fault that strikes it.

        Raises:
            MockMiss: nothing on offer answers it.
            NotAllowed: a reply made by hand does not go with it, or nothing is there for a fault to spoil.
            CouldNotCheck: the fault cannot be done to what is on offer.
        """
        for served in self._by_origin[origin_of(request.url)]:
            hit = self._hit(served, request) if served.plan.orders else None
            if hit is not None:
                with self._lock:
                    self._calls[served.api.name].append(_seen(hit))
                return hit
        return self.answer(request)

    def answer(self, request: Request) -> Response:
        """The response to ``request``, whatever faults there are.

        Raises:
            MockMiss: nothing on offer answers it.
            NotAllowed: a reply made by hand does not go with it.
        """
        key = asked(request)
        found = self.offers.take(request, key)
        if found is None:
            raise self.refuse(self._missed(request, key.origin))
        exchange = _given(found, request)
        if isinstance(found, Reply):
            self._check(found, exchange)
        with self._lock:
            self._calls[found.api.name].append(exchange)
        return exchange.response

    def refuse(self, error: R) -> R:
        """Remember ``error``, so that the test fails even where the code under test swallows it."""
        with self._lock:
            self._refused.append(error)
        return error

    def unasked(self) -> Iterator[Play | Reply]:
        """What was offered and never asked for, in the order of the offers."""
        offered: list[Play | Reply] = [*self.offers.plays, *self.offers.replies]
        yield from sorted((each for each in offered if not each.spent), key=lambda each: each.order)

    @property
    def struck(self) -> int:
        """How many calls were struck by a fault; a loop of redirects is one."""
        return sum(order.struck for served in self._served.values() for order in served.plan.orders)

    def unstruck(self) -> Iterator[tuple[Api, Order]]:
        """The faults that were to strike, and did not or not often enough."""
        for served in self._served.values():
            yield from ((served.api, order) for order in served.plan.orders if order.owed)

    def _hit(self, served: Served, request: Request) -> Hit | None:
        api, plan = served.api, served.plan
        turn = answers.looped(request)
        if turn is not None and any(each.fault == turn.fault and each.struck for each in plan.orders):
            return turn
        found = None if plan.over else api.find(request.method, request.url)
        if found is None:
            return None
        good = self.offers.peek(request, asked(request))
        struck = plan.strike(found[0], lambda fault: good is None or answers.fits(api, fault, good, request))
        if struck is None:
            return None
        return self._made(api, found[0], struck, good, request)

    def _made(
        self, api: Api, operation: Operation, struck: Fault, good: Response | None, request: Request
    ) -> Hit:
        if good is None and answers.needs_answer(struck):
            raise self.refuse(
                NotAllowed(
                    f"{api.name}: the fault {struck.full_name} spoils what would have been answered, and "
                    f"nothing on offer answers {operation.label}",
                    hint=f"offer an answer: {api.name}.play(scenario), or {api.name}.reply(...)",
                )
            )
        spoilt = good or answers.stand_in(api, operation, request)
        clock = self.clock.time if self.clock is not None else None
        try:
            return answers.hit(api, operation, struck, spoilt, request, clock=clock)
        except CouldNotCheck as error:
            raise self.refuse(error) from None

    def _missed(self, request: Request, origin: str) -> MockMiss:
        served = self._by_origin[origin]
        # Two APIs may share an origin; the one whose contract has the operation is meant.
        one = next((each for each in served if each.api.find(request.method, request.url)), served[0])
        played = [Known(each.recording, played=True) for each in self.offers.plays if each.api is one.api]
        return MockMiss(explain(one.api, request, (*played, *one.catalogue())), request=request)

    def _check(self, reply: Reply, exchange: Exchange) -> None:
        wrong = reply.api.judge(exchange)
        if wrong:
            said = "\n".join(f"  {mismatch}" for mismatch in wrong)
            raise self.refuse(
                NotAllowed(
                    f"{reply.api.name}: the reply to {reply.operation.label} with status "
                    f"{reply.response.status} does not go with the request that it answers:\n{said}",
                    hint="the real service cannot have answered so; correct the reply, or the request",
                )
            )


def _given(found: Play | Reply, request: Request) -> Exchange:
    if isinstance(found, Reply):
        return Exchange(request, found.response, Source(SourceKind.SYNTHETIC))
    return Exchange(request, found.recording.served, found.recording.exchange.source)


def _seen(hit: Hit) -> Exchange:
    """A struck call as it is remembered: with as much of an answer as came, and status 0 where none did."""
    struck = hit.struck
    if struck is None:
        came = Response(0)
    elif struck.breaks_after is None:
        came = struck.response
    else:
        whole = struck.response
        came = Response(whole.status, whole.headers, whole.body[: struck.breaks_after], truncated=True)
    return Exchange(hit.request, came, Source(SourceKind.SYNTHETIC, f"{FAULT}{hit.fault.full_name}"))
