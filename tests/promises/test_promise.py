"""How a promise is declared, what may not be one, and which of several counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from troth.api import Api, Empty
from troth.errors import ContractProblem, UnknownName
from troth.faults.catalogue import fault
from troth.promise import (
    AnyOf,
    ByFault,
    Degrades,
    Kind,
    Outcome,
    Promise,
    Promises,
    Raises,
    Recovers,
    Succeeds,
    options,
)
from troth.scenario import Server

BUSY = fault("http_503")


class Late(Exception):
    """Too late."""


class Gone(Exception):
    """Not there."""


def nothing(server: Server) -> None:
    """Drives nobody."""


@pytest.fixture
def api() -> Api:
    made = Api("shop", server="https://shop.example")
    made.get("/goods", name="look", responses={200: Empty})
    made.post("/orders", name="order", responses={201: Empty})
    made.post("/prices", name="ask", safe=True, responses={200: Empty})
    return made


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        (Raises(Late), "raises Late"),
        (Raises(Late, Gone), "raises Late or Gone"),
        (Recovers(), "retries, then succeeds"),
        (Succeeds(), "succeeds at once"),
        (Degrades("no price", use=nothing), "degrades: no price"),
        (Raises(Late) | Succeeds(), "raises Late or succeeds at once"),
    ],
)
def test_a_promise_is_told_in_words(promise: Promise, words: str) -> None:
    assert promise.words == words


def test_promises_combine_whatever_stands_on_the_left() -> None:
    three = Raises(Late) | (Succeeds() | Recovers())

    assert options(three) == (Raises(Late), Succeeds(), Recovers())
    assert three == AnyOf((Raises(Late), Succeeds(), Recovers()))


def test_nothing_else_combines_with_a_promise() -> None:
    with pytest.raises(TypeError, match="is no promise"):
        Raises(Late) | "succeeds"  # type: ignore[operator]


@pytest.mark.parametrize("wide", [Exception, BaseException, AssertionError])
def test_an_exception_that_any_bug_raises_promises_nothing(wide: type[Exception]) -> None:
    with pytest.raises(ContractProblem, match="promises nothing"):
        Raises(Late, wide)


def test_raising_nothing_is_no_promise() -> None:
    with pytest.raises(ContractProblem, match="names no exception"):
        Raises()


@pytest.mark.parametrize("lasting", [Recovers(), Raises(Late) | Recovers()])
def test_nobody_recovers_from_what_lasts(lasting: Promise) -> None:
    with pytest.raises(ContractProblem, match="fault that lasts"):
        Outcome(once=Recovers(), lasting=lasting)


def test_a_caller_degrades_in_one_way() -> None:
    twice = Degrades("no price", use=nothing) | Degrades("no goods", use=nothing)

    with pytest.raises(ContractProblem, match="one way"):
        Outcome(once=twice, lasting=Raises(Late))


def test_a_promise_alone_that_cannot_last_is_refused(api: Api) -> None:
    with pytest.raises(ContractProblem, match="fault that lasts"):
        Promises(api, deadline=1, reads={Kind.UNREACHED: Recovers()}, writes={})


@pytest.mark.parametrize("key", ["http_5O3", "unreachable", "field_gone:$.id"])
def test_a_fault_that_nobody_knows_is_refused(api: Api, key: str) -> None:
    with pytest.raises(UnknownName, match="fault or kind of fault"):
        Promises(api, deadline=1, reads={}, writes={key: Raises(Late)})


def test_an_operation_of_another_api_is_refused(api: Api) -> None:
    other = Api("bank", server="https://bank.example").get("/", name="root", responses={200: Empty})

    with pytest.raises(UnknownName, match="operation of shop"):
        Promises(api, deadline=1, reads={}, writes={}, operations={other: {}})


@pytest.mark.parametrize("deadline", [0, -1.0])
def test_a_deadline_lies_ahead(api: Api, deadline: float) -> None:
    with pytest.raises(ContractProblem, match="deadline"):
        Promises(api, deadline=deadline, reads={}, writes={})


def test_what_may_be_done_twice_needs_a_reason(api: Api) -> None:
    with pytest.raises(ContractProblem, match="say why"):
        Promises(api, deadline=1, reads={}, writes={}, idempotent={api.named("order"): " "})


@pytest.mark.parametrize(
    ("name", "expected"), [("look", Gone), ("ask", Gone), ("order", Late)], ids=["GET", "safe POST", "POST"]
)
def test_what_the_contract_calls_safe_is_a_read(api: Api, name: str, expected: type[Exception]) -> None:
    promises = Promises(api, deadline=1, reads={"http_503": Raises(Gone)}, writes={"http_503": Raises(Late)})

    assert promises.of(api.named(name), BUSY) == Outcome(Raises(expected), Raises(expected))


def test_what_may_be_done_twice_is_a_read(api: Api) -> None:
    promises = Promises(
        api,
        deadline=1,
        reads={"http_503": Raises(Gone)},
        writes={},
        idempotent={api.named("order"): "an order has an id"},
    )

    assert promises.of(api.named("order"), BUSY) == Outcome(Raises(Gone), Raises(Gone))


Tables = Callable[[Api], Promises]


def _tables(writes: ByFault, orders: ByFault) -> Tables:
    return lambda api: Promises(
        api, deadline=1, reads={}, writes=writes, operations={api.named("order"): orders}
    )


KIND: ByFault = {Kind.UNAVAILABLE: Raises(Late)}
NAME: ByFault = {"http_503": Raises(Gone)}


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        pytest.param(_tables(KIND, {}), Late, id="the kind"),
        pytest.param(_tables({**KIND, **NAME}, {}), Gone, id="a name beats its kind"),
        pytest.param(_tables(NAME, KIND), Late, id="an operation beats both"),
        pytest.param(_tables({}, {**KIND, **NAME}), Gone, id="a name beats its kind there too"),
    ],
)
def test_what_is_nearer_counts(api: Api, tables: Tables, expected: type[Exception]) -> None:
    found = tables(api).of(api.named("order"), BUSY)

    assert found == Outcome(Raises(expected), Raises(expected))


def test_the_place_of_a_fault_beats_its_name(api: Api) -> None:
    writes: ByFault = {"field_missing:$.id": Raises(Gone), "field_missing": Raises(Late)}
    promises = Promises(api, deadline=1, reads={}, writes=writes)

    found = [promises.of(api.named("order"), fault(f"field_missing:{place}")) for place in ("$.id", "$.sum")]

    assert found == [Outcome(Raises(Gone), Raises(Gone)), Outcome(Raises(Late), Raises(Late))]


def test_nothing_is_promised_of_what_nobody_named(api: Api) -> None:
    promises = Promises(api, deadline=1, reads=KIND, writes={})

    assert promises.of(api.named("order"), BUSY) is None
