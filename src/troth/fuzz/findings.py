"""A finding for each cause of failures, with the smallest request that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troth.api import Api
from troth.evidence import Finding
from troth.fuzz.case import Failure, Sent
from troth.fuzz.document import Document

Cause = tuple[str, str, str, str, int]


def findings_of(api: Api, document: Document, sent: Iterable[Sent]) -> Iterator[Finding]:
    """One finding a cause, in the order in which they were met."""
    causes: dict[Cause, list[tuple[Sent, Failure]]] = {}
    for each in sent:
        for failure in each.failures:
            causes.setdefault(_cause(each, failure), []).append((each, failure))
    for found in causes.values():
        smallest, failure = min(found, key=lambda pair: pair[0].size)
        yield _finding(api, document, smallest, failure, len(found))


def _cause(sent: Sent, failure: Failure) -> Cause:
    return (sent.operation, failure.check, failure.rule, failure.path, sent.status)


def _finding(api: Api, document: Document, sent: Sent, failure: Failure, count: int) -> Finding:
    request = sent.exchange.request
    return Finding(
        f"fuzz-{failure.check.replace('_', '-')}",
        f"{failure.title}: {failure.message or failure.rule} ({count} times)",
        api=api.name,
        operation=sent.operation,
        path=failure.path,
        expected=failure.expected,
        actual=failure.actual or str(sent.status),
        place=document.place,
        reproduce=f"curl -X {request.method} {request.url} -d {request.body[:300]!r}",
    )
