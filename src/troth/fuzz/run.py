"""One fuzz run of an API, from what the user chose to what it amounts to."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from troth.api import Api
from troth.errors import CouldNotCheck
from troth.events import Advanced, Emit, StepFinished, StepStarted, silent
from troth.evidence import Finding, Verdict
from troth.fuzz import engine
from troth.fuzz.case import JUDGE, Sent, Trouble
from troth.fuzz.config import FILE, Budget, read_table, switched_off
from troth.fuzz.crew import Work, make_all
from troth.fuzz.document import Described, Document
from troth.fuzz.exceptions import Exceptions
from troth.fuzz.findings import found_in
from troth.fuzz.gate import Gate
from troth.fuzz.making import Maker, Plan, Told, Unreached
from troth.fuzz.manners import left_out, sorted_out
from troth.fuzz.outcome import STEP, FuzzRun, Seen, result_of
from troth.fuzz.passes import PHASES, Pass, planned
from troth.fuzz.service import Service
from troth.fuzz.settings import FuzzSettings
from troth.fuzz.strength import tallies
from troth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a run the user chose."""

    only: str = ""
    budget: Budget = field(default_factory=Budget)
    phases: tuple[str, ...] = PHASES
    gate: Gate = field(default_factory=Gate)
    """What every request passes, and what is tried at all."""
    workers: int = 1
    """In how many processes passes are made, where the service is in process."""
    reproduce: str = ""
    """The command that repeats the run."""


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
    one = _One(
        workspace,
        api,
        service,
        Plan(
            document,
            settings,
            operations,
            read_table(workspace.root, offers=service.states is None),
            chosen.budget,
        ),
        chosen,
        now,
    )
    one.said += left_out(api.name, left, chosen.gate.manners, asked=bool(chosen.only))
    started = time.monotonic()
    one.go(emit)
    return one.outcome(time.monotonic() - started, emit)


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
        self, workspace: Workspace, api: Api, service: Service, plan: Plan, choice: Choice, now: datetime
    ) -> None:
        self.said: list[Finding] = []
        self._workspace = workspace
        self._api = api
        self._service = service
        self._plan = plan
        self._choice = choice
        self._now = now
        self._exceptions = Exceptions(plan.settings, today=now.date())
        self._sent: dict[int, list[Sent]] = {}
        """By the number of the pass, in whatever process it was made."""
        self._troubles: list[Trouble] = []
        self._unreached: list[Unreached] = []
        self._stopped = ""

    def go(self, emit: Emit) -> None:
        """Make every pass."""
        passes = planned(
            self._plan.operations,
            self._plan.settings,
            self._choice.phases,
            self._plan.budget,
            states=self._service.states is not None,
            apart=self._service.handler is not None,
            workers=self._choice.workers,
        )
        emit(StepStarted(STEP, self._api.name, sum(one.units for one in passes)))
        for number, told in self._made(passes):
            self._take(number, told, emit)

    def _made(self, passes: Sequence[Pass]) -> Iterator[tuple[int, Told]]:
        gate = self._choice.gate
        own = Maker(self._api, self._service, self._plan, self._exceptions, gate)
        if self._service.handler is not None and self._choice.workers > 1 and len(passes) > 1:
            work = Work(self._workspace.root, self._api.name, self._plan, gate.manners, self._now.date())
            yield from make_all(passes, own, self._exceptions, work, self._choice.workers)
            return
        for number, one in enumerate(passes):
            if not self._stopped:
                yield from ((number, told) for told in own.make(one))

    def _take(self, number: int, told: Told, emit: Emit) -> None:
        match told:
            case engine.Tried():
                self._sent.setdefault(number, []).extend(told.sent)
                emit(Advanced(told.what))
            case Trouble():
                self._troubles.append(told)
            case Unreached():
                self._unreached.append(told)
            case engine.Ended():
                self._stopped = self._stopped or told.why

    def outcome(self, seconds: float, emit: Emit) -> FuzzRun:
        """All of it."""
        plan, api, gate = self._plan, self._api, self._choice.gate
        sent = [each for number in sorted(self._sent) for each in self._sent[number]]
        counted = tallies([each.label for each in plan.operations], sent)
        untried = [each.operation for each in counted if not each.cases]
        said = (*self.said, *gate.findings(api.name, untried, self._choice.reproduce))
        found = tuple(
            found_in(
                api,
                plan.document,
                self._service,
                sent,
                root=self._workspace.root,
                table=plan.table,
                reproduce=self._choice.reproduce,
            )
        )
        seen = Seen(
            sent,
            counted,
            self._troubles,
            self._unreached,
            found=found,
            said=[each for each in said if each.verdict is not Verdict.PROVEN],
            told=[*(each for each in said if each.verdict is Verdict.PROVEN), *self._unset(), *self._off()],
        )
        result = result_of(
            api,
            self._service,
            seen,
            self._exceptions,
            now=self._now,
            reproduce=self._choice.reproduce,
        )
        emit(StepFinished(result))
        return FuzzRun(
            plan.document,
            self._service,
            tuple(sent),
            counted,
            result,
            self._exceptions.uses,
            self._stopped,
            seconds,
            found,
        )

    def _off(self) -> Iterator[Finding]:
        title = str(self._plan.document.content.get("info", {}).get("title", ""))
        for check, which in switched_off(self._plan.table, title):
            said = f"{FILE} switches {check} off for {which}"
            yield Finding("fuzz-check-off", said, api=self._api.name, place=FILE)

    def _unset(self) -> Iterator[Finding]:
        for state in self._plan.settings.states if self._service.states is None else ():
            yield Finding(
                "fuzz-state-unset",
                f"the state {state.given!r} was not tried: no states can be set at {self._service.place}",
                api=self._api.name,
                verdict=Verdict.UNCHECKED,
            )
