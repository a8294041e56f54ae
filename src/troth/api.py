"""The contract of one API: its operations, and the judge of an exchange.

judge0 = Api("judge0", server="https://judge0.example", auth=(HeaderToken("X-Auth-Token", env="TOKEN"),))
about = judge0.get("/about", responses={200: About, 401: Empty})
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from troth.errors import ContractProblem, UnknownName
from troth.exchange import WEBHOOK, Exchange, Headers
from troth.judge import Mismatch, Problem
from troth.operation import (
    Answer,
    Anything,
    Condition,
    Echo,
    Empty,
    Facts,
    HeaderToken,
    Operation,
    Selected,
    Text,
    body_type,
)
from troth.origins import Origins, is_further
from troth.scenario import Cleanup, Scenario, State
from troth.verdict import judged
from troth.webhook import Inbox, Signature, When, fits

__all__ = [
    "Answer",
    "Anything",
    "Api",
    "Condition",
    "Echo",
    "Empty",
    "Facts",
    "HeaderToken",
    "Inbox",
    "Operation",
    "Selected",
    "Signature",
    "Text",
    "body_type",
]


class Api:
    """A contract: the operations of one API and the rules that hold for each.

    ``server`` is where the real service lives; its path, if any, is the base path of every
    operation. ``origins`` are further origins that responses hand out, such as an upload host, by name:
    ``{"uploads": "https://uploads.example"}``. An operation there is declared with ``origin="uploads"``,
    and gets no credential. On our side it stands below ``/_origins/uploads``.
    """

    def __init__(
        self,
        name: str,
        *,
        server: str,
        auth: tuple[HeaderToken, ...] = (),
        origins: Mapping[str, str] | None = None,
        version: str = "",
        safe_headers: tuple[str, ...] = (),
        inbox: Inbox | None = None,
    ) -> None:
        self.name = name
        self.server = server.rstrip("/")
        self._origins = Origins(self.server, origins or {})
        self.auth = auth
        self.origins: Mapping[str, str] = {name: url for name, url in self._origins.urls.items() if name}
        self.version = version
        self.safe_headers = frozenset(header.lower() for header in safe_headers)
        self.inbox = inbox
        self.operations: list[Operation] = []
        self.webhooks: list[Operation] = []

    def operation(
        self, method: str, path: str, *, responses: Mapping[int, object], name: str, **details: Any
    ) -> Operation:
        """Declare an operation. ``responses`` maps a status to an ``Answer`` or to a JSON body type.

        ``details`` are the further fields of ``Operation``.
        """
        answers = {
            status: answer if isinstance(answer, Answer) else _answer(answer)
            for status, answer in responses.items()
        }
        details.setdefault("safe", method in ("GET", "HEAD"))
        made = Operation(self.name, name, method, path, answers, **details)
        self._refuse_misplaced(made)
        if any(
            (other.method, other.path) == (method, path) or other.name == name for other in self.operations
        ):
            raise ContractProblem(f"{self.name}: {made.label} ({name}) is declared twice")
        self.operations.append(made)
        return made

    def get(self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any) -> Operation:
        """Declare a GET operation; see ``operation``."""
        return self.operation("GET", path, responses=responses, name=name or _name("get", path), **details)

    def post(
        self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any
    ) -> Operation:
        """Declare a POST operation; see ``operation``."""
        return self.operation("POST", path, responses=responses, name=name or _name("post", path), **details)

    def put(self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any) -> Operation:
        """Declare a PUT operation; see ``operation``."""
        return self.operation("PUT", path, responses=responses, name=name or _name("put", path), **details)

    def patch(
        self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any
    ) -> Operation:
        """Declare a PATCH operation; see ``operation``."""
        return self.operation(
            "PATCH", path, responses=responses, name=name or _name("patch", path), **details
        )

    def delete(
        self, path: str, *, responses: Mapping[int, object], name: str = "", **details: Any
    ) -> Operation:
        """Declare a DELETE operation; see ``operation``."""
        return self.operation(
            "DELETE", path, responses=responses, name=name or _name("delete", path), **details
        )

    def webhook(
        self,
        name: str,
        *,
        when: When,
        body: object,
        responses: Mapping[int, object] | None = None,
        **details: Any,
    ) -> Operation:
        """Declare what the provider delivers on its own.

        ``when`` tells a delivery of it by members of its body; ``{}`` is every delivery. ``responses`` are
        answers of the consumer; it may give others as well. ``details`` are further fields of
        ``Operation``.

        Raises:
            ContractProblem: the API has no inbox, or the name is taken or cannot be one.
        """
        if self.inbox is None:
            raise ContractProblem(
                f"{self.name}: the webhook {name!r} has no inbox",
                hint='say where webhooks go: Api(..., inbox=Inbox("https://consumer.example/hooks"))',
            )
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise ContractProblem(f"{self.name}: a webhook cannot be named {name!r}", hint="use a-z, 0-9, _")
        signature = self.inbox.signature
        named: Mapping[str, str] = details.pop("request_headers", {})
        if signature is not None and signature.header.lower() not in {each.lower() for each in named}:
            named = {**named, signature.header: r"\S+"}
        answers = {
            status: answer if isinstance(answer, Answer) else _answer(answer)
            for status, answer in (responses or {200: Anything}).items()
        }
        details.setdefault("refusals", frozenset())
        made = Operation(
            self.name,
            name,
            "POST",
            name,
            answers,
            body=body,
            when=when,
            signature=signature,
            request_headers=named,
            **details,
        )
        if any(name == other.name for other in self.everything):
            raise ContractProblem(f"{self.name}: {name} is declared twice")
        self.webhooks.append(made)
        return made

    @property
    def credentials(self) -> Mapping[str, str]:
        """Every role of the contract, and the variable that holds its credential."""
        found = {token.role: token.env for token in self.auth}
        signature = self.inbox.signature if self.inbox is not None else None
        return found if signature is None else {**found, signature.role: signature.env}

    @property
    def everything(self) -> tuple[Operation, ...]:
        """The operations that consumers call, and the webhooks that the provider delivers."""
        return (*self.operations, *self.webhooks)

    def webhook_of(self, body: bytes) -> Operation | None:
        """The webhook that a delivery with ``body`` is; the first declared one where several fit."""
        return next((each for each in self.webhooks if fits(each.when or {}, body)), None)

    def scenario(
        self, name: str, *, given: str | State = "", writes: bool = False, cleanup: Cleanup | None = None
    ) -> Callable[[Callable[..., None]], Scenario]:
        """Declare a scenario: a function of a ``Server`` that drives the team's own client.

        ``given`` is the provider state it starts from. ``writes``: it leaves something behind on a
        real service, which ``cleanup`` removes; without one ``--live`` refuses it.
        """
        state = given if isinstance(given, State) else State(given)
        return lambda run: Scenario(self, name, run, state, writes=writes, cleanup=cleanup)

    def named(self, name: str) -> Operation:
        """The operation of that name or label.

        Raises:
            UnknownName: none has it.
        """
        for operation in self.everything:
            if name in (operation.name, operation.label):
                return operation
        raise UnknownName(
            f"operation of {self.name}", name, (operation.name for operation in self.everything)
        )

    def like(self, name: str) -> tuple[Operation, ...]:
        """The operations of that very name or label; else those that have it in one, or fit it as a glob.

        Raises:
            UnknownName: there is none.
        """
        wanted = name.lower()
        names = {each: (each.name.lower(), each.label.lower()) for each in self.operations}
        found = [each for each, own in names.items() if wanted in own] or [
            each
            for each, own in names.items()
            if any(wanted in one or fnmatch.fnmatchcase(one, wanted) for one in own)
        ]
        if not found:
            raise UnknownName(f"operation of {self.name}", name, (each.name for each in self.operations))
        return tuple(found)

    def local_path(self, url: str) -> str:
        """The path of ``url`` below this API's base path, still encoded.

        That of a further origin begins with ``/_origins/<name>``.
        """
        return self._origins.local_path(url)

    def own_path(self, url: str) -> str:
        """The path of ``url`` below the base path of its origin: what ``Operation.pattern`` matches."""
        return self._origins.spot(url).path

    def url_of(self, local_path: str) -> str:
        """The real service's URL of a path as ``local_path`` gives it."""
        return self._origins.url_of(local_path)

    def find(self, method: str, url: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that ``method url`` addresses, and its encoded path parameters.

        Where two templates fit, the one with fewer parameters is meant.
        """
        origin, path = self._origins.spot(url)
        if url.startswith(WEBHOOK):
            found = next((each for each in self.webhooks if each.name == path), None)
            return (found, {}) if found is not None else None
        if not origin and self._origins.beside(url):
            return None
        matching = [
            (len(match.groupdict()), index, operation, match)
            for index, operation in enumerate(self.operations)
            if (operation.method, operation.origin) == (method, origin)
            and (match := operation.pattern.fullmatch(path))
        ]
        if not matching:
            return None
        _, _, operation, match = min(matching, key=lambda fit: fit[:2])
        return operation, match.groupdict()

    def judge(self, exchange: Exchange) -> tuple[Mismatch, ...]:
        """Everything in which the exchange differs from the contract; empty when it holds."""
        request = exchange.request
        found = self.find(request.method, request.url)
        strayed = self._strayed(found[0], request.headers) if found is not None else ()
        return (*strayed, *judged(found, self.local_path(request.url), exchange))

    def _strayed(self, operation: Operation, headers: Headers) -> Iterator[Mismatch]:
        """The credentials that a request to a further origin carries: they are the API's own."""
        for token in self.auth if operation.origin else ():
            if token.header in headers:
                problem = Problem(f"header {token.header}", "no credential", "one", "credential-strayed")
                yield problem.on(operation.label, "request")

    def _refuse_misplaced(self, operation: Operation) -> None:
        if operation.origin and operation.origin not in self.origins:
            raise ContractProblem(
                f"{self.name}: {operation.label} is of an origin {operation.origin!r} that is not declared",
                hint=f'name it: Api(..., origins={{"{operation.origin}": "https://host.example"}})',
            )
        if is_further(operation.path):
            raise ContractProblem(
                f"{self.name}: {operation.label} stands where further origins are answered",
                hint='declare it with origin="..."',
            )

    def __repr__(self) -> str:
        return f"Api({self.name!r}, {len(self.operations)} operations)"


def _answer(body: object) -> Answer:
    return Answer(body, content_type="text/plain") if isinstance(body, Text) else Answer(body)


def _name(verb: str, path: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", path).strip("_").lower()
    return f"{verb}_{words}" if words else f"{verb}_root"
