"""One request to a broker: on its own origin, with its credential, bounded in size and in time.

Redirects are answers, and nothing is ever sent to another host: the connection is to the broker that was
named, and of a link only its path is taken.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import HTTPError, SSLError

from troth.broker.access import Access
from troth.errors import CouldNotCheck
from troth.upstream import bounded_body, connections, unanswered

MAX_BYTES = 64 * 2**20
PAUSES = (0.25, 1.0)
"""Seconds before a request is sent for the second and the third time."""
_PASSING = (502, 503, 504)
"""What a gateway answers for a broker that is just being started."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a broker is waited for, in seconds: for each read, and for an answer as a whole."""

    read: float = 20.0
    whole: float = 60.0
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Answer:
    """What a broker answered; ``location`` is where a redirect leads."""

    status: int
    body: bytes
    location: str = ""


class Wire:
    """Sends requests to the broker of ``access``."""

    def __init__(self, access: Access, patience: Patience) -> None:
        parts = urlsplit(access.url)
        assert parts.hostname is not None
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self._access = access
        self._patience = patience
        self._manager = connections(parts.scheme, parts.hostname, None)
        timeout = urllib3.Timeout(connect=min(10.0, patience.read), read=patience.read)
        self._pool = self._manager.connection_from_host(
            parts.hostname,
            parts.port,
            parts.scheme,
            pool_kwargs={**self._manager.connection_pool_kw, "timeout": timeout},
        )
        # Plain HTTP through a proxy names the whole URL; everything else the path alone.
        forwarded = isinstance(self._manager, urllib3.ProxyManager) and parts.scheme == "http"
        self._prefix = self.origin if forwarded else ""

    def close(self) -> None:
        """End the connections."""
        # The manager alone would leave them open for as long as somebody knows the pool.
        self._pool.close()
        self._manager.clear()

    def send(self, method: str, target: str, document: object = None, *, again: bool) -> Answer:
        """The answer to a request for ``target``, a path with its query.

        ``again``: it may be sent anew if no answer came, since the broker is the same after it comes twice.

        Raises:
            CouldNotCheck: no answer came, or too much of one.
        """
        for pause in PAUSES if again else ():
            try:
                answer = self._once(method, target, document)
            except NoAnswer as problem:
                if not problem.passing:
                    raise
            else:
                if answer.status not in _PASSING:
                    return answer
            self._patience.pause(pause)
        return self._once(method, target, document)

    def _once(self, method: str, target: str, document: object) -> Answer:
        deadline = self._patience.clock() + self._patience.whole
        try:
            raw = self._pool.urlopen(
                method,
                self._prefix + target,
                body=None if document is None else json.dumps(document, ensure_ascii=False).encode(),
                headers=self._headers(document),
                retries=False,
                redirect=False,
                assert_same_host=False,
                preload_content=False,
            )
            body = bounded_body(
                raw,
                self.origin,
                at_most=MAX_BYTES,
                deadline=deadline,
                seconds=self._patience.whole,
                clock=self._patience.clock,
            )
            return Answer(raw.status, body, raw.headers.get("Location", ""))
        except HTTPError as error:
            passing = not isinstance(error, SSLError)
            raise NoAnswer(unanswered(self.origin, error), passing=passing) from error

    def _headers(self, document: object) -> Mapping[str, str]:
        headers = {
            "Accept": "application/hal+json, application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "troth",
        }
        if document is not None:
            headers["Content-Type"] = "application/json"
        if self._access.authorization:
            headers["Authorization"] = self._access.authorization
        return headers


class NoAnswer(CouldNotCheck):
    """No answer came, or one that broke off. ``passing``: another attempt may get one."""

    def __init__(self, why: CouldNotCheck, *, passing: bool) -> None:
        super().__init__(why.message, hint=why.hint)
        self.passing = passing
