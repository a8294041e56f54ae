"""The same name twice in one scope, and where that is meant."""

import sys
from typing import overload
from unittest import TestCase

import pytest
from shop import till
from shop.testing import drawer


def test_till_opens_on_sundays():
    assert till("sunday").is_open()


def test_till_opens_on_sundays():  # expect: Q104
    assert till("sunday").is_open()


async def test_till_opens_on_mondays():
    assert await till("monday").opens()


async def test_till_opens_on_mondays():  # expect: Q104
    assert await till("monday").opens()


class TestTill:
    def test_till_prints_on_paper(self):
        assert till().paper == "white"

    def test_till_prints_on_paper(self):  # expect: Q104
        assert till().paper == "yellow"

    class TestAtNight:
        def test_till_prints_at_night(self):
            assert till().paper == "black"

        def test_till_prints_at_night(self):  # expect: Q104
            assert till().paper == "grey"


class TestTill:  # expect: Q104
    def test_till_counts_the_coins(self):
        assert till().coins == 1


@pytest.mark.parametrize("coin", [1, 2, 1])  # expect: Q104
def test_till_accepts_every_coin(coin):
    assert till().accepts(coin)


# Near misses.


class TestOtherTill:
    def test_till_opens_on_sundays(self):
        assert till("other").is_open()


class Tills(TestCase):
    def test_till_opens_on_sundays(self):
        self.assertTrue(till("other").is_open())


if sys.platform == "linux":

    def test_till_finds_its_printer():
        assert till().printer == "lp0"

else:

    def test_till_finds_its_printer():
        assert till().printer == "LPT1"


@overload
def price_of(coin: int) -> int: ...
@overload
def price_of(coin: str) -> str: ...
def price_of(coin):
    return coin


def test_till_has_a_drawer(drawer):
    assert drawer.coins == 0


# Suppressed.


def test_till_shuts_on_holidays():
    assert till("holiday").is_shut()


def test_till_shuts_on_holidays():  # troth: ignore[Q104] the first one is a trap for tools that count tests
    assert till("holiday").is_shut()
