# rules: Q203
"""Assertions that are made in each turn of a loop."""

from unittest import TestCase

import pytest
from shop import till
from shop.testing import assert_priced


def test_till_prices_each_coin():
    for coin in (1, 2):
        assert till().price(coin) == coin  # expect: Q203


def test_till_counts_down():
    drawer = till()
    while drawer.count():
        assert drawer.take() == 1  # expect: Q203


async def test_till_streams_prices():
    async for sale in till().stream():
        assert sale.price == 1  # expect: Q203


def test_till_refuses_each_button():
    for button in ("a", "b"):
        with pytest.raises(ValueError, match="button"):  # expect: Q203
            till().add(button)


def test_till_has_prices_by_a_helper():
    [assert_priced(coin) for coin in till().coins]  # expect: Q203


def test_till_has_prices_by_two_loops():
    for drawer in till().drawers:
        for coin in drawer:
            assert coin.price  # expect: Q203


class TestTill:
    class TestAtNight:
        def test_till_prices_at_night(self):
            for coin in (1, 2):
                assert till().price(coin) == coin  # expect: Q203


class Tills(TestCase):
    def test_till_prices_by_unittest(self):
        for coin in (1, 2):
            self.assertEqual(till().price(coin), coin)  # expect: Q203


# Near misses.


class TillsBySubtests(TestCase):
    def test_till_knows_each_coin(self):
        for coin in (1, 2):
            with self.subTest(coin=coin):
                self.assertEqual(till().price(coin), coin)


def test_till_prices_are_all_positive():
    assert all(coin.price > 0 for coin in till().coins)


def test_till_prices_are_gathered():
    wrong = [coin for coin in till().coins if coin.price < 1]

    assert wrong == []


def test_till_signs_each_receipt():
    signatures = [till().key.verify(each) for each in till().receipts]

    assert signatures == [True]


def test_till_hands_its_check_to_a_stub():
    for coin in (1, 2):
        till().sell(coin, lambda sold: assert_priced(sold))

    assert till().sold == 2


# Suppressed.


def test_till_invariant_holds_after_each_sale():
    for coin in (1, 2):
        till().sell(coin)
        assert till().is_sound()  # troth: ignore[Q203] the invariant is to hold in between, which no end shows
