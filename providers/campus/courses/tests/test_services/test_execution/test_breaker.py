"""What does not work is left alone for a while, by all processes, and tried again without a restart."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import fakeredis
import pytest
import redis

from accounts.factories import UserFactory
from config.store import store
from contracts.judge0.operations import create_batch
from courses.models import SubmissionStatus
from courses.services import execution, history
from courses.services.breaker import FAILURES, SECONDS, TRIAL_SECONDS, Breaker, CircuitOpen
from courses.services.execution import Executor
from courses.services.judging import JudgeFailed, Reason
from courses.services.submissions import run_freely, submit
from courses.tests.judges import Ran, Stage, a_problem
from troth.mock import VirtualClock

S = SubmissionStatus
Store = Callable[[], redis.Redis]


class Outage(Exception):
    """It does not work."""


def no_store() -> redis.Redis:
    """A store that cannot be reached."""
    server = fakeredis.FakeServer()
    server.connected = False
    return fakeredis.FakeRedis(server=server, decode_responses=True)


@pytest.fixture
def time() -> VirtualClock:
    return VirtualClock()


@pytest.fixture(params=[store, no_store, None], ids=["store", "no store", "own"])
def breaker(request: pytest.FixtureRequest, time: VirtualClock) -> Breaker:
    """A breaker that has its state in the store, cannot have it there, or never does."""
    return a_breaker(time, request.param)


def a_breaker(time: VirtualClock, store: Store | None) -> Breaker:
    return Breaker("test", now=time.now, outage=lambda error: isinstance(error, Outage), store=store)


def fail(breaker: Breaker, error: BaseException | None = None) -> None:
    """One call that fails; with an outage unless told otherwise."""
    error = error or Outage()
    with pytest.raises(type(error)), breaker.guarding():
        raise error


def fail_often(breaker: Breaker, times: int = FAILURES, error: BaseException | None = None) -> None:
    """Several calls that fail; as many as open it unless told otherwise."""
    for _ in range(times):
        fail(breaker, error)


def at_once(count: int, call: Callable[[int], None]) -> None:
    """The same call in several threads."""
    threads = [threading.Thread(target=call, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)


def refuses(breaker: Breaker) -> bool:
    """Whether a call is refused; one that is made succeeds."""
    try:
        with breaker.guarding():
            return False
    except CircuitOpen:
        return True


# --- opening and closing --------------------------------------------------------------------------


def test_it_opens_after_failures_in_a_row(breaker: Breaker) -> None:
    fail_often(breaker)

    assert refuses(breaker)


def test_it_stays_closed_before(breaker: Breaker) -> None:
    fail_often(breaker, FAILURES - 1)

    assert not refuses(breaker)


def test_a_success_forgets_the_failures_before_it(breaker: Breaker) -> None:
    fail_often(breaker, FAILURES - 1)
    with breaker.guarding():
        pass
    fail_often(breaker, FAILURES - 1)

    assert not refuses(breaker)


def test_it_stays_open_until_its_time_is_over(breaker: Breaker, time: VirtualClock) -> None:
    fail_often(breaker)
    time.sleep(SECONDS - 0.001)

    assert refuses(breaker)


@pytest.mark.case("A060")
def test_it_closes_when_a_trial_succeeds(breaker: Breaker, time: VirtualClock) -> None:
    fail_often(breaker)
    time.sleep(SECONDS)

    assert not refuses(breaker)
    fail(breaker)
    assert not refuses(breaker)


@pytest.mark.case("A060")
def test_once_closed_it_lets_calls_through_beside_each_other(breaker: Breaker, time: VirtualClock) -> None:
    fail_often(breaker)
    time.sleep(SECONDS)

    tried = not refuses(breaker)
    with breaker.guarding():
        beside = refuses(breaker)

    assert tried
    assert not beside


def test_a_trial_that_fails_opens_it_again(breaker: Breaker, time: VirtualClock) -> None:
    fail_often(breaker)
    time.sleep(SECONDS)
    fail(breaker)

    assert refuses(breaker)


def test_after_a_failed_trial_there_is_another(breaker: Breaker, time: VirtualClock) -> None:
    fail_often(breaker)
    time.sleep(SECONDS)
    fail(breaker)
    time.sleep(SECONDS)

    assert not refuses(breaker)


def test_one_call_at_a_time_tries(breaker: Breaker, time: VirtualClock) -> None:
    fail_often(breaker)
    time.sleep(SECONDS)

    with breaker.guarding():
        during = refuses(breaker)

    assert during
    assert not refuses(breaker)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_what_is_no_outage_opens_nothing(error: BaseException, breaker: Breaker) -> None:
    fail_often(breaker, error=error)

    assert not refuses(breaker)


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=["error", "interrupt"])
def test_a_trial_that_told_nothing_leaves_its_place_to_another(
    error: BaseException, breaker: Breaker, time: VirtualClock
) -> None:
    fail_often(breaker)
    time.sleep(SECONDS)
    fail(breaker, error)

    assert not refuses(breaker)


def test_of_many_at_once_one_tries(time: VirtualClock) -> None:
    breaker, all_ready = a_breaker(time, store), threading.Barrier(8)
    rush = Rush(breaker, all_ready)
    fail_often(breaker)
    time.sleep(SECONDS)

    at_once(8, rush.call)

    assert (len(rush.tried), len(rush.refused)) == (1, 7)


@dataclass
class Rush:
    """Calls that come at the same moment; the one that tries is not done before the others were refused."""

    breaker: Breaker
    ready: threading.Barrier
    tried: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    done: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def call(self, number: int) -> None:
        self.ready.wait(timeout=30)
        try:
            with self.breaker.guarding():
                self.tried.append(number)
                for _ in range(self.ready.parties - 1):
                    self.done.acquire(timeout=30)
        except CircuitOpen:
            self.refused.append(number)
            self.done.release()


# --- what processes know of each other ------------------------------------------------------------


def test_processes_count_failures_together(time: VirtualClock) -> None:
    first, second = a_breaker(time, store), a_breaker(time, store)
    fail_often(first, FAILURES - 1)
    fail(second)

    assert refuses(first)
    assert refuses(second)


def test_where_one_process_succeeds_the_others_go_on(time: VirtualClock) -> None:
    first, second = a_breaker(time, store), a_breaker(time, store)
    fail_often(first)
    time.sleep(SECONDS)

    assert not refuses(second)
    assert not refuses(first)


def test_without_a_store_each_process_knows_its_own(time: VirtualClock) -> None:
    first, second = a_breaker(time, no_store), a_breaker(time, no_store)
    fail_often(first)

    assert refuses(first)
    assert not refuses(second)


def test_without_a_store_a_trial_whose_thread_hangs_is_forgotten(time: VirtualClock) -> None:
    breaker = a_breaker(time, None)
    fail_often(breaker)
    time.sleep(SECONDS)

    with breaker.guarding():
        time.sleep(TRIAL_SECONDS)
        meanwhile = refuses(breaker)

    assert not meanwhile


def test_in_the_store_a_trial_whose_process_died_is_forgotten(time: VirtualClock) -> None:
    breaker = a_breaker(time, store)
    fail_often(breaker)
    time.sleep(SECONDS)

    with breaker.guarding():
        left = store().ttl("campus:breaker:test:trial")

    assert 0 < left <= TRIAL_SECONDS


# --- the judge's ----------------------------------------------------------------------------------


@pytest.mark.case("A060")
def test_a_judge_that_comes_back_is_asked_again(stage: Stage, executor: Executor) -> None:
    stage.judge0.fault("read_timeout", times=FAILURES)
    answers = [run_freely("print(1)", executor=executor) for _ in range(FAILURES)]
    refused = run_freely("print(1)", executor=executor)
    stage.judges(Ran(stdout="1\n"))
    stage.time.sleep(SECONDS)

    found = run_freely("print(1)", executor=executor)

    assert [answer["status"] for answer in answers] == [S.INTERNAL_ERROR] * FAILURES
    assert refused["stderr"] == Reason.UNAVAILABLE
    assert found["status"] == S.ACCEPTED


@pytest.mark.case("A023")
@pytest.mark.case("A063")
def test_while_it_is_open_nothing_is_sent(stage: Stage, executor: Executor) -> None:
    stage.judge0.fault("read_timeout", times=FAILURES)
    [run_freely("print(1)", executor=executor) for _ in range(FAILURES)]
    before = stage.time.elapsed

    found = run_freely("print(1)", executor=executor)

    assert found["stderr"] == Reason.UNAVAILABLE
    assert len(stage.judge0.calls) == FAILURES
    assert stage.time.elapsed == before


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.case("A025")
def test_a_wrong_credential_is_no_outage(status: int, stage: Stage, executor: Executor) -> None:
    stage.judge0.reply(create_batch, status, times=FAILURES)
    stage.judges(Ran())
    [run_freely("print(1)", executor=executor) for _ in range(FAILURES)]

    assert run_freely("print(1)", executor=executor)["status"] == S.ACCEPTED


@pytest.mark.parametrize(
    ("reason", "outage"),
    [
        (Reason.UNAVAILABLE, True),
        (Reason.TIMED_OUT, True),
        (Reason.BUSY, False),
        (Reason.RATE_LIMITED, False),
        (Reason.MISCONFIGURED, False),
        (Reason.REFUSED, False),
        (Reason.UNREADABLE, False),
    ],
)
def test_only_a_judge_that_does_not_answer_is_out_of_order(reason: Reason, outage: bool) -> None:  # noqa: FBT001 - a parameter
    assert JudgeFailed(reason).outage is outage


@pytest.mark.django_db
@pytest.mark.case("A063")
def test_with_judge_and_store_down_only_execution_is_unavailable(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("courses.services.execution.store", no_store)
    stage.judge0.fault("connection_refused", times=3)
    user, problem = UserFactory.create(), a_problem(("[1, 2]", "3"))

    with execution.executor(stage.clock) as executor:
        found = submit(user, problem, "def solve(a, b): return 3", executor=executor)

    assert (found.status, found.error) == (S.INTERNAL_ERROR, Reason.UNAVAILABLE)
    assert list(history.visible(user)) == [found]
