"""One call to campus: its session, its time limits, and what is asked again.

A write is sent once, whatever happens: a program that is judged twice counts twice, and so does a reply. What
only reads is asked once more where the service failed or did not answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError

from consumers.campus_web.errors import (
    CampusError,
    NotReached,
    OutcomeUnknown,
    Unavailable,
    Unreadable,
    UnreadableOutcome,
)
from consumers.campus_web.waiting import Clock, Patience, retry_after
from consumers.http.session import OwnSession, environment_proxies, header_value, service_url
from consumers.http.trouble import innermost, never_sent

MAX_ANSWER = 12 * 2**20
"""Bytes. A page of 50 programs with all that they printed stays below."""

_PIECE = 65_536


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked. ``path`` is below the URL of the service, encoded."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = field(default=None, repr=False)
    takes: tuple[int, ...] = (200,)
    """The statuses of what was asked for; all others are errors."""
    judged: bool = False
    """A program is run before the answer comes."""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it may be asked twice."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    """Seconds."""


class Transport:
    """Sends calls to one base URL. Not for several threads at once, as a ``requests.Session``."""

    def __init__(self, url: str, token: str, *, patience: Patience, clock: Clock, ca_bundle: str) -> None:
        self._url = service_url("campus", url)
        self._credential = _Bearer(header_value("the token", token)) if token else _Nobody()
        self._session = OwnSession()
        self._session.proxies.update(environment_proxies(url))
        if ca_bundle:
            self._session.verify = ca_bundle
        self._patience = patience
        self._clock = clock

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def send(self, call: Call) -> Answer:
        """Send; what only reads is asked again where the service failed.

        Raises:
            Unavailable: nothing came back, and nothing was done.
            OutcomeUnknown: nothing came back, and something may have been done.
            Unreadable: what came back is no answer.
        """
        left = self._patience.attempts if call.reads else 1
        while True:
            outcome = self._attempt(call)
            left -= 1
            if left < 1 or not _is_passing(call, outcome):
                break
            self._clock.sleep(self._patience.pause)
        if isinstance(outcome, Answer):
            return outcome
        # Made elsewhere, and so without the error below it, which shows whole requests.
        raise outcome

    def _attempt(self, call: Call) -> Answer | CampusError:
        try:
            with closing(self._opened(call)) as response:
                body = self._body(response)
        except (RequestException, HTTPError) as error:
            return _trouble(error, call)
        if body is None:
            return lost(call, f"no whole answer within {self._patience.whole:g} s")
        if len(body) > MAX_ANSWER:
            return unreadable(call, f"an answer of more than {MAX_ANSWER} bytes")
        return Answer(response.status_code, body, retry_after(response.headers.get("Retry-After")))

    def _opened(self, call: Call) -> requests.Response:
        read = self._patience.judged if call.judged else self._patience.read
        return self._session.request(
            call.method,
            self._url + call.path,
            params=list(call.query),
            headers={"Accept": "application/json", **_content(call)},
            data=call.body,
            auth=self._credential,
            timeout=(self._patience.connect, read),
            # A redirect would carry the token to whatever host it names.
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response) -> bytes | None:
        """The whole body, or little more than is allowed; None when it does not end in time.

        A timeout counts from one piece to the next, so a service that trickles would never meet it.
        """
        end = self._clock.monotonic() + self._patience.whole
        read = bytearray()
        for piece in _pieces(response):
            read += piece
            if len(read) > MAX_ANSWER:
                break
            if self._clock.monotonic() >= end:
                return None
        return bytes(read)


def _is_passing(call: Call, outcome: Answer | CampusError) -> bool:
    """Whether the next moment may be better: not after a 429, which says when."""
    if isinstance(outcome, Answer):
        return outcome.status >= 500 and outcome.status not in call.takes
    return isinstance(outcome, Unavailable)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    """The body as it arrives, decoded; ``iter_content`` would wait for whole chunks."""
    while piece := response.raw.read1(_PIECE, decode_content=True):
        yield piece


def _content(call: Call) -> dict[str, str]:
    return {"Content-Type": "application/json"} if call.body is not None else {}


class _Bearer(AuthBase):
    """Sets the token for one request. Given so, a .netrc cannot put another in its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        r.headers["Authorization"] = f"Bearer {self._token}"
        return r


class _Nobody(AuthBase):
    """No token: for who logs in."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


def _trouble(error: RequestException | HTTPError, call: Call) -> CampusError:
    name = innermost(error)
    if never_sent(error):
        return NotReached(f"no connection ({name})")
    return lost(call, f"no whole answer came ({name})")


def lost(call: Call, said: str) -> CampusError:
    """There is no answer, as ``said``."""
    return Unavailable(said) if call.reads else OutcomeUnknown(f"{said}; it may have been done")


def unreadable(call: Call, said: str) -> Unreadable:
    """An answer breaks the contract, as ``said``."""
    return Unreadable(said) if call.reads else UnreadableOutcome(f"{said}; it may have been done")
