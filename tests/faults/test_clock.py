"""Time that passes only when somebody waits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from troth.faults.clock import VirtualClock
from troth.scenario import Server, SystemClock


def test_waiting_moves_every_hand_and_takes_no_time(clock: VirtualClock) -> None:
    clock.sleep(3600)

    assert (clock.monotonic(), clock.elapsed) == (3600, 3600)
    assert clock.now() == datetime(2026, 1, 1, 1, tzinfo=UTC)
    assert clock.time() == clock.now().timestamp()


def test_it_stands_in_the_place_of_the_module_for_a_while(clock: VirtualClock) -> None:
    before = (time.sleep, time.monotonic, time.time)

    with clock:
        time.sleep(60)
        seen = (time.monotonic(), time.time(), VirtualClock.current())

    assert seen == (60, clock.time(), clock)
    assert (time.sleep, time.monotonic, time.time) == before
    assert VirtualClock.current() is None


def test_a_negative_pause_is_refused_as_by_the_real_one(clock: VirtualClock) -> None:
    with pytest.raises(ValueError, match="non-negative"):
        clock.sleep(-1)


def test_threads_add_up(clock: VirtualClock) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(clock.sleep, [0.5] * 800))

    assert clock.elapsed == 400


def test_a_server_has_the_clock_of_this_machine_unless_it_is_given_one(clock: VirtualClock) -> None:
    waited = Server("https://parcels.example", clock=clock)
    waited.sleep(5)

    assert clock.elapsed == 5
    assert isinstance(Server("https://parcels.example").clock, SystemClock)


def test_the_clock_of_this_machine_tells_one_time() -> None:
    machine = SystemClock()

    machine.sleep(0)

    assert machine.now().timestamp() - machine.time() < 60
    assert machine.monotonic() <= machine.monotonic()
