"""What the client of Cloud KMS promises its caller, fault by fault; ``troth faults kms`` holds it to that.

Whatever is not what the service sent, about exactly what was asked, must not be used: it is Corrupted. What
was asked for and may be repeated is asked for again until the deadline, after a 503 or a connection that
broke before the answer began. What makes a key, or ends a version, is asked for once.
"""

from __future__ import annotations

from consumers.kms.errors import Corrupted, NoAnswer, ServiceDown, Throttled
from contracts.kms.operations import (
    asymmetric_sign,
    encrypt,
    kms,
    mac_sign,
    patch_key,
    patch_version,
    update_primary_version,
)
from troth.promise import ByFault, Kind, Outcome, Promises, Raises, Recovers, Succeeds

_ALWAYS: ByFault = {
    Kind.UNREACHED: Raises(NoAnswer),
    Kind.UNTRUSTED: Raises(NoAnswer),
    Kind.NO_ANSWER: Raises(NoAnswer),
    Kind.RATE_LIMITED: Raises(Throttled),
    Kind.UNAVAILABLE: Raises(ServiceDown),
    Kind.UNREADABLE: Raises(Corrupted),
    # What the client reads is checked; of the rest nothing is taken.
    Kind.OFF_CONTRACT: Raises(Corrupted) | Succeeds(),
}
_AGAIN = Outcome(once=Recovers(), lasting=Raises(NoAnswer))

promises = Promises(
    kms,
    deadline=30,
    reads={
        **_ALWAYS,
        Kind.UNREACHED: _AGAIN,
        Kind.UNTRUSTED: _AGAIN,
        "reset_before_headers": _AGAIN,
        # A read that times out within the body is a broken connection to the library.
        "body_drips": _AGAIN,
        "http_503": Outcome(once=Recovers(), lasting=Raises(ServiceDown)),
    },
    writes=_ALWAYS,
    idempotent={
        asymmetric_sign: "one more signature of the same payload changes nothing",
        mac_sign: "one more MAC over the same data changes nothing",
        encrypt: "one more ciphertext changes nothing; the first is never seen",
        patch_key: "the same labels are put there once more",
        patch_version: "a version that is enabled is enabled, however often that is said",
        update_primary_version: "the same version is chosen once more",
    },
)
