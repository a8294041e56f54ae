"""Where scenarios run: the workspace's own provider, a URL, or the live service."""

from __future__ import annotations

import contextlib
import os
import secrets as random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from troth import asgi
from troth.api import Api
from troth.errors import CouldNotCheck, TrothError, UnknownName
from troth.events import Emit, Noted, silent
from troth.exchange import Request, SourceKind, placeholder
from troth.guard import guarded
from troth.loopback import LOOPBACK_NAMES, LoopbackServer, direct_loopback
from troth.origins import local_base
from troth.provider import JsonScalar, Provider, ProviderOptions
from troth.proxy import Judged, JudgingProxy, MessageAnswer
from troth.raised import told
from troth.receiver import PublicUrl, Receiver
from troth.scenario import UNIQUE_SUFFIX, Scenario, Server
from troth.states import (
    Health,
    ProviderStates,
    ServedStates,
    StateClient,
    UnknownState,
    described,
    health,
)
from troth.states_token import found_for
from troth.workspace import LiveSettings, Workspace
from troth.wsgi import wsgi_handler

__all__ = [
    "Ran",
    "StateClient",
    "Target",
    "UnknownState",
    "live_target",
    "open_fake",
    "open_proxy",
    "run_scenario",
    "start_provider",
    "url_target",
]

START_SECONDS = 60.0
TOKEN_VARIABLE = "TROTH_STATES_TOKEN"


@dataclass(frozen=True)
class Target:
    """Where scenarios run, and what holds there."""

    url: str
    secrets: Mapping[str, str]
    kind: SourceKind
    """SIMULATED for a fake, LIVE for anything else."""
    provider: str
    """What answers and its version, for provenance."""
    states: StateClient | None = None
    values: Mapping[str, JsonScalar] = field(default_factory=dict)
    suffix: str = UNIQUE_SUFFIX
    notes: tuple[str, ...] = ()
    unavailable: Mapping[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()
    """States that hold although none can be set."""
    rate: float | None = None
    """Calls a second that the service is to get at most."""
    public: PublicUrl | None = None
    """Where a real service's webhooks reach this machine."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where further origins are reached, if neither below ``url``, as with what troth serves, nor where the
    contract says."""


@dataclass(frozen=True)
class Ran:
    """What became of a scenario: everything that was exchanged, and the exception if one was raised."""

    scenario: Scenario
    judged: tuple[Judged, ...]
    values: Mapping[str, JsonScalar]
    error: BaseException | None
    seconds: float
    cleanup_error: BaseException | None = None
    """What the clean-up on a live service raised: something was left behind."""


@contextlib.contextmanager
def open_fake(
    workspace: Workspace, api: Api, *, options: ProviderOptions | None = None, emit: Emit = silent
) -> Iterator[Target]:
    """Start the workspace's provider of ``api`` on a socket; it ends with the block.

    Raises:
        CouldNotCheck: it does not come up.
        ContractProblem: there is none.
    """
    provider = start_provider(workspace, api, options or ProviderOptions())
    with contextlib.ExitStack() as stack:
        stack.callback(provider.close)
        for note in provider.notes:
            emit(Noted(f"{api.name}: {note}"))
        handler = guarded(wsgi_handler(provider.app), json_only=False)
        # The client gets a 500, which the judge finds; the run goes on, and its other results count.
        server = stack.enter_context(
            LoopbackServer(handler, on_error=lambda error: emit(_failed(api, error)))
        )
        yield Target(
            url=server.url,
            secrets=dict(provider.credentials),
            kind=SourceKind.SIMULATED,
            provider=provider.version,
            states=ProviderStates(provider),
            notes=provider.notes,
            unavailable=dict(provider.unavailable),
        )


def _failed(api: Api, error: Exception) -> Noted:
    return Noted(f"{api.name}: a request failed inside the provider: {told(error)}")


def start_provider(
    workspace: Workspace, api: Api, options: ProviderOptions, *, seconds: float = START_SECONDS
) -> Provider:
    """Start the workspace's provider of ``api``. Its application is WSGI, whatever it was.

    Raises:
        CouldNotCheck: it raised, or was not there after ``seconds``.
        TrothError: what the provider itself said.
    """
    started: list[Provider] = []
    failed: list[BaseException] = []

    def start() -> None:
        try:
            started.append(workspace.provider(api, options))
        except BaseException as error:  # noqa: BLE001 - it is told to the caller, in the caller's thread
            failed.append(error)

    thread = threading.Thread(target=start, name=f"start-{api.name}", daemon=True)
    thread.start()
    thread.join(seconds)
    if started:
        return asgi.running(started[0])
    if not failed:
        raise CouldNotCheck(
            f"the provider of {api.name} did not come up within {seconds:g} s",
            hint=f"providers/{api.name}/provider.py: create(options) did not return",
        )
    if isinstance(failed[0], TrothError):
        raise failed[0]
    raise CouldNotCheck(
        f"the provider of {api.name} did not come up: {described(failed[0])}",
        hint=f"it is made by create(options) of providers/{api.name}/provider.py",
    ) from failed[0]


def url_target(workspace: Workspace, api: Api, url: str, states_token: str | None = None) -> Target:
    """The service at ``url``, with the credentials of the environment.

    Where ``troth serve --states`` answers there, ``states_token`` (on loopback also TROTH_STATES_TOKEN, or
    the one that a serve of this workspace left) sets its states, and its own credentials stand behind the
    placeholders. A fake that is served on this machine is known as one, so that what it answers never
    passes for the real service's.

    Raises:
        CouldNotCheck: nothing answers, or no states can be set although a token was given.
        UsageProblem: the token is not the one.
    """
    url = url.rstrip("/")
    local = urlsplit(url).hostname in LOOPBACK_NAMES
    token = states_token or (_local_token(workspace, url) if local else "")
    served = health(url, token) if token or local else None
    if states_token and (served is None or not served.open_states):
        raise CouldNotCheck(
            f"no states can be set at {url}", hint=f"serve it with: troth serve {api.name} --states"
        )
    live = workspace.settings.live.get(api.name, LiveSettings())
    if served is None:
        return _outside(api, url, live, _from_environment(api), provider=f"{api.name} at {url}")
    return _served(api, url, served, token)


def _local_token(workspace: Workspace, url: str) -> str:
    return os.environ.get(TOKEN_VARIABLE) or found_for(workspace, url)


def _served(api: Api, url: str, served: Health, token: str) -> Target:
    states = ServedStates(url, token) if served.open_states and token else None
    roles = {auth.role: placeholder(auth.role) for auth in api.auth} | dict(served.secrets)
    return Target(
        url=url,
        secrets=roles if states else _from_environment(api),
        kind=SourceKind.SIMULATED,
        provider=served.provider,
        states=states,
        notes=served.notes,
        unavailable=served.unavailable,
    )


def live_target(workspace: Workspace, api: Api) -> Target:
    """The real service, or what ``[tool.troth.live.<api>] url`` names, with the credentials of the
    environment, or those that the contract fetches.

    Raises:
        CouldNotCheck: a credential that the contract fetches is not to be had.
    """
    live = workspace.settings.live.get(api.name, LiveSettings())
    known = _from_environment(api)
    fetched = {auth.role: auth.fetch() for auth in api.auth if auth.fetch and auth.role not in known}
    url = (live.url or api.server).rstrip("/")
    return _outside(api, url, live, known | fetched, provider=api.name)


def _outside(api: Api, url: str, live: LiveSettings, found: Mapping[str, str], *, provider: str) -> Target:
    notes = tuple(
        f"{api.name}: the credential of role {role!r} is not known: ${env} is not set"
        for role, env in api.credentials.items()
        if role not in found
    )
    return Target(
        url=url,
        secrets=found,
        kind=SourceKind.LIVE,
        provider=f"{provider} {api.version}".strip(),
        values=dict(live.values),
        suffix=random.token_hex(4),
        notes=notes,
        held=frozenset(live.states),
        rate=live.rate,
        public=PublicUrl(live.inbox, live.inbox_port) if live.inbox and live.inbox_port else None,
        origins=_known_origins(api, live),
    )


def _known_origins(api: Api, live: LiveSettings) -> Mapping[str, str]:
    for name in live.origins:
        if name not in api.origins:
            raise UnknownName(
                f"origin of {api.name}, which [tool.troth.live.{api.name}] names", name, api.origins
            )
    return live.origins


def _from_environment(api: Api) -> dict[str, str]:
    return {role: value for role, env in api.credentials.items() if (value := os.environ.get(env))}


def open_proxy(
    api: Api,
    target: Target,
    *,
    kind: SourceKind | None = None,
    ca_bundle: Path | None = None,
    state_handler: Callable[[str, Mapping[str, object]], Mapping[str, JsonScalar]] | None = None,
    message_handler: MessageAnswer | None = None,
    fill: Callable[[Request], Request] | None = None,
) -> JudgingProxy:
    """The judging proxy before ``target``, at its rate and with its credentials."""
    return JudgingProxy(
        api,
        target.url,
        secrets=target.secrets,
        kind=kind or target.kind,
        rate=target.rate,
        ca_bundle=ca_bundle,
        state_handler=state_handler,
        place=target.provider if target.kind is SourceKind.SIMULATED else "",
        origins=_origins(api, target),
        receiver=_receiver(api, target),
        message_handler=message_handler,
        fill=fill,
    )


def _receiver(api: Api, target: Target) -> Receiver | None:
    """Takes the target's webhooks; a fake reaches loopback, any other service the URL that leads here."""
    local = target.kind is SourceKind.SIMULATED
    return Receiver(api, target.public) if api.inbox is not None and (local or target.public) else None


def _origins(api: Api, target: Target) -> Mapping[str, str]:
    """Where each further origin is reached: a fake answers for all of them itself."""
    own = {name: target.url.rstrip("/") + local_base(name) for name in api.origins}
    public = own if target.kind is SourceKind.SIMULATED else api.origins
    return {**public, **target.origins}


def run_scenario(scenario: Scenario, target: Target, proxy: JudgingProxy) -> Ran:
    """Make the scenario's state hold, run it through ``proxy``, and clean up on a live service.

    Never raises what the scenario raised: a failed assertion is a result like any other. Where the
    service did not answer, or a credential is not known, the error is ``CouldNotCheck``.
    """
    proxy.clear()
    try:
        values = {**target.values, **_given(scenario, target)}
    except TrothError as problem:
        return Ran(scenario, (), {}, problem, 0.0)
    server = Server(url=proxy.url, secrets={}, values=values, suffix=target.suffix, inbox=proxy.inbox)
    with direct_loopback():
        start = time.perf_counter()
        error = _raised(scenario.run, server)
        seconds = time.perf_counter() - start
        proxy.settle()
        judged = tuple(proxy.seen)
        error = _outside_cause(scenario, proxy) or error
        cleaning = _raised(scenario.cleanup, server) if _must_clean(scenario, target) else None
    return Ran(scenario, judged, values, error, seconds, cleaning)


def _given(scenario: Scenario, target: Target) -> Mapping[str, JsonScalar]:
    if target.states is not None:
        return target.states.set(scenario.given)
    if scenario.given.name and scenario.given.name not in target.held:
        raise CouldNotCheck(
            f"the state {scenario.given.name!r} cannot be set at {target.url}",
            hint=f"where it holds anyway, list it: [tool.troth.live.{scenario.api.name}] states = [...]",
        )
    return {}


def _must_clean(scenario: Scenario, target: Target) -> bool:
    return scenario.cleanup is not None and target.kind is SourceKind.LIVE


def _raised(run: Callable[[Server], None] | None, server: Server) -> BaseException | None:
    if run is None:
        return None
    try:
        run(server)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - pytest.raises fails with one that is no Exception
        return error
    return None


def _outside_cause(scenario: Scenario, proxy: JudgingProxy) -> CouldNotCheck | None:
    """Why the outcome says nothing about the service, if it does not."""
    return proxy.troubles[0] if proxy.troubles else unknown_credential(scenario.api, proxy)


def unknown_credential(api: Api, proxy: JudgingProxy) -> CouldNotCheck | None:
    """A credential that was asked for and that nobody gave: a refusal says nothing of the service then."""
    for role, env in api.credentials.items():
        if role in proxy.lacking:
            return CouldNotCheck(f"the credential of role {role!r} is not known", hint=f"set ${env}")
    return None
