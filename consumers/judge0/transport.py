"""One request to the service: its session, its time limits, and what is sent again.

A request goes out again only where it was certainly not accepted: no connection came about, or the
answer was 503 in Judge0's own words, or 429 with a Retry-After. A POST that timed out, or on which a gateway
gave up, may have been accepted; it does not. What only reads goes out again after any 503.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from consumers.http.body import whole_body
from consumers.http.session import (
    OwnSession,
    environment_bundle,
    environment_proxies,
    header_value,
    service_url,
)
from consumers.http.waiting import Clock, retry_after
from consumers.judge0.errors import JudgeError, NoAnswer, NotReached, NotTrusted, UnexpectedAnswer
from consumers.judge0.waiting import Retries, Timeouts

MAX_ANSWER = 8 * 2**20
"""Bytes. What a program prints is cut far below; nobody's answer may fill the memory."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is asked."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    waiting: bool = False
    """The service runs a program before it answers."""
    asks: bool = False
    """It only asks, although it is no GET."""

    @property
    def reads(self) -> bool:
        """Whether it changes nothing, so that it does no harm when it is done twice."""
        return self.asks or self.method == "GET"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    """Seconds."""
    media: str = ""
    """The content type, without parameters."""

    @property
    def in_own_words(self) -> bool:
        """Whether it is a refusal as Judge0 words them, which a gateway before it does not."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return False
        return isinstance(said, dict) and isinstance(said.get("error"), str)


class Transport:
    """Sends calls to one base URL. Not for several threads at once, as a ``requests.Session``."""

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str],
        *,
        timeouts: Timeouts,
        retries: Retries,
        clock: Clock,
        ca_bundle: str = "",
    ) -> None:
        self._url = service_url("the judge", url)
        self._session = _session(self._url, ca_bundle)
        self._session.headers.update(
            {name: header_value(f"the value for {name}", value) for name, value in headers.items()}
        )
        self._timeouts = timeouts
        self._retries = retries
        self._clock = clock

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def send(self, call: Call) -> Answer:
        """Send, and send again where that is safe.

        Raises:
            NotReached, NotTrusted, NoAnswer: nothing came back.
            UnexpectedAnswer: more came back than any answer has.
        """
        attempt = 1
        while True:
            outcome = self._attempt(call)
            pause = self._pause(call, outcome, attempt)
            if pause is None:
                if isinstance(outcome, Answer):
                    return outcome
                raise outcome
            self._clock.sleep(pause)
            attempt += 1

    def _pause(self, call: Call, outcome: Answer | JudgeError, attempt: int) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if attempt >= self._retries.attempts:
            return None
        own = self._retries.pause(attempt)
        if not isinstance(outcome, Answer):
            return own if isinstance(outcome, NotReached) else None
        refused = outcome.status == 429 or (outcome.status == 503 and (call.reads or outcome.in_own_words))
        if not refused:
            return None
        if outcome.retry_after is None:
            return own if outcome.status == 503 else None
        return outcome.retry_after if outcome.retry_after <= self._retries.longest else None

    def _attempt(self, call: Call) -> Answer | JudgeError:
        try:
            with closing(self._opened(call)) as response:
                body = whole_body(
                    response,
                    at_most=MAX_ANSWER,
                    end=self._clock.monotonic() + self._read_timeout(call),
                    monotonic=self._clock.monotonic,
                )
        except (RequestException, HTTPError) as error:
            return _trouble(error)
        if body is None:
            return NoAnswer("no whole answer came in time")
        if len(body) > MAX_ANSWER:
            return UnexpectedAnswer(f"an answer of more than {MAX_ANSWER} bytes")
        return Answer(
            response.status_code,
            body,
            retry_after(response.headers.get("Retry-After"), self._clock.now()),
            response.headers.get("Content-Type", "").partition(";")[0].strip().lower(),
        )

    def _opened(self, call: Call) -> requests.Response:
        return self._session.request(
            call.method,
            self._url + call.path,
            params=dict(call.query),
            headers={**_content(call), **call.headers},
            data=call.body,
            timeout=(self._timeouts.connect, self._read_timeout(call)),
            # A redirect would carry the token to whatever host it names.
            allow_redirects=False,
            stream=True,
        )

    def _read_timeout(self, call: Call) -> float:
        return self._timeouts.waiting if call.waiting else self._timeouts.read


def _content(call: Call) -> dict[str, str]:
    return {"Content-Type": "application/json"} if call.body is not None else {}


def _session(url: str, ca_bundle: str) -> requests.Session:
    session = OwnSession()
    session.proxies.update(environment_proxies(url))
    session.verify = ca_bundle or environment_bundle() or True
    return session


def _trouble(error: RequestException | HTTPError) -> JudgeError:
    if isinstance(error, requests.exceptions.SSLError):
        return _caused(NotTrusted("the judge cannot be trusted (SSLError)"), error)
    reached = not isinstance(error, requests.ConnectTimeout)
    reason = error.args[0].reason if error.args and isinstance(error.args[0], MaxRetryError) else None
    if isinstance(reason, NewConnectionError):
        reached = False
    kind: type[JudgeError] = NoAnswer if reached else NotReached
    said = "no whole answer came" if reached else "no connection to the judge"
    return _caused(kind(f"{said} ({type(reason or error).__name__})"), error)


def _caused(trouble: JudgeError, error: Exception) -> JudgeError:
    trouble.__cause__ = error
    return trouble
