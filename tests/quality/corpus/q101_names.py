# rules: Q101
"""Names of tests that say too little."""

from unittest import TestCase

import pytest
from shop import till


def test_it():  # expect: Q101
    assert till().is_open()


def test_1():  # expect: Q101
    assert till().is_open()


def test_a():  # expect: Q101
    assert till().is_open()


def test_foo():  # expect: Q101
    assert till().is_open()


def test_opens():  # expect: Q101
    assert till().is_open()


async def test_till_opens():  # expect: Q101
    assert await till().opens()


class TestTill:
    class TestAtNight:
        def test_opens(self):  # expect: Q101
            assert till().is_open()


class Tills(TestCase):
    def testTillOpensOnSundays(self):  # expect: Q101
        self.assertTrue(till().is_open())


def test_Till_opens_on_sundays():  # expect: Q101
    assert till().is_open()


# Near misses.


@pytest.mark.parametrize("day", ["monday", "sunday"])
def test_till_opens_parametrized(day):
    assert till(day).is_open()


@pytest.mark.parametrize("day", ["monday", "sunday"])
def test_opens_daily(day):
    assert till(day).is_open()


def test_till_speaks_HTTP_and_JSON():
    assert till().language == "JSON"


def test_till__opens__on_sundays():
    assert till().is_open()


def test_till_number_4711_opens():
    assert till(4711).is_open()


def helper_of_tests():
    return till()


# Suppressed.


def test_about():  # troth: ignore[Q101] the endpoint is called about, and there is nothing else to say
    assert till().about == "a till"
