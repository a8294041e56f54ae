"""Loops in the body of a test, and what drains, builds or is a subtest."""

from unittest import TestCase

from shop import till


def test_till_opens_every_day():
    for day in ("monday", "sunday"):  # expect: Q202
        till().open(day)

    assert till().days == 2


def test_till_counts_to_three():
    drawer = till()
    while drawer.count() < 3:  # expect: Q202
        drawer.add(1)

    assert drawer.count() == 3


def test_till_collects_its_coins():
    coins = []
    for coin in (1, 2):  # expect: Q202
        coins.append(coin * 2)

    assert till(coins).count() == 2


def test_till_gives_every_coin_a_name():
    coins = till().coins()
    for coin in coins:  # expect: Q202
        coin.rename("coin")

    assert till().names == {"coin"}


class TestTill:
    class TestAtNight:
        async def test_till_sells_at_night(self):
            for hour in range(2):  # expect: Q202
                await till().sell(hour)

            assert till().sold == 2


class Tills(TestCase):
    def test_till_opens_for_staff(self):
        for name in ("ada", "bob"):  # expect: Q202
            till().open(name)

        self.assertEqual(till().opened, 2)


async def test_till_streams_sales_with_prices():
    async for sale in till().stream():  # expect: Q202
        assert sale.price == 1  # expect: Q203


# Near misses.


async def test_till_streams_to_its_end():
    sales = till()
    async for _ in sales.stream():
        pass

    assert sales.streamed == 3


async def test_till_streams_into_a_list():
    sold = []
    async for sale in till().stream():
        sold.append(sale.price)

    assert sold == [1, 2]


class TillsBySubtests(TestCase):
    def test_till_knows_each_coin(self):
        for coin in (1, 2):
            with self.subTest(coin=coin):
                self.assertEqual(till().price(coin), coin)


def test_till_knows_each_note(subtests):
    for note in (5, 10):
        with subtests.test(note=note):
            assert till().price(note) == note


def test_till_builds_its_input():
    coins = [coin * 2 for coin in (1, 2)]

    assert till(coins).count() == 2


def test_till_is_given_a_stub():
    def price(coins):
        total = 0
        for coin in coins:
            total += coin
        return total

    assert till(price=price).total == 3


# Suppressed.


def test_till_threads_are_started():
    threads = [till(), till()]
    for thread in threads:  # troth: ignore[Q202] threads are started one by one, and nothing is asserted
        thread.start()

    assert till().threads == 2
