"""When a delivery is tried, and when no more: by the clock of the test, without a network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from queue import Queue

import pytest

from providers.pachca.courier import DELAYS, Courier, Delivery
from tests.providers.pachca.stage import PATIENCE, Clock
from troth.outside import CallRefused

FIRST, SECOND = Delivery("first", b"1", {}), Delivery("second", b"2", {})


@dataclass
class Line:
    """Stands for the network: what is called is told to the test, which says what is answered."""

    called: Queue[str] = field(default_factory=Queue)
    answers: Queue[int | Exception] = field(default_factory=Queue)

    def call(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> int:  # noqa: ARG002
        self.called.put(url)
        answer = self.answers.get(timeout=PATIENCE)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def abort(self) -> None:
        """Nothing to end."""

    close = abort

    def answer(self, answer: int | Exception) -> str:
        """Answer the next call; whose it was."""
        self.answers.put(answer)
        return self.called.get(timeout=PATIENCE)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def courier(line: Line, clock: Clock) -> Iterator[Courier]:
    courier = Courier(line, clock)
    yield courier
    line.answers.put(200)
    courier.close()


def go_on(courier: Courier, clock: Clock, seconds: float) -> None:
    clock.go_on(seconds)
    courier.wake()


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_what_is_taken_is_not_tried_again(courier: Courier, line: Line, clock: Clock, status: int) -> None:
    courier.send(FIRST)
    line.answer(status)
    courier.send(SECOND)

    go_on(courier, clock, 100)

    assert [line.answer(200), line.called.empty()] == ["second", True]


FAILURES = [199, 301, 400, 404, 500, 503, OSError("reset"), TimeoutError(), ValueError("no HTTP")]


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
def test_what_is_not_taken_is_tried_again(
    courier: Courier, line: Line, clock: Clock, failure: int | Exception
) -> None:
    courier.send(FIRST)
    line.answer(failure)

    go_on(courier, clock, DELAYS[0])

    assert line.answer(200) == "first"


def test_nothing_is_tried_before_its_time(courier: Courier, line: Line, clock: Clock) -> None:
    courier.send(FIRST)
    line.answer(500)

    go_on(courier, clock, DELAYS[0] - 0.01)
    courier.send(SECOND)
    early = line.answer(200)
    go_on(courier, clock, 0.01)

    assert (early, line.answer(200)) == ("second", "first")


def test_the_fifth_try_is_the_last(courier: Courier, line: Line, clock: Clock) -> None:
    courier.send(FIRST)
    line.answer(500)

    tried = [_after(delay, courier, line, clock) for delay in DELAYS]
    go_on(courier, clock, 1000)
    courier.send(SECOND)

    assert (tried, line.answer(200)) == (["first"] * 4, "second")


def _after(delay: float, courier: Courier, line: Line, clock: Clock) -> str:
    go_on(courier, clock, delay)
    return line.answer(500)


def test_what_waits_holds_up_nothing(courier: Courier, line: Line) -> None:
    courier.send(FIRST)
    line.answer(500)

    courier.send(SECOND)

    assert line.answer(200) == "second"


def test_a_host_that_may_not_be_called_is_not_tried_again(courier: Courier, line: Line, clock: Clock) -> None:
    courier.send(FIRST)
    line.answer(CallRefused("not here"))
    courier.send(SECOND)

    go_on(courier, clock, 100)

    assert line.answer(200) == "second"


def test_what_belongs_to_an_earlier_world_is_forgotten(courier: Courier, line: Line, clock: Clock) -> None:
    courier.send(FIRST)
    line.called.get(timeout=PATIENCE)
    courier.forget()
    line.answers.put(500)

    go_on(courier, clock, 100)
    courier.send(SECOND)

    assert (line.answer(200), line.called.empty()) == ("second", True)


def test_the_thread_ends_with_the_courier(courier: Courier, line: Line) -> None:
    courier.send(FIRST)
    line.answer(200)

    courier.close()

    assert courier.ended


def test_a_closed_courier_carries_nothing(courier: Courier, line: Line) -> None:
    courier.close()

    courier.send(FIRST)

    assert (line.called.empty(), courier.ended) == (True, True)
