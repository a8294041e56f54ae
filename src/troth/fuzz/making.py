"""Makes the passes of a run: sets the state, runs the engine, and judges what came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from troth.api import Api
from troth.errors import CouldNotCheck
from troth.fuzz import engine
from troth.fuzz.case import JUDGE, Failure, Sent
from troth.fuzz.config import Budget, Table, configured
from troth.fuzz.credentials import headers_by_label
from troth.fuzz.document import Described, Document, localised
from troth.fuzz.exceptions import Exceptions
from troth.fuzz.forms import is_text_all_the_same
from troth.fuzz.gate import Gate
from troth.fuzz.judged import judged
from troth.fuzz.manners import mannered
from troth.fuzz.passes import Pass
from troth.fuzz.service import Service
from troth.fuzz.settings import FuzzSettings
from troth.provider import JsonScalar
from troth.scenario import State

OF_THE_REQUEST = frozenset(
    {
        "not_a_server_error",
        "positive_data_acceptance",
        "negative_data_rejection",
        "missing_required_header",
        "unsupported_method",
    }
)
"""Checks that read out of a status whether a request was a good one: what a state provokes does not tell."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """A state did not provoke what it is there for."""

    one: Pass
    why: str


Told = engine.Told | Unreached


@dataclass(frozen=True)
class Plan:
    """What all passes of a run have in common; it can be sent to another process."""

    document: Document
    settings: FuzzSettings
    operations: Sequence[Described]
    table: Table
    """What ``schemathesis.toml`` says."""
    budget: Budget


class Maker:
    """Makes passes against one service, one after another."""

    def __init__(
        self, api: Api, service: Service, plan: Plan, exceptions: Exceptions, gate: Gate | None = None
    ) -> None:
        self._api = api
        self._service = service
        self._plan = plan
        self._exceptions = exceptions
        self._gate = gate or Gate()

    @property
    def stopped(self) -> str:
        """Why nothing more is made; empty while there is no reason."""
        return self._gate.stopped

    def make(self, one: Pass) -> Iterator[Told]:
        """What the engine tells, judged; nothing once the run was stopped.

        Raises:
            CouldNotCheck: the starting state cannot be set, or a credential is not known.
            UnknownName: there is no such state or role.
            UsageProblem: the document or ``schemathesis.toml`` cannot be used.
        """
        if self.stopped:
            return
        try:
            states = self._service.states
            values = states.set(State(one.given)) if states is not None else self._service.values
        except CouldNotCheck as problem:
            if not one.statuses:
                raise
            yield Unreached(one, str(problem))
            return
        yield from self._made(one, values)

    def _made(self, one: Pass, values: Mapping[str, JsonScalar]) -> Iterator[Told]:
        self._gate.expected = frozenset(one.statuses)
        seen: set[int] = set()
        for told in engine.run(self._job(one, values)):
            if isinstance(told, engine.Tried):
                seen |= {each.status for each in told.sent}
                yield replace(told, sent=tuple(map(self._judged, told.sent)))
            else:
                yield told
        missed = set(one.statuses) - seen
        if missed and not self._gate.stopped:
            yield Unreached(one, f"nothing answered {', '.join(map(str, sorted(missed)))}")

    def _job(self, one: Pass, values: Mapping[str, JsonScalar]) -> engine.Job:
        plan = self._plan
        local, shown = localised(plan.document, self._api)
        labels = {original: found for found, original in shown.items()}
        operations = [each for each in plan.operations if each.label in one.labels]
        budget = replace(plan.budget, seconds=one.seconds)
        config = configured(plan.table, plan.settings, operations, values, budget, labels)
        headers = headers_by_label(self._api, self._service, plan.document, plan.settings.role)
        return engine.Job(
            api=self._api,
            document=local,
            service=self._service,
            config=mannered(config, self._gate.manners),
            labels=frozenset(labels[label] for label in one.labels),
            headers={labels[label]: found for label, found in headers.items()},
            phases=one.phases,
            max_examples=one.max_examples,
            gate=self._gate,
            given=one.given,
            shown=shown,
            keep=self._keeper(one),
        )

    def _keeper(self, one: Pass) -> engine.Keep:
        def keep(operation: str, failure: Failure, status: int) -> bool:
            provoked = failure.check in OF_THE_REQUEST and status in one.statuses
            return (
                not provoked
                and not is_text_all_the_same(self._plan.document.content, operation, failure)
                and not self._gate.limits(status)
                and self._exceptions.keep(operation, failure, status)
            )

        return keep

    def _judged(self, sent: Sent) -> Sent:
        found = judged(self._api, sent, self._service.url)
        kept = (failure for failure in found.failures if failure.check != JUDGE or self._keeps(sent, failure))
        return replace(found, failures=tuple(kept))

    def _keeps(self, sent: Sent, failure: Failure) -> bool:
        limits = self._gate.limits(sent.status)
        return not limits and self._exceptions.keep(sent.operation, failure, sent.status)
