"""What answers for an API on this machine: a fake or a service of our own.

A workspace's ``providers/<name>/provider.py`` has one function, ``create(options) -> Provider``.
The toolkit puts the application on a socket, guards it and opens its states; the provider only
answers its API's paths.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

JsonScalar: TypeAlias = "str | int | float | bool | None"

ASGIApplication: TypeAlias = Callable[[Any, Any, Any], Awaitable[None]]
"""Takes a scope, receive and send, for which every framework has types of its own."""

StateHandler = Callable[[Mapping[str, JsonScalar]], Mapping[str, JsonScalar]]
"""Puts the provider in a state. Takes the state's parameters; returns the values that differ per
environment (ids, names), which scenarios read as ``server.values``."""


@dataclass(frozen=True, slots=True)
class ProviderOptions:
    """What a provider may do to this machine and to the network."""

    strangers: bool = False
    """Requests may come from anyone who reaches the socket, not only from the workspace's own scenarios."""
    generated: bool = False
    """What is asked is generated, and may ask for anything: nothing of it may run outside a sandbox."""
    unsafe_no_sandbox: bool = False
    """The user typed ``--unsafe-no-sandbox``: run other people's programs without isolation."""
    callback_hosts: frozenset[str] = frozenset()
    """Hosts that the provider may call, beside loopback."""
    data: Path | None = None
    """The folder in which the provider keeps its world from one run to the next; None keeps nothing."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A running provider. ``app`` is WSGI, and must be thread-safe then, or ASGI."""

    app: WSGIApplication | ASGIApplication
    version: str
    """Name and version of what answers, for provenance: ``judge0-fake 1.13.1``."""
    reset: Callable[[], None]
    """Back to an empty world; called before each state."""
    states: Mapping[str, StateHandler]
    close: Callable[[], None]
    """Ends every process and thread that the provider started."""
    credentials: Mapping[str, str] = field(default_factory=dict)
    """Role to secret, as the provider accepts it: ``{"valid": "…"}``."""
    notes: tuple[str, ...] = ()
    """Said at start, such as the isolation that holds."""
    unavailable: Mapping[str, str] = field(default_factory=dict)
    """What this machine cannot show and why: ``{"java": "javac is not installed"}``."""
    data: Path | None = None
    """The folder of ``ProviderOptions.data``, from a provider that uses it."""
