"""Whether a run was strong enough to say something of an operation.

Zero failures of an operation that refused everything prove nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from troth.evidence import Finding, Verdict
from troth.fuzz.case import Sent

_REFUSED = frozenset({401, 403})
_OTHER_METHOD = 405
"""What a check gets that asks with methods that are not there; it says nothing of the operation's own."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often an operation was tried, and what it answered."""

    operation: str
    cases: int = 0
    positive: int = 0
    """Requests that were made to fit the document."""
    accepted: int = 0
    """Those of them that a 2xx or 3xx answered."""
    statuses: Mapping[int, int] = field(default_factory=dict)


def tallies(operations: Sequence[str], sent: Iterable[Sent]) -> tuple[Tally, ...]:
    """One for each of ``operations``, in their order."""
    of: dict[str, list[Sent]] = {label: [] for label in operations}
    for each in sent:
        of.setdefault(each.operation, []).append(each)
    return tuple(_tally(label, found) for label, found in of.items())


def _tally(label: str, sent: Sequence[Sent]) -> Tally:
    positive = [each for each in sent if each.positive]
    return Tally(
        label,
        cases=len(sent),
        positive=len(positive),
        accepted=sum(1 for each in positive if 200 <= each.status < 400),
        statuses=dict(sorted(Counter(each.status for each in sent).items())),
    )


def weaknesses(api: str, found: Iterable[Tally], reproduce: str) -> tuple[Finding, ...]:
    """A finding for each operation of which the run says nothing; ``reproduce`` is the command of the run."""
    return tuple(weak for each in found if (weak := _weakness(api, each, reproduce)) is not None)


def _weakness(api: str, tally: Tally, reproduce: str) -> Finding | None:
    if tally.accepted:
        return None
    code = _code(tally)
    return Finding(
        code,
        _MESSAGES[code],
        api=api,
        operation=tally.operation,
        expected="a 2xx for a request that fits the document",
        actual=seen(tally),
        reproduce=reproduce,
        verdict=Verdict.UNCHECKED,
    )


def _code(tally: Tally) -> str:
    """The most telling reason."""
    statuses = set(tally.statuses) - {_OTHER_METHOD}
    if not tally.cases:
        return "fuzz-untried"
    if statuses and statuses <= _REFUSED:
        return "fuzz-unauthenticated"
    if not tally.positive:
        return "fuzz-only-negative"
    return "fuzz-no-data" if statuses <= _REFUSED | {404} else "fuzz-no-success"


_MESSAGES = {
    "fuzz-untried": "no request reached the operation",
    "fuzz-unauthenticated": "every request was refused for want of a right: is the credential good?",
    "fuzz-only-negative": "every request was wrong on purpose, so that nothing says what a right one gets",
    "fuzz-no-data": "nothing that it was asked for is there: offer ids, with [[values]] in fuzz.toml",
    "fuzz-no-success": "no request was accepted, so that nothing says what an accepted one gets",
}


def seen(tally: Tally) -> str:
    """``12 times 404, 3 times 401``."""
    counts = sorted(tally.statuses.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{count} times {status}" for status, count in counts) or "no answer"
