"""Provider states: what a scenario may ask the fake to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from providers.judge0.filled import fill, queue_up
from providers.judge0.languages import BASH
from providers.judge0.service import Conditions, Service
from providers.judge0.settings import Settings
from troth.errors import CouldNotCheck
from troth.provider import JsonScalar, StateHandler

Values = Mapping[str, JsonScalar]


def states(service: Service) -> dict[str, StateHandler]:
    """Handlers by name. Each starts from the empty world that ``reset`` leaves."""
    return {
        "a worker is free": lambda parameters: _free(service, parameters),
        "the judge has worked for a while": lambda _: fill(service),
        "submissions wait in the queue": lambda _: queue_up(service),
        "a submission is polled from In Queue to done": _changing(
            service, lambda it: replace(it, staged=True)
        ),
        "the workers are paused": _doing(service.workers.pause),
        "the queue is full": lambda _: _fill_queue(service),
        "the queue has few free places": lambda parameters: _leave_places(service, parameters),
        "the service is in maintenance": _setting(service, lambda it: replace(it, maintenance_mode=True)),
        "delete is allowed": _setting(service, lambda it: replace(it, enable_submission_delete=True)),
        "delete is not allowed": _setting(service, lambda it: replace(it, enable_submission_delete=False)),
        "waiting is not allowed": _setting(service, lambda it: replace(it, enable_wait_result=False)),
        "batches are not allowed": _setting(
            service, lambda it: replace(it, enable_batched_submissions=False)
        ),
        "compiler options are not allowed": _setting(
            service, lambda it: replace(it, enable_compiler_options=False)
        ),
        "command line arguments are not allowed": _setting(
            service, lambda it: replace(it, enable_command_line_arguments=False)
        ),
        "callbacks are not allowed": _setting(service, lambda it: replace(it, enable_callbacks=False)),
        "additional files are not allowed": _setting(
            service, lambda it: replace(it, enable_additional_files=False)
        ),
        "network is allowed": _setting(service, lambda it: replace(it, allow_enable_network=True)),
        "network is not allowed": _setting(service, lambda it: replace(it, allow_enable_network=False)),
        "limits per process are not allowed": _setting(service, _without_limits_per_process),
        "compilation is limited to one second": _setting(service, _with_one_second),
        "a language is archived": lambda parameters: _archive(service, parameters),
        "authorization is not configured": _changing(
            service, lambda it: replace(it, authorization_configured=False)
        ),
        "the caller's address is denied": _changing(service, lambda it: replace(it, address_denied=True)),
    }


def _free(service: Service, parameters: Mapping[str, JsonScalar]) -> Values:
    """``language_id``, if it is given, has to be one that this machine runs."""
    wanted = parameters.get("language_id")
    if wanted is not None and wanted not in service.languages:
        raise CouldNotCheck(f"this machine cannot run language {wanted}: its toolchain is not installed")
    return {}


def _doing(action: Callable[[], None]) -> StateHandler:
    def handler(_: Mapping[str, JsonScalar]) -> Values:
        action()
        return {}

    return handler


def _changing(service: Service, change: Callable[[Conditions], Conditions]) -> StateHandler:
    return _doing(lambda: _replace(service, change(service.conditions)))


def _setting(service: Service, change: Callable[[Settings], Settings]) -> StateHandler:
    return _changing(service, lambda it: replace(it, settings=change(it.settings)))


def _without_limits_per_process(settings: Settings) -> Settings:
    return replace(
        settings,
        allow_enable_per_process_and_thread_time_limit=False,
        allow_enable_per_process_and_thread_memory_limit=False,
    )


def _with_one_second(settings: Settings) -> Settings:
    """Compilation has the highest time limits that a submission may ask for."""
    return replace(
        settings, max_cpu_time_limit=1.0, max_wall_time_limit=1.0, cpu_time_limit=1.0, wall_time_limit=1.0
    )


def _replace(service: Service, conditions: Conditions) -> None:
    service.conditions = conditions


def _fill_queue(service: Service) -> Values:
    """Submissions of nobody take every place, so that all of them is refused, and nothing has to run."""
    size = service.settings.max_queue_size
    service.workers.add_backlog(size)
    return {"queue_size": size}


def _leave_places(service: Service, parameters: Mapping[str, JsonScalar]) -> Values:
    """``places`` says how many; one if nothing does. They stay taken, since nothing is run."""
    places = parameters.get("places", 1)
    if not isinstance(places, int) or places < 0:
        raise ValueError(f"places {places!r} is not a number from 0 on")
    service.workers.pause()
    service.workers.add_backlog(service.settings.max_queue_size - places)
    return {"places": places}


def _archive(service: Service, parameters: Mapping[str, JsonScalar]) -> Values:
    """``language_id`` says which; Bash if nothing does."""
    wanted = parameters.get("language_id", BASH)
    if not isinstance(wanted, int) or wanted not in service.languages:
        raise ValueError(f"language_id {wanted!r} is not among {sorted(service.languages)}")
    _replace(service, replace(service.conditions, archived=frozenset([wanted])))
    return {"archived_language": wanted}
