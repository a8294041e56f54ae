"""What holds for a caller beside the resources: outages and missing permissions."""

from __future__ import annotations

import threading

from providers.kms.refusal import Code, Reason, Refused

DOMAIN = "cloudkms.googleapis.com"
EVERY = "*"
"""Stands for each permission."""


class Conditions:
    """Empty after ``reset``: everything is allowed and nothing is out of order."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._denied: frozenset[tuple[str, str]] = frozenset()
        self._outage: Refused | None = None
        self._times: int | None = None

    def reset(self) -> None:
        with self._lock:
            self._denied = frozenset()
            self._outage = None
            self._times = None

    def deny(self, resource: str, permission: str = EVERY) -> None:
        """On the resource and on what is below it."""
        with self._lock:
            self._denied |= {(resource, permission)}

    def fail(self, outage: Refused, times: int | None) -> None:
        """The next calls, so many or all."""
        with self._lock:
            self._outage = outage
            self._times = times

    def require_service(self) -> None:
        """
        Raises:
            Refused: this call is one of those that fail.
        """
        with self._lock:
            if self._outage is None or self._times == 0:
                return
            if self._times is not None:
                self._times -= 1
            raise Refused(self._outage.code, self._outage.message, self._outage.reason)

    def require(self, permission: str, resource: str) -> None:
        """
        Raises:
            Refused: the permission is missing. A resource that is not there is refused in the same way.
        """
        with self._lock:
            denied = self._denied
        if any(
            of in (permission, EVERY) and (resource == where or resource.startswith(f"{where}/"))
            for where, of in denied
        ):
            raise Refused(
                Code.PERMISSION_DENIED,
                f"Permission '{permission}' denied on resource '{resource}' (or it may not exist).",
                Reason("IAM_PERMISSION_DENIED", DOMAIN, {"permission": permission, "resource": resource}),
            )
