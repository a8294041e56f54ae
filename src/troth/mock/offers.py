"""What is on offer in one test: recorded exchanges, and replies made by hand.

Each is given once. Recorded ones are found by their request in constant time; a reply answers the
next call of its operation. Where both would do, the one that the test named first is given.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from troth.api import Api, Operation
from troth.exchange import Exchange, Request, Response
from troth.mock.matching import Asked, Mask, masked, origin_of


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
    mask: Mask
    blotted: Asked
    """``asked`` without what was redacted."""


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


class Offers:
    """The plays and replies of one test. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._exact: dict[Asked, deque[Play]] = {}
        self._masks: dict[tuple[str, str, int], dict[Mask, dict[Asked, deque[Play]]]] = {}
        self._plays: list[Play] = []
        self._replies: list[Reply] = []
        self._pending: list[Reply] = []

    def play(self, api: Api, recordings: Iterable[Recording]) -> None:
        """Offer recorded exchanges, in their order."""
        with self._lock:
            for recording in recordings:
                self._count += 1
                self._add(Play(api, recording, self._count))

    def reply(
        self, api: Api, operation: Operation, query: frozenset[tuple[str, str]], response: Response
    ) -> None:
        """Offer one answer made by hand."""
        with self._lock:
            self._count += 1
            made = Reply(api, operation, query, response, self._count)
            self._replies.append(made)
            self._pending.append(made)

    def take(self, request: Request, asked: Asked) -> Play | Reply | None:
        """What answers ``request``; it is spent then."""
        with self._lock:
            found = _first(self._exact.get(asked)) or self._by_mask(request, asked)
            reply = next((each for each in self._pending if each.fits(request, asked)), None)
            if reply is not None and (found is None or reply.order < found.order):
                self._pending.remove(reply)
                reply.spent = True
                return reply
            if found is not None:
                found.spent = True
            return found

    @property
    def plays(self) -> tuple[Play, ...]:
        """Every play, in the order in which they were offered."""
        with self._lock:
            return tuple(self._plays)

    @property
    def replies(self) -> tuple[Reply, ...]:
        """Every reply, in the order in which they were offered."""
        with self._lock:
            return tuple(self._replies)

    def _add(self, play: Play) -> None:
        recording = play.recording
        self._plays.append(play)
        self._exact.setdefault(recording.asked, deque()).append(play)
        if any(recording.mask):
            by_mask = self._masks.setdefault(_route(recording.asked), {})
            same = by_mask.setdefault(recording.mask, {})
            same.setdefault(recording.blotted, deque()).append(play)

    def _by_mask(self, request: Request, asked: Asked) -> Play | None:
        by_mask = self._masks.get(_route(asked))
        if not by_mask:
            return None
        found = []
        for mask, plays in by_mask.items():
            blotted = masked(request, asked, mask)
            play = None if blotted is None else _first(plays.get(blotted))
            if play is not None:
                found.append(play)
        return min(found, key=lambda play: play.order, default=None)


def origins(api: Api) -> tuple[str, ...]:
    """Where the API lives: the origin of its server, then those that its responses hand out."""
    return tuple(origin_of(url) for url in (api.server, *api.origins))


def _route(asked: Asked) -> tuple[str, str, int]:
    return asked.method, asked.origin, len(asked.path)


def _first(plays: deque[Play] | None) -> Play | None:
    # A play stands in two queues, so one that was given by the other is still in this one.
    while plays and plays[0].spent:
        plays.popleft()
    return plays[0] if plays else None
