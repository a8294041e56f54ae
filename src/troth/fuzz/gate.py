"""The one place that every request of a run passes before it is sent, whoever of the library made it.

At a URL it stands before the sockets of ``requests``, so that redirects, probes, checks that ask on their
own and references of the document to elsewhere pass it as well; in process before the application.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock

import requests
from requests.adapters import BaseAdapter
from schemathesis.core.rate_limit import parse_retry_after
from schemathesis.engine.run.unit._case import BudgetExpired

from troth.events import Emit, Noted, silent
from troth.evidence import Finding, Verdict
from troth.exchange import Request, Response
from troth.fuzz.manners import Manners, origin
from troth.fuzz.routes import Routes
from troth.loopback import direct_loopback
from troth.pace import Pace
from troth.upstream import Upstream

MAX_WAITS = 5
"""How often one run waits for a service that answers 429."""
MAX_WAIT = 60.0
"""Seconds that it waits at most each time."""
INTERRUPTED = "it was interrupted"
_RETRY = re.compile(r"[\w ,:+-]{1,40}", re.ASCII)
"""A number of seconds or a date; what else is sent there is not told."""
_OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
"""Headers that make another method of a POST, and on some servers of any."""


class Refused(requests.RequestException):
    """A request that manners forbid; it was not sent."""


class Over(BudgetExpired):
    """The run is over. To the engine it is a budget that is spent: it hands over what it has, and ends.

    Its own way to stop throws away what the operation in hand has sent.
    """


@dataclass(frozen=True, slots=True)
class Made:
    """What an operation of ``[[cleanup]]`` made: the values of its path, and its answer."""

    label: str
    values: Mapping[str, str]
    answer: bytes


@dataclass(frozen=True, slots=True)
class Limited:
    """The 429 that ended a run. ``after`` is its Retry-After; empty without one."""

    operation: str
    after: str


class Gate:
    """Holds a run to its manners. ``keep`` are the labels whose doings are to be cleaned up."""

    def __init__(
        self,
        held: Manners | None = None,
        *,
        routes: Routes | None = None,
        keep: Collection[str] = (),
        emit: Emit = silent,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.manners = held or Manners()
        self.routes = routes or Routes((), "")
        self.expected: frozenset[int] = frozenset()
        """What the state of the pass provokes."""
        self.stopped = ""
        """Why nothing more is sent."""
        self.limited: Limited | None = None
        self.refused = 0
        self.made: list[Made] = []
        self._keep = frozenset(keep)
        self._emit = emit
        self._sleep = sleep
        self._pace = Pace(self.manners.rate, clock=clock, sleep=sleep)
        self._waits = 0

    def stop(self, why: str) -> None:
        """Send nothing more."""
        self.stopped = self.stopped or why

    @contextmanager
    def before_sockets(self) -> Iterator[None]:
        """Stand before every ``requests`` session of this process, until the block ends."""
        found = requests.Session.get_adapter

        def get_adapter(session: requests.Session, url: str) -> BaseAdapter:
            return self.before(found(session, url))

        with direct_loopback(), mock.patch.object(requests.Session, "get_adapter", get_adapter):
            yield

    def before(self, adapter: BaseAdapter) -> BaseAdapter:
        """``adapter``, with the gate before it."""
        return _Gated(self, adapter)

    def passes(
        self, request: requests.PreparedRequest, send: Callable[[], requests.Response]
    ) -> requests.Response:
        """The answer to ``request``.

        Raises:
            Over: nothing more is sent.
            Refused: this one may not be.
        """
        if self.stopped:
            raise Over
        label = self._admitted(request)
        request.headers.update(self.manners.headers)
        answer = self._sent(send, label)
        self._remember(request, answer, label)
        return answer

    def own(self, upstream: Upstream, request: Request) -> Response:
        """The answer to a request of troth's own: at the pace and with the tag, but it may write.

        Raises:
            CouldNotCheck: none came.
        """
        assert origin(request.url) == self.manners.origin, "it goes to the service"
        self._pace.wait()
        headers = request.headers
        for name, value in self.manners.headers.items():
            headers = headers.with_(name, value)
        return upstream.send(Request(request.method, request.url, headers, request.body))

    def _admitted(self, request: requests.PreparedRequest) -> str:
        """The operation that it reaches, if it may go."""
        method, url = request.method or "", request.url or ""
        if self.manners.origin and origin(url) != self.manners.origin:
            self._refuse(request, f"{origin(url)} is not the service, and nobody named it")
        route = self.routes.find(method, url)
        if not self.manners.admits(method, route.label if route else None):
            self._refuse(request, f"{method} may not be sent")
        limits = self.manners.methods or self.manners.writes_only is not None
        if limits and any(name in request.headers for name in _OVERRIDES):
            self._refuse(request, "a header makes another method of it")
        return route.label if route else f"{method} elsewhere"

    def _refuse(self, request: requests.PreparedRequest, why: str) -> None:
        self.refused += 1
        raise Refused(f"not sent: {why}", request=request)

    def _sent(self, send: Callable[[], requests.Response], label: str) -> requests.Response:
        self._pace.wait()
        answer = send()
        while self.limits(answer.status_code):
            after = answer.headers.get("Retry-After", "")
            if self.manners.on_429 == "stop" or self._waits == MAX_WAITS:
                self.limited = Limited(label, after)
                self.stop("the service answers 429")
                return answer
            answer.close()
            self._wait(after)
            answer = send()
        return answer

    def limits(self, status: int) -> bool:
        """Whether an answer only says that too much was asked: no check has a say in it."""
        return status == 429 and self.manners.on_429 is not None and 429 not in self.expected

    def _wait(self, after: str) -> None:
        self._waits += 1
        seconds = retry_seconds(after)
        self._emit(Noted(f"the service answers 429: waiting {seconds:g} s, for the {self._waits}. time"))
        self._sleep(seconds)

    def _remember(self, request: requests.PreparedRequest, answer: requests.Response, label: str) -> None:
        if label in self._keep and 200 <= answer.status_code < 300:
            route = self.routes.find(request.method or "", request.url or "")
            assert route is not None
            # Read here: the engine forgets an operation that is broken off.
            self.made.append(Made(label, route.values, answer.content))

    def findings(self, api: str, untried: Collection[str], reproduce: str) -> Iterator[Finding]:
        """Why a run that was stopped says less than it should."""
        left = f"{len(untried)} operations were not tried: {', '.join(untried)}" if untried else ""
        if self.limited is not None:
            said = self.limited.after if _RETRY.fullmatch(self.limited.after) else "unreadable"
            waits = f"Retry-After is {said}" if self.limited.after else "without Retry-After"
            again = "" if self.manners.on_429 == "wait" else " --on-429 wait"
            yield Finding(
                "fuzz-limited",
                f"the run ended at a 429 ({waits}){left and f'; {left}'}",
                api=api,
                operation=self.limited.operation,
                expected="an answer, or a 429 that a state of fuzz.toml provokes",
                actual=f"429, after {self._waits} waits" if self._waits else "429",
                reproduce=f"{reproduce}{again}",
                verdict=Verdict.UNCHECKED,
            )
        elif self.stopped:
            yield Finding(
                "fuzz-interrupted",
                f"{self.stopped}{left and f'; {left}'}",
                api=api,
                reproduce=reproduce,
                verdict=Verdict.UNCHECKED,
            )


def retry_seconds(after: str) -> float:
    """How long a Retry-After asks to wait, in seconds: one where it says nothing, ``MAX_WAIT`` at most."""
    found = parse_retry_after(after)
    return 1.0 if found is None else min(found, MAX_WAIT)


class _Gated(BaseAdapter):
    def __init__(self, gate: Gate, adapter: BaseAdapter) -> None:
        super().__init__()
        self._gate = gate
        self._adapter = adapter

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return self._gate.passes(request, lambda: self._adapter.send(request, *args, **kwargs))

    def close(self) -> None:
        self._adapter.close()
