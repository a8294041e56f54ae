"""What holds beside the records: outages, used-up limits, an unpaid plan, expired uploads.

Empty after ``reset``. Not locked: it is used under the lock of the fake.
"""

from __future__ import annotations

from providers.pachca.refusal import Problem, Refused, api_error, throttled
from providers.pachca.vocabulary import Code


class Spell:
    """Holds for the next calls that ask: so many of them, or all (None)."""

    def __init__(self, times: int | None = 0) -> None:
        self._left = times

    def meets(self) -> bool:
        """Whether it holds for this call, which counts."""
        if self._left is None:
            return True
        met = self._left > 0
        self._left -= met
        return met


class Conditions:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._outage: tuple[Spell, Refused] | None = None
        self._throttled: tuple[Spell, int] | None = None
        self._exhausted: tuple[Spell, int] | None = None
        self._unpaid = Spell()
        self._expired_uploads = Spell()

    def fail(self, refused: Refused, times: int | None) -> None:
        """Every operation, whatever the token."""
        self._outage = (Spell(times), refused)

    def throttle(self, seconds: int, times: int | None) -> None:
        """Writing of messages; ``seconds``: what Retry-After says."""
        self._throttled = (Spell(times), seconds)

    def exhaust(self, seconds: int, times: int | None) -> None:
        """Every operation; ``seconds``: what Retry-After says."""
        self._exhausted = (Spell(times), seconds)

    def stop_paying(self, times: int | None) -> None:
        self._unpaid = Spell(times)

    def expire_uploads(self, times: int | None) -> None:
        """What is signed from now on."""
        self._expired_uploads = Spell(times)

    def require_service(self) -> None:
        """
        Raises:
            Refused: this call is one of those that fail.
        """
        if self._outage is not None and self._outage[0].meets():
            it = self._outage[1]
            raise Refused(it.status, it.body, content_type=it.content_type, headers=it.headers)

    def require_plan(self) -> None:
        """
        Raises:
            Refused: with 402.
        """
        if self._unpaid.meets():
            raise api_error(402, Problem("base", Code.PAYMENT_REQUIRED))

    def require_quota(self) -> None:
        """Of who writes messages.

        Raises:
            Refused: with 429.
        """
        _require(self._throttled)

    def require_rate(self) -> None:
        """Of whatever is asked.

        Raises:
            Refused: with 429.
        """
        _require(self._exhausted)

    def uploads_expired(self) -> bool:
        return self._expired_uploads.meets()


def _require(limit: tuple[Spell, int] | None) -> None:
    if limit is not None and limit[0].meets():
        raise throttled(limit[1])
