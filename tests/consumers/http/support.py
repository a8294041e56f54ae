"""A clock that a test sets, and what was sent, for the clients that share ``consumers.http``."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import requests
import responses
from requests.exceptions import ConnectionError as Broken
from urllib3.connection import HTTPConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError

from consumers.http.waiting import Clock

START = datetime(2031, 5, 1, 12, 0, tzinfo=UTC)


@dataclass
class FakeTime:
    """Sleeping moves it on; nothing waits."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, self.sleep, lambda: START + timedelta(seconds=self.seconds))


def asked() -> list[requests.PreparedRequest]:
    """What was sent so far."""
    return [call.request for call in responses.calls]


def no_connection() -> Broken:
    """What requests raises when nothing listens."""
    reason = NewConnectionError(HTTPConnection("service.example"), "refused")
    return Broken(MaxRetryError(pool=None, url="/", reason=reason))  # type: ignore[arg-type]
