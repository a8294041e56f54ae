"""What is claimed: a few lines that drive the team's own client and check the outcome.

@judge0.scenario("a correct program is accepted", given="a worker is free")
def accepted(server: Server) -> None:
    verdict = Judge0Client(server.url, token=server.token).run("print(42)", language=PYTHON)
    assert verdict.status is Status.ACCEPTED
"""

from __future__ import annotations

import ast
import inspect
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from troth.errors import ContractProblem
from troth.exchange import Headers, placeholder
from troth.provider import JsonScalar

if TYPE_CHECKING:
    from troth.api import Api

UNIQUE_SUFFIX = "troth1"
"""What makes a name unique on a fake; on a live service a random suffix stands in its place, and the
recording writes this one back, so that a replay asks for the same names."""


@dataclass(frozen=True, slots=True)
class State:
    """A provider state: its name and parameters. An empty name asks for nothing but a clean world."""

    name: str = ""
    params: Mapping[str, JsonScalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A webhook as it reached the consumer. ``body`` is raw, since a signature is over the bytes.

    ``received_at`` is in seconds since 1970: now, or in a replay when the body says that it was sent.
    """

    headers: Headers
    body: bytes
    received_at: float


Receive: TypeAlias = "Callable[[Delivery], int]"
"""What a consumer does with a delivery; returns the status that it answers."""


def answered(handle: Receive, delivery: Delivery) -> int:
    """The status that ``handle`` answers ``delivery`` with.

    Raises:
        TypeError: it gives none.
    """
    status: object = handle(delivery)
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise TypeError(f"what receives a webhook must return the status of its answer, not {status!r}")
    return status


class NothingDelivered(AssertionError):
    """A scenario waited for a webhook that did not come."""


class Incoming(Protocol):
    """The webhooks that a provider delivers while a scenario runs."""

    @property
    def url(self) -> str:
        """The URL to register with the provider; the same in every run."""
        ...

    def receive(self, handle: Receive, *, webhook: str = "", timeout: float = 10.0) -> Delivery:
        """Wait for the next delivery (of ``webhook``, if one is named), hand it to ``handle``, answer
        the provider with what it returns, and return the delivery. ``timeout`` is in seconds.

        Raises:
            NothingDelivered: none came in time.
        """
        ...


@dataclass(frozen=True, slots=True)
class NoInbox:
    """Where no webhook arrives, such as of an API whose contract declares no inbox."""

    why: str = "the contract declares no inbox"
    hint: str = 'say where webhooks go: Api(..., inbox=Inbox("https://…"))'

    @property
    def url(self) -> str:
        """Never there.

        Raises:
            ContractProblem: always.
        """
        raise self.problem

    def receive(self, handle: Receive, *, webhook: str = "", timeout: float = 10.0) -> Delivery:  # noqa: ARG002
        """Never succeeds.

        Raises:
            ContractProblem: always.
        """
        raise self.problem

    @property
    def problem(self) -> ContractProblem:
        """Why nothing arrives."""
        return ContractProblem(self.why, hint=self.hint)


class Clock(Protocol):
    """The passing of time, for clients that take a clock."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        ...

    def monotonic(self) -> float:
        """Seconds since some moment."""
        ...

    def time(self) -> float:
        """Seconds since 1970."""
        ...

    def now(self) -> datetime:
        """The time in UTC."""
        ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The clock of this machine."""

    def sleep(self, seconds: float, /) -> None:
        """Wait."""
        time.sleep(seconds)

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def now(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(time.time(), UTC)


@dataclass(frozen=True, slots=True)
class Server:
    """Where a scenario finds its API: the fake, a mock, staging or the live service, it cannot tell."""

    url: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, JsonScalar] = field(default_factory=dict)
    """What differs per environment, such as ids that the provider state made."""
    suffix: str = UNIQUE_SUFFIX
    inbox: Incoming = field(default_factory=NoInbox)
    clock: Clock = field(default_factory=SystemClock)
    """What time it is here. Where faults strike it may be a virtual one, on which waiting takes no time."""

    def sleep(self, seconds: float) -> None:
        """Wait, by ``clock``."""
        self.clock.sleep(seconds)

    @property
    def token(self) -> str:
        """The credential of role ``valid``."""
        return self.secret("valid")

    def secret(self, role: str) -> str:
        """The credential of ``role``; for a role that nobody holds, a wrong one."""
        return self.secrets.get(role, placeholder(role))

    def unique(self, name: str) -> str:
        """``name`` made unique on this server, and the same again in a replay."""
        return f"{name}-{self.suffix}"


Cleanup = Callable[[Server], None]


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """One use of an API, declared once; every proof comes from it."""

    api: Api
    name: str
    run: Callable[..., None]
    given: State
    writes: bool = False
    cleanup: Cleanup | None = None

    @property
    def module(self) -> str:
        """The dotted name of the module that declares it."""
        return self.run.__module__

    @property
    def consumer(self) -> str:
        """The consumer it belongs to: its folder under consumers/, with hyphens."""
        parts = self.module.split(".")
        return (parts[1] if parts[0] == "consumers" and len(parts) > 1 else parts[0]).replace("_", "-")

    @property
    def place(self) -> str:
        """``consumers/judge0/scenarios.py:12``, relative to the workspace."""
        line = self.run.__code__.co_firstlineno
        return f"{self.module.replace('.', '/')}.py:{line}"

    @property
    def asserts(self) -> bool:
        """Whether the function checks an outcome: an assert on more than its own server, or an expected
        exception, and nothing around it that swallows the failure."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.run)))
        given = {argument.arg for argument in ast.walk(tree) if isinstance(argument, ast.arg)}
        return any(_is_check(node, given) for node in _unswallowed(tree))


_SWALLOWED = frozenset({"AssertionError", "Exception", "BaseException"})


def _unswallowed(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below ``node`` in which a failed assert would be seen."""
    yield node
    hidden: list[ast.stmt] = []
    if isinstance(node, ast.Try | ast.TryStar) and any(map(_swallows, node.handlers)):
        hidden = node.body
    if isinstance(node, ast.With) and any(_suppresses(item.context_expr) for item in node.items):
        hidden = node.body
    for child in ast.iter_child_nodes(node):
        if child not in hidden:
            yield from _unswallowed(child)


def _swallows(handler: ast.ExceptHandler) -> bool:
    raised_again = any(isinstance(part, ast.Raise) for part in ast.walk(handler))
    return not raised_again and (handler.type is None or bool(_names(handler.type) & _SWALLOWED))


def _suppresses(context: ast.expr) -> bool:
    if not isinstance(context, ast.Call) or _called(context) != "suppress":
        return False
    return any(_names(argument) & _SWALLOWED for argument in context.args)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _is_check(node: ast.AST, given: set[str]) -> bool:
    if isinstance(node, ast.Assert):
        return bool(_names(node.test) - given)
    return isinstance(node, ast.withitem) and _called(node.context_expr) == "raises"


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else str(getattr(function, "id", ""))
