"""Runs one use of an API in process, with or without a fault: on a mock, and on a clock of its own."""

from __future__ import annotations

import secrets
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from unittest import mock

import requests
from requests.adapters import HTTPAdapter

from troth.api import Api, Operation
from troth.exchange import Exchange
from troth.faults.catalogue import FAULT, Fault
from troth.faults.clock import VirtualClock
from troth.faults.inprocess import WouldHang
from troth.mock.api_mock import ApiMock
from troth.mock.desk import Refusal
from troth.mock.intercept import Dispatcher
from troth.mock.library import Library
from troth.resilience.inbox import PlayedInbox
from troth.scenario import Delivery, Scenario, Server

MOST_CALLS = 200
"""Calls that one use may make. Whoever makes more retries without end."""

Drive = Callable[[Server], None]


class CutOff(BaseException):
    """Ends a client that would go on without end. No ``Exception``, so that it cannot be retried."""


@dataclass(frozen=True, slots=True)
class Strike:
    """A fault for the first call of ``operation``, or for all of them."""

    operation: Operation
    fault: Fault
    lasting: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of one run."""

    error: BaseException | None
    elapsed: float
    """Virtual seconds."""
    calls: tuple[Exchange, ...]
    refused: tuple[Refusal, ...]
    endless: str = ""
    """Why the run was cut off, or would hang; empty where it came to its end."""

    @property
    def struck(self) -> Exchange | None:
        """The first call that a fault struck."""
        return next((each for each in self.calls if each.source.place.startswith(FAULT)), None)


class _Clock(VirtualClock):
    """Time that ends at a deadline."""

    def __init__(self, deadline: float) -> None:
        super().__init__()
        self._deadline = deadline
        self.over = False

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.elapsed > self._deadline:
            self.over = True
            raise CutOff(f"{self._deadline:g} virtual seconds have passed")


@dataclass(slots=True)
class _Budget:
    """Counts calls, and ends a client that makes too many."""

    left: int
    over: bool = False

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            self.over = True
            raise CutOff("too many calls")


@dataclass(frozen=True)
class Stage:
    """The scenarios of one API, driven against its recordings.

    The credentials are drawn anew for each stage: what gives one away shows it and nothing else.
    """

    api: Api
    library: Library
    deadline: float
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, api: Api, library: Library, deadline: float) -> Stage:
        """A stage with credentials for every role of the contract."""
        drawn = {role: f"troth{secrets.token_hex(16)}" for role in api.credentials}
        return cls(api, library, deadline, drawn)

    def run(self, scenario: Scenario, strike: Strike | None = None, drive: Drive | None = None) -> Seen:
        """Drive the scenario, or ``drive`` in its place, on the recording of the scenario."""
        clock, budget = _Clock(self.deadline), _Budget(MOST_CALLS)
        with Dispatcher(clock=clock) as dispatcher, _counted(budget), clock:
            played = ApiMock(self.api, dispatcher, self.library)
            played.play(scenario.name)
            if strike is not None:
                times = None if strike.lasting else 1
                plan = dispatcher.desk.plan(self.api.name)
                plan.add(strike.fault, operation=strike.operation, times=times)
            server = replace(played.server, secrets=self.secrets, clock=clock)
            if any(each.inbound for each in self.library.tape(self.api, scenario.name).cassette.exchanges):
                server = replace(server, inbox=PlayedInbox(self.api, self._deliveries(played, scenario)))
            error = _raised(drive or scenario.run, server)
            refused = dispatcher.desk.refused
        endless = self._endless(clock, budget, refused)
        return Seen(error, clock.elapsed, tuple(played.calls), refused, endless)

    def _deliveries(self, played: ApiMock, scenario: Scenario) -> tuple[Delivery, ...]:
        inbox = self.api.inbox
        role = inbox.signature.role if inbox is not None and inbox.signature is not None else ""
        return played.deliveries(scenario.name, secret=self.secrets.get(role, ""))

    def _endless(self, clock: _Clock, budget: _Budget, refused: tuple[Refusal, ...]) -> str:
        hanging = next((each for each in refused if isinstance(each, WouldHang)), None)
        if hanging is not None:
            return f"waits for ever: {hanging.message}"
        if budget.over:
            return f"more than {MOST_CALLS} calls"
        return f"more than {self.deadline:g} s" if clock.over else ""


def _raised(drive: Drive, server: Server) -> BaseException | None:
    try:
        # What a client warns of is not what its caller sees, however warnings are filtered here.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            drive(server)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - what it is, is what one wants to know
        return error
    return None


@contextmanager
def _counted(budget: _Budget) -> Iterator[None]:
    before = HTTPAdapter.send

    def send(
        adapter: HTTPAdapter, request: requests.PreparedRequest, *args: object, **options: object
    ) -> requests.Response:
        budget.spend()
        return before(adapter, request, *args, **options)  # type: ignore[arg-type]

    with mock.patch.object(HTTPAdapter, "send", send):
        yield
