"""What is on offer in one test: recorded exchanges, and replies made by hand.

Each is given once. Recorded ones are found by their request in constant time; a reply answers the
next call of its operation. Where both would do, the one that the test named first is given.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from troth.api import Api, Operation
from troth.exchange import Exchange, Request, Response
from troth.mock.matching import Asked, origin_of
from troth.mock.redacted import Redactions


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded exchange, made ready once to be given many times."""

    exchange: Exchange
    served: Response
    """The response as it is given: decoded, without headers about length and transfer."""
    scenario: str
    step: int
    """Counted from 1."""
    asked: Asked
    redactions: Redactions
    """Those of its cassette."""


@dataclass(slots=True, eq=False)
class Play:
    """A recording on offer. ``order`` counts what the test offered, from 1."""

    api: Api
    recording: Recording
    order: int
    spent: bool = False


@dataclass(slots=True, eq=False)
class Reply:
    """An answer made by hand, for the next call of ``operation`` whose query has ``query`` in it."""

    api: Api
    operation: Operation
    query: frozenset[tuple[str, str]]
    response: Response
    order: int
    spent: bool = False

    def fits(self, request: Request, asked: Asked) -> bool:
        """Whether it answers ``request``."""
        if asked.origin not in origins(self.api) or not self.query <= set(asked.query):
            return False
        found = self.api.find(request.method, request.url)
        return found is not None and found[0] is self.operation


@dataclass(slots=True)
class _Reel:
    """The plays of one cassette, found by what is left of a request without redacted parts."""

    redactions: Redactions
    plays: list[Play]
    _index: dict[Asked, deque[Play]] | None = None

    def find(self, request: Request) -> Play | None:
        """The first play that is not spent and answers ``request``."""
        if self._index is None:
            self._index = {}
            for play in self.plays:
                key = self.redactions.keys[play.recording.step - 1]
                self._index.setdefault(key, deque()).append(play)
        return _first(self._index.get(self.redactions.key(request)))


@dataclass
class Offers:
    """The plays and replies of one test. Safe to use from many threads."""

    plays: list[Play] = field(default_factory=list)
    """Every play, in the order in which they were offered."""
    replies: list[Reply] = field(default_factory=list)
    """Every reply, in the order in which they were offered."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _exact: dict[Asked, deque[Play]] = field(default_factory=dict)
    _reels: dict[tuple[str, str, int], list[_Reel]] = field(default_factory=dict)
    _pending: list[Reply] = field(default_factory=list)

    def play(self, api: Api, recordings: tuple[Recording, ...]) -> None:
        """Offer the recorded exchanges of one cassette, in their order."""
        with self._lock:
            start = self._count + 1
            plays = [Play(api, each, order) for order, each in enumerate(recordings, start=start)]
            self.plays += plays
            routes: dict[tuple[str, str, int], list[Play]] = {}
            for play in plays:
                key = play.recording.asked
                self._exact.setdefault(key, deque()).append(play)
                routes.setdefault(_route(key), []).append(play)
            for route, along in routes.items():
                self._reels.setdefault(route, []).append(_Reel(along[0].recording.redactions, along))

    def reply(
        self, api: Api, operation: Operation, query: frozenset[tuple[str, str]], response: Response
    ) -> None:
        """Offer one answer made by hand."""
        with self._lock:
            made = Reply(api, operation, query, response, self._count + 1)
            self.replies.append(made)
            self._pending.append(made)

    def take(self, request: Request, asked: Asked) -> Play | Reply | None:
        """What answers ``request``; it is spent then."""
        with self._lock:
            found = self._next(request, asked)
            if isinstance(found, Reply):
                self._pending.remove(found)
            if found is not None:
                found.spent = True
            return found

    def peek(self, request: Request, asked: Asked) -> Response | None:
        """What would answer ``request``; it stays on offer."""
        with self._lock:
            found = self._next(request, asked)
        if found is None:
            return None
        return found.response if isinstance(found, Reply) else found.recording.served

    def _next(self, request: Request, asked: Asked) -> Play | Reply | None:
        found = _first(self._exact.get(asked)) or self._without_redacted(request, asked)
        reply = next((each for each in self._pending if each.fits(request, asked)), None)
        if reply is not None and (found is None or reply.order < found.order):
            return reply
        return found

    @property
    def _count(self) -> int:
        return len(self.plays) + len(self.replies)

    def _without_redacted(self, request: Request, asked: Asked) -> Play | None:
        found = (reel.find(request) for reel in self._reels.get(_route(asked), ()))
        return next((play for play in found if play is not None), None)


def origins(api: Api) -> tuple[str, ...]:
    """Where the API lives: the origin of its server, then those that its responses hand out."""
    return tuple(dict.fromkeys(origin_of(url) for url in (api.server, *api.origins.values())))


def _route(asked: Asked) -> tuple[str, str, int]:
    return asked.method, asked.origin, len(asked.path)


def _first(plays: deque[Play] | None) -> Play | None:
    # A play stands in two queues, so one that was given by the other is still in this one.
    while plays and plays[0].spent:
        plays.popleft()
    return plays[0] if plays else None
