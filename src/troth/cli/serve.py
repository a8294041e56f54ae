"""``troth serve``."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from troth.errors import UsageProblem
from troth.faults.catalogue import Kind
from troth.faults.plan import Order
from troth.raised import told
from troth.serve.faults import OFF_PORT
from troth.serve.listen import Listening
from troth.serve.run import ServeOptions, Serving, serve_provider
from troth.serve.stub import serve_stub
from troth.states_token import left_for
from troth.workspace import Workspace


def run(
    api: str,
    *,
    port: int,
    stub: bool,
    states: bool,
    states_token: str | None,
    cors: list[str],
    callback_host: list[str],
    unsafe_no_sandbox: bool,
    data: Path | None,
    faults: list[str],
    tls: bool,
) -> int:
    """Serve ``api`` until interrupted or terminated, and return the exit status."""
    _require_sense(stub=stub, states=states, data=data is not None)
    workspace = Workspace.find()
    options = ServeOptions(
        port,
        states,
        states_token or "",
        tuple(cors),
        tuple(callback_host),
        unsafe_no_sandbox,
        data,
        faults=tuple(faults),
        tls=tls,
    )
    served = serve_stub if stub else serve_provider
    with (
        until_ended() as wait_for_the_end,
        served(workspace, workspace.api(api), options, on_error=_tell) as serving,
        left_for(workspace, serving.url, serving.states_token) if states else nullcontext(),
    ):
        for line in announced(workspace, serving, chosen_token=bool(states_token)):
            print(line, flush=True)  # noqa: T201 - what is served where is the result of this command
        wait_for_the_end()
    return 0


def _require_sense(*, stub: bool, states: bool, data: bool) -> None:
    if stub and states:
        raise UsageProblem("a stub has no states to set", hint="leave out --states, or --stub")
    if stub and data:
        raise UsageProblem("a stub keeps nothing", hint="leave out --data, or --stub")
    if states and data:
        raise UsageProblem(
            "each state begins with an empty world, which would delete what --data keeps",
            hint="leave out --states, or --data",
        )


def announced(workspace: Workspace, serving: Serving, *, chosen_token: bool = False) -> Iterator[str]:
    """What a person needs in order to use it. ``chosen_token``: the caller knows the states token."""
    yield f"{serving.provider} on {serving.url}"
    yield from (f"  {note}" for note in serving.notes)
    yield from (f"  not on this machine: {what} ({why})" for what, why in serving.unavailable.items())
    yield from (f"  accepts {header}: {value}" for header, value in serving.credentials.items())
    if serving.states_token:
        shown = "the one given" if chosen_token else serving.states_token
        yield f"  states: POST {serving.url}/_troth/state, states token: {shown}"
    yield from _faults(workspace, serving.listening)
    yield "  end it with Ctrl-C"


def _faults(workspace: Workspace, listening: Listening) -> Iterator[str]:
    if listening.authority is not None:
        name = workspace.relative(listening.authority)
        yield f"  TLS: curl --cacert {name} {listening.url}/…, REQUESTS_CA_BUNDLE={name}"
    yield from (f"  fault {_described(each, listening)}" for each in listening.orders)
    yield f"  faults: {listening.switch_url}; GET lists, DELETE ends them, POST adds one:"
    kind = "-H 'Content-Type: application/json'"
    yield f'    curl {kind} -d \'{{"fault": "http_503", "times": 2}}\' {listening.switch_url}'


def _described(order: Order, listening: Listening) -> str:
    found = order.fault
    if found.name == OFF_PORT:
        return f"{found.name}: has no form on a port; give your client {listening.faults.unresolved}"
    whom = "connection" if found.kind in (Kind.UNREACHED, Kind.UNTRUSTED) else "call"
    if order.times is None:
        whom = f"every {whom}"
    else:
        whom = f"the first {whom}" if order.times == 1 else f"the first {order.times} {whom}s"
    if order.operation is not None:
        whom = f"{whom} of {order.operation.name}"
    return f"{found.full_name}, {whom}: {found.looks}"


@contextmanager
def until_ended() -> Iterator[Callable[[], object]]:
    """What waits until the process is asked to end; then what was started is ended in its turn.

    A thread that is about to wait for a lock may sleep through a signal. A byte on a socket stays.
    """
    reads, writes = socket.socketpair()
    writes.settimeout(0)
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda _number, _frame: None) for number in numbers}
    woken = signal.set_wakeup_fd(writes.fileno())
    try:
        yield lambda: reads.recv(1)
    finally:
        signal.set_wakeup_fd(woken)
        for number, handler in before.items():
            signal.signal(number, handler)
        reads.close()
        writes.close()


def _tell(error: Exception) -> None:
    print(f"a request failed inside the provider: {told(error)}", file=sys.stderr, flush=True)  # noqa: T201
