# rules: Q102
"""Names of tests that join two behaviours, and those that only name two things."""

from unittest import TestCase

import pytest
from shop import till


def test_till_opens_and_prints_a_receipt():  # expect: Q102
    assert till().receipt == "open"


def test_user_is_created_and_mail_is_sent():  # expect: Q102
    assert till().user.mail == "sent"


def test_till_is_opened_then_closed():  # expect: Q102
    assert till().is_closed()


def test_sale_is_booked_also_in_the_ledger():  # expect: Q102
    assert till().ledger == ["sale"]


def test_staff_can_login_and_logout():  # expect: Q102
    assert till().staff is None


async def test_till_accepts_coins_and_returns_change():  # expect: Q102
    assert await till().change() == 1


class TestTill:
    class TestAtNight:
        def test_till_is_shut_and_rejects_sales(self):  # expect: Q102
            assert till().is_shut()


class Tills(TestCase):
    def test_till_rejects_coins_and_keeps_notes(self):  # expect: Q102
        self.assertEqual(till().notes, 1)


@pytest.mark.e2e
def test_customer_pays_and_gets_a_receipt():  # expect: Q102
    assert till().receipt == "paid"


def test_till_returns_200_and_logs_it():  # expect: Q102
    assert till().log == "200"


def test_returns_200_and_saves_the_sale():  # expect: Q102
    assert till().sale == 1


def test_cajero_abre_y_cierra_el_cajon():  # expect: Q102
    assert till().drawer == "shut"


def test_sale_booked_and_printed():  # expect: Q102
    assert till().sale == "printed"


# Near misses.


def test_axis_y_is_flipped():
    assert till().axes == ("x", "y")


def test_requests_of_clerks_and_returns_of_customers():
    assert till().told == [1, 2]


def test_name_and_email_required():
    assert till().errors == ["name", "email"]


def test_coins_and_notes_are_counted():
    assert till().total == 2


def test_scope_read_and_write_is_needed():
    assert till().scope == "read_and_write"


def test_sandwich_and_brandy_have_a_price():
    assert till().prices == [1, 2]


def test_x_and_y_are_swapped():
    assert till().point == (2, 1)


def test_android_is_supported():
    assert till().platform == "android"


def test_till_tells_what_is_sold_and_what_is_left():
    assert till().told == ["sold", "left"]


def test_a_till_that_is_open_and_does_not_print_is_broken():
    assert till().is_broken()


def test_prices_hold_until_then():
    assert till().prices == [1, 2]


def test_totals_orders_and_refunds():
    assert till().totals == [1, 2]


# Suppressed.


def test_till_opens_and_closes_the_drawer():  # troth: ignore[Q102] one movement of the drawer, told as one
    assert till().drawer == "closed"
