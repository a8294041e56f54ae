# rules: Q401
"""Clocks that move, and those that stand still."""

import datetime as dt
import time
import unittest
from datetime import date, datetime, timedelta
from time import monotonic as ticks
from unittest.mock import patch

import freezegun
import pytest
import time_machine
from django.utils import timezone
from freezegun import freeze_time
from shop import token, till

now = datetime.now


def test_till_opens_today():
    assert till(datetime.now()).is_open()  # expect: Q401


def test_till_opens_today_in_utc():
    opened = dt.datetime.now(tz=dt.timezone.utc)  # expect: Q401

    assert till(opened).is_open()


async def test_till_opens_on_a_day():
    opened = date.today()  # expect: Q401

    assert await till(opened).is_open()


def test_till_opens_by_an_alias():
    assert till(now()).is_open()  # expect: Q401


def test_till_opens_within_a_second():
    begun = ticks()  # expect: Q401

    assert till(begun).is_open()


def test_till_opens_in_the_time_zone():
    assert till(timezone.now()).is_open()  # expect: Q401


class TestTill:
    class TestAtNight:
        def test_till_opens_late(self):
            assert till(time.time()).is_open()  # expect: Q401


class Till(unittest.TestCase):
    def setUp(self):
        self.opened = time.time_ns()  # expect: Q401

    def test_till_is_open_since_then(self):
        self.assertTrue(till(self.opened).is_open())


@pytest.fixture
def opened():
    return dt.datetime.utcnow()  # expect: Q401


def test_till_opens_before_the_freeze(opened):
    opened_again = datetime.now()  # expect: Q401
    with freeze_time("2026-01-01"):
        assert till(opened).opened == opened_again


@freeze_time("2026-01-01")
@pytest.mark.parametrize("day", [datetime.today(), date(2026, 1, 1)])  # expect: Q401
def test_till_opens_on_each_day(day):
    assert till(day).is_open()


@pytest.fixture(params=[date.today()])  # expect: Q401
def day(request):
    return request.param


@time_machine.travel("2026-01-01")
def test_till_is_measured_while_the_date_stands():
    assert till(time.perf_counter()).is_open()  # expect: Q401


def test_token_lives_for_a_year():
    assert token(expires=datetime.now() + timedelta(days=365)).is_valid()  # expect: Q401


# Near misses.


@freeze_time("2026-01-01")
def test_till_opens_on_the_first():
    assert till(datetime.now()).is_open()


@freezegun.freeze_time("2026-01-01")
class TestFrozen:
    def test_till_opens_on_new_year(self):
        assert till(time.monotonic()).is_open()

    async def test_till_opens_there_too(self):
        assert till(date.today()).is_open()

    class TestInside:
        def test_till_opens_where_no_decorator_reaches(self):
            assert till(date.today()).is_open()  # expect: Q401


def test_till_opens_in_a_context():
    with time_machine.travel("2026-01-01", tick=False):
        assert till(datetime.now()).is_open()


def test_till_opens_after_a_start():
    traveller = time_machine.travel("2026-01-01")
    traveller.start()

    opened = datetime.now()

    traveller.stop()
    assert till(opened).is_open()


@pytest.fixture
def new_year():
    with freeze_time("2026-01-01") as frozen:
        yield frozen


def test_till_opens_with_a_fixture(new_year):
    assert till(datetime.now()).is_open()


@pytest.mark.usefixtures("new_year")
def test_till_opens_with_a_fixture_by_mark():
    assert till(datetime.now()).is_open()


def test_till_opens_with_a_plugin(freezer):
    assert till(datetime.now()).is_open()


def test_till_opens_with_the_fixture_of_time_machine(time_machine):
    time_machine.move_to("2026-01-01")

    assert till(datetime.now()).is_open()


@pytest.mark.freeze_time("2026-01-01")
def test_till_opens_with_a_mark():
    assert till(datetime.now()).is_open()


def test_till_opens_with_a_patched_clock(mocker):
    mocker.patch("time.time", return_value=3.0)

    assert till(time.time()).is_open()


def test_till_opens_with_a_clock_of_monkeypatch(monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 3.0)

    assert till(time.time()).is_open()


@patch("django.utils.timezone.now", return_value=datetime(2026, 1, 1))
def test_till_opens_with_a_patch_around(now):
    assert till(timezone.now()).is_open()


@patch(f"{__name__}.datetime")
def test_till_opens_with_its_own_name_patched(clock):
    clock.now.return_value = datetime(2026, 1, 1)

    assert till(datetime.now()).is_open()


@pytest.mark.performance
def test_till_opens_fast():
    begun = time.perf_counter()

    assert till("a").is_open()
    assert time.perf_counter() - begun < 1


def test_till_is_fast_enough(benchmark):
    assert benchmark(time.perf_counter)


def test_till_takes_a_function_that_tells_the_time():
    assert till(default=timezone.now).is_open()


def test_till_asks_a_stub():
    def moved():
        return datetime.now()

    assert till(clock=moved, other=lambda: time.time()).is_open()


def test_till_opens_on_a_day_that_is_written_down():
    assert till(datetime(2026, 1, 1) + timedelta(days=1)).is_open()


# Suppressed.


def test_till_has_the_clock_of_the_machine():
    # troth: ignore[Q401] that the two clocks agree is what is tested
    assert till(time.time()).is_open()
