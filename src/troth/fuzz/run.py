"""One fuzz run of an API: a pass from its starting state, and one in each state that provokes something."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from troth.api import Api
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Counts, Evidence, Finding, StepResult, Verdict
from troth.exchange import SourceKind
from troth.fuzz import engine
from troth.fuzz.case import JUDGE, Failure, Sent, Trouble
from troth.fuzz.config import Budget, Table, configured, read_table
from troth.fuzz.credentials import headers_by_label
from troth.fuzz.document import Described, Document, localised
from troth.fuzz.exceptions import Exceptions
from troth.fuzz.findings import findings_of
from troth.fuzz.gate import Gate
from troth.fuzz.judged import judged, operation_of
from troth.fuzz.manners import left_out, mannered, sorted_out
from troth.fuzz.service import Service
from troth.fuzz.settings import FuzzSettings, StatePass, fits
from troth.fuzz.strength import Tally, tallies, weaknesses
from troth.provider import JsonScalar
from troth.scenario import State
from troth.workspace import Workspace

STEP = "fuzzing"
_UNIT = ("examples", "coverage", "fuzzing")
_OF_A_STATE = 10
"""Examples of an operation in a pass of a state: it provokes one thing."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a run the user chose."""

    only: str = ""
    budget: Budget = field(default_factory=Budget)
    phases: tuple[str, ...] = engine.PHASES
    gate: Gate = field(default_factory=Gate)
    """What every request passes, and what is tried at all."""
    named: bool = False
    """Whether the operations were asked for, so that one that is left out could not be checked."""
    reproduce: str = ""
    """The command that repeats the run."""


@dataclass(frozen=True)
class FuzzRun:
    """What became of a run."""

    document: Document
    service: Service
    sent: tuple[Sent, ...]
    """What failed may have been sent many times: all of it is here."""
    tallies: tuple[Tally, ...]
    result: StepResult
    dropped: Mapping[str, int]
    """How many failures each entry of fuzz.toml took out, by what it says."""
    stopped: str = ""
    """Why it ended early; empty if it did not."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Pass:
    given: str
    labels: frozenset[str]
    phases: tuple[str, ...]
    max_examples: int
    statuses: tuple[int, ...] = ()


def fuzz(
    workspace: Workspace,
    api: Api,
    service: Service,
    document: Document,
    settings: FuzzSettings,
    choice: Choice | None = None,
    *,
    now: datetime,
    emit: Emit = silent,
) -> FuzzRun:
    """Fuzz ``service`` by ``document``. ``now`` has a time zone.

    Raises:
        UnknownName: the choice or the settings name an operation, check, role or state that is not there.
        CouldNotCheck: the starting state cannot be set, or a credential is not known.
        UsageProblem: the document or ``schemathesis.toml`` cannot be used.
    """
    chosen = choice or Choice()
    operations, left = _operations(document, service, chosen)
    settings.refuse_unknown((each.label for each in document.operations), (*engine.checks(), JUDGE))
    exceptions = Exceptions(settings, today=now.date())
    one = _One(workspace, api, service, document, settings, chosen, operations, exceptions, emit)
    one.leave(left_out(api.name, left, chosen.gate.manners, asked=chosen.named or bool(chosen.only)))
    started = time.monotonic()
    one.go()
    return one.outcome(now, time.monotonic() - started)


def _operations(
    document: Document, service: Service, choice: Choice
) -> tuple[tuple[Described, ...], tuple[tuple[Described, str], ...]]:
    found = document.like(choice.only) if choice.only else document.operations
    tried, left = sorted_out(found, choice.gate.manners, simulated=service.simulated)
    if not tried:
        why = "; ".join(dict.fromkeys(why for _, why in left)) or "the document has none"
        raise CouldNotCheck(f"no operation may be tried: {why}", hint=choice.gate.manners.hint)
    return tried, left


class _One:
    def __init__(
        self,
        workspace: Workspace,
        api: Api,
        service: Service,
        document: Document,
        settings: FuzzSettings,
        choice: Choice,
        operations: Sequence[Described],
        exceptions: Exceptions,
        emit: Emit,
    ) -> None:
        self._api = api
        self._service = service
        self._document = document
        self._settings = settings
        self._choice = choice
        self._operations = operations
        self._exceptions = exceptions
        self._emit = emit
        self._table: Table = read_table(workspace.root)
        self._sent: list[Sent] = []
        self._troubles: list[Trouble] = []
        self._findings: list[Finding] = []
        self._told: list[Finding] = []
        self._stopped = ""

    def leave(self, said: Iterable[Finding]) -> None:
        """Note what is left out."""
        for each in said:
            (self._told if each.verdict is Verdict.PROVEN else self._findings).append(each)

    def go(self) -> None:
        """Make every pass."""
        for each in self._passes():
            if self._stopped:
                return
            values = self._set(each)
            if values is not None:
                self._make(each, values)

    def _passes(self) -> Iterator[_Pass]:
        """The state passes first: they are short, and a time budget ends with the long one."""
        every = frozenset(each.label for each in self._operations)
        budget = self._choice.budget
        for state in self._settings.states:
            labels = frozenset(label for label in every if fits(label, state.operations))
            if labels and self._service.states is None:
                self._told.append(self._unset(state))
            elif labels:
                examples = min(budget.max_examples, _OF_A_STATE)
                phases = tuple(phase for phase in self._choice.phases if phase in _UNIT)
                yield _Pass(state.given, labels, phases, examples, state.statuses)
        yield _Pass(self._settings.given, every, self._choice.phases, budget.max_examples)

    def _set(self, one: _Pass) -> Mapping[str, JsonScalar] | None:
        """The values of the state; None where it could not be set, which is told."""
        if self._service.states is None:
            return {}
        try:
            return self._service.states.set(State(one.given))
        except CouldNotCheck as problem:
            if not one.statuses:
                raise
            self._findings.append(self._unreached(one, str(problem)))
            return None

    def _make(self, one: _Pass, values: Mapping[str, JsonScalar]) -> None:
        before = len(self._sent)
        self._choice.gate.expected = frozenset(one.statuses)
        for told in engine.run(self._job(one, values)):
            match told:
                case engine.PhaseBegan(phase, operations):
                    self._emit(StepStarted(f"{STEP} ({_named(phase, one)})", self._api.name, operations))
                case engine.Tried(what, sent):
                    self._sent += [self._judged(each) for each in sent]
                    self._emit(Advanced(what))
                case Trouble():
                    self._troubles.append(told)
                case engine.Ended(why):
                    self._stopped = self._stopped or why
        missed = set(one.statuses) - {each.status for each in self._sent[before:]}
        if missed and not self._stopped:
            said = f"nothing answered {', '.join(map(str, sorted(missed)))}"
            self._findings.append(self._unreached(one, said))

    def _job(self, one: _Pass, values: Mapping[str, JsonScalar]) -> engine.Job:
        local, shown = localised(self._document, self._api)
        labels = {original: found for found, original in shown.items()}
        operations = [each for each in self._operations if each.label in one.labels]
        budget = self._choice.budget if not one.statuses else replace(self._choice.budget, seconds=None)
        gate = self._choice.gate
        config = mannered(configured(self._table, self._settings, operations, values, budget), gate.manners)
        return engine.Job(
            api=self._api,
            document=local,
            service=self._service,
            config=config,
            labels=frozenset(labels[label] for label in one.labels),
            headers={
                labels[label]: headers
                for label, headers in headers_by_label(
                    self._api, self._service, self._document, self._settings.role
                ).items()
            },
            phases=one.phases,
            max_examples=one.max_examples,
            gate=gate,
            given=one.given,
            shown=shown,
            keep=self._keeper(one),
        )

    def _keeper(self, one: _Pass) -> engine.Keep:
        def keep(operation: str, failure: Failure, status: int) -> bool:
            provoked = failure.check == "not_a_server_error" and status in one.statuses
            return not provoked and self._exceptions.keep(operation, failure, status)

        return keep

    def _judged(self, sent: Sent) -> Sent:
        found = judged(self._api, sent, self._service.url)
        kept = (
            failure
            for failure in found.failures
            if failure.check != JUDGE or self._exceptions.keep(sent.operation, failure, sent.status)
        )
        return replace(found, failures=tuple(kept))

    def outcome(self, now: datetime, seconds: float) -> FuzzRun:
        """All of it."""
        counted = tallies([each.label for each in self._operations], self._sent)
        untried = [each.operation for each in counted if not each.cases]
        findings = (
            *findings_of(self._api, self._document, self._sent),
            *self._exceptions.expired(self._api.name),
            *self._findings,
            *self._choice.gate.findings(self._api.name, untried, self._choice.reproduce),
            *(self._troubled(each) for each in dict.fromkeys(self._troubles)),
            *weaknesses(self._api.name, counted, self._choice.reproduce),
        )
        broken = sum(1 for each in self._sent if each.failures)
        result = StepResult(
            STEP,
            self._api.name,
            Counts(len(self._sent), len(self._sent), len(self._sent) - broken),
            findings,
            tuple(self._evidence(now)),
            unit="cases",
            told=(*self._told, *self._exceptions.unused(self._api.name)),
        )
        self._emit(StepFinished(result))
        return FuzzRun(
            self._document,
            self._service,
            tuple(self._sent),
            counted,
            result,
            self._exceptions.dropped,
            self._stopped,
            seconds,
        )

    def _evidence(self, now: datetime) -> Iterator[Evidence]:
        worst: Counter[tuple[str, int]] = Counter()
        for each in self._sent:
            operation = operation_of(self._api, each, self._service.url)
            if operation is not None:
                worst[operation.label, each.status] += bool(each.failures)
        for (label, status), failed in worst.items():
            verdict = Verdict.BROKEN if failed else Verdict.PROVEN
            yield Evidence(
                self._api.name, label, status, SourceKind.FUZZED, now, verdict, place=self._service.place
            )

    def _unreached(self, one: _Pass, why: str) -> Finding:
        return Finding(
            "fuzz-state-unreached",
            f"the state {one.given!r} did not provoke what it is there for: {why}",
            api=self._api.name,
            operation=min(one.labels),
            expected=f"an answer with {', '.join(map(str, one.statuses))}",
            actual=why,
            place=f"contracts/{self._api.name}/fuzz.toml",
            verdict=Verdict.UNCHECKED,
        )

    def _unset(self, state: StatePass) -> Finding:
        return Finding(
            "fuzz-state-unset",
            f"the state {state.given!r} was not tried: no states can be set at {self._service.place}",
            api=self._api.name,
            verdict=Verdict.UNCHECKED,
        )

    def _troubled(self, trouble: Trouble) -> Finding:
        return Finding(
            "fuzz-trouble",
            f"it could not be tried: {trouble.message}",
            api=self._api.name,
            operation=trouble.operation,
            reproduce=self._choice.reproduce,
            verdict=Verdict.UNCHECKED,
        )


def _named(phase: str, one: _Pass) -> str:
    return f"{phase}, {one.given}" if one.statuses else phase
