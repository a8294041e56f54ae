"""The sockets of a served API: its own, and the one that switches faults."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from troth.api import Api
from troth.errors import UsageProblem
from troth.faults.plan import Order
from troth.guard import guarded
from troth.line import WireHandler
from troth.loopback import Handler, LoopbackServer
from troth.serve.access import declared_body
from troth.serve.faults import OFF_PORT, Faults, need_tls
from troth.serve.switch import FAULTS_PATH, switch_alone, with_switch
from troth.workspace import Workspace

if TYPE_CHECKING:
    from troth.faults.tls import Certificates


@dataclass(frozen=True, slots=True)
class Listening:
    """Where an API is served, and how its faults are switched."""

    url: str
    switch: str
    """The origin of the switch, which is reached whatever is done to the API's port."""
    faults: Faults
    orders: tuple[Order, ...]
    authority: Path | None
    """The certificate that TLS clients are to trust, in PEM; None without TLS."""

    @property
    def switch_url(self) -> str:
        """Where faults are listed, added and taken away."""
        return self.switch + FAULTS_PATH

    def begin(self) -> None:
        """Let the faults strike with which the API is served from the start."""
        for each in self.orders:
            if each.fault.name != OFF_PORT:
                self.faults.add(each)


@contextlib.contextmanager
def listening(
    workspace: Workspace,
    api: Api,
    application: Callable[[str], Handler],
    *,
    port: int = 0,
    cors: Collection[str] = (),
    tls: bool = False,
    orders: Sequence[Order] = (),
    on_error: Callable[[Exception], None] | None = None,
) -> Iterator[Listening]:
    """Serve on loopback what ``application`` makes for the URL of the server, until the block ends.

    ``tls`` is implied by a fault that is a certificate.

    Raises:
        UsageProblem: the port cannot be opened, or the authority's certificate cannot be written.
    """
    certificates = _certificates() if tls or need_tls(orders) else None
    faults = Faults(api, certificates)
    late: list[WireHandler] = []
    server = LoopbackServer(
        lambda request: late[0](request),
        port=port,
        tls=faults.certificate if certificates is not None else None,
        on_error=on_error,
    )
    faults.strike_connections_of(server)
    with contextlib.ExitStack() as stack:
        stack.callback(server.close)
        own = with_switch(application(server.url), api, faults)
        late.append(
            guarded(faults.striking(own), cors=cors, declared=lambda request: declared_body(api, request))
        )
        authority = stack.enter_context(_left_for(workspace, server, certificates))
        switch = stack.enter_context(LoopbackServer(guarded(switch_alone(own, server.url))))
        stack.enter_context(server)
        yield Listening(server.url, switch.url, faults, tuple(orders), authority)


def _certificates() -> Certificates:
    # Here, since few who serve need it: it costs a tenth of a second.
    from troth.faults.tls import Certificates

    return Certificates()


@contextlib.contextmanager
def _left_for(
    workspace: Workspace, server: LoopbackServer, certificates: Certificates | None
) -> Iterator[Path | None]:
    """The authority's certificate as a file, for the length of the block."""
    if certificates is None:
        yield None
        return
    path = workspace.state_folder / "served" / f"{server.port}-ca.pem"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # What stands there is of a run that was killed; it may be a link to somewhere.
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(certificates.authority)
    except OSError as error:
        raise UsageProblem(
            f"the certificate of this run cannot be written: {error}",
            hint="TLS clients need it: make the folder writable, or leave out --tls",
        ) from error
    try:
        yield path
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
