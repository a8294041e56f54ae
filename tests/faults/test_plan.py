"""First come, first served: which call is struck by which fault."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from troth.api import Api, Operation
from troth.faults.catalogue import Fault, fault
from troth.faults.plan import Plan

BUSY = fault("http_429")
SILENT = fault("read_timeout")


@pytest.fixture
def look(api: Api) -> Operation:
    return api.named("look")


@pytest.fixture
def plan() -> Plan:
    return Plan()


def test_faults_strike_once_in_their_order(plan: Plan, look: Operation) -> None:
    plan.add(BUSY, times=2)
    plan.add(SILENT)

    struck = [plan.strike(look) for _ in range(5)]

    assert struck == [BUSY, BUSY, SILENT, None, None]


def test_a_plan_is_over_when_every_fault_has_struck(plan: Plan, look: Operation) -> None:
    plan.add(BUSY)
    before = plan.over

    plan.strike(look)

    assert (before, plan.over) == (False, True)


def test_a_fault_of_one_operation_waits_for_it(plan: Plan, api: Api, look: Operation) -> None:
    plan.add(BUSY, operation=look)

    struck = [plan.strike(api.named("send")), plan.strike(look)]

    assert struck == [None, BUSY]


def test_a_fault_may_strike_for_good(plan: Plan, look: Operation) -> None:
    order = plan.add(SILENT, times=None)

    struck = [plan.strike(look) for _ in range(50)]

    assert struck == [SILENT] * 50
    assert (order.spent, order.owed, order.struck) == (False, False, 50)


def test_one_that_does_not_fit_waits_and_lets_a_later_one_before(plan: Plan, look: Operation) -> None:
    plan.add(SILENT)
    plan.add(BUSY)

    def refuses_silence(found: Fault) -> bool:
        return found is not SILENT

    struck = [plan.strike(look, refuses_silence), plan.strike(look)]

    assert struck == [BUSY, SILENT]


@pytest.mark.parametrize("times", [1, 3, None])
def test_what_has_not_struck_is_owed(plan: Plan, times: int | None) -> None:
    order = plan.add(BUSY, times=times)

    assert order.owed


def test_a_cleared_plan_strikes_nobody(plan: Plan, look: Operation) -> None:
    plan.add(BUSY, times=None)

    plan.clear()

    assert (plan.strike(look), plan.orders) == (None, ())


def test_eight_threads_are_struck_exactly_as_often_as_ordered(plan: Plan, look: Operation) -> None:
    plan.add(BUSY, times=100)
    plan.add(SILENT, times=50)

    with ThreadPoolExecutor(8) as pool:
        struck = list(pool.map(lambda _: plan.strike(look), range(400)))

    assert (struck.count(BUSY), struck.count(SILENT), struck.count(None)) == (100, 50, 250)
