"""What may go wrong when a key in Cloud KMS is used.

    KmsError
    ├── KmsUnavailable        nothing is wrong with the request; later it may be answered
    │   ├── NoAnswer          the connection broke or timed out
    │   ├── ServiceDown       500, 503, 504
    │   └── Throttled         429
    ├── KmsRefused            the request is wrong; sent again it is refused again
    │   ├── InvalidRequest    400: a digest of another kind, a checksum that does not hold
    │   ├── KeyNotUsable      400: the version is disabled or destroyed, or the key serves another purpose
    │   └── Conflict          409: it exists already, or was changed at the same time
    ├── Misconfigured         who asks, or what is asked for, is set up wrongly
    │   ├── NotAuthenticated  401
    │   ├── NotPermitted      403; also where the key does not exist
    │   └── UnknownKey        404
    ├── Corrupted             the answer was damaged on its way, or is about another key: do not use it
    └── InvalidSignature      the signature is not one of this payload by this key

No message holds a token, a plaintext or what was signed.
"""

from __future__ import annotations


class KmsError(Exception):
    """Base of every error that this package raises on purpose."""


class KmsUnavailable(KmsError):
    """Nothing is wrong with the request; later it may be answered."""


class NoAnswer(KmsUnavailable):
    """The connection broke or timed out."""


class ServiceDown(KmsUnavailable):
    """The service could not answer, however often it was asked until the deadline."""


class Throttled(KmsUnavailable):
    """The quota of the project is used up."""


class KmsRefused(KmsError):
    """The request is wrong; sent again it is refused again."""


class InvalidRequest(KmsRefused):
    """The digest is of another kind than the key signs, or a checksum did not hold on arrival."""


class KeyNotUsable(KmsRefused):
    """The version is not enabled, or the key serves another purpose."""


class Conflict(KmsRefused):
    """It exists already, or it was changed at the same time."""


class Misconfigured(KmsError):
    """Who asks, or what is asked for, is set up wrongly."""


class NotAuthenticated(Misconfigured):
    """The service does not know the token, or it has expired."""


class NotPermitted(Misconfigured):
    """The caller may not do this with this key. A key that does not exist looks the same."""


class UnknownKey(Misconfigured):
    """There is no such key ring, key or version."""


class Corrupted(KmsError):
    """The answer is not what the service sent, or not about what was asked. It must not be used."""


class InvalidSignature(KmsError):
    """The signature is not one of this payload by this key."""
