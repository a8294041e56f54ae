"""What may go wrong when a program is sent to be judged.

    JudgeError
    ├── JudgeUnavailable        nothing is wrong with the request; later it may be answered
    │   ├── NotReached          no connection; the request was certainly not accepted
    │   ├── NotTrusted          no connection, since its certificate or its TLS is not to be trusted
    │   ├── NoAnswer            the connection broke or timed out: it may have been accepted
    │   ├── QueueFull           503
    │   ├── InMaintenance       503
    │   ├── ServiceFailed       5xx in no words of Judge0: it failed, or a gateway before it; perhaps too late
    │   └── RateLimited         429; ``retry_after`` seconds, where the service says so
    ├── JudgeRefused            the request is wrong; sent again it is refused again
    │   ├── InvalidSubmission   422; ``complaints`` by field
    │   ├── NotAllowed          400; this deployment does not allow it, or a parameter is wrong
    │   └── MalformedRequest    400 without a body: what was sent is not JSON
    ├── NotAuthenticated        401: the token is wrong
    ├── NotAuthorized           403: the authorisation is wrong, or the address is denied
    ├── UnknownSubmission       404
    ├── UnknownLanguage         404
    ├── UndecodableOutput       the output is not UTF-8; ``token`` fetches it encoded
    ├── StillRunning            the deadline passed before the end; ``tokens`` may be asked again
    ├── BatchInterrupted        a part of a batch was taken; ``outcomes`` holds what is known
    └── UnexpectedAnswer        the service broke its contract

No message holds a credential or a submission's token; the exceptions carry tokens as attributes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class JudgeError(Exception):
    """Base of every error that the client raises on purpose."""


class JudgeUnavailable(JudgeError):
    """Nothing is wrong with the request; later it may be answered."""


class NotReached(JudgeUnavailable):
    """No connection came about, so the request was not accepted."""


class NotTrusted(JudgeUnavailable):
    """The certificate is not to be trusted, or TLS failed: nothing was sent; another try fails too."""


class NoAnswer(JudgeUnavailable):
    """The request went out and no whole answer came back. A submission may exist all the same."""


class QueueFull(JudgeUnavailable):
    """As many submissions wait as the service takes. A batch counts with all of its programs."""


class InMaintenance(JudgeUnavailable):
    """The service takes nothing new and deletes nothing, for now."""


class ServiceFailed(JudgeUnavailable):
    """The service failed, or a gateway before it. A submission may exist all the same."""


class RateLimited(JudgeUnavailable):
    """The quota of the plan is used up. ``retry_after``: seconds, None where nothing was said."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class JudgeRefused(JudgeError):
    """The request is wrong; sent again it is refused again."""


class InvalidSubmission(JudgeRefused):
    """Fields of the submission break rules. ``complaints``: field to texts, in the service's words."""

    def __init__(self, complaints: Mapping[str, Sequence[str]]) -> None:
        super().__init__("; ".join(f"{field} {' and '.join(texts)}" for field, texts in complaints.items()))
        self.complaints = {field: tuple(texts) for field, texts in complaints.items()}


class NotAllowed(JudgeRefused):
    """This deployment does not allow it, or a parameter is out of its range."""


class MalformedRequest(JudgeRefused):
    """What was sent is not JSON."""


class NotAuthenticated(JudgeError):
    """The service does not know the token."""


class NotAuthorized(JudgeError):
    """The authorisation is missing or wrong, or requests from this address are denied."""


class UnknownSubmission(JudgeError):
    """No submission has this token, or no longer."""

    def __init__(self, token: str) -> None:
        super().__init__("no submission has this token")
        self.token = token


class UnknownLanguage(JudgeError):
    """No language has this id."""

    def __init__(self, language_id: int) -> None:
        super().__init__(f"no language has the id {language_id}")
        self.language_id = language_id


class UndecodableOutput(JudgeError):
    """The program printed what is not UTF-8: fetch it with ``encoded=True``.

    ``token``: of the submission; empty where the answer was about several."""

    def __init__(self, token: str = "") -> None:
        super().__init__("the output is not UTF-8; fetch the submission with encoded=True")
        self.token = token


class StillRunning(JudgeError):
    """The deadline passed before the end."""

    def __init__(self, tokens: Sequence[str], *, seconds: float) -> None:
        super().__init__(f"{len(tokens)} submissions have not ended within {seconds:g} s")
        self.tokens = tuple(tokens)


class BatchInterrupted(JudgeError):
    """A later part of a batch failed; the cause says why.

    ``outcomes``: for each program of the parts before, in order, its token or why it was refused."""

    def __init__(self, outcomes: Sequence[str | InvalidSubmission], *, of: int) -> None:
        super().__init__(f"{len(outcomes)} of {of} programs were sent, then the service failed")
        self.outcomes = tuple(outcomes)


class UnexpectedAnswer(JudgeError):
    """The service broke its contract."""
