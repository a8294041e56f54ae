"""Branches in the body of a test, and what only looks like one."""

import asyncio
import sys
from unittest import TestCase

import pytest
from shop import till


def test_till_opens_on_sundays(day):
    if day == "sunday":  # expect: Q201
        assert till(day).is_open()
    else:
        assert not till(day).is_open()


def test_till_price_is_chosen(day):
    price = 1 if day else 2  # expect: Q201

    assert till(day).price == price


async def test_till_opens_in_time(day):
    match await till(day):  # expect: Q201
        case "open":
            assert day == "monday"
        case _:
            assert day == "sunday"


def test_till_failure_is_caught(day):
    try:  # expect: Q201
        answer = till(day)
    except ValueError:
        answer = "failed"

    assert answer == "failed"


class TestTill:
    class TestAtNight:
        def test_till_stays_shut(self, night):
            if night:  # expect: Q201
                assert till(night) == "shut"


class Till(TestCase):
    def test_till_opens_for_staff(self):
        if till("staff"):  # expect: Q201
            self.assertEqual(till("staff").name, "staff")


# Near misses.


def test_till_runs_on_linux_alone():
    if sys.platform != "linux":
        pytest.skip("Linux only")

    assert till("linux").name == "linux"


def test_till_needs_the_driver():
    driver = pytest.importorskip("driver")

    assert till(driver).name == "driver"


@pytest.mark.skipif(sys.platform == "win32", reason="no tills there")
def test_till_opens_elsewhere():
    assert till("mac").name == "mac"


def test_till_is_one_of_two():
    assert till("a").name == "a" or till("a").name == "b"


def test_till_names_are_filtered():
    names = [each.name for each in till.all() if each.open]

    assert names == ["a"]


def test_till_names_are_mapped():
    names = tuple("open" if each.open else "shut" for each in till.all())

    assert names == ("open", "shut")


def test_till_is_shut_at_the_end():
    drawer = till("a")
    try:
        answer = drawer.count()
    finally:
        drawer.shut()

    assert answer == 3


def test_till_asks_a_stub():
    def price(day):
        if day == "sunday":
            return 2
        return 1

    assert till("a", price=price, tax=lambda day: 1 if day else 0).price == 1


async def test_till_is_awaited():
    answer = await asyncio.wait_for(till("a"), timeout=1)

    assert answer.name == "a"


class TillOnlyForStaff(TestCase):
    def test_till_is_skipped_without_staff(self):
        if not till.staff():
            self.skipTest("no staff")

        self.assertEqual(till("a").name, "a")


# Suppressed.


def test_till_has_a_way_for_each_version(version):
    if version > 3:  # troth: ignore[Q201] the third version answers in another form until it is gone
        assert till(version).form == "new"


def test_till_has_two_forms(version):  # troth: ignore[Q201] as above, at the head of the test
    if version > 3:
        assert till(version).form == "new"
