"""Serve a provider on loopback, ready for requests when the block begins."""

from __future__ import annotations

import contextlib
import os
import secrets as random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from troth.api import Api
from troth.cassettes.read import load
from troth.errors import CouldNotCheck, UsageProblem
from troth.loopback import Handler
from troth.provider import Provider, ProviderOptions
from troth.receiver import Receiver
from troth.serve.access import open_to_all, placeholders_accepted
from troth.serve.faults import read_orders
from troth.serve.listen import Listening, listening
from troth.serve.states import Desk, with_troth_paths
from troth.serve.webhooks import Webhooks
from troth.states import health
from troth.steps import Recording, Steps
from troth.target import start_provider
from troth.workspace import Workspace, slug
from troth.wsgi import wsgi_handler


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How a provider is served. Port 0 lets the system choose.

    ``states`` opens ``/_troth/state`` for who has ``states_token``; a new token is made if it is empty.
    ``data`` is the folder in which the provider keeps its world. A state begins with an empty one, so the
    two do not go together. ``faults`` are written ``NAME[:OPERATION][:TIMES]``; one that is a certificate
    implies ``tls``.
    """

    port: int = 0
    states: bool = False
    states_token: str = ""
    cors: tuple[str, ...] = ()
    callback_hosts: tuple[str, ...] = ()
    unsafe_no_sandbox: bool = False
    data: Path | None = None
    faults: tuple[str, ...] = ()
    tls: bool = False


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served where."""

    listening: Listening
    provider: str
    notes: tuple[str, ...]
    unavailable: Mapping[str, str]
    credentials: Mapping[str, str]
    """The value of a header, with its prefix, by header."""
    states_token: str = field(default="", repr=False)
    """Empty where no state can be set."""

    @property
    def url(self) -> str:
        """Where the API is served."""
        return self.listening.url


@contextlib.contextmanager
def serve_provider(
    workspace: Workspace,
    api: Api,
    options: ServeOptions,
    *,
    on_error: Callable[[Exception], None] | None = None,
) -> Iterator[Serving]:
    """Serve the workspace's provider of ``api`` until the block ends.

    ``on_error`` gets what the provider raises in a request; without it the block raises the first.

    Raises:
        UsageProblem: the port cannot be opened, the provider keeps nothing and ``data`` was named, or a
            fault is not one.
        ProviderRefused: the provider will not run strangers' requests on this machine.
        CouldNotCheck: it does not come up.
    """
    orders = read_orders(api, options.faults)
    provider = start_provider(
        workspace,
        api,
        ProviderOptions(
            strangers=True,
            unsafe_no_sandbox=options.unsafe_no_sandbox,
            callback_hosts=frozenset(options.callback_hosts),
            data=options.data,
        ),
    )
    token = (options.states_token or random.token_urlsafe(24)) if options.states else ""
    with contextlib.ExitStack() as stack:
        stack.callback(provider.close)
        _require_kept(options, provider, api)
        webhooks = _webhooks(api, provider, stack) if token else None
        application = _application(workspace, api, provider, token, webhooks)
        served = stack.enter_context(
            listening(
                workspace,
                api,
                lambda _url: application,
                port=options.port,
                cors=options.cors,
                tls=options.tls,
                orders=orders,
                on_error=on_error,
            )
        )
        _await(served.switch, token, api)
        served.begin()
        yield Serving(
            served,
            provider.version,
            provider.notes,
            provider.unavailable,
            {
                auth.header: auth.prefix + provider.credentials[auth.role]
                for auth in api.auth
                if auth.role in provider.credentials
            },
            token,
        )


def _require_kept(options: ServeOptions, provider: Provider, api: Api) -> None:
    if options.data is not None and provider.data is None:
        raise UsageProblem(f"the fake of {api.name} keeps nothing", hint="leave out --data")


def _webhooks(api: Api, provider: Provider, stack: contextlib.ExitStack) -> Webhooks | None:
    """Takes what the provider delivers while states are set; None where the contract has no inbox."""
    if api.inbox is None:
        return None
    signature = api.inbox.signature
    roles = [signature.role] if signature is not None else []
    secrets = {role: provider.credentials[role] for role in roles if role in provider.credentials}
    return Webhooks(api.inbox, stack.enter_context(Receiver(api)), secrets)


def _application(
    workspace: Workspace, api: Api, provider: Provider, token: str, webhooks: Webhooks | None
) -> Handler:
    """The API with ``/_troth`` beside it; with states it is strict, and knows placeholders."""
    app = wsgi_handler(provider.app)
    if not token:
        return with_troth_paths(
            open_to_all(app, api, provider.credentials, os.environ), provider, None, token
        )
    strict = placeholders_accepted(app, provider.credentials)
    strict = webhooks.told(strict) if webhooks is not None else strict
    desk = Desk(api, provider, strict, Steps(lambda scenario: recording(workspace, api, scenario)), webhooks)
    return with_troth_paths(strict, provider, desk, token)


def recording(workspace: Workspace, api: Api, scenario: str) -> Recording:
    """What the cassette of the scenario holds.

    Raises:
        BrokenFile: there is none, or it cannot be read.
    """
    cassette = load(workspace.root / "cassettes" / api.name / f"{slug(scenario)}.yaml")
    return Recording(cassette.exchanges, cassette.provenance.values)


def _await(url: str, token: str, api: Api) -> None:
    if health(url, token) is None:
        raise CouldNotCheck(f"the provider of {api.name} did not come up at {url}")
