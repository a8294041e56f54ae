"""The smallest request that still shows a failure, found by leaving out one thing after another.

Only in this process, where a try costs a millisecond and bothers nobody, and only so often.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from troth.errors import CouldNotCheck
from troth.fuzz.asked import Asked, asked, json_bytes
from troth.fuzz.case import Sent
from troth.fuzz.cause import Cause, causes
from troth.fuzz.document import Document
from troth.fuzz.placed import placed
from troth.fuzz.replay import Replay
from troth.fuzz.transport import BASE
from troth.jsontext import NotJson

TRIES = 40
"""For one failure."""
TRIES_OF_A_RUN = 400
_AS_MADE = frozenset({"negative_data_rejection", "positive_data_acceptance"})
"""Checks of how a request was made: with a part left out it would be another one."""
_AFTER_OTHERS = frozenset({"use_after_free", "ensure_resource_availability"})
"""Checks of what earlier requests did."""


@dataclass(frozen=True, slots=True)
class Reduced:
    """Requests that show a failure again, each time from the same state; the last one is answered wrong."""

    requests: tuple[Asked, ...]
    sent: Sent
    """As it was sent and answered at the end."""
    cause: Cause
    """As it was met at the end."""


class Reducer:
    """Makes failures small. ``document`` is the one of the run."""

    def __init__(self, document: Document, replay: Replay) -> None:
        self._document = document
        self._replay = replay
        self._left = TRIES_OF_A_RUN

    def reduced(self, sent: Sent, cause: Cause) -> Reduced | None:
        """The smallest requests found; None where the failure does not show again, since it needs more than
        the state and the requests that it is known to build on."""
        budget = min(TRIES, self._left)
        one = _One(self._document, self._replay, sent, cause, budget)
        found = one.go(asked((*sent.before, sent.exchange), BASE, self._replay.credentials))
        self._left -= budget - one.left
        return found


class _One:
    def __init__(self, document: Document, replay: Replay, sent: Sent, cause: Cause, left: int) -> None:
        self._document = document
        self._replay = replay
        self._sent = sent
        self._cause = cause
        self.left = left

    def go(self, requests: tuple[Asked, ...]) -> Reduced | None:
        """Leave out what may be left out, until nothing can."""
        best = self._shows(requests)
        again = best is not None
        while again and best is not None:
            again = False
            for fewer in self._fewer(best.requests):
                smaller = self._shows(fewer)
                if smaller is not None:
                    best, again = smaller, True
                    break
        return best

    def _shows(self, requests: tuple[Asked, ...]) -> Reduced | None:
        if self.left <= 0:
            return None
        self.left -= 1
        try:
            failure = self._cause.failure
            found = self._replay.sent(
                self._sent.operation, self._sent.given, requests, failure.check, failure.rule
            )
        except (LookupError, CouldNotCheck):
            return None
        if found.status != self._sent.status:
            return None
        met = causes(placed(self._document.content, found))
        same = next((cause for cause in met if same_cause(cause, self._cause)), None)
        return None if same is None else Reduced(requests, found, same)

    def _fewer(self, requests: tuple[Asked, ...]) -> Iterator[tuple[Asked, ...]]:
        """What is left with one thing less, the largest things first."""
        check = self._cause.failure.check
        *before, last = requests
        if check not in _AFTER_OTHERS and before:
            yield (last,)
            yield from _one_less(requests)
        if check not in _AS_MADE:
            yield from ((*before, one) for one in _smaller(last, headers=check != "ignored_auth"))


def same_cause(one: Cause, other: Cause) -> bool:
    """Whether both are the same; a check that is asked again by its statuses alone has no other rule."""
    checks = {one.failure.check, other.failure.check}
    return one.key == other.key or (len(checks) == 1 and one.key[0] == other.key[0] == one.failure.check)


def _one_less(requests: Sequence[Asked]) -> Iterator[tuple[Asked, ...]]:
    """Without one of those before the last, if nothing is taken from its answer or from a later one."""
    for index in range(len(requests) - 1):
        rest = (*requests[:index], *requests[index + 1 :])
        if not any(step > index for one in rest for step, _ in one.steps):
            yield rest


def _smaller(one: Asked, *, headers: bool) -> Iterator[Asked]:
    path, _, query = one.target.partition("?")
    pairs = query.split("&") if query else []
    for index in range(len(pairs)):
        rest = "&".join((*pairs[:index], *pairs[index + 1 :]))
        yield replace(one, target=f"{path}?{rest}" if rest else path)
    names = dict.fromkeys(name for name, _ in one.headers if name.lower() != "content-type")
    for name in names if headers else ():
        yield replace(one, headers=tuple(pair for pair in one.headers if pair[0] != name))
    yield from _smaller_body(one)


def _smaller_body(one: Asked) -> Iterator[Asked]:
    if not one.body:
        return
    no_type = tuple(pair for pair in one.headers if pair[0].lower() != "content-type")
    yield replace(one, body=b"", headers=no_type)
    try:
        document = one.json
    except NotJson:
        return
    if isinstance(document, dict):
        for key in document:
            yield replace(one, body=json_bytes({name: document[name] for name in document if name != key}))
