"""Removes what a run made at a URL, by what ``[[cleanup]]`` of its fuzz.toml says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from troth import jsontext
from troth.api import Api
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Finding, StepResult, Verdict
from troth.exchange import Headers, Request, Response
from troth.fuzz.credentials import headers_by_label
from troth.fuzz.document import Document
from troth.fuzz.gate import MAX_WAITS, Gate, Made, retry_seconds
from troth.fuzz.ready import member
from troth.fuzz.routes import filled, parameters
from troth.fuzz.service import Service
from troth.fuzz.settings import CleanUp, FuzzSettings
from troth.upstream import Upstream

STEP = "clean-up"
MAX_SECONDS = 300.0
"""How long it may take at the most."""
_GONE = frozenset({404, 410})
"""It is not there any more: the run removed it itself, or something else did."""


@dataclass(frozen=True, slots=True)
class _Left:
    """What was not removed, and why. ``number``: only a number may be told of what was answered."""

    entry: CleanUp
    number: str
    why: str


def clean_up(
    api: Api,
    service: Service,
    document: Document,
    settings: FuzzSettings,
    gate: Gate,
    *,
    emit: Emit = silent,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> StepResult | None:
    """Remove what was made, the newest first; None where nothing was. Never raises for what the service does.

    Raises:
        CouldNotCheck: the run's credential is not known.
        UnknownName: there is no such role.
    """
    if not gate.made or not service.url:
        return None
    emit(StepStarted(STEP, api.name, len(gate.made)))
    headers = headers_by_label(api, service, document, settings.role)
    sweep = _Sweep(service, settings.cleanup, gate, headers, emit, clock, sleep)
    left = list(sweep.over(gate.made[::-1]))
    made = len(gate.made)
    found = tuple(_findings(api.name, service, left))
    result = StepResult(STEP, api.name, Counts(made, made, made - len(left)), found, unit="things")
    emit(StepFinished(result))
    return result


class _Sweep:
    def __init__(
        self,
        service: Service,
        entries: Sequence[CleanUp],
        gate: Gate,
        headers: Mapping[str, Mapping[str, str]],
        emit: Emit,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._base = service.url.rstrip("/")
        self._entries = {each.create: each for each in entries}
        self._gate = gate
        self._headers = headers
        self._emit = emit
        self._clock = clock
        self._sleep = sleep
        self._waits = 0

    def over(self, made: Iterable[Made]) -> Iterator[_Left]:
        """What is left of it."""
        deadline = self._clock() + MAX_SECONDS
        upstream = Upstream(self._base)
        try:
            for each in made:
                entry, number = self._entries[each.label], _identity(self._entries[each.label], each)
                late = self._clock() > deadline
                why = f"{MAX_SECONDS:g} s were over" if late else self._removed(upstream, entry, each, number)
                self._emit(Advanced(entry.delete))
                if why:
                    yield _Left(entry, number if number.isdecimal() else "", why)
        finally:
            upstream.close()

    def _removed(self, upstream: Upstream, entry: CleanUp, made: Made, identity: str) -> str:
        """Why it was not; empty where it was."""
        if not identity:
            return f"its answer has no {entry.id}"
        path = entry.delete.partition(" ")[2]
        values = {**made.values, parameters(path)[-1]: identity}
        headers = Headers.of(self._headers.get(entry.delete, {}))
        request = Request("DELETE", self._base + filled(path, values), headers)
        try:
            answer = self._answer(upstream, request)
        except CouldNotCheck:
            return "no answer came"
        gone = 200 <= answer.status < 300 or answer.status in _GONE
        return "" if gone else f"it answered {answer.status}"

    def _answer(self, upstream: Upstream, request: Request) -> Response:
        answer = self._gate.own(upstream, request)
        while answer.status == 429 and self._waits < MAX_WAITS:
            self._waits += 1
            self._sleep(retry_seconds(answer.headers.get("Retry-After") or ""))
            answer = self._gate.own(upstream, request)
        return answer


def _identity(entry: CleanUp, made: Made) -> str:
    try:
        found = member(jsontext.read(made.answer), entry.id)
    except jsontext.NotJson:
        return ""
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _findings(api: str, service: Service, left: Iterable[_Left]) -> Iterator[Finding]:
    """One for each reason; a text may be a secret, so that only numbers are listed."""
    reasons: dict[tuple[str, str, str], list[str]] = {}
    for each in left:
        reasons.setdefault((each.entry.create, each.entry.delete, each.why), []).append(each.number)
    for (create, delete, why), numbers in reasons.items():
        known = ", ".join(number for number in numbers if number)
        yield Finding(
            "fuzz-left-behind",
            f"{len(numbers)} made by {create} are still there{known and f', {known}'}: {why}",
            api=api,
            operation=delete,
            expected="a 2xx, or a 404 for what is gone",
            actual=why,
            place=service.url,
            verdict=Verdict.UNCHECKED,
        )
