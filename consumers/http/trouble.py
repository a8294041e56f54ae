"""What an exception of requests and urllib3 says of a call, without what it shows."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import NewConnectionError

_NEVER_SENT = (
    requests.ConnectTimeout,
    # Comes where the proxy was not reached, or opened no tunnel.
    requests.exceptions.ProxyError,
    requests.exceptions.InvalidURL,
    NewConnectionError,
    ssl.SSLCertVerificationError,
)


def never_sent(error: BaseException) -> bool:
    """Whether the request certainly did not go out: no connection came about."""
    return any(isinstance(cause, _NEVER_SENT) for cause in _causes(error))


def innermost(error: BaseException) -> str:
    """The name of the exception at the bottom, ``ConnectionResetError``."""
    return type([*_causes(error)][-1]).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those that it wraps; the libraries keep them as arguments and ``reason``."""
    yield error
    inner = getattr(error, "reason", None) or next(
        (item for item in error.args if isinstance(item, BaseException)), None
    )
    if isinstance(inner, BaseException):
        yield from _causes(inner)
