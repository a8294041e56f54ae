"""What the client of campus promises its caller, fault by fault; ``troth faults campus`` holds it to that.

A program must not be judged twice, nor a reply stand twice. So a write is sent once, and whatever may have
been done is told as OutcomeUnknown: its caller looks before sending again. What reads is asked for twice.
"""

from __future__ import annotations

from consumers.campus_web.errors import (
    NotReached,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
    Unreadable,
    UnreadableOutcome,
)
from contracts.campus.operations import campus, health
from troth.promise import Kind, Outcome, Promises, Raises, Recovers, Succeeds

_LATER = Outcome(once=Recovers(), lasting=Raises(Unavailable))
_AGAIN = Outcome(once=Recovers(), lasting=Raises(NotReached))

promises = Promises(
    campus,
    deadline=120,
    reads={
        Kind.UNREACHED: _AGAIN,
        Kind.UNTRUSTED: _AGAIN,
        Kind.NO_ANSWER: _LATER,
        Kind.UNAVAILABLE: _LATER,
        Kind.RATE_LIMITED: Raises(RateLimited),
        Kind.UNREADABLE: Raises(Unreadable),
        Kind.OFF_CONTRACT: Raises(Unreadable),
    },
    writes={
        Kind.UNREACHED: Raises(NotReached),
        Kind.UNTRUSTED: Raises(NotReached),
        Kind.NO_ANSWER: Raises(OutcomeUnknown),
        Kind.UNAVAILABLE: Raises(OutcomeUnknown),
        Kind.RATE_LIMITED: Raises(RateLimited),
        Kind.UNREADABLE: Raises(UnreadableOutcome),
        Kind.OFF_CONTRACT: Raises(UnreadableOutcome),
    },
    # A service that says that it is down has answered what it was asked.
    operations={health: {"http_503": Succeeds()}},
)
