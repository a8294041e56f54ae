"""The document that a service serves, beside the committed one, and which of them is fuzzed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from troth.drift import load, parse
from troth.drift.document import Document as Read
from troth.errors import BrokenFile, CouldNotCheck, UsageProblem
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.fuzz.differences import Difference, differences
from troth.fuzz.document import Document
from troth.fuzz.ready import Ask
from troth.fuzz.settings import Served
from troth.jsontext import Json

STEP = "served document"
COMMITTED, SERVED = "committed", "served"
_LISTED = 40
"""Differences that are told one by one."""
_SECONDS = 30.0


@dataclass(frozen=True)
class Chosen:
    """The document to fuzz, and what came of the comparison. ``other`` is the one that was compared."""

    document: Document
    other: Document | None = None
    result: StepResult | None = None
    note: str = ""
    """Why nothing was compared."""

    @property
    def content(self) -> Json:
        """What the service serves; None where that is not known."""
        return None if self.other is None else dict(self.other.content)


def choose(api: str, committed: Document, wish: str, served: Served, url: str | None, ask: Ask) -> Chosen:
    """Which document is fuzzed by ``wish``: ``committed``, ``served``, or the URL or path of one.

    The one that is served, or named, is compared with the committed one first.

    Raises:
        CouldNotCheck: it was asked for, and is not to be had.
        UsageProblem: the settings do not say where it is served, or a file is none.
        BrokenFile: it is no OpenAPI document.
    """
    if wish not in (COMMITTED, SERVED):
        other = described(load(wish))
        return Chosen(other, other, compared(api, committed, other))
    if wish == SERVED and not (url and served.path):
        raise UsageProblem(
            "nothing says where the document is served",
            hint='with --url, and [served] path = "/openapi.json" in fuzz.toml; or --document URL',
        )
    if not (url and served.path):
        return Chosen(committed)
    place = urljoin(url.rstrip("/") + "/", served.path)
    try:
        other = described(parse(_fetched(place, ask), place))
    except (CouldNotCheck, BrokenFile) as problem:
        if wish == SERVED:
            raise
        return Chosen(committed, note=f"the document served was not compared: {problem.message}")
    return Chosen(other if wish == SERVED else committed, other, compared(api, committed, other))


def _fetched(place: str, ask: Ask) -> bytes:
    answer = ask(place, _SECONDS)
    if answer.status != 200:
        raise CouldNotCheck(f"{place} answers {answer.status}")
    return answer.content


def described(read: Read) -> Document:
    """A document that was read from elsewhere, if the engine can be given it.

    Raises:
        BrokenFile: it is no OpenAPI document, or refers to other places.
    """
    content = read.value
    if (
        not isinstance(content, dict)
        or "openapi" not in content
        or not isinstance(content.get("paths"), dict)
    ):
        raise BrokenFile(Path(read.name), "it is no OpenAPI document: there is no 'openapi' or no 'paths'")
    if foreign := _elsewhere(content):
        raise BrokenFile(Path(read.name), f"it refers to another document, {foreign}: bundle it first")
    return Document(dict(content), read.name)


def _elsewhere(value: Json) -> str:
    """The first reference that leads out of the document; nothing is fetched that nobody named."""
    waiting: list[Json] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            reference = each.get("$ref")
            if isinstance(reference, str) and not reference.startswith("#"):
                return reference
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return ""


def compared(api: str, committed: Document, other: Document) -> StepResult:
    """A finding for each difference, the first ``_LISTED`` of them; one of many operations is one."""
    every = list(differences(committed, other))
    groups: dict[tuple[str, str, str], list[Difference]] = {}
    for each in every:
        groups.setdefault((each.inside or each.path, each.expected, each.actual), []).append(each)
    found = [_finding(api, committed, other, group) for group in list(groups.values())[:_LISTED]]
    if more := len(groups) - len(found):
        found[-1] = replace(found[-1], message=f"{found[-1].message}; {more} further differences")
    labels = {each.label for each in (*committed.operations, *other.operations)}
    same = labels - {each.operation for each in every}
    counts = Counts(len(labels), len(labels), len(same))
    return StepResult(STEP, api, counts, tuple(found), unit="operations")


def _finding(api: str, committed: Document, other: Document, group: Sequence[Difference]) -> Finding:
    difference, *rest = group
    also = ", ".join(each.operation for each in rest)
    return Finding(
        "fuzz-document-differs",
        f"the document served is not the committed one{also and f' (also of {also})'}",
        api=api,
        operation=difference.operation,
        path=difference.path,
        expected=f"{difference.expected} ({committed.place})",
        actual=f"{difference.actual} (served)",
        place=other.place,
        reproduce=_shown(other.place),
        verdict=Verdict.BROKEN,
    )


def _shown(place: str) -> str:
    return f"curl -s {shlex.quote(place)}" if "://" in place else ""
