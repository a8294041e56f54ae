"""What the client of Judge0 promises its caller, fault by fault; ``troth faults judge0`` holds it to that.

A submission costs a run of somebody's program and takes a place in the queue, so what submits is sent again
only where it was certainly not taken. The longest wait is for a program that runs: two minutes.
"""

from __future__ import annotations

from consumers.judge0.errors import (
    InMaintenance,
    NoAnswer,
    NotReached,
    NotTrusted,
    RateLimited,
    ServiceFailed,
    UnexpectedAnswer,
)
from contracts.judge0.operations import judge0
from troth.promise import ByFault, Kind, Outcome, Promises, Raises, Recovers

_ALWAYS: ByFault = {
    Kind.UNREACHED: Outcome(once=Recovers(), lasting=Raises(NotReached)),
    Kind.UNTRUSTED: Raises(NotTrusted),
    Kind.NO_ANSWER: Raises(NoAnswer),
    Kind.RATE_LIMITED: Outcome(once=Recovers(), lasting=Raises(RateLimited)),
    # A quota that does not say when it is refilled is for the caller to wait for.
    "http_429_bare": Raises(RateLimited),
    Kind.UNAVAILABLE: Raises(ServiceFailed),
    Kind.UNREADABLE: Raises(UnexpectedAnswer),
    Kind.OFF_CONTRACT: Raises(UnexpectedAnswer),
}

promises = Promises(
    judge0,
    deadline=240,
    reads={**_ALWAYS, "http_503": Outcome(once=Recovers(), lasting=Raises(ServiceFailed))},
    writes={
        **_ALWAYS,
        "http_503": Outcome(
            once=Recovers(),
            lasting=Raises(InMaintenance),
            repeats="a 503 in Judge0's own words refuses before anything is taken or deleted",
        ),
    },
)
