"""An operation as a document describes it: one form for OpenAPI, for discovery, and for our contract."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from troth.drift.document import Pointer
from troth.drift.schema import Reader
from troth.drift.shape import Schema


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in the path, the query or a header; a path's is counted, since its name does not matter."""

    where: str
    name: str
    required: bool
    schema: Schema | None
    pointer: Pointer = ()
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A body: a schema for each content type, None where one is not said.

    ``empty``: there may be no body at all. ``anything``: nothing is promised of it.
    """

    media: Mapping[str, Schema | None] = field(default_factory=dict)
    empty: bool = False
    anything: bool = False
    headers: frozenset[str] = frozenset()
    doubt: str = ""
    pointer: Pointer = ()


@dataclass(frozen=True, slots=True)
class Described:
    """One operation. ``responses`` are by status, ``4XX`` and ``default`` among them."""

    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: Content | None = None
    responses: Mapping[str, Content] = field(default_factory=dict)
    bases: tuple[str, ...] = ("",)
    """Paths of the servers that it is below."""
    pointer: Pointer = ()
    doubt: str = ""
    """Why nothing more is known of it."""

    @property
    def label(self) -> str:
        """``GET /chats/{id}``."""
        return f"{self.method} {self.path}"

    def parameter(self, where: str, name: str) -> Parameter | None:
        """The parameter of that name."""
        folded = name.lower() if where == "header" else name
        for each in self.parameters:
            if each.where == where and (each.name.lower() if where == "header" else each.name) == folded:
                return each
        return None


@dataclass(frozen=True)
class Description:
    """All that a document says. ``shared`` are parameters that every operation takes."""

    reader: Reader
    operations: tuple[Described, ...]
    shared: tuple[Parameter, ...] = ()


_VARIABLE = re.compile(r"\{[^{}]*\}")
_SHAPED = re.compile(r"\{\w+=([^{}]+)\}")


def template(path: str) -> str:
    """A path less the names of its parameters: ``/v1/{name=rings/*}:go`` as ``/v1/rings/{}:go``."""
    spread = _SHAPED.sub(lambda found: re.sub(r"\*\*?", "{}", found[1]), path)
    return _VARIABLE.sub("{}", "/" + spread.strip("/"))


def variables(path: str) -> list[str]:
    """The parameters of a path, in order; a shaped one once for each part of it."""
    found = []
    for inner in re.findall(r"\{([^{}]*)\}", path):
        name, _, shape = inner.partition("=")
        found += [name] * max(1, shape.count("*"))
    return found
