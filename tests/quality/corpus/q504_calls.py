# rules: Q504
"""Calls that are asserted, and what they are for."""

import unittest

import pytest
from campus import till


def test_rate_is_fetched_once(fetch_rate):  # expect: Q504
    till.price(3)

    fetch_rate.assert_called_once_with()


def test_rate_is_fetched_by_count(fetch_rate):  # expect: Q504
    till.price(3)

    assert fetch_rate.call_count == 1
    assert fetch_rate.called


async def test_rate_is_awaited(fetch_rate):  # expect: Q504
    await till.price(3)

    fetch_rate.assert_awaited_once()


class TestRate:
    class TestAtNight:
        def test_rate_is_fetched_there(self, fetch_rate):  # expect: Q504
            till.price(3)

            fetch_rate.assert_called_once_with()


class Rate(unittest.TestCase):
    def test_rate_is_fetched_in_a_case(self):  # expect: Q504
        till.price(3)

        self.assertTrue(self.fetch_rate.called)


# Near misses.


def test_rate_makes_the_price(fetch_rate):
    assert till.price(3) == 6
    fetch_rate.assert_called_once_with()


def test_rate_is_not_fetched_for_nothing(fetch_rate):
    with pytest.raises(ValueError, match="nothing"):
        till.price(0)

    fetch_rate.assert_not_called()


def test_till_sends_a_mail(smtp):
    till.tell()

    smtp.assert_called_once_with("mail.example")


def test_till_is_told_of(queue):
    till.price(3)

    queue.put.assert_called_once_with(3)


def test_till_tells_others(publish_event):
    till.price(3)

    publish_event.assert_called_once_with("price")


@pytest.mark.call_is_contract
def test_rate_is_the_contract(fetch_rate):
    till.price(3)

    fetch_rate.assert_called_once_with()


def test_rate_is_not_asserted(fetch_rate):
    till.price(3)


# Suppressed.


def test_rate_is_all_there_is(fetch_rate):  # troth: ignore[Q504] the price shows nothing of it
    till.price(3)

    fetch_rate.assert_called_once_with()
