"""The promises of a workspace: consumers/<consumer>/promises.py."""

from __future__ import annotations

from dataclasses import dataclass

from troth.api import Api
from troth.errors import ContractProblem
from troth.promise import Promises
from troth.scenario import Scenario
from troth.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Declared:
    """The promises of one consumer, and its scenarios of the API."""

    consumer: str
    promises: Promises
    scenarios: tuple[Scenario, ...]


def declared(workspace: Workspace, api: Api) -> tuple[Declared, ...]:
    """What each consumer of ``api`` promises; nothing of one that has no promises.py.

    Raises:
        ContractProblem: a module cannot be used, or promises twice.
    """
    scenarios = workspace.scenarios(api)
    found = []
    for module in workspace.consumer_modules("promises"):
        consumer = module.__name__.split(".")[1].replace("_", "-")
        own = [value for value in vars(module).values() if isinstance(value, Promises) and value.api is api]
        if len(own) > 1:
            raise ContractProblem(f"{module.__name__.replace('.', '/')}.py promises twice for {api.name}")
        used = tuple(each for each in scenarios if each.consumer == consumer)
        found += [Declared(consumer, each, used) for each in own]
    return tuple(found)


def silent_consumers(workspace: Workspace, api: Api) -> tuple[str, ...]:
    """The consumers that have scenarios of ``api`` and promise nothing."""
    promising = {each.consumer for each in declared(workspace, api)}
    using = dict.fromkeys(each.consumer for each in workspace.scenarios(api))
    return tuple(consumer for consumer in using if consumer not in promising)
