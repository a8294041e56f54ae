# rules: Q103
"""Words that say nothing, and the same words where the code under test has them."""

from shop import ledger
from shop.bulk import create_batch


def test_misc_prices_are_right():  # expect: Q103
    assert ledger().prices == [1]


def test_coverage_of_the_ledger():  # expect: Q103
    assert ledger().prices == [1]


async def test_various_prices_are_right():  # expect: Q103
    assert await ledger().prices() == [1]


class TestDeepLedger:  # expect: Q103
    def test_prices_are_nested(self):
        assert ledger().prices == [[1]]

    class TestCov:  # expect: Q103
        def test_prices_are_flat(self):
            assert ledger().prices == [1]


def test_all_prices_are_right():  # expect: Q103
    assert ledger().prices == [1]


def test_a_batch_is_created():  # expect: Q103
    assert create_batch([1]).size == 1


# Near misses.


def test_a_discovery_is_recovered():
    assert ledger().covers("recovery")


def test_a_miscount_is_overall_small():
    assert ledger().miscount == 0


def test_a_ledger_without_prices_is_one_all_the_same():
    assert ledger([]).prices == []


# Suppressed.


def test_deep_sea_prices_are_right():  # troth: ignore[Q103] deep sea is what the customer sells
    assert ledger("deep sea").prices == [1]
