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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

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
class Server:
    """Where a scenario finds its API: the fake, a mock, staging or the live service, it cannot tell."""

    url: str
    secrets: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, JsonScalar] = field(default_factory=dict)
    """What differs per environment, such as ids that the provider state made."""
    suffix: str = UNIQUE_SUFFIX

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


def placeholder(role: str) -> str:
    """What stands in a cassette and a pact for the credential of ``role``."""
    return f"{{{{secret:{role}}}}}"


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
        """Whether the function checks an outcome: an assert on a name, or an expected exception."""
        tree = ast.parse(textwrap.dedent(inspect.getsource(self.run)))
        return any(_is_check(node) for node in ast.walk(tree))


def _is_check(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return any(isinstance(part, ast.Name) for part in ast.walk(node.test))
    if isinstance(node, ast.withitem) and isinstance(node.context_expr, ast.Call):
        called = node.context_expr.func
        return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) == "raises"
    return False
