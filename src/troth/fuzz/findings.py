"""A finding for each cause of failures, with the smallest request that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from troth.api import Api
from troth.credentials import Credentials
from troth.evidence import Finding
from troth.fuzz.asked import asked
from troth.fuzz.case import JUDGE, Failure, Sent
from troth.fuzz.cause import Cause, causes, rank
from troth.fuzz.config import Table
from troth.fuzz.curl import commands, commands_at
from troth.fuzz.document import Document
from troth.fuzz.judged import as_contract
from troth.fuzz.placed import placed
from troth.fuzz.reduce import Reduced, Reducer
from troth.fuzz.replay import READING, REPLAYED, Replay
from troth.fuzz.schema_line import Lines
from troth.fuzz.service import Service
from troth.fuzz.values import Answered, counted_times, header_text

_Key = tuple[str, int, str, str, str]
CANDIDATES = 5
"""Requests of one cause that are sent again, until it shows."""


@dataclass(frozen=True)
class Found:
    """A cause of failures: what is told of it, and the requests that show it again."""

    finding: Finding
    cause: Cause
    count: int
    """How often it was met."""
    sent: Sent
    """The smallest request of the run that met it."""
    reduced: Reduced | None = None
    """What shows it from its state alone; None where that was not tried, or is not enough."""


def found_in(
    api: Api,
    document: Document,
    service: Service,
    sent: Iterable[Sent],
    *,
    root: Path,
    table: Table,
    reproduce: str,
) -> Iterator[Found]:
    """Each cause once, in the order in which they were met.

    ``root`` is the folder of the workspace, ``table`` its ``schemathesis.toml``, and ``reproduce`` the
    command of the run.
    """
    groups: dict[_Key, list[tuple[Sent, Cause]]] = {}
    for each in sent:
        for cause in causes(placed(document.content, each)) if each.failures else ():
            key = (each.operation, each.status, *_key(api, cause))
            groups.setdefault(key, []).append((each, cause))
    if groups:
        one = _Findings(api, document, service, root, table, reproduce)
        yield from (one.found(group) for group in groups.values())


def _key(api: Api, cause: Cause) -> tuple[str, str, str]:
    """A request without its credential that is accepted is told once, whichever check left it out."""
    kind, why, place = cause.key
    credentials = {f"header {token.header}".lower() for token in api.auth}
    said = cause.failure.message.lower()
    if kind == "negative_data_rejection" and said.partition(":")[0] in credentials:
        return "ignored_auth", "no_auth", place
    return kind, why, place


def _first(pair: tuple[Sent, Cause]) -> tuple[int, int]:
    """The smallest request; before that the check to name it after, where only the run could tell."""
    sent, cause = pair
    reads = cause.failure.check in (*READING, JUDGE)
    return 0 if reads else rank(cause.failure), sent.size


class _Findings:
    def __init__(
        self, api: Api, document: Document, service: Service, root: Path, table: Table, reproduce: str
    ) -> None:
        self._api = api
        self._service = service
        self._lines = Lines(document, root)
        self._reproduce = reproduce
        self._variables: Mapping[str, str] = api.credentials
        self._reducer = (
            Reducer(document, Replay(api, document, service, table)) if service.handler is not None else None
        )

    def found(self, group: Sequence[tuple[Sent, Cause]]) -> Found:
        """What one that was met by itself may need others for, another one may not: a few are tried."""
        smallest = sorted(group, key=_first)[:CANDIDATES]
        tries = ((sent, cause, self._reduced(sent, cause)) for sent, cause in smallest)
        sent, cause, reduced = next((each for each in tries if each[2] is not None), (None, None, None))
        if sent is None or cause is None or reduced is None:
            sent, cause = min(group, key=lambda pair: (rank(pair[1].failure), pair[0].size))
            return self._told(sent, sent, cause, len(group), None)
        # The checks that read an answer were asked again; how a request was made only the run could tell.
        named = reduced.cause if cause.failure.check in (*READING, JUDGE) else cause
        return self._told(sent, reduced.sent, named, len(group), reduced)

    def _told(self, sent: Sent, shown: Sent, cause: Cause, count: int, reduced: Reduced | None) -> Found:
        finding = replace(self._finding(shown, cause, count), reproduce=self._command(sent, reduced))
        return Found(finding, cause, count, sent, reduced)

    def _reduced(self, sent: Sent, cause: Cause) -> Reduced | None:
        check = cause.failure.check
        if self._reducer is None or check not in (*REPLAYED, JUDGE):
            return None
        return self._reducer.reduced(sent, cause)

    def _finding(self, sent: Sent, cause: Cause, count: int) -> Finding:
        failure = cause.failure
        answered = Answered(self._api, as_contract(self._api, sent.exchange, self._service.url))
        return Finding(
            code_of(failure.check),
            f"{head(sent, failure)} ({_often(sent, cause, count)})",
            api=self._api.name,
            operation=sent.operation,
            path=answered.path(failure.path) if failure.path.startswith("$") else failure.path,
            expected=failure.expected,
            actual=_actual(answered, sent, failure),
            place=self._lines.told(failure.schema),
        )

    def _command(self, sent: Sent, reduced: Reduced | None) -> str:
        if reduced is not None:
            return commands(self._api.name, sent.given, reduced.requests)
        if self._service.handler is not None:
            # It needs what else the run had done by then.
            return self._reproduce
        credentials = Credentials(self._service.secrets)
        requests = asked((*sent.before, sent.exchange), self._service.url, credentials)
        return commands_at(self._service.url, requests, self._variables)


CODES = (
    "fuzz-not-a-server-error",
    "fuzz-status-code-conformance",
    "fuzz-content-type-conformance",
    "fuzz-response-headers-conformance",
    "fuzz-response-schema-conformance",
    "fuzz-negative-data-rejection",
    "fuzz-positive-data-acceptance",
    "fuzz-missing-required-header",
    "fuzz-unsupported-method",
    "fuzz-allow-header-conformance",
    "fuzz-use-after-free",
    "fuzz-ensure-resource-availability",
    "fuzz-ignored-auth",
    "fuzz-object-level-authorization",
    "fuzz-judge",
)
"""What ``code_of`` gives for the checks that there are."""


def code_of(check: str) -> str:
    """``fuzz-not-a-server-error``."""
    return f"fuzz-{check.replace('_', '-')}"


def head(sent: Sent, failure: Failure) -> str:
    """What is wrong in one sentence, the same wherever the same is wrong."""
    plain = failure.path == "status" and not failure.check.startswith("not_a")
    detail = failure.message or ("" if plain else failure.rule)
    # A schema is the same in whatever answer it stands.
    answer = "" if failure.path.startswith("$") else f", in an answer with {sent.status}"
    return f"{failure.title}{answer}{f': {detail}' if detail else ''}"


def _often(sent: Sent, cause: Cause, count: int) -> str:
    answer = f", in an answer with {sent.status}" if cause.failure.path.startswith("$") else ""
    also = f"; so say {', '.join(cause.also)}" if cause.also else ""
    return f"{counted_times(count)}{answer}{also}"


def _actual(answered: Answered, sent: Sent, failure: Failure) -> str:
    if failure.actual:
        return failure.actual
    if failure.path.startswith("$"):
        return answered.shown(failure.path)
    if failure.path.startswith("header "):
        return header_text(sent.exchange.response.headers, failure.path.removeprefix("header "))
    return str(sent.status)
