"""Runs Schemathesis' engine over a document, and tells what it sent as values of our own.

The only module that knows the engine. One worker, so that a seed repeats a run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from unittest import mock

import schemathesis
from hypothesis.internal.cache import LRUCache
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.config import ConfigError, SchemathesisConfig
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.failures import Failure as EngineFailure
from schemathesis.core.transport import Response as EngineResponse
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import PhaseName
from schemathesis.filters import FilterSet
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.hooks import HookContext
from schemathesis.schemas import BaseSchema

from troth.api import Api
from troth.errors import UsageProblem
from troth.exchange import Exchange, Headers, Request, Response, Source, SourceKind
from troth.fuzz.case import Failure, Sent, Trouble
from troth.fuzz.document import Document
from troth.fuzz.failures import checks_of, failure_of
from troth.fuzz.gate import Gate
from troth.fuzz.passes import PHASES
from troth.fuzz.service import Service
from troth.fuzz.transport import in_place_of_sockets
from troth.multipart import is_multipart, last_parts

_INTERNAL = (PhaseName.PROBING, PhaseName.SCHEMA_ANALYSIS, PhaseName.AUTH_BOOTSTRAP)

Keep = Callable[[str, Failure, int], bool]
"""Whether a failure counts: of an operation, by its label, and the status of the answer."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An operation was tried in a phase, or a walk along links ended."""

    what: str
    sent: tuple[Sent, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """The run is over; ``why`` it stopped early, or empty."""

    why: str


Told: TypeAlias = Tried | Trouble | Ended


@dataclass(frozen=True)
class Job:
    """One pass of the engine."""

    api: Api
    document: Document
    """In its form for one base URL."""
    service: Service
    config: Mapping[str, Any]
    labels: frozenset[str]
    """The operations to try."""
    headers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """Credentials: label to headers."""
    phases: tuple[str, ...] = PHASES
    max_examples: int = 25
    gate: Gate = field(default_factory=Gate)
    """What every request passes."""
    given: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)
    """Labels as they are told."""
    keep: Keep = lambda *_: True


_STOPPED = {
    StopReason.INTERRUPTED: "it was stopped",
    StopReason.FAILURE_LIMIT: "there were too many failures",
    StopReason.SERVER_UNAVAILABLE: "the service stopped answering",
}


def run(job: Job) -> Iterator[Told]:
    """Try every operation of the job.

    Raises:
        UsageProblem: ``schemathesis.toml`` or the document cannot be used.
    """
    with ExitStack() as stack:
        stack.enter_context(_without_constants_of_this_process())
        app = None
        if job.service.handler is not None:
            app = stack.enter_context(in_place_of_sockets(job.service.handler, job.gate))
        else:
            stack.enter_context(job.gate.before_sockets())
        yield from _events(job, _schema(job, app))


@contextmanager
def _without_constants_of_this_process() -> Iterator[None]:
    """Hypothesis also draws what stands in the modules that are loaded: others in every process."""
    with (
        mock.patch.object(providers, "_get_local_constants", Constants),
        mock.patch.object(providers, "CONSTANTS_CACHE", LRUCache(1024)),
    ):
        yield


def _events(job: Job, schema: BaseSchema) -> Iterator[Told]:
    phase, stream = "", from_schema(schema).execute()
    positive = _watch(schema)
    for event in stream:
        if job.gate.stopped and _is_idle(event):
            stream.stop()
        match event:
            case events.PhaseStarted() if event.phase.name not in _INTERNAL and event.phase.is_enabled:
                phase = event.phase.name.value
            case events.ScenarioFinished() if event.phase not in _INTERNAL:
                what = job.shown.get(event.label or "", event.label or "along links")
                yield Tried(f"{phase}: {what}", tuple(_sent(job, phase, event.recorder, positive)))
            case events.NonFatalError() if isinstance(event.value, NoLinksFound):
                """One operation by itself has nothing to walk to."""
            case events.NonFatalError():
                yield Trouble(
                    job.shown.get(event.label, event.label), f"{event.info.title}: {event.info.message}"
                )
            case events.FatalError():
                raise UsageProblem(f"{job.document.place} cannot be fuzzed: {event.exception}")
            case events.EngineFinished():
                yield Ended(job.gate.stopped or _STOPPED.get(event.stop_reason, ""))


def _is_idle(event: events.EngineEvent) -> bool:
    """Whether an event says that nothing is sent any more, so that nothing is lost with what comes after."""
    idle = isinstance(event, events.ScenarioFinished) and not event.recorder.interactions
    return idle or isinstance(event, events.PhaseStarted)


def checks() -> tuple[str, ...]:
    """The names of all checks."""
    load_all_checks()
    return tuple(CHECKS.get_all_names())


def _schema(job: Job, app: object) -> BaseSchema:
    try:
        config = SchemathesisConfig.from_dict(dict(job.config))
    except ConfigError as error:
        raise UsageProblem(
            f"the configuration cannot be used: {error}", hint="see schemathesis.toml"
        ) from error
    schema = schemathesis.openapi.from_dict(dict(job.document.content), config=config)
    chosen = FilterSet()
    chosen.include(name=sorted(job.labels))
    schema.filter_set = schema.config.operations.filter_set_with(include=chosen)
    schema.config.workers = 1
    schema.config.generation.update(max_examples=job.max_examples, database="none")
    schema.config.phases.update(phases=list(job.phases))
    if app is not None:
        schema.app = app
    else:
        schema.config.update(base_url=job.service.url)
    _authenticate(job, schema)
    _filter(job, schema)
    _order_parts(job, schema)
    return schema


def _authenticate(job: Job, schema: BaseSchema) -> None:
    if not job.headers:
        return

    @schema.auth()
    class _Credentials:
        def get(self, _case: Case[Any], _context: object) -> Mapping[str, Mapping[str, str]]:
            return job.headers

        def set(self, case: Case[Any], data: Mapping[str, Mapping[str, str]], _context: object) -> None:
            for name, value in data.get(case.operation.label, {}).items():
                case.headers[name] = value


def _order_parts(job: Job, schema: BaseSchema) -> None:
    """No schema can say that a part of a form comes last; the contract does."""
    last = {
        operation.label: last_parts(operation.body)
        for operation in job.api.operations
        if is_multipart(operation.body_type)
    }

    def map_body(context: HookContext, body: object) -> object:
        label = context.operation.label if context.operation is not None else ""
        names = last.get(job.shown.get(label, label), ())
        if not isinstance(body, dict):
            return body
        return {**{name: body[name] for name in body if name not in names}, **body}

    if any(last.values()):
        schema.hook(map_body)


def _filter(job: Job, schema: BaseSchema) -> None:
    def filter_failure(
        _context: object, failure: EngineFailure, case: Case[Any], response: EngineResponse
    ) -> bool:
        label = job.shown.get(case.operation.label, case.operation.label)
        return all(
            job.keep(label, failure_of(name, failure, case), response.status_code)
            for name in checks_of(failure)
        )

    schema.hook(filter_failure)


def _watch(schema: BaseSchema) -> Mapping[str, bool]:
    """Which requests were made to fit the document, by the id of their case; filled while the engine runs.

    It is asked at the call: a check that repeats a request without its credential makes its case negative.
    """
    positive: dict[str, bool] = {}

    def after_call(_context: object, case: Case[Any], _response: EngineResponse) -> None:
        if case.meta is not None:
            positive[case.id] = case.meta.generation.mode is GenerationMode.POSITIVE

    schema.hook(after_call)
    return positive


def _sent(job: Job, phase: str, recorder: ScenarioRecorder, positive: Mapping[str, bool]) -> Iterator[Sent]:
    exchanges = _exchanges(job, recorder)
    for name, exchange in exchanges.items():
        case = recorder.cases[name].value
        failures = _failures(recorder, name, case)
        related = tuple(each for failed in _failed(recorder, name) for each in failed.related_case_ids())
        chain = recorder.iter_chain_cases(case_id=name, related_case_ids=related)
        before = tuple(exchanges[each.id] for each in chain if each.id != name and each.id in exchanges)
        yield Sent(
            operation=job.shown.get(case.operation.label, case.operation.label),
            phase=phase,
            given=job.given,
            positive=positive.get(name) if name in recorder.checks else None,
            exchange=exchange,
            failures=failures,
            before=before,
            at=recorder.interactions[name].timestamp - (exchange.seconds or 0.0),
        )


def _exchanges(job: Job, recorder: ScenarioRecorder) -> dict[str, Exchange]:
    source = Source(SourceKind.FUZZED, job.service.place)
    found = {}
    for name, each in recorder.interactions.items():
        if name in recorder.cases and each.response is not None:
            request = Request(
                each.request.method,
                each.request.uri,
                _headers(each.request.headers),
                each.request.body or b"",
            )
            # The body comes decoded, and would be read again as what its header says.
            headers = _headers(each.response.headers).without("Content-Encoding")
            response = Response(each.response.status_code, headers, each.response.content or b"")
            found[name] = Exchange(request, response, source, each.response.elapsed)
    return found


def _headers(found: Mapping[str, list[str]]) -> Headers:
    return Headers(tuple((name, _text(value)) for name, values in found.items() for value in values))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _failed(recorder: ScenarioRecorder, name: str) -> Iterator[EngineFailure]:
    for check in recorder.checks.get(name, ()):
        if check.failure_info is not None:
            yield check.failure_info.failure


def _failures(recorder: ScenarioRecorder, name: str, case: Case[Any]) -> tuple[Failure, ...]:
    return tuple(
        failure_of(check.name, check.failure_info.failure, case)
        for check in recorder.checks.get(name, ())
        if check.failure_info is not None
    )
