"""What drives each operation: the shortest scenario that is answered well when it first calls it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from troth.api import Api, Operation
from troth.errors import BrokenFile, TrothError
from troth.exchange import Exchange
from troth.mock.library import Library
from troth.mock.matching import asked
from troth.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Use:
    """A scenario that calls ``operation`` and is answered well."""

    operation: Operation
    scenario: Scenario


@dataclass(frozen=True, slots=True)
class Unplayed:
    """A scenario whose recording cannot be played, so that it is not known what it calls."""

    scenario: Scenario
    why: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is driven, and what is not."""

    uses: tuple[Use, ...]
    refused: tuple[Operation, ...]
    """Those that scenarios call, and none with success when it calls them first."""
    unplayed: tuple[Unplayed, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """How a scenario calls one operation."""

    scenario: Scenario
    length: int
    first: int
    """Where in it the operation is called first."""
    repeated: bool
    """Whether it makes that very call again, so that a retry of the client's would not be told from it."""
    refused: bool
    """Whether that call is refused, so that it cannot be the use."""

    @property
    def order(self) -> tuple[bool, bool, int, int]:
        """Small for a good one."""
        return self.refused, self.repeated, self.length, self.first


def planned(api: Api, scenarios: Iterable[Scenario], library: Library) -> Plan:
    """A use of each operation that a scenario calls, in the order of the contract.

    Raises:
        BrokenFile: a cassette cannot be read, or was edited by hand.
    """
    candidates: dict[str, list[_Candidate]] = {}
    unplayed = []
    for scenario in scenarios:
        try:
            exchanges = library.tape(api, scenario.name).cassette.exchanges
        except BrokenFile:
            raise
        except TrothError as problem:
            unplayed.append(Unplayed(scenario, problem.message))
            continue
        for name, candidate in _candidates(api, scenario, exchanges):
            candidates.setdefault(name, []).append(candidate)
    best = [(each, _best(candidates[each.name])) for each in api.operations if each.name in candidates]
    return Plan(
        tuple(Use(operation, each.scenario) for operation, each in best if not each.refused),
        tuple(operation for operation, each in best if each.refused),
        tuple(unplayed),
    )


def _best(candidates: Sequence[_Candidate]) -> _Candidate:
    return min(candidates, key=lambda each: each.order)


def _candidates(
    api: Api, scenario: Scenario, exchanges: Sequence[Exchange]
) -> Iterator[tuple[str, _Candidate]]:
    called: dict[str, tuple[int, Exchange]] = {}
    for index, exchange in enumerate(exchanges):
        found = None if exchange.inbound else api.find(exchange.request.method, exchange.request.url)
        if found is not None:
            called.setdefault(found[0].name, (index, exchange))
    for name, (index, exchange) in called.items():
        key = asked(exchange.request)
        again = any(asked(each.request) == key for each in exchanges[index + 1 :] if not each.inbound)
        yield name, _Candidate(scenario, len(exchanges), index, again, exchange.response.status >= 400)
