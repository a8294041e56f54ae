"""One request to the service: its session, its time limits, and what is sent again.

A request goes out again only where it was certainly not accepted: no connection came about, or the
answer was 503, or 429 with a Retry-After. A POST that timed out may have been accepted; it does not.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import requests
from requests.exceptions import RequestException
from urllib3.exceptions import MaxRetryError, NewConnectionError

from consumers.judge0.errors import JudgeUnavailable, NoAnswer, NotReached
from consumers.judge0.waiting import Clock, Retries, Timeouts, retry_after


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None
    """Seconds."""


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
    ) -> None:
        self._url = _checked(url)
        self._session = _session(self._url)
        self._session.headers.update({name: header_value(name, value) for name, value in headers.items()})
        self._timeouts = timeouts
        self._retries = retries
        self._clock = clock

    def close(self) -> None:
        """Close its connections."""
        self._session.close()

    def send(self, call: Call) -> Answer:
        """Send, and send again where that is safe.

        Raises:
            NotReached, NoAnswer: nothing came back.
        """
        attempt = 1
        while True:
            outcome = self._attempt(call)
            pause = self._pause(outcome, attempt)
            if pause is None:
                if isinstance(outcome, Answer):
                    return outcome
                raise outcome
            self._clock.sleep(pause)
            attempt += 1

    def _pause(self, outcome: Answer | JudgeUnavailable, attempt: int) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if attempt >= self._retries.attempts:
            return None
        own = self._retries.pause(attempt)
        if not isinstance(outcome, Answer):
            return own if isinstance(outcome, NotReached) else None
        if outcome.status not in (429, 503):
            return None
        if outcome.retry_after is None:
            return own if outcome.status == 503 else None
        return outcome.retry_after if outcome.retry_after <= self._retries.longest else None

    def _attempt(self, call: Call) -> Answer | JudgeUnavailable:
        try:
            response = self._session.request(
                call.method,
                self._url + call.path,
                params=dict(call.query),
                headers={**_content(call), **call.headers},
                data=call.body,
                timeout=(self._timeouts.connect, self._read_timeout(call)),
                # A redirect would carry the token to whatever host it names.
                allow_redirects=False,
            )
        except RequestException as error:
            return _trouble(error)
        return Answer(
            response.status_code,
            response.content,
            retry_after(response.headers.get("Retry-After"), self._clock.now()),
        )

    def _read_timeout(self, call: Call) -> float:
        return self._timeouts.waiting if call.waiting else self._timeouts.read


def _content(call: Call) -> dict[str, str]:
    return {"Content-Type": "application/json"} if call.body is not None else {}


def _session(url: str) -> requests.Session:
    """A session that reads from the environment what it should, and no more.

    With ``trust_env`` a .netrc would add credentials of its own, and a proxy variable would send
    requests to this very machine elsewhere.
    """
    session = requests.Session()
    session.trust_env = False
    if not _is_loopback(urlsplit(url).hostname or ""):
        session.proxies.update(requests.utils.get_environ_proxies(url, no_proxy=None))
    bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    if bundle:
        session.verify = bundle
    return session


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("the URL of the judge must begin with http:// or https:// and name a host")
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("the URL of the judge must hold no credentials, query or fragment")
    return url.rstrip("/")


def header_value(name: str, value: str) -> str:
    """``value``, if a header can hold it. The error of ``requests`` would show it.

    Raises:
        ValueError: it cannot.
    """
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(f"the value for {name} holds characters that a header may not have")
    return value


def _trouble(error: RequestException) -> JudgeUnavailable:
    reached = not isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError)
    reason = error.args[0].reason if error.args and isinstance(error.args[0], MaxRetryError) else None
    if isinstance(reason, NewConnectionError):
        reached = False
    kind: type[JudgeUnavailable] = NoAnswer if reached else NotReached
    said = "no whole answer came" if reached else "no connection to the judge"
    trouble = kind(f"{said} ({type(reason or error).__name__})")
    trouble.__cause__ = error
    return trouble
