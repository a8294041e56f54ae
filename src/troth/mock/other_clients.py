"""Clients other than ``requests``: while an API is mocked, its name leads none of them to the real one.

They cannot be answered here, but a test that believes in its mock must not reach the network behind
it. So the names of mocked hosts do not resolve, and the message says what to use instead.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from troth.exchange import Request
from troth.loopback import LOOPBACK_NAMES
from troth.mock.desk import Desk
from troth.mock.errors import MockMiss
from troth.mock.miss import other_client


@contextmanager
def names_held_back(desk: Desk) -> Iterator[None]:
    """Let no name of an API at ``desk`` be resolved.

    A client that goes through a proxy resolves the proxy's name alone: of that nothing is seen here.
    """
    resolve = socket.getaddrinfo
    if resolve.__module__ != socket.__name__:
        # Another guard holds names back, such as pytest-socket's. It lifts itself only where it finds
        # itself, and so before this block ends: put back afterwards, it would stay for good.
        yield
        return

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        api = _names(desk).get(name.lower()) if isinstance(name, str) else None
        if api is not None:
            raise desk.refuse(
                MockMiss(other_client(api, name), request=Request("CONNECT", f"https://{name}"))
            )
        return resolve(host, *args, **kwargs)

    socket.getaddrinfo = getaddrinfo
    try:
        yield
    finally:
        if socket.getaddrinfo is getaddrinfo:
            socket.getaddrinfo = resolve


def _names(desk: Desk) -> Mapping[str, str]:
    """API by host. Loopback leads nowhere else."""
    hosts = {urlsplit(origin).hostname or "": name for origin, name in desk.origins.items()}
    return {host: name for host, name in hosts.items() if host not in LOOPBACK_NAMES}
