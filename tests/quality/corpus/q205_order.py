# rules: Q205
"""Arrange, act, assert: in this order, and to be seen."""

import pytest
from shop import Customer, make_order, sell, till


def test_drawer_grows_with_sales(drawer):
    assert drawer.total == 0  # expect: Q205

    drawer.sell(1)

    assert drawer.total == 1


async def test_drawer_grows_by_night(drawer):
    assert drawer.total == 0  # expect: Q205

    await drawer.sell(1)

    assert drawer.total == 1


def test_customer_is_greeted(client):
    response = client.get("/greeting")
    customer = Customer("ada")  # expect: Q205
    assert response.json() == customer.greeting


def test_order_has_two_items(client):
    response = client.get("/orders/1")
    items = ["tea", "milk"]  # expect: Q205
    assert response.json() == items


def test_sale_is_written_without_a_pause(drawer):  # expect: Q205
    drawer.open()
    first = drawer.coin(1)
    second = drawer.coin(2)
    drawer.put(first)
    drawer.put(second)
    drawer.shut()
    answer = drawer.sell(
        first,
        second,
        to="ada",
    )
    assert answer.total == 3
    assert answer.coins == 2


class TestTill:
    class TestAtNight:
        def test_till_sells_at_night(self, drawer):
            assert drawer.total == 0  # expect: Q205
            drawer.sell(1)
            assert drawer.total == 1


# Near misses.


def test_payment_of_nothing_is_refused(drawer):
    with pytest.raises(ValueError, match="nothing"):
        drawer.sell(0)


def test_drawer_starts_empty_and_is_told(drawer):
    assert drawer.total == 0  # precondition: nobody has sold yet

    drawer.sell(1)

    assert drawer.total == 1


def test_drawer_is_guarded_by_a_message(drawer):
    assert drawer.total == 0, "the fixture is not empty"

    drawer.sell(1)

    assert drawer.total == 1


def test_drawer_is_there_for_the_type_checker(drawer):
    assert drawer is not None

    drawer.sell(1)

    assert drawer.total == 1


def test_sale_is_what_is_expected(drawer):
    answer = drawer.sell(1)
    expected = {"total": 1}
    assert answer == expected


def test_sale_is_made_within_the_assertion(drawer):
    assert drawer.sell(1) == {"total": 1}


def test_sale_has_sections(drawer):
    drawer.open()
    first = drawer.coin(1)
    second = drawer.coin(2)
    drawer.put(first)
    drawer.put(second)
    drawer.shut()

    answer = drawer.sell(
        first,
        second,
        to="ada",
    )

    assert answer.total == 3


def test_sale_has_commented_sections(drawer):
    # arrange
    drawer.open()
    first = drawer.coin(1)
    second = drawer.coin(2)
    drawer.put(first)
    drawer.put(second)
    # act
    answer = drawer.sell(
        first,
        second,
        to="ada",
    )
    # assert
    assert answer.total == 3


def test_sale_of_an_order_is_priced():
    order = make_order()
    sold = sell(order)
    price = sold.price
    assert price == 1
    assert till().total == 1


# Suppressed.


def test_drawer_total_goes_back(drawer):
    assert drawer.total == 0  # troth: ignore[Q205] the total of an open drawer is the first half of the promise

    drawer.sell(1)

    assert drawer.total == 1
