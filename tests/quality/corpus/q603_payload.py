# rules: Q603
"""Large literals in the body of a test."""

import pytest
from shop import till


def test_till_takes_an_order():
    order = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8}  # expect: Q603

    assert till().take(order) == 8


async def test_till_takes_many_coins():
    assert await till().take([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) == 12  # expect: Q603


class TestTill:
    class TestAtNight:
        def test_till_takes_an_order_at_night(self):
            order = {"a": {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8}}  # expect: Q603

            assert till().take(order) == 8


# Near misses.


def test_till_takes_a_small_order():
    assert till().take({"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7}) == 7


@pytest.mark.contract
def test_till_gives_the_agreed_payload():
    assert till().order == {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8}


@pytest.mark.parametrize("coin", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_till_takes_a_coin(coin):
    assert till().take(coin) == 1


# Suppressed.


def test_till_knows_the_months():
    # troth: ignore[Q603] there are twelve of them
    assert till().months == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
