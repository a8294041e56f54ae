"""What is fuzzed: the workspace's own provider in this process, or a server that the user named."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from troth.api import Api
from troth.errors import CouldNotCheck, UnknownName
from troth.events import Emit, Noted
from troth.exchange import Headers, Request, Response, SourceKind
from troth.loopback import Handler
from troth.provider import JsonScalar, ProviderOptions
from troth.raised import told
from troth.states import ProviderStates, StateClient
from troth.target import start_provider, url_target
from troth.workspace import Workspace
from troth.wsgi import wsgi_handler

IN_PROCESS = "in process"


@dataclass(frozen=True)
class Service:
    """Where generated requests go. ``handler`` answers in this process; without one ``url`` does."""

    place: str
    """``in process``, or the URL."""
    version: str
    secrets: Mapping[str, str] = field(repr=False)
    handler: Handler | None = None
    url: str = ""
    states: StateClient | None = None
    values: Mapping[str, JsonScalar] = field(default_factory=dict)
    """What there is by name, where no state makes it: ``[tool.troth.live.<api>] values``."""
    simulated: bool = True
    """Whether it is a fake or a service of our own that troth started or serves."""

    def credential(self, api: Api, role: str) -> str:
        """The credential of ``role``; of the contract's first one by default. Empty where there is none.

        A role that only a provider in this process knows is the contract's first one at a URL.

        Raises:
            UnknownName: nobody has it.
            CouldNotCheck: it comes from the environment, which has none.
        """
        if not api.auth:
            return ""
        wanted = role or api.auth[0].role
        if self.handler is None and wanted not in {*self.secrets, *api.credentials}:
            wanted = api.auth[0].role
        if wanted in self.secrets:
            return self.secrets[wanted]
        env = api.credentials.get(wanted)
        if env is None:
            raise UnknownName("role (fuzz.toml)", wanted, {*self.secrets, *api.credentials})
        raise CouldNotCheck(f"the credential of role {wanted!r} is not known", hint=f"set ${env}")


@contextmanager
def _without_logs() -> Iterator[None]:
    """A line for each of thousands of generated requests would drown what a run tells."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def in_process(workspace: Workspace, api: Api, emit: Emit) -> Iterator[Service]:
    """The workspace's provider, without a socket. It ends with the block.

    Raises:
        CouldNotCheck: it does not come up.
        ProviderRefused: it would run what is generated without a sandbox.
        ContractProblem: there is none.
    """
    provider = start_provider(workspace, api, ProviderOptions(generated=True))
    try:
        for note in provider.notes:
            emit(Noted(f"{api.name}: {note}"))
        with _without_logs():
            yield Service(
                place=IN_PROCESS,
                version=provider.version,
                secrets=dict(provider.credentials),
                handler=_answering(wsgi_handler(provider.app)),
                states=ProviderStates(provider),
            )
    finally:
        provider.close()


def at_url(workspace: Workspace, api: Api, url: str, states_token: str | None, emit: Emit) -> Service:
    """The service at ``url``.

    Raises:
        CouldNotCheck: nothing answers, or no states can be set although a token was given.
        UsageProblem: the token is not the one.
    """
    target = url_target(workspace, api, url, states_token)
    for note in target.notes:
        emit(Noted(note))
    return Service(
        place=target.url,
        version=target.provider,
        secrets=target.secrets,
        url=target.url,
        states=target.states,
        values=target.values,
        simulated=target.kind is SourceKind.SIMULATED,
    )


def _answering(handler: Handler) -> Handler:
    """``handler``, with a 500 where it raises: no server would let the exception through to its client."""

    def answer(request: Request) -> Response:
        try:
            return handler(request)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the check is there for
            said = f"the application raised {told(error)}"
            return Response(500, Headers.of({"Content-Type": "text/plain; charset=utf-8"}), said.encode())

    return answer
