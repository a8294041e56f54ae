"""One operation of a contract: what may be asked, what may be answered, and the rules over both."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import BaseModel, create_model

from troth import walk
from troth.exchange import Headers, Request
from troth.jsontext import Json
from troth.judge import Problem
from troth.webhook import Signature, When


class Empty:
    """No body at all."""


class Anything:
    """Any body: the status is all that the contract promises."""


@dataclass(frozen=True, slots=True)
class Text:
    """A body that is text, whole-matched by ``pattern``."""

    pattern: str = r"(?s).*"
    safe: bool = False


@dataclass(frozen=True, slots=True)
class Selected:
    """A response whose fields the request chooses, as a field mask does.

    ``model`` declares every field. ``by`` names the query parameter that lists the wanted ones,
    ``default`` what comes without it, ``everything`` the value that asks for all. ``within`` is a
    generic model that holds the chosen form.
    """

    model: type[BaseModel]
    by: str
    default: tuple[str, ...]
    everything: str = "*"
    within: Any = None

    def chosen(self, wanted: str | None) -> object:
        """The type that answers a request with ``by=wanted``."""
        if wanted == self.everything:
            inner: type[BaseModel] = self.model
        else:
            names = tuple(name.strip() for name in wanted.split(",")) if wanted else self.default
            inner = _subset(self.model, frozenset(names))
        return self.within[inner] if self.within is not None else inner

    def widest(self) -> object:
        """The type with no field required, for documents that cannot say that a request chooses."""
        inner = _subset(self.model, frozenset())
        return self.within[inner] if self.within is not None else inner


@functools.lru_cache(maxsize=512)
def _subset(model: type[BaseModel], names: frozenset[str]) -> type[BaseModel]:
    """``model`` with exactly ``names`` required; what else comes is judged all the same."""
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        needed = walk.wire_name(name, info) in names
        fields[name] = (walk.field_type(info), ... if needed else None)
    return cast(type[BaseModel], create_model(model.__name__, __base__=model, **fields))


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to answer: a body type, its content type, headers that must be there.

    ``body`` is a Pydantic model, a union of models, any type Pydantic knows, ``Empty``,
    ``Anything``, ``Text(...)`` or ``Selected(...)``; a tuple of these means one of them.
    ``headers`` maps a name to a pattern for its whole value.
    """

    body: object
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)

    def forms(self) -> tuple[object, ...]:
        """The alternatives of the body."""
        return self.body if isinstance(self.body, tuple) else (self.body,)


@dataclass(frozen=True, slots=True)
class HeaderToken:
    """A credential in a header, read from the environment when the real service is called.

    ``role`` names it in placeholders: ``{{secret:valid}}``. ``fetch`` is asked for it where the environment
    has none, by ``--live`` alone: it may ask the network, and raises ``CouldNotCheck`` where it finds none.
    """

    header: str
    env: str
    role: str = "valid"
    prefix: str = ""
    fetch: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Echo:
    """A value of the request that comes back. Both sides are places: ``path token``, ``query page``,
    ``$.name`` in the body. A place that the request left out asks for nothing. Path and query carry
    text, so a page 2 of the body is the same as theirs."""

    request: str
    response: str


@dataclass(frozen=True, slots=True)
class Facts:
    """A parsed exchange, as conditions read it: ``path`` and ``query`` are percent-decoded, ``request`` and
    ``response`` None where there is no JSON."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    request: Json
    status: int
    response: Json
    headers: Headers


Condition = Callable[[Facts], Iterable[Problem]]
"""A rule over request and response together. Its name names it in findings."""


@dataclass(frozen=True, eq=False)
class Operation:
    """One operation: what may be asked and what may be answered."""

    api: str
    name: str
    method: str
    path: str
    answers: Mapping[int, Answer]
    params: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    body: object = None
    body_type: str = "application/json"
    request_headers: Mapping[str, str] = field(default_factory=dict)
    echoes: tuple[Echo, ...] = ()
    conditions: tuple[Condition, ...] = ()
    refusals: frozenset[int] = frozenset({400, 422})
    """Statuses that answer a request which breaks the contract; the request is not judged then."""
    safe: bool = False
    """Reads only: may be repeated, and run against the live service first."""
    source: str = ""
    summary: str = ""
    origin: str = ""
    """The name of a further origin where it stands; empty for the API's own server."""
    when: When | None = None
    """Of a webhook: how the body of a delivery tells that it is this one. None for what consumers call."""
    signature: Signature | None = None
    """What the deliveries of a webhook are signed with."""

    @property
    def inbound(self) -> bool:
        """Whether the provider asks and the consumer answers: a webhook."""
        return self.when is not None

    @property
    def label(self) -> str:
        """``POST /submissions``; of a webhook ``webhook message``."""
        return f"webhook {self.name}" if self.inbound else f"{self.method} {self.path}"

    @functools.cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches an encoded path and names its parameters."""
        return _compiled(self.path)


def _compiled(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)(?:=([^}]+))?\}", template)
    text = re.escape(parts[0])
    for name, shape, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        inner = re.escape(shape).replace(r"\*", "[^/]+") if shape else "[^/]+?"
        text += f"(?P<{name}>{inner}){re.escape(rest)}"
    return re.compile(text)


def body_type(forms: tuple[object, ...], request: Request) -> object:
    """The declared JSON type that answers ``request``."""
    return _union(
        form.chosen(dict(request.query).get(form.by)) if isinstance(form, Selected) else form
        for form in forms
    )


def _union(forms: Iterable[object]) -> object:
    first, *rest = forms
    for form in rest:
        first = cast(Any, first) | form
    return first
