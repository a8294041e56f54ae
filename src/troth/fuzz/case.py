"""What a fuzz run sent, what came back, and what is wrong with it; no word of the engine that made it."""

from __future__ import annotations

from dataclasses import dataclass, field

from troth.exchange import Exchange

JUDGE = "judge"
"""The name of the judge among the checks."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One check that an answer did not pass.

    ``check`` is Schemathesis' name of it, or ``judge``. ``path`` is the place in the answer, a JSON path or
    one outside the body; ``schema`` the place in the OpenAPI document that says otherwise, key by key.
    ``rule`` tells causes of one check apart: a rule of the judge, or a keyword of JSON Schema.
    """

    check: str
    title: str
    message: str = ""
    path: str = ""
    expected: str = ""
    actual: str = ""
    rule: str = ""
    schema: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """One generated request with its answer.

    ``positive``: the request was made to fit the document; None for what a check sent on its own.
    ``before`` are the requests that it builds on, oldest first.
    """

    operation: str
    """A label as the document has it: ``POST /submissions``."""
    phase: str
    given: str
    """The provider state of the pass."""
    positive: bool | None
    exchange: Exchange
    failures: tuple[Failure, ...] = ()
    before: tuple[Exchange, ...] = field(default=(), repr=False)
    at: float = 0.0
    """When it was sent, in seconds since 1970."""

    @property
    def status(self) -> int:
        """Of the answer."""
        return self.exchange.response.status

    @property
    def size(self) -> int:
        """Bytes of the request: the smallest of several is the one to show."""
        request = self.exchange.request
        headers = sum(len(name) + len(value) for name, value in request.headers)
        return (
            len(request.url)
            + headers
            + len(request.body)
            + sum(len(each.request.url) for each in self.before)
        )


@dataclass(frozen=True, slots=True)
class Trouble:
    """What kept the engine from trying an operation, or all of them."""

    operation: str
    message: str
