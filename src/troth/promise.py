"""What a consumer promises its caller when its API, or the way there, misbehaves.

promises = Promises(
    judge0,
    deadline=240,
    reads={Kind.UNREACHED: Outcome(once=Recovers(), lasting=Raises(NotReached)), ...},
    writes={...},
    operations={create_submission: {"http_503": Outcome(once=Recovers(), lasting=Raises(QueueFull))}},
)

It stands in consumers/<api>/promises.py. ``troth faults API`` runs every fault against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from troth.api import Api, Operation
from troth.errors import ContractProblem, UnknownName
from troth.faults.catalogue import CATALOGUE, Fault, Kind, fault
from troth.scenario import Server

__all__ = [
    "AnyOf",
    "ByFault",
    "Degrades",
    "Kind",
    "Outcome",
    "Promise",
    "Promises",
    "Raises",
    "Recovers",
    "Succeeds",
]

_TOO_WIDE = (BaseException, Exception, AssertionError)


class _Combinable:
    """What may be one of several."""

    __slots__ = ()

    def __or__(self, other: Promise) -> AnyOf:
        return AnyOf((*_options(self), *_options(other)))


@dataclass(frozen=True, slots=True, init=False)
class Raises(_Combinable):
    """The caller gets one of these exceptions, or of their subclasses."""

    kinds: tuple[type[Exception], ...]

    def __init__(self, *kinds: type[Exception]) -> None:
        if not kinds:
            raise ContractProblem("Raises() names no exception")
        wide = [kind.__name__ for kind in kinds if kind in _TOO_WIDE]
        if wide:
            raise ContractProblem(
                f"Raises({wide[0]}) promises nothing: what a bug raises is one as well",
                hint="name an exception of the client's own",
            )
        object.__setattr__(self, "kinds", kinds)

    @property
    def words(self) -> str:
        """``raises NotReached or NoAnswer``."""
        return f"raises {' or '.join(kind.__name__ for kind in self.kinds)}"


@dataclass(frozen=True, slots=True)
class Recovers(_Combinable):
    """The client sends again, and then the caller has what it asked for."""

    @property
    def words(self) -> str:
        """As a table shows it."""
        return "retries, then succeeds"


@dataclass(frozen=True, slots=True)
class Succeeds(_Combinable):
    """The caller has what it asked for, and nothing was sent again: the client does not mind the fault."""

    @property
    def words(self) -> str:
        """As a table shows it."""
        return "succeeds at once"


@dataclass(frozen=True, slots=True)
class Degrades(_Combinable):
    """The caller has less. ``use`` drives it in the place of the scenario, and fails where it has not."""

    less: str
    """What the caller has instead, or lacks: ``no signature``."""
    use: Callable[[Server], None] = field(kw_only=True)

    @property
    def words(self) -> str:
        """``degrades: no signature``."""
        return f"degrades: {self.less}"


@dataclass(frozen=True, slots=True)
class AnyOf(_Combinable):
    """One of several; made with ``|``."""

    options: tuple[Raises | Recovers | Succeeds | Degrades, ...]

    @property
    def words(self) -> str:
        """The words of each."""
        return " or ".join(option.words for option in self.options)


Promise: TypeAlias = Raises | Recovers | Succeeds | Degrades | AnyOf


def _options(promise: object) -> tuple[Raises | Recovers | Succeeds | Degrades, ...]:
    if isinstance(promise, AnyOf):
        return promise.options
    if isinstance(promise, Raises | Recovers | Succeeds | Degrades):
        return (promise,)
    raise TypeError(f"{promise!r} is no promise")


def options(promise: Promise) -> tuple[Raises | Recovers | Succeeds | Degrades, ...]:
    """What may happen, one by one."""
    return _options(promise)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the caller sees when a fault strikes the first call of an operation, and when it strikes all.

    ``repeats`` is the reason for which a client may send what writes again although it may have been
    processed; empty where it must not.
    """

    once: Promise
    lasting: Promise
    repeats: str = ""

    def __post_init__(self) -> None:
        if any(isinstance(option, Recovers) for option in _options(self.lasting)):
            raise ContractProblem(
                "Recovers() is no promise for a fault that lasts",
                hint="say what the caller sees in the end: Outcome(once=Recovers(), lasting=Raises(...))",
            )
        for promise in (self.once, self.lasting):
            if sum(isinstance(option, Degrades) for option in _options(promise)) > 1:
                raise ContractProblem("a caller degrades in one way: only one Degrades can be driven")


ByFault: TypeAlias = Mapping[str, "Outcome | Promise"]
"""Promises by the name of a fault or by its kind; a name beats its kind. A bare promise holds whether the
fault strikes once or lasts."""


@dataclass(frozen=True, slots=True, eq=False)
class Promises:
    """What one consumer of ``api`` promises.

    ``deadline``: virtual seconds within which a use must be over, waits and time-outs included. ``reads`` are
    for operations that the contract calls safe, and for those that ``idempotent`` names with a reason:
    done twice, they do no harm. ``writes`` are for all others. ``operations`` beats both.

    Raises:
        UnknownName: no fault or kind, or no operation, is called so.
        ContractProblem: a promise that cannot be kept, or says nothing.
    """

    api: Api
    deadline: float = field(kw_only=True)
    reads: ByFault = field(kw_only=True)
    writes: ByFault = field(kw_only=True)
    operations: Mapping[Operation, ByFault] = field(kw_only=True, default_factory=dict)
    idempotent: Mapping[Operation, str] = field(kw_only=True, default_factory=dict)

    def __post_init__(self) -> None:
        if self.deadline <= 0:
            raise ContractProblem(f"{self.api.name}: a deadline of {self.deadline:g} s is none")
        for operation in (*self.operations, *self.idempotent):
            if operation not in self.api.operations:
                known = (each.name for each in self.api.operations)
                raise UnknownName(f"operation of {self.api.name}", operation.name, known)
        for table in (self.reads, self.writes, *self.operations.values()):
            _refuse_unknown(table)
        if not all(reason.strip() for reason in self.idempotent.values()):
            raise ContractProblem(f"{self.api.name}: say why an operation may be done twice")

    def repeatable(self, operation: Operation) -> bool:
        """Whether it does no harm when ``operation`` is done twice."""
        return operation.safe or operation in self.idempotent

    def of(self, operation: Operation, struck: Fault) -> Outcome | None:
        """What is promised where ``struck`` strikes ``operation``; None where nothing is."""
        common = self.reads if self.repeatable(operation) else self.writes
        for table in (self.operations.get(operation, {}), common):
            for key in (struck.full_name, struck.name, struck.kind):
                if key in table:
                    return _whole(table[key])
        return None


def _whole(promised: Outcome | Promise) -> Outcome:
    return promised if isinstance(promised, Outcome) else Outcome(promised, promised)


def _refuse_unknown(table: ByFault) -> None:
    kinds = [kind.value for kind in Kind]
    for key, promised in table.items():
        if key not in kinds:
            _refuse_unknown_fault(key, kinds)
        _whole(promised)


def _refuse_unknown_fault(key: str, kinds: Iterable[str]) -> None:
    try:
        fault(key)
    except UnknownName as error:
        known = (*kinds, *(each.name for each in CATALOGUE))
        raise UnknownName("fault or kind of fault", key, known) from error
