"""What the client of Pachca promises its caller, fault by fault; ``troth faults pachca`` holds it to that.

A message must not be sent twice. So whatever may have been done is told as OutcomeUnknown and never repeated,
and its caller looks before sending again; what only reads is asked again until the deadline.
"""

from __future__ import annotations

from consumers.pachca.errors import (
    NotReached,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
    Unreadable,
    UnreadableOutcome,
)
from contracts.pachca.operations import pachca
from troth.promise import ByFault, Kind, Outcome, Promises, Raises, Recovers

_ALWAYS: ByFault = {
    Kind.UNREACHED: Outcome(once=Recovers(), lasting=Raises(NotReached)),
    Kind.UNTRUSTED: Outcome(once=Recovers(), lasting=Raises(NotReached)),
    Kind.RATE_LIMITED: Outcome(once=Recovers(), lasting=Raises(RateLimited)),
}
_LATER = Outcome(once=Recovers(), lasting=Raises(Unavailable))

promises = Promises(
    pachca,
    deadline=150,
    reads={
        **_ALWAYS,
        Kind.NO_ANSWER: _LATER,
        Kind.UNAVAILABLE: _LATER,
        Kind.UNREADABLE: Raises(Unreadable),
        Kind.OFF_CONTRACT: Raises(Unreadable),
    },
    writes={
        **_ALWAYS,
        Kind.NO_ANSWER: Raises(OutcomeUnknown),
        Kind.UNAVAILABLE: Raises(OutcomeUnknown),
        Kind.UNREADABLE: Raises(UnreadableOutcome),
        Kind.OFF_CONTRACT: Raises(UnreadableOutcome),
    },
)
