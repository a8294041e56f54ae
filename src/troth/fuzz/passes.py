"""What a run is made of: a pass in each state that provokes something, and those from the starting state.

In process the last ones are several, each over collections of its own, and one along the links between all.
Each begins in the starting state, so that they give the same wherever and in whatever order they are made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from troth.fuzz.config import Budget
from troth.fuzz.document import Described
from troth.fuzz.settings import FuzzSettings, fits

PHASES = ("examples", "coverage", "fuzzing", "stateful")
_UNIT = ("examples", "coverage", "fuzzing")
_OF_A_STATE = 10
"""Examples of an operation in a pass of a state: it provokes one thing."""
_PARTS = 4
"""Into how many passes a run from the starting state is cut at most; the same on every machine."""


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass of the engine over some operations, in a state."""

    given: str
    labels: frozenset[str]
    phases: tuple[str, ...]
    max_examples: int
    statuses: tuple[int, ...] = ()
    """What the state provokes."""
    seconds: int | None = None
    """How long it goes on drawing examples; None draws ``max_examples``."""

    @property
    def units(self) -> int:
        """About how often something of it is done: an operation in a phase, or a walk along links."""
        tried = len(self.labels) * len([phase for phase in self.phases if phase in _UNIT])
        return tried + (self.max_examples if "stateful" in self.phases else 0)


def planned(
    operations: Sequence[Described],
    settings: FuzzSettings,
    phases: tuple[str, ...],
    budget: Budget,
    *,
    states: bool,
    apart: bool,
    workers: int = 1,
) -> tuple[Pass, ...]:
    """Every pass, those of states first.

    ``states``: they can be set. ``apart``: the service is ours alone. ``workers`` passes are made at a time.
    """
    of_states = tuple(_of_states(operations, settings, phases, budget)) if states else ()
    start = _from_start(operations, settings.given, phases, budget, apart=apart)
    if budget.seconds is not None:
        each = max(1, budget.seconds * min(workers, len(start)) // len(start))
        start = tuple(replace(one, seconds=each) for one in start)
    return (*of_states, *start)


def _of_states(
    operations: Sequence[Described], settings: FuzzSettings, phases: tuple[str, ...], budget: Budget
) -> Iterator[Pass]:
    for state in settings.states:
        labels = frozenset(each.label for each in operations if fits(each.label, state.operations))
        if labels:
            unit = tuple(phase for phase in phases if phase in _UNIT)
            yield Pass(state.given, labels, unit, min(budget.max_examples, _OF_A_STATE), state.statuses)


def _from_start(
    operations: Sequence[Described], given: str, phases: tuple[str, ...], budget: Budget, *, apart: bool
) -> tuple[Pass, ...]:
    every = frozenset(each.label for each in operations)
    whole = Pass(given, every, phases, budget.max_examples)
    if not apart or phases == ("stateful",):
        return (whole,)
    # A walk among the operations of a part goes on with what its other phases have learnt; the last one is
    # among all, and has learnt nothing.
    within = tuple(replace(whole, labels=labels) for labels in parts(operations))
    walks = "stateful" in phases and len(every) > 1
    return (*within, replace(whole, phases=("stateful",))) if walks else within


def parts(operations: Sequence[Described]) -> tuple[frozenset[str], ...]:
    """The operations in parts of about the same size. Those of one collection stay together: what one of them
    makes, another finds."""
    collections: dict[str, list[str]] = {}
    for each in operations:
        collections.setdefault(each.path.partition("{")[0].rstrip("/"), []).append(each.label)
    found: list[list[str]] = [[] for _ in range(min(_PARTS, len(collections)))]
    for labels in sorted(collections.values(), key=len, reverse=True):
        min(found, key=len).extend(labels)
    return tuple(map(frozenset, found))
