"""One call to the service: its session, its time limits, and what is sent again.

What only reads is sent again after a 429, a 5xx or a broken connection. What writes is sent again only where
it was certainly not done: no connection came about, or the answer was 429. After anything else a message
may have been sent, and its sender must look first.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from consumers.http.body import whole_body
from consumers.http.session import (
    OwnSession,
    environment_bundle,
    environment_proxies,
    header_value,
    service_url,
)
from consumers.http.trouble import innermost, never_sent
from consumers.http.waiting import Clock, retry_after
from consumers.pachca.errors import (
    NotReached,
    OutcomeUnknown,
    PachcaError,
    Unavailable,
    Unreadable,
    UnreadableOutcome,
)
from consumers.pachca.waiting import Patience

MAX_ANSWER = 8 * 1024 * 1024
"""Bytes. The largest page that the service documents is far below."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. ``path`` is below the service's URL, encoded; a whole URL is another host's."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json; charset=utf-8"

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it may be asked twice."""
        return self.method == "GET"

    @property
    def elsewhere(self) -> bool:
        """Whether it goes to another host than the service, which gets no credential."""
        return not self.path.startswith("/")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    """Seconds."""


class Transport:
    """Sends calls to one base URL. Not for several threads at once, as a ``requests.Session``.

    A ``session`` that is given is used with its own proxies and certificates, and not closed.
    """

    def __init__(
        self, url: str, token: str, *, patience: Patience, clock: Clock, session: requests.Session | None
    ) -> None:
        self.url = service_url("Pachca", url)
        if not token:
            raise ValueError("the token is empty")
        self._credential = _Bearer(header_value("the token", token))
        self._own = session is None
        self._session = OwnSession() if session is None else session
        self._patience = patience
        self._clock = clock

    def close(self) -> None:
        """Close its connections."""
        if self._own:
            self._session.close()

    def send(self, call: Call) -> Answer:
        """Send, and send again where that is safe, until the deadline.

        Raises:
            Unavailable: nothing came back, and nothing was done.
            OutcomeUnknown: nothing came back, and something may have been done.
            Unreadable: what came back is no answer.
        """
        end = self._clock.monotonic() + self._patience.deadline
        attempt = 1
        while True:
            outcome = self._attempt(call, end)
            pause = self._pause(call, outcome, attempt)
            if pause is None or self._clock.monotonic() + pause >= end:
                if isinstance(outcome, Answer):
                    return outcome
                # Made elsewhere, and so without the error below it, which shows whole requests.
                raise outcome
            self._clock.sleep(pause)
            attempt += 1

    def _pause(self, call: Call, outcome: Answer | PachcaError, attempt: int) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if isinstance(outcome, Answer):
            refused = outcome.status == 429 or (outcome.status >= 500 and call.reads)
            return self._patience.pause(attempt, outcome.retry_after) if refused else None
        return self._patience.pause(attempt, None) if isinstance(outcome, Unavailable) else None

    def _attempt(self, call: Call, end: float) -> Answer | PachcaError:
        left = max(end - self._clock.monotonic(), 0.001)
        try:
            with closing(self._opened(call, left)) as response:
                body = whole_body(response, at_most=MAX_ANSWER, end=end, monotonic=self._clock.monotonic)
        except (RequestException, HTTPError) as error:
            return _trouble(error, call)
        if body is None:
            return _lost(call, f"no whole answer within {self._patience.deadline:g} s")
        if len(body) > MAX_ANSWER:
            return unreadable(call, f"an answer of more than {MAX_ANSWER} bytes")
        asked = retry_after(response.headers.get("Retry-After"), self._clock.now())
        return Answer(response.status_code, body, asked)

    def _opened(self, call: Call, left: float) -> requests.Response:
        url = call.path if call.elsewhere else self.url + call.path
        return self._session.request(
            call.method,
            url,
            params=list(call.query),
            headers={"Accept": "application/json", **_content(call)},
            data=call.body,
            auth=_NOBODY if call.elsewhere else self._credential,
            timeout=(min(self._patience.connect, left), min(self._patience.read, left)),
            proxies=environment_proxies(url) if self._own else None,
            verify=environment_bundle() if self._own else None,
            # A redirect would carry the token and the message to whatever host it names.
            allow_redirects=False,
            stream=True,
        )


def _content(call: Call) -> dict[str, str]:
    return {"Content-Type": call.content_type} if call.body is not None else {}


class _Bearer(AuthBase):
    """Sets the token for one request. Given so, a .netrc cannot put another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


class _Nobody(AuthBase):
    """Takes every credential away, also one that a session of the caller adds."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers.pop("Authorization", None)
        r.headers.pop("Cookie", None)
        return r


_NOBODY = _Nobody()


def _trouble(error: RequestException | HTTPError, call: Call) -> PachcaError:
    """What an exception of the libraries means, without what it shows."""
    name = innermost(error)
    if never_sent(error):
        return NotReached(f"no connection ({name})")
    return _lost(call, f"no whole answer came ({name})")


def _lost(call: Call, said: str) -> PachcaError:
    return Unavailable(said) if call.reads else OutcomeUnknown(f"{said}; it may have been done")


def unreadable(call: Call, said: str) -> Unreadable:
    """An answer breaks the contract, as ``said``."""
    return Unreadable(said) if call.reads else UnreadableOutcome(f"{said}; it may have been done")
