"""One connection to Cloud KMS: Google's client over REST, with explicit credentials and patience.

Google's own default asks again for a minute after a 503. Here every call says how long it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

import requests
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import ServiceUnavailable
from google.api_core.retry import Retry, if_exception_type
from google.auth.credentials import Credentials
from google.cloud.kms_v1 import KeyManagementServiceClient
from google.oauth2.credentials import Credentials as AccessToken

from consumers.kms.bounds import BoundedAdapter
from consumers.kms.translation import translated

URL = "https://cloudkms.googleapis.com"

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. ``timeout`` is for one attempt, ``deadline`` for all; a deadline of 0 allows one attempt.

    A call that may be repeated is, after a 503 or where no connection came about.
    """

    timeout: float = 5.0
    deadline: float = 15.0
    first_pause: float = 0.2
    longest_pause: float = 2.0

    def retry(self) -> Retry | None:
        """As Google's client takes it."""
        if not self.deadline:
            return None
        return Retry(
            predicate=if_exception_type(ServiceUnavailable, requests.ConnectionError),
            initial=self.first_pause,
            maximum=self.longest_pause,
            timeout=self.deadline,
        )


def access_token(token: str) -> Credentials:
    """Credentials that are this token, and cannot be renewed."""
    return AccessToken(token)  # type: ignore[no-untyped-call]


class Connection:
    """Calls methods of Google's client. Several threads may share one.

    ``url`` may have a path, below which the service lives.
    """

    def __init__(self, credentials: Credentials, *, url: str = URL, patience: Patience | None = None) -> None:
        self.google = KeyManagementServiceClient(
            transport="rest",
            credentials=credentials,
            client_options=ClientOptions(api_endpoint=url.rstrip("/")),
        )
        self._patience = patience or Patience()
        # The library offers no other way to its session.
        session = self.google.transport._session  # type: ignore[attr-defined]
        session.mount("https://", BoundedAdapter())
        session.mount("http://", BoundedAdapter())
        # No answer of this service leads elsewhere, and what writes would become a GET there.
        session.max_redirects = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        self.google.transport.close()  # type: ignore[no-untyped-call]

    def call(self, method: Callable[..., T], request: Mapping[str, object], *, repeatable: bool = True) -> T:
        """Call ``method`` of ``google``. ``repeatable``: that it is done twice does no harm.

        Raises:
            KmsError: it was not answered, or refused.
        """
        retry = self._patience.retry() if repeatable else None
        with translated():
            return method(request=dict(request), retry=retry, timeout=self._patience.timeout)
