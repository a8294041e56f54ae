# rules: Q301
"""Tests that assert nothing, and all the ways to assert."""

import pytest
from numpy.testing import assert_allclose
from approvaltests import verify
from unittest import TestCase
from unittest.mock import Mock
from hypothesis import given, strategies
from shop import till
from shop_helpers.looks import look_away, look_closely


def test_till_opens_on_sundays():  # expect: Q301
    till("sunday").open()


def test_till_is_to_be_written():  # expect: Q301
    pass


async def test_till_opens_at_night():  # expect: Q301
    await till("night").open()


class TestTill:
    def look(self, drawer):
        assert drawer.is_open()

    def test_till_is_only_made(self):  # expect: Q301
        till()

    def test_till_is_looked_at(self):
        self.look(till())

    class TestAtNight:
        def test_till_is_shut(self):  # expect: Q301
            """It is shut at night."""
            till("night").shut()


class Tills(TestCase):
    def test_till_opens_for_staff(self):  # expect: Q301
        till("staff").open()

    def test_till_opens_for_its_owner(self):
        self.assertEqual(till("owner").name, "owner")

    def test_till_asks_the_database_once(self):
        with self.assertNumQueries(1):
            till("owner").load()


def test_till_defines_a_check_that_is_never_made():  # expect: Q301
    def look(drawer):
        assert drawer.is_open()

    till().shut()


def test_till_is_looked_away_from():  # expect: Q301
    look_away(till())


# Near misses.


def test_till_calls_its_printer(monkeypatch):
    def print_it(text):
        assert text == "open"

    monkeypatch.setattr("shop.printer", print_it)
    till().open()


def test_till_serves_a_view(app):
    @app.route("/")
    def view():
        assert till().is_open()

    app.get("/")


def test_opening_does_not_raise():
    till("sunday").open()


def test_smoke_of_the_till():
    till().open()


def test_till_is_looked_at_closely():
    look_closely(till())


def test_till_is_used_by_a_fixture(checked_till):
    checked_till(1)


def test_till_refuses_nothing():
    with pytest.raises(ValueError, match="nothing"):
        till().sell(0)


def test_till_is_told_to_be_old():
    with pytest.deprecated_call():
        till().open()


def test_till_is_approved():
    verify(till().receipt)


def test_till_warns_at_night():
    with till() as drawer, pytest.warns(UserWarning, match="night"):
        drawer.open()


def test_till_tells_its_printer():
    printer = Mock(spec=["print"])

    till(printer).open()

    printer.print.assert_called_once_with("open")


def test_till_looks_like_before(snapshot):
    snapshot.assert_match(till().receipt)


def test_till_looks_as_recorded(snapshot):
    assert till().receipt == snapshot


def test_till_is_near_enough():
    assert_allclose(till().total, 1.0)


@given(strategies.integers())
def test_till_counts_any_coin(coin):
    assert till(coin).total == coin


def test_till_fails_by_hand():
    till().open()
    pytest.fail("it opened")


def test_till_verifies_its_receipt():
    verify_receipt(till().receipt)


def test_till_opens_quickly(benchmark):
    benchmark(till)


async def test_till_is_awaited(printer):
    await till(printer).open()

    printer.print.assert_awaited_once()


def verify_receipt(receipt):
    if not receipt:
        raise AssertionError(receipt)


# Suppressed.


def test_till_survives_a_power_cut():  # troth: ignore[Q301] the process itself would die
    till().cut_power()
